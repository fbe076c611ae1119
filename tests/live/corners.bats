#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Cases that are hard to record, each once a bug: nothing is lost or invented, the
# workload does not notice, and blind spots are reported.
# Text in single quotes is for another program; each test is a subshell.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154

load ../lib/common

corners() { "$SCTRACE" record -o r.json -- "$FIXTURES/corners" "$@"; }
names() { "$SCTRACE" report -F names r.json; }
spots() { jq -r '.blind_spots[].kind' r.json; }

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	require ptrace
	require ret-trace
	require_tool jq
}

@test "corners: a thread that is killed during a call is not a blind spot" {
	run -0 corners killed 300
	names | grep -qx fcntl
	run -0 spots
	is "$output" ""
}

@test "corners: a child by CLONE_UNTRACED is traced and works, by clone and by clone3" {
	local way
	for way in untraced untraced3; do
		run -0 corners "$way"
		names | grep -qx getppid
		run -0 spots
		is "$output" ""
	done
}

# How many children were untraced, by the recording and by the workload itself.
untraced_of() { # engine, arguments of corners...
	run -0 --separate-stderr "$SCTRACE" record -q -o r.json --engine "$1" -- "$FIXTURES/corners" "${@:2}"
	is "untraced $(jq '[.blind_spots[] | select(.kind == "untraced").seen[].count] | add // 0' r.json)" "$output"
}

untraced_says() {
	jq -r '.blind_spots[] | select(.kind == "untraced").detail | sub(".*: "; "")' "$1"
}

@test "corners: a child that stays untraced is a blind spot, described for the engine" {
	untraced_of seccomp untraced-shared
	is "$output" "untraced 1"
	is "$(untraced_says r.json)" "their calls failed with ENOSYS"
	untraced_of syscall untraced-shared
	is "$output" "untraced 1"
	is "$(untraced_says r.json)" "their calls were made, and not seen"
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mkdir"], "action": "SCMP_ACT_ERRNO"}]}' >p.json
	run -0 --separate-stderr "$SCTRACE" check -q -p p.json -F json -o found.json -- "$FIXTURES/corners" untraced-shared
	is "$output" "untraced 1"
	is "$(untraced_says found.json)" "what is denied there failed with ENOSYS"
}

