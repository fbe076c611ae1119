#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A recorded program does its work under the profile from its recording, and
# under it nothing else is available.
load ../lib/common
load ../lib/workloads

# getitimer(99): EINVAL for everybody, and none of the programs calls it.
OUTSIDE=(getitimer 36 99) OUTSIDE_NATIVE="errno 22"

own_profile() { # work
	require ret-trace
	require_root
	require_work "$1"
	work_record "$1" 3
	"$SCTRACE" gen -q -o p.json rec1.json rec2.json rec3.json
	work_under "$1" "$SCTRACE" run -p "$PWD/p.json"
	hasnt "$(cat err)" "sctrace:"
	refused_outside
}

refused_outside() {
	[ "$(uname -m)" = x86_64 ] || return 0
	is "$(jq --arg name "${OUTSIDE[0]}" '[.syscalls[] | select(.names | index($name))] | length' p.json)" 0
	is "$("$FIXTURES/probe-calls" "${OUTSIDE[@]:1}")" "$OUTSIDE_NATIVE"
	is "$("$SCTRACE" run -p p.json -- "$FIXTURES/probe-calls" "${OUTSIDE[@]:1}")" "errno 1"
}

@test "run: own profile: bash" {
	own_profile bash
}

@test "run: own profile: find and xargs" {
	own_profile find
}

@test "run: own profile: tar" {
	own_profile tar
}

@test "run: own profile: git" {
	own_profile git
}

@test "run: own profile: gcc" {
	own_profile gcc
}

@test "run: own profile: python3" {
	own_profile python3
}

@test "run: own profile: perl" {
	own_profile perl
}

@test "run: own profile: sqlite3" {
	own_profile sqlite3
}

@test "run: own profile: curl and a web server" {
	own_profile curl
}

@test "run: own profile: nginx" {
	own_profile nginx
}

@test "run: own profile: redis" {
	own_profile redis
}

@test "run: own profile: node" {
	own_profile node
}

@test "run: own profile: awk, sort and sed" {
	own_profile text
}

@test "run: own profile: make" {
	own_profile make
}

@test "run: own profile: openssl and ssh-keygen" {
	own_profile crypto
}

@test "run: own profile: dd, cp and install" {
	own_profile files
}

@test "run: own profile: gzip, bzip2 and xz" {
	own_profile pack
}

@test "run: another program's profile is not enough" {
	require ret-trace
	require_work bash
	require_work tar
	work_record bash 1
	"$SCTRACE" gen -q -o p.json rec1.json
	run -1 work_under tar "$SCTRACE" run -p "$PWD/p.json"
}
