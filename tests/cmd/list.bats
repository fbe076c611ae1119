#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Help, version, lists, and what every command does with a wrong word.
# shellcheck disable=SC2030,SC2031,SC2094,SC2154

load ../lib/common

commands="record report gen lint run list doctor completion"

help_of() { # command
	"$SCTRACE" "$1" --help
}

@test "list: help: on standard output, status 0, within 80 columns, the same for -h and help" {
	local cmd

	"$SCTRACE" --help >help 2>err
	test ! -s err
	diff help <("$SCTRACE" -h)
	diff help <("$SCTRACE" help)
	for cmd in $commands; do
		grep -q "^  $cmd  " help
		"$SCTRACE" "$cmd" --help >"$cmd" 2>err
		test ! -s err
		grep -q "^usage: sctrace $cmd " "$cmd"
		grep -q '^Examples' "$cmd"
		diff "$cmd" <("$SCTRACE" "$cmd" -h)
		diff "$cmd" <("$SCTRACE" help "$cmd")
	done
	# shellcheck disable=SC2086
	run -1 grep -nE '.{81}|[[:space:]]$' help $commands
}

@test "list: help: every option that is shown is accepted, with its letter" {
	local cmd option

	for cmd in $commands; do
		help_of "$cmd" >help
		grep -oE '^  (-[a-zA-Z], |    )--[a-z-]+( [A-Z]+|\[=[A-Z]+\])?' help >options
		test -s options
		while read -r option; do
			case $option in
			*]) option=${option%[[]*}
				run -0 "$SCTRACE" "$cmd" "${option##*, }" --help
				run -0 "$SCTRACE" "$cmd" "${option##*, }=x" --help ;;
			*[A-Z]) set -- "${option% *}"
				# without its value the error is about the value
				run "$SCTRACE" "$cmd" "${1##*, }"
				has "$output" "option '${1##*, }' needs a value"
				case $1 in *,*)
					run "$SCTRACE" "$cmd" "${1%%,*}"
					has "$output" "option '${1##*, }' needs a value" ;;
				esac ;;
			*) run -0 "$SCTRACE" "$cmd" "${option##*, }" --help
				run "$SCTRACE" "$cmd" "${option##*, }=x" --help
				has "$output" "option '${option##*, }' takes no value" ;;
			esac
		done <options
	done
}

@test "list: version: one line" {
	run -0 --separate-stderr "$SCTRACE" --version
	[[ $output =~ ^sctrace\ [0-9]+\.[0-9] ]] || is "$output" "sctrace and a version"
	is "${#lines[@]}" 1
	is "$stderr" ""
	is "$("$SCTRACE" -V)" "$output"
}

@test "list: usage: no command is an error, an unknown one names the nearest" {
	run -2 "$SCTRACE"
	has "$output" "usage: sctrace"
	run -2 --separate-stderr "$SCTRACE" recrod
	is "${stderr_lines[0]}" "sctrace: no command 'recrod'; the nearest is 'record'"
	is "$output" ""
	run -2 --separate-stderr "$SCTRACE" zzzzzzzz
	is "${stderr_lines[0]}" "sctrace: no command 'zzzzzzzz'"
	run -2 --separate-stderr "$SCTRACE" --versoin
	has "$stderr" "unknown option '--versoin'; the nearest is '--version'"
	run -2 --separate-stderr "$SCTRACE" -x
	has "$stderr" "unknown option '-x'"
}

@test "list: usage: a wrong option is 2, or 125 where a command would have run" {
	local cmd status

	for cmd in $commands; do
		case $cmd in record | run) status=125 ;; *) status=2 ;; esac
		run -"$status" --separate-stderr "$SCTRACE" "$cmd" --quite
		is "${stderr_lines[0]}" "sctrace: unknown option '--quite'; the nearest is '--quiet'"
		is "${stderr_lines[1]}" "sctrace: try 'sctrace $cmd --help'"
		is "$output" ""
	done
}

