#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `sctrace record --scope`: what counts is what comes after a moment.  With
# `seccomp` this is what a container's profile meets: so the recording of a runtime
# that starts a container is, by itself, enough for a profile under which that
# runtime starts that container, always.
# Text in single quotes is for the workload's shell; each test is a subshell.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
load ../lib/common
load ../lib/workloads
load ../lib/bundle
load ../lib/starts

setup_file() {
	load ../lib/common
	require ptrace
	require ret-trace
	require_tool jq
}

record() {
	"$SCTRACE" record -q "$@"
}

marks() { # how many calls were recorded that only `marked` makes
	jq '[.calls[] | select(.number == 1000) | .count] | add // 0' sctrace.json
}

# The programs that were recorded, by their last names.
programs() {
	jq -r '.programs[].path' sctrace.json | sed 's|.*/||' | sort -u | paste -sd ' '
}

script() { # name, text
	printf '#!/bin/sh\n%s\n' "$2" >"$1"
	chmod +x "$1"
}

# -- scope seccomp: containers

starts_as_recorded() { # as container_make
	require_world "$1" "${3-}"
	world record_and_start "$@"
}

@test "scope seccomp: what runc starts, starts under its profile: no_new_privs" {
	starts_as_recorded runc true
}

@test "scope seccomp: what runc starts, starts under its profile" {
	starts_as_recorded runc false
}

@test "scope seccomp: what crun starts, starts under its profile: no_new_privs" {
	starts_as_recorded crun true
}

@test "scope seccomp: what crun starts, starts under its profile" {
	starts_as_recorded crun false
}

# bats test_tags=slow
@test "scope seccomp: what podman and runc start, starts under its profile: no_new_privs" {
	starts_as_recorded runc true podman
}

# bats test_tags=slow
@test "scope seccomp: what podman and runc start, starts under its profile" {
	starts_as_recorded runc false podman
}

# bats test_tags=slow
@test "scope seccomp: what podman and crun start, starts under its profile: no_new_privs" {
	starts_as_recorded crun true podman
}

# bats test_tags=slow
@test "scope seccomp: what podman and crun start, starts under its profile" {
	starts_as_recorded crun false podman
}

@test "scope seccomp: recording a runtime changes nothing: status, output, remains" {
	require_world runc
	require_world crun
	world record_both_undisturbed
}

# bats test_tags=slow
@test "scope seccomp: recording podman changes nothing: status, output, remains" {
	require_world runc podman
	world record_undisturbed podman runc false podman
}

# -- scope seccomp: when it begins, and which tasks count

@test "scope seccomp: calls before the filter do not count, nor do other threads" {
	record --scope seccomp -- "$FIXTURES/marked" filter 3 5
	is "$(marks)" 5
	is "$(jq -c '[.runs[0].filter | .program, .no_new_privs]' sctrace.json)" "[\"$(realpath "$FIXTURES/marked")\",true]"
	record --engine syscall --scope seccomp -- "$FIXTURES/marked" filter 3 5
	is "$(marks)" 5
}

# The leader and three threads; and the thread that installs it.
@test "scope seccomp: with TSYNC all threads count, from then on" {
	local engine

	for engine in seccomp syscall; do
		record --engine "$engine" --scope seccomp -- "$FIXTURES/marked" tsync 3 5
		is "$(marks)" 20
		record --engine "$engine" --scope seccomp -- "$FIXTURES/marked" tsync-thread 3 5
		is "$(marks)" 25
		record --engine "$engine" --scope seccomp -- "$FIXTURES/marked" tsync-seen 3 5
		is "$(marks)" 20
	done
}

# The creator reports a thread before its first stop or after: several times, as it
# depends on chance.
@test "scope seccomp: with TSYNC a thread that is being created counts" {
	local engine i

	for engine in seccomp syscall; do
		for i in 1 2 3 4 5 6 7 8; do
			record --engine "$engine" --scope seccomp -- "$FIXTURES/marked" tsync-births 16 5
			is "$(marks)" 80
		done
	done
}

@test "scope seccomp: with TSYNC the other processes do not count" {
	record --scope seccomp -- sh -c '"$0" main 7 & "$0" tsync 2 5; "$0" main 7; wait' "$FIXTURES/marked"
	is "$(marks)" 15
	is "$(programs)" marked
}

# 2^11 processes, most of them orphans: each makes one call.
BOMB='fork for 1..11; syscall 1000; 1 while wait > 0'

@test "scope seccomp: two thousand processes under the filter" {
	require_tool perl
	echo '{ "defaultAction": "SCMP_ACT_ALLOW" }' >allow.json
	record --scope seccomp -- sh -c '"$1" main 7; "$0" run -q -p allow.json -- perl -e "$2"' \
		"$SCTRACE" "$FIXTURES/marked" "$BOMB"
	is "$(marks)" 2048
}

# -- scope exec

