#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The values of arguments: kept exactly, printed by name, and the only ones that gen --args allows.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154

load ../lib/common

setup() {
	require ptrace
	require ret-trace
	require_tool jq
	require_machine x86_64
	cd "$BATS_TEST_TMPDIR" || return
}

values_of() { # call, argument, recording
	jq -c --arg call "$1" --argjson arg "$2" \
		'.calls[] | select(.name == $call) | .args[]? | select(.argument == $arg) | .values' "${3-sctrace.json}"
}

# The answer to a call, without a profile and under one.
answers() { # probe-calls' arguments
	"$FIXTURES/probe-calls" "$@"
	"$SCTRACE" run -q -p p.json -- "$FIXTURES/probe-calls" "$@"
}

passes() { # the same answer
	is "$(answers "$@" | sort -u | wc -l)" 1
	[ "$(answers "$@" | tail -n 1)" != "errno 1" ]
}

fails() {
	is "$(answers "$@" | tail -n 1)" "errno 1"
}

@test "arguments: values are kept by call and argument, and printed by name" {
	"$SCTRACE" record -q -- sh -c '"$0" 41 1 0x80001; "$0" 41 2 2; "$0" 157 38' "$FIXTURES/probe-calls" >/dev/null
	is "$(values_of socket 0)" "[1,2]"
	# SOCK_CLOEXEC and SOCK_NONBLOCK are not part of the type
	is "$(values_of socket 1)" "[1,2]"
	is "$(values_of socket 2)" ""
	is "$(values_of prctl 0)" "[38]"
	jq -e '.calls[] | select(.name == "socket") | .args | map(.name) == ["domain", "type"]' sctrace.json
	"$SCTRACE" report >text
	sed -n '/^arguments that were seen:$/,/^$/p' text >seen
	grep -qE '^  socket +domain AF_UNIX AF_INET$' seen
	grep -qE '^ +type SOCK_STREAM SOCK_DGRAM$' seen
	grep -qE '^  prctl +option PR_SET_NO_NEW_PRIVS$' seen
	"$SCTRACE" report -F json | jq -e '.calls[] | select(.name == "prctl") | .args[0].values == [38]'
}

@test "arguments: only the low half of an int is kept" {
	"$SCTRACE" record -q -- "$FIXTURES/probe-calls" 41 0x700000001 1 >/dev/null
	is "$(values_of socket 0)" "[1]"
}

@test "arguments: none, or all except pointers" {
	"$SCTRACE" record -q --args none -- "$FIXTURES/probe-calls" 41 1 1 >/dev/null
	is "$(jq '[.calls[] | select(has("args"))] | length' sctrace.json)" 0
	"$SCTRACE" record -q --args full -- "$FIXTURES/probe-calls" 41 1 1 77 >/dev/null
	is "$(values_of socket 2)" "[77]"
	jq -e '.calls[] | select(.name == "exit_group") | .args | length == 1' sctrace.json
	is "$(values_of execve 0)" ""
	run -125 --separate-stderr "$SCTRACE" record --args some -- true
	has "$stderr" "unknown --args 'some'"
}

@test "arguments: more values than are kept become a summary that says so" {
	require_tool perl
	"$SCTRACE" record -q -- perl -e 'syscall(157, 1000 + $_) for 1 .. 100'
	jq -e '.calls[] | select(.name == "prctl") | .args[0] | .summary.greatest == 1100 and (has("values") | not)' sctrace.json
	"$SCTRACE" report | grep -qE 'prctl +option from .* to 1100 \(a summary: more values than are kept\)'
	run -0 --separate-stderr "$SCTRACE" gen --args -o p.json
	has "$stderr" "not narrowed: prctl: too many values of option"
	passes 157 4711
}

@test "arguments: both engines keep the same" {
	local engine

	for engine in seccomp syscall; do
		"$SCTRACE" record -q --engine $engine -o $engine.json -- "$FIXTURES/probe-calls" 41 16 3 >/dev/null
		is "$(values_of socket 0 $engine.json)" "[16]"
	done
	diff <(jq -c '.calls[] | [.name, [.args[]? | [.argument, .mask, .values]]]' seccomp.json) \
		<(jq -c '.calls[] | [.name, [.args[]? | [.argument, .mask, .values]]]' syscall.json)
}

