#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `sctrace doctor`: what this host can do is found by trying, and agrees with what
# others find there.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154

load ../lib/common

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

@test "doctor: reports each ability, as text and as JSON" {
	require ptrace
	require_tool jq
	run -0 "$SCTRACE" doctor
	has "$output" "yes  ptrace          trace child processes"
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
	has "$stderr" "unknown ability 'ptrase'"
}

@test "doctor: a missing ability is status 1, with the reason" {
	require seccomp
	local name

	# a sanitized sctrace looks for leaks by ptrace
	export ASAN_OPTIONS=detect_leaks=0
	# a profile that denies ptrace, and one that denies nothing
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["ptrace"], "action": "SCMP_ACT_ERRNO"}]}' >p.json
	run -1 "$SCTRACE" run -q -p p.json -- "$SCTRACE" doctor
	has "$output" "no   ptrace"
	has "$output" "ptrace is denied (EPERM)"
	has "$output" "no   unfiltered"
	for name in ptrace ret-trace unfiltered; do
		run -1 "$SCTRACE" run -q -p p.json -- "$SCTRACE" doctor -q "$name"
	done
	run -0 "$SCTRACE" run -q -p p.json -- "$SCTRACE" doctor -q seccomp
	run -125 --separate-stderr "$SCTRACE" run -q -p p.json -- "$SCTRACE" record -- true
	has "$stderr" "this host does not allow tracing a child process"
}

@test "doctor: tests can simulate a host that lacks an ability" {
	require ptrace
	require_tool jq
	export SCTRACE_WITHOUT=compat
	run -1 "$SCTRACE" doctor compat
	has "$output" "no   compat"
	has "$output" "SCTRACE_WITHOUT has it"
	run -0 "$SCTRACE" doctor -q ptrace
	if [ "$(uname -m)" = x86_64 ]; then
		# and fixtures behave like such a kernel
		run -139 "$FIXTURES/abis" int80 1 20
		run -0 "$FIXTURES/abis" number 1 39
	fi
	# more than one, and only by their whole names
	SCTRACE_WITHOUT=compat,ptrace run -1 "$SCTRACE" doctor -q ptrace
	SCTRACE_WITHOUT=trace,ptrac,ptrace-not run -0 "$SCTRACE" doctor -q ptrace
}

@test "doctor: x32 and user namespaces agree with other programs" {
	require_tool jq perl unshare
	require_machine x86_64
	is "$(can x32)" "$(works perl -e 'exit(syscall(0x40000000 + 39) <= 0)')"
	is "$(can user-namespaces)" "$(works unshare --user true)"
	if [ "$(can x32)" = false ]; then
		has "$(why x32)" "serves no x32 calls"
	fi
}

@test "doctor: attaching to others works if yama and the capabilities allow it" {
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

@test "doctor: attaching to others as an ordinary user is denied where yama is on, and only there" {
	require ptrace
	local scope=/proc/sys/kernel/yama/ptrace_scope

	open_folder open
	if [ ! -e $scope ] || [ "$(cat $scope)" = 0 ]; then
		run -0 as_nobody ./sctrace doctor yama
		has "$output" "yes  yama"
	else
		run -1 as_nobody ./sctrace doctor yama
		has "$output" "no   yama"
		has "$output" "kernel.yama.ptrace_scope is $(cat $scope): "
	fi
}

# A profile denies attaching, and a mount over the real file has yama's setting.
@test "doctor: where attaching is denied, the setting of yama is reported with what to do" {
	require_root
	require seccomp
	require_tool unshare mount jq
	unshare -m true 2>/dev/null || miss "no mount namespaces here"
	local scope said

	# a sanitized sctrace looks for leaks by ptrace
	export ASAN_OPTIONS=detect_leaks=0
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["ptrace"], "action": "SCMP_ACT_ERRNO"}]}' >p.json
	while read -r scope said; do
		run -1 unshare -m sh -c '
			mount -t tmpfs tmpfs /proc/sys/kernel || exit 99
			[ "$1" = none ] || { mkdir /proc/sys/kernel/yama && echo "$1" >/proc/sys/kernel/yama/ptrace_scope; } || exit 99
			exec "$SCTRACE" run -q -p p.json -- "$SCTRACE" doctor yama' - "$scope"
		has "$output" "no   yama"
		has "$output" "$said"
	done <<-'END'
		none attaching is denied: Operation not permitted; in a container add --cap-add SYS_PTRACE
		0 attaching is denied: Operation not permitted; in a container add --cap-add SYS_PTRACE
		1 kernel.yama.ptrace_scope is 1: root needs CAP_SYS_PTRACE
		2 kernel.yama.ptrace_scope is 2: root needs CAP_SYS_PTRACE
		3 kernel.yama.ptrace_scope is 3: no process can attach until the next boot
	END
}

