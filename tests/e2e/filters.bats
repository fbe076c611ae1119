#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Raw filters in the hands of bubblewrap, crun and runc, and what the processes under them run with, read back.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154

load ../lib/common
load ../lib/workloads
load ../lib/bundle

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	started=()
}

# Nothing that was started stays.
teardown() {
	[ ${#started[@]} -eq 0 ] || kill -9 "${started[@]}" 2>/dev/null || true
	wait
}

gen() {
	"$SCTRACE" gen -q "$@"
}

same() { # two profiles
	run -0 --separate-stderr "$SCTRACE" diff "$@"
	has "$stderr" "no difference in meaning"
}

# The kernel shows filters to root, and not to who runs under one.
require_live() {
	require_root
	require ret-trace
	[ "$(sed -n 's/^Seccomp:\t//p' /proc/self/status)" = 0 ] || miss "these tests run under a filter themselves"
}

under_filter() { # pid: has it one?
	[ "$(sed -n 's/^Seccomp:\t//p' "/proc/$1/status")" = 2 ]
}

# The process whose command line is exactly this, below one that was started; in $found.
find_below() { # pid, command line
	local child

	# shellcheck disable=SC2013 # words
	for child in $(cat "/proc/$1/task/"*/children 2>/dev/null); do
		if [ "$(tr '\0' ' ' <"/proc/$child/cmdline")" = "$2 " ] && under_filter "$child"; then
			found=$child
			return
		fi
		find_below "$child" "$2" && return
	done
	return 1
}

require_bwrap() {
	require_tool bwrap
	bwrap --ro-bind / / true || miss "bubblewrap cannot make name spaces here"
}

bubble() { # filter, options and command of bwrap
	bwrap --ro-bind / / --proc /proc --dev /dev --tmpfs /tmp --seccomp 3 "${@:2}" 3<"$1"
}

@test "filters: bubblewrap: a recorded workload runs under its raw filter, and another call is denied" {
	require_bwrap
	"$SCTRACE" record -q -o app.rec -- cat /etc/hostname
	gen -F bpf -o app.bpf app.rec
	run -0 bubble app.bpf cat /etc/hostname
	# mkdir is what coreutils' mkdir needs, and does not have
	gen -F bpf --allow write -o mkdir.bpf app.rec
	run ! bubble mkdir.bpf mkdir /tmp/d
	# process 1 of a name space waits under the filter
	run ! bubble app.bpf --unshare-all cat /etc/hostname
	gen -F bpf --allow wait4 -o app.bpf app.rec
	run -0 bubble app.bpf --unshare-all cat /etc/hostname
	gen --deny chmod-family:EROFS --deny mount-family -F bpf -o deny.bpf
	run -0 bubble deny.bpf --unshare-all sh -c ': >/tmp/f; chmod 600 /tmp/f || echo denied'
	has "$output" "Read-only file system"
	has "$output" denied
	printf '1234567' >short.bpf
	run ! bubble short.bpf true
	has "$output" "multiple of 8"
}

@test "filters: bubblewrap: as an ordinary user" {
	open_folder away
	require_bwrap
	as_nobody bwrap --ro-bind / / true || miss "ordinary users cannot make name spaces here"
	./sctrace gen -q --deny mkdir:EROFS -F bpf -o deny.bpf
	chmod 644 deny.bpf
	run -0 as_nobody bwrap --ro-bind / / --tmpfs /tmp --unshare-all --seccomp 3 \
		sh -c 'mkdir /tmp/d || echo denied' 3<deny.bpf
	has "$output" "Read-only file system"
	has "$output" denied
}

# Everywhere a profile is taken, and equal for all calls and arguments to what was put on.
@test "filters: live: what a process under bubblewrap runs with is what the file says" {
	require_live
	require_bwrap
	gen --deny mount-family --deny user-namespace --deny chmod:EACCES -F bpf -o a.bpf
	gen --deny kill:EROFS --deny chmod:EIO -F bpf -o b.bpf
	bwrap --ro-bind / / --die-with-parent --seccomp 3 sleep 300 3<a.bpf &
	started+=($!)
	wait_for find_below $! "sleep 300"
	same a.bpf "pid:$found"
	same --pid "$found" a.bpf
	run -1 "$SCTRACE" explain --pid "$found" chmod
	has "$output" "process $found"
	has "$output" "denied with EACCES"
	run -1 "$SCTRACE" diff -q b.bpf --pid "$found"
	run "$SCTRACE" lint --pid "$found" --severity high
	has "$output" "process $found:"
	"$SCTRACE" gen -q --base "pid:$found" --deny kill:EROFS -F text >more.txt
	grep -q '^errno EROFS *kill' more.txt
	grep -q '^errno EACCES *chmod' more.txt
	run -2 "$SCTRACE" check --pid "$found" -p a.bpf -- true
	has "$output" "either -p or --pid"
	require_tool perl
	"$SCTRACE" record -q -o chmod.rec -- perl -e 'chmod 0700, "."'
	run -1 "$SCTRACE" check -q --pid "$found" chmod.rec
	has "$output" chmod
	# of two filters the strictest answer counts, and of equal actions that of the newer one
	bwrap --ro-bind / / --die-with-parent --add-seccomp-fd 3 --add-seccomp-fd 4 sleep 301 3<a.bpf 4<b.bpf &
	started+=($!)
	wait_for find_below $! "sleep 301"
	run -1 "$SCTRACE" explain "pid:$found" chmod
	has "$output" "denied with EIO"
	has "$output" "filter 1, instruction"
	run bwrap --ro-bind / / --dev /dev --tmpfs /tmp --add-seccomp-fd 3 --add-seccomp-fd 4 perl -e 'chmod 0700, "/tmp" or print "$!\n"' 3<a.bpf 4<b.bpf
	has "$output" "Input/output error"
	run -1 "$SCTRACE" explain "pid:$found" kill
	has "$output" "denied with EROFS"
	run -1 "$SCTRACE" explain "pid:$found" mount
	has "$output" "filter 2, instruction"
	"$SCTRACE" diff -q --only added,widened a.bpf "pid:$found"
	"$SCTRACE" diff -q --only added,widened b.bpf "pid:$found"
}

@test "filters: live: a process does not notice, and has no filter, or another one in a thread" {
	require_live
	require_tool python3
	# a call that waits in another way than most: without a limit it goes on
	gen --deny mkdir -o d.json
	"$SCTRACE" run -q -p d.json -- python3 -c '
import os, select, threading
e = select.epoll()
r, w = os.pipe()
e.register(r, select.EPOLLIN)
open("ready", "w").close()
print(e.poll(), flush=True)' >out &
	pid=$!
	started+=("$pid")
	wait_for test -e ready
	for _ in 1 2 3; do
		same d.json "pid:$pid"
	done
	kill -0 "$pid"
	[ ! -s out ]
	is "$(sed -n 's/^TracerPid:\t//p' "/proc/$pid/status")" 0
	sleep 300 &
	started+=($!)
	run -0 "$SCTRACE" explain "pid:$!" mount
	has "$output" "runs without a filter"
	# threads
	python3 - >tids <<-'END' &
		import ctypes, os, threading, time
		libc = ctypes.CDLL(None, use_errno=True)
		code = (ctypes.c_uint64 * 1)(0x7fff000000000006)
		def install():
		    class Program(ctypes.Structure):
		        _fields_ = [("len", ctypes.c_ushort), ("code", ctypes.c_void_p)]
		    libc.prctl(38, 1, 0, 0, 0)
		    libc.prctl(22, 2, ctypes.byref(Program(1, ctypes.addressof(code))), 0, 0)
		    print(threading.get_native_id(), flush=True)
		    time.sleep(300)
		threading.Thread(target=install, daemon=True).start()
		time.sleep(300)
	END
	pid=$!
	started+=("$pid")
	wait_for test -s tids
	run -0 "$SCTRACE" explain "pid:$pid" mount
	has "$output" "1 other thread of the process runs under other filters: pid:$(<tids)"
	run -0 "$SCTRACE" explain "pid:$(<tids)" mount
	hasnt "$output" "runs without a filter"
}

@test "filters: live: who may not see filters is told why" {
	require_live
	run -2 "$SCTRACE" explain pid:0 read
	has "$output" "is not the number of a process"
	run -2 "$SCTRACE" explain --pid x read
	has "$output" "'x' is not the number of a process"
	run -2 "$SCTRACE" lint pid:999999999
	has "$output" "there is no process 999999999"
	gen --deny mkdir -o d.json
	"$SCTRACE" run -q -p d.json -- sleep 300 &
	started+=($!)
	wait_for under_filter $!
	run -2 "$SCTRACE" run -q -p d.json -- "$SCTRACE" explain "pid:$!" read
	has "$output" "runs under a filter itself"
	open_folder away
	run -2 as_nobody ./sctrace explain "pid:${started[0]}" read
	has "$output" "CAP_SYS_ADMIN"
}

# Runs in the container until it is killed; its process is in $found.
contain() { # runtime, profile or ""
	bundle_run "$1" "$2" sleep 302 &
	wait_for find_below $! "sleep 302"
	started+=("$found")
}

@test "filters: live: a container of crun runs under what its profile means" {
	require_live
	require_runtime crun
	gen --base docker-default --deny acct -F oci --runtime crun -o p.json
	bundle_make crun true
	contain crun p.json
	"$SCTRACE" diff -q p.json "pid:$found" >out || true
	# calls that libseccomp has no name for are left out, as lint says
	"$SCTRACE" lint -q --severity info p.json >found.txt || true
	while read -r kind call _; do
		is "$kind" removed
		grep -q "'$call'" found.txt
	done < <(grep -v '^[0-9]\|^$' out)
	run -1 "$SCTRACE" explain "pid:$found" mount
}

@test "filters: live: a container of runc runs under what docker-default means, and ENOSYS for newer calls" {
	require_live
	require_runtime runc
	gen --base docker-default --deny acct -F oci --runtime runc -o p.json
	bundle_make runc true
	contain runc p.json
	"$SCTRACE" diff -q p.json "pid:$found" >out || true
	while read -r kind call rest; do
		case "$kind $call" in
		"removed "*) hasnt "$("$SCTRACE" explain "$call" | grep 'numbers\? ')" " 2[0-9][0-9]," ;;
		"changed all"*) has "$rest" "denied with EPERM -> denied with ENOSYS" ;;
		"changed "*) has "$rest" "denied with E" ;;
		*) echo "$kind $call $rest"; return 1 ;;
		esac
	done < <(grep -v '^[0-9]\|^$' out)
	run -1 "$SCTRACE" explain "pid:$found" mount
	has "$output" "denied with EPERM"
	run -0 "$SCTRACE" explain "pid:$found" openat
	run -1 "$SCTRACE" explain "pid:$found" clone CLONE_NEWUSER
	run -0 "$SCTRACE" explain "pid:$found" clone CLONE_VM
}

