#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The documents are right: their commands run, and their options exist.
# shellcheck disable=SC2016

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
run_all() { # a file with one command a line, the folder to run them in
	[ -s "$1" ] || return 1
	echo "# $(wc -l <"$1") commands"
	(cd "${2-.}" && bash -euo pipefail "$OLDPWD/$1")
}

# In place of an engine with an image: the command itself, under the profile.
stand_in_for_docker() {
	cat >bin/docker <<-'END'
		#!/bin/bash
		while [ "$1" != debian:12 ]; do
			case $1 in
			seccomp=*) profile=${1#seccomp=} ;;
			*:/w) folder=${1%:/w} ;;
			--runtime) recorded=yes ;;
			esac
			shift
		done
		shift
		[ "${recorded-}" = yes ] && exec recorded-web "${@/#\/w\//$folder/}"
		exec sctrace run -q -p "$profile" -- "${@/#\/w\//$folder/}"
	END
	chmod +x bin/docker
}

# recorded-web COMMAND: a container `web` of debian:12 under sctrace-runtime, of which the runtime that does the work is a
# script, and the container its command under a filter.
stand_in_for_a_runtime() {
	local place=$PWD/runtime

	mkdir -p "$place/bundle"
	export SCTRACE_RUNTIME_CONF=$place/conf
	printf 'dir=%s/recordings\nreal=%s/runc\n' "$place" "$place" >"$place/conf"
	echo '{"defaultAction": "SCMP_ACT_ALLOW"}' >"$place/filter.json"
	printf '#!/bin/bash\nmapfile -d "" words <%s/words\nexec "%s" run -q -p %s/filter.json -- "${words[@]}"\n' \
		"$place" "$SCTRACE" "$place" >"$place/runc"
	printf '#!/bin/bash\nprintf "%%s\\0" "$@" >%s/words\nexec "%s-runtime" run --bundle %s/bundle 3f0c8a7be6d1\n' \
		"$place" "$SCTRACE" "$place" >bin/recorded-web
	echo '{"process": {"args": ["sh"]}, "linux": {"seccomp": {"defaultAction": "SCMP_ACT_ALLOW"}}, "annotations":
		{"io.kubernetes.cri.container-name": "web", "io.kubernetes.cri.image-name": "debian:12"}}' >"$place/bundle/config.json"
	chmod +x "$place/runc" bin/recorded-web
}

@test "docs: every command of the README's tour runs, and has the output that is shown" {
	local tool="$SRCDIR/tests/lib/tour.py" status=0

	require_tool python3
	stand_in_for_docker
	stand_in_for_a_runtime
	python3 "$tool" commands "$SRCDIR/README.md" >tour
	[ "$(grep -c '^sctrace' tour)" -ge 35 ]
	LC_ALL=C.UTF-8 COLUMNS=80 bash -euo pipefail tour >printed 2>&1 || status=$?
	tail -n 20 printed
	[ "$status" -eq 0 ]
	python3 "$tool" compare "$SRCDIR/README.md" printed
	is "$(grep -cE '^denied( by the profile)?$' printed)" 4
}

@test "docs: the picture in the README shows a real session" {
	require_tool python3
	grep -q "](src/man/session.svg)" "$SRCDIR/README.md"
	"$SRCDIR/scripts/picture" compare
}

@test "docs: every example of the manual pages runs" {
	local page name

	stand_in_for_a_runtime
	recorded-web true
	# the guides, have tests of their own
	for page in "$SRCDIR"/src/man/*.1 "$SRCDIR"/src/man/sctrace-formats.7; do
		name=$(basename "$page")
		mkdir "$name.d"
		cp script.sh "$name.d"
		sed -n '/^\.EX$/,/^\.EE$/p' "$page" | grep '^sctrace' | sed 's/\\-/-/g; s/\\e/\\/g' >"$name.d/examples"
		run run_all "$name.d/examples" "$name.d"
		{ echo "$name"; tail -n 20 <<<"$output"; }
		[ "$status" -eq 0 ]
	done
	[ "$(cat ./*.d/examples | wc -l)" -ge 40 ]
}

@test "docs: every example of a command's help runs" {
	sctrace record -o nginx.json -- true
	sctrace record -- ls
	sctrace gen -o profile.json
	stand_in_for_a_runtime
	recorded-web ls
	for command in record merge report gen lint diff run check explain list doctor completion runtime; do
		# the profile that run uses is of the command it runs, and lint's has an execve
		[ "$command" != run ] && [ "$command" != lint ] && [ "$command" != check ] || echo 'sctrace record -- ls -l; sctrace gen -o profile.json'
		sctrace "$command" --help | sed -n '/^Examples$/,$s/^  sctrace/sctrace/p'
	done >examples
	[ "$(wc -l <examples)" -ge 12 ]
	# nginx would take the whole machine's port: its place is taken by a stand-in
	printf '#!/bin/sh\nexit 0\n' >bin/nginx
	chmod +x bin/nginx
	printf '#!/bin/sh\nexec sctrace run -p profile.json -- ls\n' >bin/runc
	sleep 600 3>&- &
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

# A page without its markup.
plain() { # command, or nothing
	sed 's/\\-/-/g; s/\\f[BIR]//g' "$SRCDIR/src/man/sctrace${1:+-$1}.1"
}

@test "docs: each command has a manual page, with every option of its help and no other" {
	local main page where options everywhere

	main=$(plain)
	everywhere=$(sctrace merge --help | sed -n '/^Everywhere$/,/^$/p' | grep -oE -- '--[a-z-]+' | sort -u)
	[ "$(wc -l <<<"$everywhere")" -eq 4 ]
	for command in $(sctrace --help | sed -n '/^Commands$/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
		page=$(plain "$command")
		grep -q "^sctrace-$command(1)" <<<"$main" || { echo "sctrace(1) does not list $command"; return 1; }
		options=$(sctrace "$command" --help | grep -oE '^ +(-., )?--[a-z-]+' | grep -oE -- '--[a-z-]+')
		for option in $options; do
			grep -xqF -- "$option" <<<"$everywhere" && where=$main || where=$page
			grep -qE -- "(^|[^a-z-])$option([^a-z-]|$)" <<<"$where" || { echo "$command $option is not there"; return 1; }
		done
		# shellcheck disable=SC2013 # words
		for option in $(grep -A 1 '^\.TP' <<<"$page" | grep -oE -- '--[a-z-]+'); do
			grep -xqF -- "$option" <<<"$options" || { echo "$command has no $option"; return 1; }
		done
	done
}

@test "docs: the manual pages are short and clean, and refer to pages that exist" {
	local page name

	require_tool mandoc
	for page in "$SRCDIR"/src/man/*.[0-9]; do
		run mandoc -T lint -W warning "$page"
		echo "$output"
		[ "$status" -eq 0 ]
		[ "$(wc -l <"$page")" -lt 150 ]
		grep -q "man/${page##*/}" "$SRCDIR/src/local.mk"
		for name in $(sed 's/\\-/-/g; s/\\f[BIR]//g' "$page" | grep -oE 'sctrace[a-z-]*\([0-9]\)' | tr '()' '. '); do
			[ -e "$SRCDIR/src/man/$name" ] || { echo "$page: no page $name"; return 1; }
		done
	done
}

@test "docs: README is a link to README.md" {
	[ "$(readlink "$SRCDIR/README")" = README.md ] || cmp "$SRCDIR/README" "$SRCDIR/README.md"
}
