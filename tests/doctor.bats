#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `sctrace doctor`: what this host can do is found by trying, and agrees with what
# others find there.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154

load lib/common

can() { # ability: "true" or "false"
	"$SCTRACE" doctor --json | jq --arg name "$1" '.[] | select(.name == $name) | .yes'
}

why() { # ability
	"$SCTRACE" doctor --json | jq -r --arg name "$1" '.[] | select(.name == $name) | .why'
}

# Does the command succeed?
works() {
	if "$@" >/dev/null 2>&1; then echo true; else echo false; fi
}

@test "doctor: tells each ability, for people and for programs" {
	require ptrace
	require_tool jq
	run -0 "$SCTRACE" doctor
	has "$output" "yes  ptrace          trace our own children"
	"$SCTRACE" doctor --json >json
	jq -e 'map(.name) | index("ptrace") and index("compat")' json
	jq -e 'all(.[]; (.yes | type == "boolean") and (.what | length > 0))' json
	jq -e 'all(.[] | select(.yes | not); .why | length > 0)' json
	is "$("$SCTRACE" doctor --json ptrace | jq -c 'map(.name)')" '["ptrace"]'
	run -0 "$SCTRACE" doctor -q
	is "$output" ""
	run -0 "$SCTRACE" doctor -q ptrace seccomp
	is "$output" ""
	run -2 --separate-stderr "$SCTRACE" doctor ptrase
	has "$stderr" "there is no ability 'ptrase'"
}

@test "doctor: what is missing is status 1 and says why" {
	require seccomp
	local name

	# a sanitized sctrace looks for leaks by ptrace
	export ASAN_OPTIONS=detect_leaks=0
	# a profile that refuses ptrace, and one that refuses nothing
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["ptrace"], "action": "SCMP_ACT_ERRNO"}]}' >p.json
	run -1 "$SCTRACE" run -q -p p.json -- "$SCTRACE" doctor
	has "$output" "no   ptrace"
	has "$output" "ptrace is refused (EPERM)"
	has "$output" "no   unfiltered"
	for name in ptrace ret-trace unfiltered; do
		run -1 "$SCTRACE" run -q -p p.json -- "$SCTRACE" doctor -q "$name"
	done
	run -0 "$SCTRACE" run -q -p p.json -- "$SCTRACE" doctor -q seccomp
	run -125 --separate-stderr "$SCTRACE" run -q -p p.json -- "$SCTRACE" record -- true
	has "$stderr" "this host does not let us trace a child of ours"
}

@test "doctor: x32 and user namespaces are as others find them" {
	require_tool jq perl unshare
	[ "$(uname -m)" = x86_64 ] || skip "x32 is of x86-64"
	is "$(can x32)" "$(works perl -e 'exit(syscall(0x40000000 + 39) <= 0)')"
	is "$(can user-namespaces)" "$(works unshare --user true)"
	if [ "$(can x32)" = false ]; then
		has "$(why x32)" "serves no x32 calls"
	fi
}

@test "doctor: attaching to others is what yama and the capabilities allow" {
	require ptrace
	require_tool jq
	local scope=/proc/sys/kernel/yama/ptrace_scope value

	if [ -e $scope ]; then
		value=$(cat $scope)
		is "$(can yama)" "$(works eval '[ "$value" = 0 ] || { [ "$(id -u)" = 0 ] && [ "$value" -lt 3 ]; }')"
		has "$(why yama)" "kernel.yama.ptrace_scope is $value"
	else
		is "$(can yama)" true
		is "$(why yama)" ""
	fi
}

@test "doctor: attaching to others as an ordinary user is refused by yama" {
	require_root
	require_tool jq setpriv
	local scope=/proc/sys/kernel/yama/ptrace_scope

	grep -q '[1-9]' $scope || skip "yama is not there, or off"
	run -1 setpriv --reuid=65534 --regid=65534 --clear-groups "$SCTRACE" doctor yama
	has "$output" "no   yama"
	has "$output" "run as root, or set it to 0"
}

@test "doctor: what only informs does not change the exit status, unless it is asked for" {
	require ptrace
	require ret-trace
	require_tool jq
	export ASAN_OPTIONS=detect_leaks=0
	run -0 "$SCTRACE" doctor
	# and it is told as it is
	"$SCTRACE" record -q -o r.json -- true
	is "$(can unwinding)" "$(jq '[.calls[] | has("sites")] | any' r.json)"
	if [ "$(can unwinding)" = false ]; then
		has "$output" "built without libunwind: recordings have no call stacks"
		run -1 "$SCTRACE" doctor -q unwinding
	fi
	# a profile that refuses one of them
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["unshare"], "action": "SCMP_ACT_ERRNO", "errnoRet": 13}]}' >p.json
	run -0 "$SCTRACE" run -q -p p.json -- "$SCTRACE" doctor
	has "$output" "no   user-namespaces"
	run -1 "$SCTRACE" run -q -p p.json -- "$SCTRACE" doctor -q user-namespaces
}

@test "doctor: no process that it tried with is left" {
	# it would keep the pipe open
	run -0 timeout -k 1 20 bash -c '"$SCTRACE" doctor | cat'
	has "$output" "yama"
}
