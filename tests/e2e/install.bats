#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What `make install` installs, and `make uninstall` removes; the progress that the scripts
# of the build show.
# shellcheck disable=SC2016,SC2154

load ../lib/common

# In a folder of its own, and as no part of the make that runs the tests.
made() { # target
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C "$(dirname "$SCTRACE")" "$1" prefix=/usr DESTDIR="$PWD/root" >made 2>&1 ||
		{ cat made >&2; return 1; }
}

setup_file() {
	load ../lib/common
	require_tool make
}

@test "install: the program, its manual, documents and completions are where they belong; uninstall leaves nothing" {
	local shell file share=root/usr/share pages=()

	made install
	is "$(root/usr/bin/sctrace --version)" "$("$SCTRACE" --version)"
	for file in "$SRCDIR"/src/man/*.[0-9]; do
		cmp "$file" "$share/man/man${file##*.}/${file##*/}"
		pages+=("$file")
	done
	[ "${#pages[@]}" -ge 14 ]
	is "$(find "$share/man" -name 'sctrace*' | wc -l)" "${#pages[@]}"
	for file in README.md NEWS CONTRIBUTING.md LICENSE; do
		cmp "$SRCDIR/$file" "$share/doc/sctrace/$file"
	done
	while read -r shell file; do
		"$SCTRACE" completion "$shell" | cmp - "$share/$file"
	done <<-'END'
		bash bash-completion/completions/sctrace
		zsh zsh/site-functions/_sctrace
		fish fish/vendor_completions.d/sctrace.fish
	END
	is "$(find root -type f | wc -l)" $((${#pages[@]} + 8))
	made uninstall
	is "$(find root -type f)" ""
}

# What a long step of the scripts shows while it lasts; it ends when the file `go` is there.
long_step() {
	cat >step <<-'END'
		. "$SRCDIR/scripts/setup.sh"
		step_pause=0.05 step_seconds=1
		long_step "making it" log sh -c 'echo "  CC first.o"; until test -e go; do sleep 0.02; done; echo "  CC last.o"; exit 3' ||
			echo "status $?"
	END
}

@test "install: scripts: a long step shows its progress, also without a terminal, and has its status" {
	local n

	long_step
	bash step >shown 3>&- &
	wait_for grep -qE '^  [1-9][0-9]* s: CC first.o$' shown
	: >go
	wait_for grep -q '^status 3$' shown
	wait
	is "$(head -n 1 shown)" "making it (all output is in log)"
	is "$(cat log)" $'  CC first.o\n  CC last.o'
	# nothing of what shows it is left
	n=$(wc -l <shown)
	sleep 0.2
	is "$(wc -l <shown)" "$n"
}

@test "install: scripts: on a terminal a long step has one line, which is gone at its end" {
	require_tool script
	long_step
	script -qfec 'bash step' shown </dev/null >/dev/null 3>&- &
	wait_for grep -qE $'\r  [0-9]+ s: CC first.o\e\\[K' shown
	: >go
	wait
	is "$(tr -d '\r' <shown | grep -c 'CC first')" 1
	grep -q $'\r\e\\[Kstatus 3' shown
}

@test "install: a shell finds the completions by itself" {
	made install
	if command -v zsh; then
		is "$(zsh -fc 'fpath=($PWD/root/usr/share/zsh/site-functions $fpath); autoload -Uz compinit; compinit -D; echo $_comps[sctrace]')" _sctrace
	fi
	if command -v fish; then
		has "$(HOME=$PWD PATH=$PWD/root/usr/bin:$PATH XDG_DATA_DIRS=$PWD/root/usr/share fish -c 'complete -C "sctrace rec"')" record
	fi
	has "$(bash -c '. root/usr/share/bash-completion/completions/sctrace; complete -p sctrace')" " sctrace"
}
