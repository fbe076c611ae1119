#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What the documents say is so: their commands run, and their options exist.

load ../lib/common

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir bin
	ln -s "$SCTRACE" bin/sctrace
	PATH=$PWD/bin:$PATH
	printf 'echo hello\n' >script.sh
	printf 'exit 0\n' >service
	chmod +x service
}

# The commands, in order, in one shell; the first failure ends it.
run_all() { # a file with one command a line
	[ -s "$1" ] || return 1
	echo "# $(wc -l <"$1") commands"
	bash -euo pipefail "$1"
}

@test "docs: every command of the README's tour runs" {
	# shellcheck disable=SC2016 # a prompt
	sed -n '/^```console$/,/^```$/s/^\$ //p' "$SRCDIR/README.md" >tour
	[ "$(wc -l <tour)" -ge 15 ]
	run run_all tour
	tail -n 20 <<<"$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c '^refused$' <<<"$output")" -eq 3 ]
}

@test "docs: every example of the manual page runs" {
	sed -n '/^\.EX$/,/^\.EE$/p' "$SRCDIR/src/sctrace.1" | grep '^sctrace' | sed 's/\\-/-/g' >examples
	run run_all examples
	tail -n 20 <<<"$output"
	[ "$status" -eq 0 ]
}

@test "docs: every example of a command's help runs" {
	sctrace record -o nginx.json -- true
	sctrace record -- ls
	sctrace gen -o profile.json
	for command in record merge report gen lint diff run check explain list doctor completion; do
		# the profile that run uses is of the command it runs, and lint's has an execve
		[ "$command" != run ] && [ "$command" != lint ] && [ "$command" != check ] || echo 'sctrace record -- ls -l; sctrace gen -o profile.json'
		sctrace "$command" --help | sed -n '/^Examples$/,$s/^  sctrace/sctrace/p'
	done >examples
	[ "$(wc -l <examples)" -ge 12 ]
	# nginx would take the whole machine's port: its place is taken by a stand-in
	printf '#!/bin/sh\nexit 0\n' >bin/nginx
	chmod +x bin/nginx
	printf '#!/bin/sh\nexec sctrace run -p profile.json -- ls\n' >bin/runc
	sleep 60 3>&- &
	printf '#!/bin/sh\necho %s\n' $! >bin/pidof
	chmod +x bin/*
	sed -i 's/--for 1m/--for 0.2/' examples
	[ "$(id -u)" -eq 0 ] || sed -i '/--user/d' examples
	chmod 777 .
	run run_all examples
	kill "$(pidof)"
	tail -n 20 <<<"$output"
	[ "$status" -eq 0 ]
}

@test "docs: the manual page has every command and every option of the help" {
	local page
	page=$(sed 's/\\-/-/g; s/^\.B[RI]* //' "$SRCDIR/src/sctrace.1")
	for command in $(sctrace --help | sed -n '/^Commands$/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
		grep -qi "^.SH $command\$" <<<"$page" || { echo "no section for $command"; return 1; }
		for option in $(sctrace "$command" --help | grep -oE '^ +(-., )?--[a-z-]+' | grep -oE -- '--[a-z-]+'); do
			grep -qE -- "$option([^a-z-]|$)" <<<"$page" || { echo "$command $option is not there"; return 1; }
		done
	done
}

@test "docs: the manual page is clean" {
	require_tool mandoc
	run mandoc -T lint -W warning "$SRCDIR/src/sctrace.1"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "docs: README is a link to README.md" {
	[ "$(readlink "$SRCDIR/README")" = README.md ] || cmp "$SRCDIR/README" "$SRCDIR/README.md"
}
