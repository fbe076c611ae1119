#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A recording of real programs agrees with strace on the same work: the set
# of (ABI, call) is equal, no more and no less.
load ../lib/common
load ../lib/workloads
load ../lib/strace

# Some calls depend on timing.  Then both sides do the work again, and
# the unions are compared, until they are equal or this often.
ROUNDS=8

# The calls that may be on one side only, with the reason.  Nothing else is
# accepted.
#
# work  call         reason
DIFFERENCES="
node    sched_yield  libuv yields while another thread is between two instructions of uv_async_send: under strace, which stops threads at exits too, that thread has always gone on
"

forgiven() { # work
	awk -v work="$1" '$1 == work { print $2 }' <<<"$DIFFERENCES"
}

# Calls on one side only; empty if they agree.
difference() { # work: reads strace.names and record.names
	comm -3 strace.names record.names | awk -F'\t' '{ print NF == 1 ? "only strace sees " $1 : "only sctrace sees " $2 }' |
		grep -v -w -F -f <(forgiven "$1"; echo "no call") || true
}

same_calls() { # work
	local round rest

	require ret-trace
	require_root
	require_tool strace
	require_work "$1"
	: >strace.names
	: >record.names
	for ((round = 1; round <= ROUNDS; round++)); do
		work_under "$1" strace -f -n -qq -s 0 -e signal=none -o "$PWD/trace" 2>&1
		work_under "$1" "$SCTRACE" record -q -o "$PWD/rec.json"
		# a program of another ABI would be announced, and its calls mean other numbers
		hasnt "$(cat err)" "bit mode"
		strace_names trace | LC_ALL=C sort -u - strace.names -o strace.names
		"$SCTRACE" report -F names rec.json | LC_ALL=C sort -u - record.names -o record.names
		[ "$(wc -l <record.names)" -gt 30 ]
		rest=$(LC_ALL=C difference "$1")
		[ -n "$rest" ] || return 0
	done
	echo "after $ROUNDS rounds of $1:" >&2
	echo "$rest" >&2
	return 1
}

@test "strace agrees: pipes, subshells, traps and here-documents of bash" {
	same_calls bash
}

@test "strace agrees: find and xargs" {
	same_calls find
}

@test "strace agrees: tar with sparse files, links and gzip" {
	same_calls tar
}

@test "strace agrees: git init, commit, merge, repack, clone and log" {
	same_calls git
}

@test "strace agrees: gcc compiles, ar and ld link, the program runs" {
	same_calls gcc
}

@test "strace agrees: python3 with threads, fork and subprocesses" {
	same_calls python3
}

@test "strace agrees: perl with fork, locks, signals and files" {
	same_calls perl
}

@test "strace agrees: sqlite3 on a file, with and without WAL" {
	same_calls sqlite3
}

@test "strace agrees: curl and a web server on loopback" {
	same_calls curl
}

@test "strace agrees: nginx serves" {
	same_calls nginx
}

@test "strace agrees: redis-server under redis-benchmark" {
	same_calls redis
}

@test "strace agrees: node with files, workers and children" {
	same_calls node
}

@test "strace agrees: awk, sort, sed, join, split and xargs" {
	same_calls text
}

@test "strace agrees: make with three jobs" {
	same_calls make
}

@test "strace agrees: openssl and ssh-keygen" {
	same_calls crypto
}

@test "strace agrees: dd, cp, install, mv, rm and truncate" {
	same_calls files
}

@test "strace agrees: gzip, bzip2 and threaded xz" {
	same_calls pack
}

@test "strace: the comparison itself sees a call that one side lacks" {
	printf '%s\n' close openat read >strace.names
	printf '%s\n' chmod close openat sched_yield >record.names
	is "$(difference bash | paste -s -d,)" "only sctrace sees chmod,only strace sees read,only sctrace sees sched_yield"
	is "$(difference node | paste -s -d,)" "only sctrace sees chmod,only strace sees read"
	cat >trace <<-'END'
		11 [ 59] execve("x", ["x"], 0x0 /* 1 var */) = 0
		11 [  0] read(3,  <unfinished ...>
		12 [202] futex(0x1, FUTEX_WAIT_PRIVATE, 0, NULL <unfinished ...>
		11 [  0] <... read resumed>"", 9) = 0
		12 [451] syscall_0x1c3(0, 0, 0, 0, 0, 0) = -1 EBADF (Bad file descriptor)
		12 [219] restart_syscall(<... resuming interrupted futex ...>) = 0
		12 [???] ???( <unfinished ...>
		12 ???( <unfinished ...>
		--- SIGCHLD {} ---
		11 +++ exited with 0 +++
	END
	is "$(strace_names trace | paste -s -d,)" "execve,read,futex,cachestat,restart_syscall"
}