@test "list: every list, by name" {
	run -0 "$SCTRACE" list
	is "${#lines[@]}" 12
	"$SCTRACE" list | cut -d' ' -f1 >names
	# what was recorded is the subject of runtime.bats
	sed -i "/^containers$/d" names
	while read -r name; do
		"$SCTRACE" list "$name" >out 2>err
		test -s out
		test ! -s err
	done <names
	"$SCTRACE" list families | grep -q '^mount-family  *[a-z]'
	"$SCTRACE" list arches | grep -q '^x86_64  *SCMP_ARCH_X86_64 '
	"$SCTRACE" list runtimes | grep -q '^runc:nnp  *runc, only with no_new_privs$'
	"$SCTRACE" list blind-spots | grep -A1 '^own-filter  *the workload installed seccomp filters' | grep -q '^  *record with --engine syscall'
	"$SCTRACE" list targets | grep -q '^docker  *before 23.0  *ignores defaultErrnoRet: '
	"$SCTRACE" list targets | grep -q '^libseccomp  *2.5.4 to 2.5.5  *has no name for calls after Linux 5.17$'
	"$SCTRACE" list actions | grep -q '^kill-process  *SCMP_ACT_KILL_PROCESS '
}

@test "list: calls are sorted, have a risk and a meaning, and a family is a part of them" {
	"$SCTRACE" list calls >all
	cut -d' ' -f1 all >names
	LC_ALL=C sort -cu names
	run -1 grep -vE '^[a-z0-9_]+ +(none|low|medium|high) +[^ ]' all
	"$SCTRACE" list calls mount-family >mount
	run -1 grep -vxFf all mount
	grep -q '^move_mount ' mount
	grep -q '^fsopen ' mount
	run -1 grep -q '^read ' mount
	diff mount <("$SCTRACE" list calls mount)
}

@test "list: formats has all that each command takes, in the order in which it names them" {
	local cmd names

	"$SCTRACE" list formats --json >formats.json
	is "$(jq -r '[.[].command] | unique | join(" ")' formats.json)" "check diff gen lint report"
	for cmd in gen report check lint diff; do
		run -2 --separate-stderr "$SCTRACE" "$cmd" -F no-such-format
		names=$(sed -n "s/.*valid are: //p" <<<"$stderr")
		is "$(jq -r --arg c "$cmd" '.[] | select(.command == $c) | .name' formats.json)" "$(sed 's/, /\n/g; s/ and /\n/' <<<"$names")"
		"$SCTRACE" list formats | sed -n "/($cmd -F)\$/,/ -F)\$/p" >text
		for name in $(jq -r --arg c "$cmd" '.[] | select(.command == $c) | .name' formats.json); do
			grep -q "^  $name  " text
		done
	done
}

@test "list: a wrong word is reported, with the nearest" {
	run -2 --separate-stderr "$SCTRACE" list familes
	has "$stderr" "unknown list 'familes'; the nearest is families"
	run -2 --separate-stderr "$SCTRACE" list calls no-family
	has "$stderr" "unknown family 'no-family'"
	run -2 --separate-stderr "$SCTRACE" list families more
	has "$stderr" "unexpected argument 'more'"
	run -2 "$SCTRACE" list calls mount-family more
}

@test "list: output: a closed or a full standard output is an error" {
	require_tool jq
	local words

	"$SCTRACE" record -q -- true
	for words in --help --version "list" "list calls" "list actions" "doctor" "doctor --json" "report" \
		"report -F json" "report -F names" "gen -q" "gen -q -F text" "record --help" "gen --help" "help run"; do
		run bash -c "'$SCTRACE' $words >/dev/full"
		test "$status" -ne 0 || is "$words >/dev/full" "an error"
		has "$output" "sctrace: "
		has "$output" "No space left on device"
		run bash -c "'$SCTRACE' $words >&-"
		test "$status" -ne 0 || is "$words >&-" "an error"
		has "$output" "Bad file descriptor"
	done
	run -125 bash -c "'$SCTRACE' record -q -o - -- true >/dev/full"
	run -125 bash -c "'$SCTRACE' record -q -o - -- true >&-"
}