# However often another thread is fast enough: no child is missed or invented.
@test "corners: a task that sets CLONE_UNTRACED after clone3 has begun is counted exactly" {
	local engine i most

	for engine in seccomp syscall; do
		most=0
		for i in 1 2 3 4 5 6 7 8; do
			untraced_of "$engine" untraced-race 200
			[ "${output#untraced }" -le "$most" ] || most=${output#untraced }
			[ "$most" = 0 ] || break
		done
		[ "$most" -gt 0 ] || echo "# $engine: nobody was quick enough in $i rounds" >&3
	done
}

# Listens outside of the workload, in its own folder; `served` is there when it does.
serve() { # socket
	perl -MSocket -e 'socket S, AF_UNIX, SOCK_STREAM, 0 or die; bind S, pack_sockaddr_un $ARGV[0] or die; listen S, 5 or die;
		open F, ">", "served"; close F; alarm 60; 1 while accept C, S' "$1" 3>&- &
	server=$!
	wait_for test -e served
}

connects='socket S, AF_UNIX, SOCK_STREAM, 0 or die; connect S, pack_sockaddr_un $ARGV[0]'

elsewhere() { # recording
	jq -c '[.blind_spots[] | select(.kind == "elsewhere") | [.detail, (.seen[] | (.program | sub(".*/"; "")), .count)]]' "$1"
}

@test "corners: a client that hands work to a daemon causes a warning before, and a blind spot after" {
	local engine

	mkdir bin
	cp "$(type -P true)" bin/docker
	cp "$(type -P true)" bin/podman
	export PATH=$PWD/bin:$PATH
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []}' >p.json
	for engine in seccomp syscall; do
		run -0 --separate-stderr "$SCTRACE" record --engine "$engine" -o r.json -- docker -H x run img
		has "${stderr_lines[0]}" "warning: 'docker' hands work to dockerd: sctrace does not see what runs in its containers and builds; record the container: start it under the runtime 'sctrace' (sctrace runtime install)"
		has "$stderr" "warning: blind spot: programs talked to dockerd"
		is "$(elsewhere r.json)" '[["programs talked to dockerd: what runs in its containers and builds is not recorded","docker",1]]'
		# found when it is executed
		run -0 --separate-stderr "$SCTRACE" record --engine "$engine" -o r.json -- sh -c 'docker ps; docker run x; docker run y; podman run z; env podman --remote run z'
		hasnt "${stderr_lines[0]}" "hands work"
		is "$(elsewhere r.json | jq -c 'map(.[1:])')" '[["docker",2],["podman",1]]'
		run -2 --separate-stderr "$SCTRACE" gen --strict r.json
		has "$stderr" "blind spots: elsewhere"
		run -0 "$SCTRACE" gen -q --strict --accept elsewhere r.json
	done
	run -0 --separate-stderr "$SCTRACE" check -p p.json -- docker run x
	has "$stderr" "hands work to dockerd"
	has "$stderr" "blind spot: programs talked to dockerd"
	# what starts containers itself, or nothing
	run -0 --separate-stderr "$SCTRACE" record -o r.json -- sh -c 'docker ps; podman run z; docker image ls run'
	is "$(elsewhere r.json)" '[]'
	# podman-docker's
	printf '#!/bin/sh\nexec podman "$@"\n' >bin/docker
	run -0 --separate-stderr "$SCTRACE" record -o r.json -- docker run x
	hasnt "$stderr" "hands work"
	is "$(elsewhere r.json)" '[]'
}

@test "corners: a connection to a daemon is a blind spot, unless it is part of the workload" {
	local engine
	require_tool perl

	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []}' >p.json
	mkdir run
	serve "$PWD/run/docker.sock"
	for engine in seccomp syscall; do
		run -0 "$SCTRACE" record -q --engine "$engine" -o r.json -- perl -MSocket -e "$connects" run/docker.sock
		is "$(elsewhere r.json | jq -c 'map(.[1:])')" '[["perl",1]]'
		# that is not there, or is another one
		run "$SCTRACE" record -q --engine "$engine" -o r.json -- perl -MSocket -e "$connects" run/podman.sock
		is "$(elsewhere r.json)" '[]'
		run "$SCTRACE" record -q --engine "$engine" -o r.json -- perl -MSocket -e \
			'socket S, AF_UNIX, SOCK_STREAM, 0 or die; bind S, pack_sockaddr_un "run/podman.sock" or die; listen S, 5 or die;
			socket C, AF_UNIX, SOCK_STREAM, 0 or die; connect C, pack_sockaddr_un "run/podman.sock" or die; unlink "run/podman.sock"'
		is "$status $(elsewhere r.json)" '0 []'
	done
	run -0 --separate-stderr "$SCTRACE" check -p p.json --update c.json -- perl -MSocket -e "$connects" "$PWD/run/docker.sock"
	has "$stderr" "blind spot: programs talked to dockerd"
	is "$(elsewhere c.json | jq -c 'map(.[1:])')" '[["perl",1]]'
	kill "$server"
}