# The call that only the wrapper makes is nice's, setpriority.
@test "scope exec: a service's profile has what the service needs, and nothing of its wrapper" {
	local i

	script service "$JOB"
	script wrapper 'nice true; ./service; nice true'
	for i in 1 2 3; do
		is "$(record --scope exec:service -o "rec$i.json" -- ./wrapper)" "$JOB_PRINTS"
		is "$(count_of setpriority "rec$i.json")" 0
	done
	record -o all.json -- ./wrapper >/dev/null
	is "$(count_of setpriority all.json)" 2
	"$SCTRACE" gen -q --action kill-process -o p.json rec?.json
	for ((i = 1; i <= STARTS; i++)); do
		is "$("$SCTRACE" run -q -p p.json -- ./service)" "$JOB_PRINTS"
	done
	run ! "$SCTRACE" run -q -p p.json -- ./wrapper
}

@test "scope exec: NAME is a path, or its base name" {
	local name

	cp "$FIXTURES/marked" service
	mkdir other
	cp "$FIXTURES/marked" other/service
	script wrapper '"$1" main 3; ./service main 5; "$1" main 3'
	for name in service "$PWD/service"; do
		record --scope "exec:$name" -- ./wrapper "$FIXTURES/marked"
		is "$(marks)" 5
		is "$(programs)" service
		is "$(count_of execve)" 1
	done
	# with the same name, but another path
	record --scope "exec:$PWD/service" -- ./wrapper "$PWD/other/service"
	is "$(marks)" 5
	record --scope exec:service -- ./wrapper "$PWD/other/service"
	is "$(marks)" 11
}

@test "scope exec: NAME is a script's" {
	local name

	for name in serve serve-with-a-name-that-is-cut-short; do
		script "$name" '"$1" main 4'
		script wrapper "\"\$1\" main 3; ./$name \"\$1\"; \"\$1\" main 3"
		record --scope "exec:$name" -- ./wrapper "$FIXTURES/marked"
		is "$(marks)" 4
		has "$(programs)" marked
	done
}

@test "scope exec: NAME is the command itself, and then everything counts" {
	cp "$FIXTURES/marked" service
	record --scope exec:service -- ./service main 5
	is "$(marks)" 5
	record -o all.json -- ./service main 5
	is "$("$SCTRACE" report -F names)" "$("$SCTRACE" report -F names all.json)"
}

@test "scope exec: NAME is executed by a thread, and a thread of NAME executes another" {
	cp "$FIXTURES/marked" service
	# it executes the program of its argv[0]
	record --scope exec:service -- bash -c 'exec -a ./service "$0" thread-exec 4' "$FIXTURES/marked"
	is "$(marks)" 4
	is "$(programs)" service
	record --scope exec:service -- bash -c 'exec -a "$0" ./service thread-exec 4' "$FIXTURES/marked"
	is "$(marks)" 8
	is "$(programs)" "marked service"
}

@test "scope exec: children count whenever they are created, and whatever they execute" {
	mkfifo go
	script service 'read word <go; "$1" main 4 & sh -c "\"$1\" main 5"; wait; exec "$1" children 2 3'
	script wrapper './service "$1" & "$1" main 9; echo now >go; "$1" main 9; wait'
	record --scope exec:service -- ./wrapper "$FIXTURES/marked"
	is "$(marks)" 15
}

@test "scope exec: a service that becomes a daemon counts, though its wrapper ended" {
	cp "$FIXTURES/marked" service
	script wrapper './service daemon ready 6'
	record --scope exec:service -- ./wrapper
	is "$(marks)" 6
	test -e ready
}

@test "scope exec: two thousand processes" {
	require_tool perl
	script service "perl -e '$BOMB'"
	record --scope exec:service -- sh -c '"$0" main 7; ./service; "$0" main 7' "$FIXTURES/marked"
	is "$(marks)" 2048
}

# -- a scope that never begins

never_begins() { # scope
	run -3 --separate-stderr "$SCTRACE" record --scope "$1" -- sh -c 'exit 3'
	has "$stderr" "blind spot: nothing came into scope, so nothing was recorded"
	is "$(jq -c '[.calls, [.blind_spots[].kind]]' sctrace.json)" '[[],["scope"]]'
	# nothing could start under the resulting profile
	run -2 --separate-stderr "$SCTRACE" gen -o p.json
	has "$stderr" "the recording contains no call"
	run -2 --separate-stderr "$SCTRACE" gen --strict -o p.json
	has "$stderr" "the recording has blind spots: scope (--strict)"
	run -1 test -e p.json
}

@test "scope: a scope that never begins is a blind spot, and gen --strict rejects it: seccomp" {
	never_begins seccomp
}

@test "scope: a scope that never begins is a blind spot, and gen --strict rejects it: exec" {
	never_begins exec:no-such-program
}

# A failed SECCOMP_SET_MODE_FILTER does not install a filter.
@test "scope: a filter that the kernel rejected does not begin the scope" {
	require_tool perl
	require_machine x86_64
	record --scope seccomp -- perl -e 'syscall(317, 1, 0, 0); syscall(157, 22, 2, 0)'
	is "$(jq -c '[.calls, [.blind_spots[].kind]]' sctrace.json)" '[[],["scope"]]'
}
