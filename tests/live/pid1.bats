#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# PID 1 of a PID namespace, as a container's main program is, ends under sctrace as it ends
# natively.  Without care the kernel drops the signals of a crash when such a task is traced.
# bats sets `stderr`.
# shellcheck disable=SC2154
load ../lib/common
load ../lib/workloads
load ../lib/bundle

setup_file() {
	load ../lib/common
	require ptrace
	require ret-trace
	require_root
	require_machine x86_64
	require_tool jq timeout
}

CRASHES="segv bus fpe ill trap hlt abort thread family blocked filter filter-blocked divert frame sigreturn"
LIVES="handled filter-handled sent queued"

# With a time limit, because errors here hang.
bounded() { # command...
	timeout -k 5 "$HANG" "$@" 2>/dev/null
}

pid1() { # way, command that runs it...
	bounded "${@:2}" "$FIXTURES/pid1" "$1" || true
}

# Each way to end, as natively; the native end may vary.
all_as_natively() { # command...
	local way got natively
	local -A ends

	ulimit -c unlimited 2>/dev/null || true
	for way in $CRASHES $LIVES; do
		natively=$(pid1 "$way")
		ends[$natively]=1
		got=$(pid1 "$way" "$@")
		is "$way: $got" "$way: $natively"
	done
	[ "${#ends[@]}" -ge 6 ]
}

profile() { # action for mincore
	jq -n --arg action "$1" '{ defaultAction: "SCMP_ACT_ALLOW", architectures: ["SCMP_ARCH_X86_64"],
		syscalls: [{ names: ["mincore"], action: $action }] }' >profile.json
}

@test "pid1: PID 1: it crashes, and lives on, under record as natively" {
	local engine

	for engine in seccomp syscall; do
		all_as_natively "$SCTRACE" record -q --engine "$engine" -o r.json --
		is "$(jq -c '[.blind_spots[] | select(.kind == "crash")]' r.json)" '[]'
	done
}

@test "pid1: PID 1: it crashes, and lives on, under check as natively" {
	profile SCMP_ACT_ERRNO
	all_as_natively "$SCTRACE" check -q -p profile.json --
	all_as_natively "$SCTRACE" check -q -p profile.json --explain-errors --
}

# `run` is the kernel itself.
@test "pid1: PID 1: check's TRAP, KILL and ERRNO end it, or do not, as run does" {
	local action way

	ulimit -c 0
	for action in TRAP KILL_THREAD KILL_PROCESS ERRNO; do
		profile "SCMP_ACT_$action"
		for way in call call-handled; do
			is "$action $way $(pid1 "$way" "$SCTRACE" check -p profile.json -- | head -n 1)" \
				"$action $way $(pid1 "$way" "$SCTRACE" run -p profile.json --)"
		done
	done
	profile SCMP_ACT_TRAP
	is "$(pid1 call "$SCTRACE" run -p profile.json --)" "signal 31"
	is "$(pid1 call-handled "$SCTRACE" run -p profile.json --)" "exit 7"
}

# unshare without --fork: the first child of sctrace is it.
@test "pid1: PID 1: when it is the command itself, its death is the command's" {
	local engine

	require_tool unshare
	ulimit -c 0
	for engine in seccomp syscall; do
		run -139 --separate-stderr timeout -k 5 "$HANG" unshare --pid "$SCTRACE" record -q --engine "$engine" -- "$FIXTURES/pid1" in segv
		is "$(jq -c '.runs[0].end' sctrace.json)" '{"killed":11}'
		run -132 --separate-stderr timeout -k 5 "$HANG" unshare --pid "$SCTRACE" record -q --engine "$engine" -- "$FIXTURES/pid1" in ill
		is "$(jq -c '.runs[0].end' sctrace.json)" '{"killed":4}'
	done
}

# The processor's trap flag: no instruction that could be repeated has brought the signal.
@test "pid1: PID 1: where its own signal cannot end it, SIGKILL does, and the recording has the signal" {
	local engine

	ulimit -c 0
	is "$(pid1 step)" "signal 5"
	for engine in seccomp syscall; do
		is "$(pid1 step "$SCTRACE" record -q --engine "$engine" --)" "signal 9"
		is "$(jq -c '.blind_spots[] | select(.kind == "crash") | [(.detail | sub(".*, "; "")), .seen[0].count]' sctrace.json)" '["SIGTRAP",1]'
		run -2 --separate-stderr "$SCTRACE" gen --strict sctrace.json
		has "$stderr" "crash"
		run -133 --separate-stderr timeout -k 5 "$HANG" unshare --pid "$SCTRACE" record --engine "$engine" -- "$FIXTURES/pid1" in step
		has "$stderr" "SIGKILL ended it instead of its own signal, SIGTRAP"
		is "$(jq -c '.runs[0].end' sctrace.json)" '{"killed":5}'
	done
}

child_of() { # pid
	child=$(cat "/proc/$1/task/$1/children") && child=${child%% *} && [ -n "$child" ]
}

@test "pid1: PID 1: an attached one dies of its own crash" {
	local outer child tracer

	ulimit -c 0
	mkfifo in
	timeout -k 5 "$HANG" "$FIXTURES/pid1" later segv <in >out 3>&- &
	exec 8>in
	wait_for grep -q ready out
	outer=$!
	child_of "$outer" && child_of "$child"
	timeout -k 5 "$HANG" "$SCTRACE" record --attach "$child" 2>err 3>&- 8>&- &
	tracer=$!
	wait_for grep -q 'attached to' err
	echo >&8
	exec 8>&-
	wait "$outer"
	is "$(cat out)" $'ready\nsignal 11'
	wait "$tracer"
	is "$(jq -c '.runs[0].end' sctrace.json)" '{"killed":11}'
}

# The status of `runc run`, and what remains.
container() { # name, words before runc...
	local status=0

	bounded "${@:2}" runc --root "$PWD/state" run -b bundle "$1" </dev/null >/dev/null || status=$?
	echo "$status $(find state -mindepth 1 -name "$1" | wc -l)"
}

@test "pid1: PID 1: a container's program crashes under record and check as natively, in runc" {
	local way engine natively name=sctrace-test-$$

	require_runtime runc
	bundle_make runc true
	profile SCMP_ACT_TRAP
	for way in segv abort thread filter call call-handled; do
		bundle_config profile.json /fixtures/pid1 in "$way"
		natively=$(container "$name")
		for engine in seccomp syscall; do
			is "$way $engine $(container "$name" "$SCTRACE" record -q --engine "$engine" --)" "$way $engine $natively"
		done
	done
	bundle_config profile.json /fixtures/pid1 in segv
	is "$(container "$name")" "139 0"
	# check does not pass on the runtime's status: 3 means "the command failed"
	jq '.defaultAction = "SCMP_ACT_ALLOW"' profile.json >open.json
	is "$(container "$name" "$SCTRACE" check -q -p open.json --)" "3 0"
}