@test "corners: a ring that was inherited is a blind spot, from the start on and when it is used" {
	local engine

	"$FIXTURES/rings" exec true || [ $? != 77 ] || miss "no io_uring here"
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []}' >p.json
	for engine in seccomp syscall; do
		run -0 "$FIXTURES/rings" exec "$SCTRACE" record -q --engine "$engine" -o r.json -- sleep 0
		is "$(jq -c '[.blind_spots[] | select(.kind == "io-uring").seen[].program]' r.json)" "[\"$(readlink -f "$(command -v sleep)")\"]"
		# by a program that did not make it, and has it from one that is not looked at
		run -0 "$FIXTURES/rings" exec "$SCTRACE" record -q --engine "$engine" -o r.json -- sh -c '"$FIXTURES/rings" enter 9; exit 0'
		has "$(jq -c '[.blind_spots[] | select(.kind == "io-uring").seen[].program]' r.json)" /rings
	done
	run -0 --separate-stderr "$FIXTURES/rings" exec "$SCTRACE" check -p p.json -- true
	has "$stderr" "io_uring"
	run -0 --separate-stderr "$SCTRACE" check -p p.json -- true
	hasnt "$stderr" "io_uring"
}

@test "corners: the workload's own filter is a blind spot, with the calls that it denies" {
	run -0 corners errno
	run -0 jq -c '.blind_spots[] | [.kind, .calls, (.seen[] | (.program | sub(".*/"; "")), .count)]' r.json
	# it does not ask for the ABI, so that it means iopl on the 32-bit one, too
	is "$output" '["own-filter",["getppid","x86:iopl"],"corners",1]'
	run -0 corners wide
	run -0 spots
	has "$output" own-filter
	# a filter that denies nothing hides nothing, and prctl alone installs none
	run -0 corners prctl
	run -0 spots
	is "$output" ""
	run -0 "$SCTRACE" record -o r.json -- setpriv --no-new-privs true
	run -0 spots
	is "$output" ""
}

@test "corners: the engine syscall sees what the workload's own filter denies" {
	run -0 corners errno
	is "$(count_of getppid r.json)" 0
	run -0 "$SCTRACE" record --engine syscall -o r.json -- "$FIXTURES/corners" errno
	is "$(count_of getppid r.json)" 3
	run -0 spots
	is "$output" ""
}

@test "corners: a filter that returns TRACE gets the native answer, and its data are not trusted" {
	local engine

	run -0 "$FIXTURES/corners" trace
	for engine in seccomp syscall; do
		run -0 "$SCTRACE" record --engine "$engine" -o r.json -- "$FIXTURES/corners" trace
		is "$(count_of getppid r.json)" 1
		is "$(count_of reboot r.json)" 0
	done
}

@test "corners: a child that is gone before its parent's event is counted once" {
	run -0 corners forks 2000
	is "$(jq '.runs[0].tasks' r.json)" 2005
}

@test "corners: a process that has ended according to its pidfd can be waited for under a tracer" {
	local i engine

	for engine in seccomp syscall; do
		# at once, so that the tracer comes late now and then
		for i in 1 2 3; do
			"$SCTRACE" record -q --engine "$engine" -o "r$i.json" -- "$FIXTURES/corners" pidfd 2000 3>&- &
		done
		for i in 1 2 3; do
			wait -n
		done
		is "$(jq '.runs[0].tasks' r1.json)" 2001
	done
}

# Before SIGKILL is sent, which would end the parent.
@test "corners: the time limit ends a process whose first thread has ended, where pidfds are in use" {
	run -0 timeout -k 5 "$HANG" "$SCTRACE" record -q --for "$(at_least 0.5)" -o r.json -- "$FIXTURES/corners" headless
	is "$(jq -c '.runs[0].end' r.json)" '{"exited":0}'
}

@test "corners: children of a shell that executed sctrace are not waited for" {
	# shellcheck disable=SC2016 # the inner shell's
	run -0 sh -c 'sleep 600 >/dev/null 2>&1 3>&- & pid=$!; echo $pid >pid; exec "$0" record -o r.json -- "$1" forks 400' "$SCTRACE" "$FIXTURES/corners"
	# it is still there
	kill "$(cat pid)"
}