@test "filters: crun: the filter of its annotation is in force" {
	require_root
	require_runtime crun
	gen --deny chmod-family:EROFS -F bpf -o d.bpf
	bundle_make crun true
	echo null >null
	bundle_config null sh -c ': >f; chmod 600 f || echo denied'
	jq --arg data "$(base64 -w0 d.bpf)" 'del(.linux.seccomp) | .annotations["run.oci.seccomp_bpf_data"] = $data' \
		bundle/config.json >config.json
	mv config.json bundle/config.json
	run -0 runtime crun run -b bundle "sctrace-test-$$-annotation" </dev/null
	has "$output" "Read-only file system"
	has "$output" denied
}

@test "filters: every command of the guide runs" {
	require_live
	require_bwrap
	local page="$SRCDIR/src/man/sctrace-filters.7"

	mkdir bin
	ln -s "$SCTRACE" bin/sctrace
	# an image is not here
	printf '#!/bin/sh\nexit 0\n' >bin/podman
	chmod +x bin/podman
	PATH=$PWD/bin:$PATH
	sed -n '/^\.EX$/,/^\.EE$/p' "$page" | grep -v '^\.E' | sed 's/\\-/-/g; s/\\e/\\/g' >examples
	[ "$(wc -l <examples)" -ge 12 ]
	# the process of the guide, under the guide's filter
	cat >process <<-'END'
		mkfifo fifo
		sctrace run -q -p app.bpf -- cat fifo >/dev/null &
		PID=$!
		trap 'kill -9 $PID' EXIT
		until grep -q '^Seccomp:.*2' /proc/$PID/status; do sleep 0.02; done
	END
	sed -i -e '/^sctrace gen -F bpf --allow wait4/r process' examples
	run -0 bash -euo pipefail examples
}