@test "arguments: recorded values are allowed, and neighbouring ones denied" {
	local probe=$FIXTURES/probe-calls
	# socket, prctl, ioctl, fcntl, personality, mprotect; clone without namespaces by the shell's forks
	"$SCTRACE" record -q -- sh -c '"$0" 41 1 1; "$0" 157 3; "$0" 16 99 0x5401; "$0" 72 99 3; "$0" 135 0xffffffff; "$0" 10 0 4096 3; :' \
		"$probe" >/dev/null
	run -0 --separate-stderr "$SCTRACE" gen --args -o p.json
	has "$stderr" "socket: domain AF_UNIX, type SOCK_STREAM"
	has "$stderr" "mprotect: prot never all of PROT_WRITE|PROT_EXEC"
	passes 41 1 1
	passes 41 1 0x80001
	# the kernel uses the low half of an int
	passes 41 0x700000001 1
	fails 41 2 1
	fails 41 1 2
	passes 157 3
	fails 157 22
	passes 16 99 0x5401
	fails 16 99 0x5412
	passes 72 99 3
	fails 72 99 8
	passes 135 0xffffffff
	fails 135 0x400000
	passes 10 0 4096 3
	passes 10 0 4096 5
	fails 10 0 4096 7
	fails 10 0 4096 6
}

@test "arguments: clone is allowed with the namespaces that were seen" {
	"$SCTRACE" record -q -- sh -c '(:); :'
	"$SCTRACE" gen -q --args -o p.json
	jq -e '[.syscalls[] | select(.names == ["clone"])] | length == 1 and .[0].args[0].valueTwo == 0' p.json
	"$SCTRACE" explain p.json clone SIGCHLD >/dev/null || "$SCTRACE" explain p.json clone 17 >/dev/null
	run -1 "$SCTRACE" explain p.json clone CLONE_NEWUSER
	run -1 "$SCTRACE" explain p.json clone CLONE_NEWNS
	# clone3 was not recorded: libc falls back
	jq -e '.syscalls[] | select(.names | index("clone3")) | .action == "SCMP_ACT_ERRNO" and .errnoRet == 38' p.json
}

@test "arguments: a recording without arguments is not narrowed, nor one with such a run" {
	"$SCTRACE" record -q -o with.json -- "$FIXTURES/probe-calls" 41 1 1 >/dev/null
	"$SCTRACE" record -q -o without.json --args none -- "$FIXTURES/probe-calls" 41 2 1 >/dev/null
	run -0 --separate-stderr "$SCTRACE" gen --args -o p.json with.json without.json
	has "$stderr" "not narrowed: socket: not every run kept the values of domain"
	passes 41 2 1
	"$SCTRACE" record -q -o with2.json -- "$FIXTURES/probe-calls" 41 16 3 >/dev/null
	"$SCTRACE" gen -q --args -o p.json with.json with2.json
	passes 41 16 3
	passes 41 1 1
	fails 41 2 1
	# and without --args nothing is narrowed
	"$SCTRACE" gen -q -o p.json with.json
	passes 41 2 1
	run -2 --separate-stderr "$SCTRACE" gen --args --deny mount-family
	has "$stderr" "--args cannot be combined with --deny"
}

@test "arguments: a workload runs under its narrowed profile" {
	require_tool /usr/bin/python3
	local work='import socket, subprocess; socket.socket(); socket.socketpair(); subprocess.run(["true"], check=True)'

	"$SCTRACE" record -q -- /usr/bin/python3 -c "$work"
	"$SCTRACE" gen -q --args -o p.json
	"$SCTRACE" run -q -p p.json -- /usr/bin/python3 -c "$work"
	work=${work/socket.socket()/socket.socket(socket.AF_INET6)}
	run ! "$SCTRACE" run -q -p p.json -- /usr/bin/python3 -c "$work"
}