@test "doctor: information does not change the exit status, unless it is requested" {
	require ptrace
	require ret-trace
	require_tool jq
	export ASAN_OPTIONS=detect_leaks=0
	run -0 "$SCTRACE" doctor
	# and its real state is reported
	"$SCTRACE" record -q -o r.json -- true
	is "$(can unwinding)" "$(jq '[.calls[] | has("sites")] | any' r.json)"
	if [ "$(can unwinding)" = false ]; then
		has "$output" "built without libunwind: recordings have no call stacks"
		run -1 "$SCTRACE" doctor -q unwinding
	fi
	# a profile that denies one of them
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["unshare"], "action": "SCMP_ACT_ERRNO", "errnoRet": 13}]}' >p.json
	run -0 "$SCTRACE" run -q -p p.json -- "$SCTRACE" doctor
	has "$output" "no   user-namespaces"
	run -1 "$SCTRACE" run -q -p p.json -- "$SCTRACE" doctor -q user-namespaces
}

@test "doctor: no process of its attempts is left" {
	# it would keep the pipe open
	run -0 timeout -k 5 "$HANG" bash -c '"$SCTRACE" doctor | cat'
	has "$output" "yama"
}

@test "doctor: it reports the kernel's seccomp, and the versions of programs that take profiles" {
	require_tool jq runc
	local host

	host=$("$SCTRACE" doctor --json | jq '.[] | select(.name == "host")')
	is "$(jq -r '.actions | join(" ")' <<<"$host")" "$(cat /proc/sys/kernel/seccomp/actions_avail)"
	is "$(jq -r '.logged | join(" ")' <<<"$host")" "$(cat /proc/sys/kernel/seccomp/actions_logged)"
	is "$(jq -r '.programs[] | select(.name == "runc") | .version + " " + .libseccomp' <<<"$host")" \
		"$(runc --version | awk 'NR == 1 { v = $3 } /^libseccomp/ { print v, $2 }')"
	has "$("$SCTRACE" doctor)" "$(cat /proc/sys/kernel/seccomp/actions_avail)"
	has "$("$SCTRACE" doctor)" "mode of sctrace 0 (none), with 0 filters"
	# under a filter
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["acct"], "action": "SCMP_ACT_ERRNO"}]}' >p.json
	has "$("$SCTRACE" run -q -p p.json -- "$SCTRACE" doctor)" "mode of sctrace 2 (filter), with 1 filter"
	# so that strict mode is not possible
	run -0 "$SCTRACE" doctor strict
	run -1 "$SCTRACE" run -q -p p.json -- "$SCTRACE" doctor strict
	has "$output" "a filter is on already"
}

@test "doctor: knows the actions of filters" {
	run -0 "$SCTRACE" doctor errno kill-process notify
	has "$output" "yes  kill-process"
	run -2 "$SCTRACE" doctor user-notify
}

@test "doctor: a program that does not answer to --version does not delay it" {
	mkdir bin
	printf '#!/bin/sh\necho crun version 0.1\nexec sleep 1000\n' >bin/crun
	chmod +x bin/crun
	has "$(PATH=$PWD/bin:$PATH "$SCTRACE" doctor)" "crun            0.1"
}

@test "doctor: root of a container gets advice that root can follow" {
	require seccomp
	require_root
	require_tool capsh
	run -1 capsh --drop=cap_sys_admin -- -c "exec '$SCTRACE' doctor setuid"
	has "$output" "--cap-add SYS_ADMIN"
	hasnt "$output" "as root"
}