@test "corners: an outer filter is a blind spot" {
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["fchmodat"], "action": "SCMP_ACT_ERRNO"}]}' >p.json
	run -0 "$SCTRACE" run -p p.json -- "$SCTRACE" record -o r.json -- true
	run -0 jq -c '.blind_spots[] | [.kind, .calls]' r.json
	is "$output" '["outer-filter",["fchmodat"]]'
}

@test "corners: denials of an outer filter are found whatever its action, and nothing is executed" {
	local all
	jq -n '{ defaultAction: "SCMP_ACT_ALLOW", architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"], syscalls: [
		{ names: ["mount", "exit_group"], action: "SCMP_ACT_ERRNO" }, { names: ["fsopen"], action: "SCMP_ACT_KILL_PROCESS" },
		{ names: ["swapon"], action: "SCMP_ACT_KILL_THREAD" }, { names: ["chmod"], action: "SCMP_ACT_TRAP" },
		{ names: ["personality"], action: "SCMP_ACT_ERRNO", args: [{ index: 0, value: 0, op: "SCMP_CMP_NE" }] },
		{ names: ["setsid"], action: "SCMP_ACT_LOG" } ] }' >p.json
	all='"chmod","exit_group","fsopen","mount","personality","swapon"'
	# exit_group is for the workload itself, which ends by exit then
	run -0 "$SCTRACE" run -p p.json -- "$SCTRACE" record -o r.json -- "$FIXTURES/corners" leave
	jq -c '.blind_spots[] | select(.kind == "outer-filter").calls' r.json >calls
	is "$(jq -c 'map(select(startswith("x86:") | not))' calls)" "[$all]"
	require compat
	is "$(cat calls)" "[$all,$(sed 's|"|"x86:|; s|,"|,"x86:|g' <<<"$all")]"
}

@test "corners: the engine syscall sees what an outer filter denies" {
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpgrp"], "action": "SCMP_ACT_ERRNO"}]}' >p.json
	run -0 "$SCTRACE" run -p p.json -- "$SCTRACE" record -o r.json --engine syscall -- "$FIXTURES/marked" number 111
	is "$(count_of getpgrp r.json)" 1
	run -0 spots
	is "$output" ""
}

@test "corners: signals to sctrace alone are passed on one by one, however fast they come" {
	"$SCTRACE" record -o r.json -- "$FIXTURES/corners" burst >out 2>err 3>&- &
	local pid=$!
	wait_for grep -q ready out
	for _ in 1 2 3 4 5; do
		kill -USR1 "$pid"
		# the kernel merges two pending ones
		wait_for has_taken "$pid" 10
	done
	wait_for grep -qx 5 out
	kill -TERM "$pid"
	wait "$pid"
	is "$(tail -n 1 out)" 5
}

@test "corners: a workload that traces is reported" {
	require_tool strace
	run "$SCTRACE" record -o r.json -- strace -o /dev/null true
	run -0 spots
	is "$output" nested-tracer
}

@test "corners: a program that did not get its file capabilities is reported" {
	require_tool setcap setpriv
	require_root
	cp /bin/true captrue
	setcap cap_net_raw+ep captrue
	chmod 777 .
	run -0 as_nobody "$SCTRACE" record -o r.json -- ./captrue
	run -0 spots
	is "$output" setuid
}

@test "corners: calls unknown to libseccomp do not keep a profile in Docker's shape from running" {
	local calls
	run -0 "$SCTRACE" record -o r.json -- true
	calls=$(names | jq -R . | jq -sc '. + ["mseal", "listmount", "listns"]')
	cat >p.json <<-EOF
		{"defaultAction": "SCMP_ACT_ERRNO",
		 "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X32"]}],
		 "syscalls": [{"names": $calls, "action": "SCMP_ACT_ALLOW"}]}
	EOF
	run -0 "$SCTRACE" run -p p.json -- true
	# gen's own profile for an ABI that was asked for runs, too
	run -0 "$SCTRACE" gen -q --arch aarch64 -o q.json r.json
	run -0 "$SCTRACE" run -q -p q.json -- true
}
