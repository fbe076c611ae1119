#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Every engine sees what strace sees and counts it as often, and none changes what
# the workload or its parent could see.
# Text in single quotes is for the workload's shell; each test is a subshell.
# shellcheck disable=SC2016,SC2030,SC2031

load ../lib/common
load ../lib/workloads
load ../lib/strace

ENGINES="seccomp syscall"

# Some counts depend on timing: they must agree in some pair of this many runs.
ROUNDS=6

setup_file() {
	load ../lib/common
	require ptrace
	require ret-trace
	require_tool jq perl
}

# -- what is counted

# "name count" of a trace, and of a recording.
counts_of_trace() { # trace
	strace_names "$1" | LC_ALL=C sort | uniq -c | awk '{ print $2, $1 }'
}

counts_of_recording() { # recording
	jq -r '[.calls[] | { name, count }] | group_by(.name)[] | "\(.[0].name) \([.[].count] | add)"' "$1"
}

# Counts that never agreed, of both sides.
disagreement() { # sums of strace, sums of an engine
	awk '
		{ sums[$1] = sums[$1] " " (FNR == NR ? "strace:" : "sctrace:") $2 }
		FNR == NR { theirs[$1, $2] = 1 }
		FNR != NR && ($1, $2) in theirs { agreed[$1] = 1 }
		END { for (name in sums) if (!(name in agreed)) print name ":" sums[name] }' "$1" "$2"
}

# bash may take SIGCHLD between any two calls, threads meet at locks by chance, and a
# pipe is read in as many pieces as there are; random names of files, and addresses,
# collide.  These are compared by their names alone.
declare -gA BY_CHANCE=(
	[all]="futex rt_sigreturn wait4 sched_yield read select pselect6 poll restart_syscall clock_nanosleep madvise brk munmap mmap getrandom"
	[git]="openat close"	# the names of objects have the time in them, and share folders or not
)

same_counts() { # work
	local round engine rest

	require_root
	require_tool strace
	require_work "$1"
	: >strace.counts
	for engine in $ENGINES; do
		: >"$engine.counts"
	done
	for ((round = 1; round <= ROUNDS; round++)); do
		work_under "$1" strace -f -n -qq -s 0 -e signal=none -o "$PWD/trace" 2>&1
		counts_of_trace trace | by_name "$1" >>strace.counts
		rest=
		for engine in $ENGINES; do
			work_under "$1" "$SCTRACE" record -q --engine "$engine" -o "$PWD/rec.json"
			is "$(jq -r '.runs[0].engine' rec.json)" "$engine"
			counts_of_recording rec.json | by_name "$1" >>"$engine.counts"
			rest+=$(disagreement strace.counts "$engine.counts")
		done
		[ -n "$rest" ] || return 0
	done
	echo "after $ROUNDS rounds of $1: $rest" >&2
	return 1
}

by_name() { # work
	awk -v names="${BY_CHANCE[all]} ${BY_CHANCE[$1]-}" 'BEGIN { n = split(names, a, " "); for (i = 1; i <= n; i++) chance[a[i]] = 1 } { print $1, $1 in chance ? "some" : $2 }'
}

@test "engines: a pipeline of bash is counted as strace counts it" {
	same_counts bash
}

@test "engines: git is counted as strace counts it" {
	same_counts git
}

@test "engines: python with threads and children is counted as strace counts it" {
	same_counts python3
}

@test "engines: gcc and its output are counted as strace counts it" {
	same_counts gcc
}

@test "engines: tar and gzip are counted as strace counts them" {
	same_counts tar
}

@test "engines: the comparison itself sees a call that is missed and one that is counted twice" {
	printf '%s\n' "read 3" "close 2" "open 1" "read 4" "close 2" >a
	printf '%s\n' "read 4" "close 4" "chmod 1" "read 5" "close 4" >b
	is "$(disagreement a b | sort | paste -s -d/)" \
		"chmod: sctrace:1/close: strace:2 strace:2 sctrace:4 sctrace:4/open: strace:1"
	is "$(printf '%s\n' "futex 3" "open 2" | by_name tar | paste -s -d,)" "futex some,open 2"
}

marks() { # count that is expected, arguments of marked...
	local engine

	for engine in $ENGINES; do
		run -0 "$SCTRACE" record -q --engine "$engine" -- "$FIXTURES/marked" "${@:2}"
		is "$engine $(count_of call_1000)" "$engine $1"
	done
}

@test "engines: counts are exact in threads and children, however they are made" {
	marks 6400 threads 32 200
	marks 900 churn 300 3
	marks 6400 children 32 200
	marks 60 clone3 20 3
	marks 60 vfork 20 3
	marks 60 spawn 20 3
	marks 600 processes 300 2
	marks 14 exec 7
	marks 14 thread-exec 7
}

# -- how it ends

# The wait status as a parent sees it: "exit 3", "signal 15".
ending() { # command...
	perl -e 'my $r = system { $ARGV[0] } @ARGV; printf "%s\n", $r & 127 ? "signal " . ($r & 127) : "exit " . ($r >> 8)' -- "$@"
}

@test "engines: statuses and deaths are the workload's" {
	local engine status signal

	for engine in $ENGINES; do
		for status in 0 1 42 124 255; do
			is "$(ending "$SCTRACE" record -q --engine "$engine" -- sh -c "exit $status" 2>&1)" "exit $status"
		done
		for signal in 1 2 3 9 13 14 15 34 64; do
			is "$(ulimit -c 0; ending "$SCTRACE" record -q --engine "$engine" -- perl -e "kill $signal, \$\$; sleep 9" 2>&1)" "signal $signal"
		done
	done
}

@test "engines: handlers, timers, filters, stops and wait() work as natively" {
	local engine way

	for engine in $ENGINES; do
		for way in own children; do
			run -0 --separate-stderr "$SCTRACE" record -q --engine "$engine" -- "$FIXTURES/signals" "$way"
			is "$output" ok
		done
		"$FIXTURES/signals" state >natively
		"$SCTRACE" record -q --engine "$engine" -- "$FIXTURES/signals" state >traced
		diff natively traced
	done
}

@test "engines: a call that a signal interrupts is restarted, or fails, as natively" {
	local engine
	local work='$SIG{ALRM} = sub { $n++ }; use Time::HiRes qw(ualarm); pipe R, W;
		if (!fork) { select undef, undef, undef, 0.2; syswrite W, "x"; exit }
		ualarm 30000, 30000; my $r = sysread R, my $b, 1; my $e = $!{EINTR} ? "EINTR" : "none";
		ualarm 0; print defined $r ? $r : "undef", " $e ", $n > 0 ? "alarms" : "", "\n"'

	perl -e "$work" >natively
	for engine in $ENGINES; do
		"$SCTRACE" record -q --engine "$engine" -- perl -e "$work" >traced
		diff natively traced
	done
}

# -- what a host can do to it

# SIGKILL at any moment of a run: no process is left, and nothing hangs.
@test "engines: the death of sctrace at any moment takes the workload with it" {
	local engine

	for engine in $ENGINES; do
		ENGINE=$engine timeout -k 5 "$HANG" perl -MPOSIX -MTime::HiRes=usleep -we '
			sub left { # of a run: a process that has its mark among its arguments
				my $mark = shift;
				for (</proc/[0-9]*/cmdline>) { open(my $f, "<", $_) or next; return $_ if (<$f> // "") =~ /\0$mark\0/ }
			}
			for my $i (1 .. 25) {
				my $mark = "sctrace-test-$$-$i";
				my $pid = fork // die;
				exec $ENV{SCTRACE}, "record", "-q", "--engine", $ENV{ENGINE}, "--", "sh", "-c",
					"while :; do (exec true); true & done", $mark unless $pid;
				usleep rand 40000;
				kill "KILL", $pid;
				waitpid $pid, 0;
				my $tries = 0;
				while (my $who = left($mark)) {
					die "left: $who\n" if $tries++ > 5000;
					usleep 10000;
				}
			}'
	done
}

@test "engines: a run that SIGTERM ends at any moment leaves nothing but a recording" {
	local engine i

	for engine in $ENGINES; do
		for i in 1 2 3 4 5 6 7 8; do
			rm -f sctrace.json
			timeout -k 5 "0.0$((i * i + 9))" "$SCTRACE" record -q --engine "$engine" -- \
				sh -c 'while :; do (exec true); true & done' || true
			jq -e .format sctrace.json >/dev/null || [ ! -e sctrace.json ]
		done
	done
}

@test "engines: SIGCHLD ignored or blocked, nohup, no input, few files: it works" {
	local engine

	for engine in $ENGINES; do
		run -0 timeout -k 5 "$HANG" perl -e '$SIG{CHLD} = "IGNORE"; exec @ARGV' "$SCTRACE" record -q --engine "$engine" -- \
			perl -e 'system "true"; print $?, " ", $SIG{CHLD} // "", "\n"'
		is "$output" "$(perl -e '$SIG{CHLD} = "IGNORE"; exec @ARGV' perl -e 'system "true"; print $?, " ", $SIG{CHLD} // "", "\n"')"
		run -0 timeout -k 5 "$HANG" perl -MPOSIX -e 'sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGCHLD, SIGALRM, SIGTERM)); exec @ARGV' \
			"$SCTRACE" record -q --engine "$engine" -- "$FIXTURES/marked" children 5 5
		is "$(count_of call_1000)" 25
		run -0 timeout -k 5 "$HANG" nohup "$SCTRACE" record -q --engine "$engine" -- "$FIXTURES/marked" children 5 5
		is "$(count_of call_1000)" 25
		run -0 timeout -k 5 "$HANG" "$SCTRACE" record -q --engine "$engine" -- "$FIXTURES/marked" children 5 5 <&-
		is "$(count_of call_1000)" 25
		run -0 timeout -k 5 "$HANG" bash -c 'ulimit -n 8; exec "$@"' - "$SCTRACE" record -q --engine "$engine" -- "$FIXTURES/marked" children 5 5
		is "$(count_of call_1000)" 25
		run timeout -k 5 "$HANG" bash -c 'ulimit -n 7; exec "$@"' - "$SCTRACE" record -q --engine "$engine" -- "$FIXTURES/marked" children 5 5
		[ "$status" = 125 ] || is "$status $(count_of call_1000)" "0 25"
	done
}

@test "engines: as init of a PID namespace, with orphans" {
	require_root
	require_tool unshare
	local engine

	for engine in $ENGINES; do
		run -0 timeout -k 5 "$HANG" unshare -p -f --mount-proc "$SCTRACE" record -q --engine "$engine" -- \
			sh -c "(sh -c '\"$FIXTURES/marked\" main 5' &) & exec \"$FIXTURES/marked\" main 5"
		is "$(count_of call_1000)" 10
		# and with a /proc of another namespace
		run -0 timeout -k 5 "$HANG" unshare -p -f "$SCTRACE" record -q --engine "$engine" -- "$FIXTURES/marked" children 3 5
		is "$(count_of call_1000)" 15
	done
}
