#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `sctrace record --attach`: every call from then on is counted, the process does
# not notice, and goes on when sctrace ends for any reason.
# Text in single quotes is for another shell; each test is a subshell.
# shellcheck disable=SC2016,SC2030,SC2031,SC2094,SC2154

load ../lib/common

setup_file() {
	load ../lib/common
	require ptrace
	require_tool jq perl mkfifo
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	jobs_started=()
}

# Processes of a failed test, also stopped ones.
teardown() {
	local pid

	for pid in "${jobs_started[@]}"; do
		{ kill -KILL "$pid" && wait "$pid"; } 2>/dev/null || true
	done
}

# The fixture, with a FIFO for its input on fd 8; its pid is in `target`.
begin() { # arguments of waits...
	begin_with waits "$@"
}

begin_with() { # fixture, arguments...
	# what the one before did not read is not for this one
	exec 8>&-
	rm -f in
	mkfifo in
	"$FIXTURES/$1" "${@:2}" <in >out 2>&1 3>&- &
	target=$!
	jobs_started+=("$target")
	exec 8>in
	wait_for grep -q ready out
}

# A shell without job control has SIGINT ignored in what it starts with &.
minding_int() { # command...
	exec perl -e '$SIG{INT} = "DEFAULT"; exec { $ARGV[0] } @ARGV' -- "$@"
}

# sctrace in the background, until all of the target is under trace; its pid is in `tracer`.
attach() { # options...
	: >err
	minding_int "$SCTRACE" record "$@" --attach "$target" 2>err 3>&- 8>&- &
	tracer=$!
	jobs_started+=("$tracer")
	wait_for has_attached || {
		cat err "/proc/$tracer/status" >&2
		return 1
	}
}

# An interrupted call may have ended before the check.
has_attached() {
	grep -q 'attached to' err || gone "$target"
}

was_traced() { # pid, its tracer's
	is_traced "$@" || gone "$1"
}

is_traced() { # pid, its tracer's
	grep -q "^TracerPid:.$2\$" "/proc/$1/status"
}

# Every thread of it was stopped once, and goes on: the tracer is in its loop.
is_through() { # tracer
	has_state "$1" S
}

is_through_or_gone() { # tracer
	has_state "$1" [SZ] || gone "$1"
}

# Not traced, not stopped.
is_free() { # pid
	local status

	status=$(cat "/proc/$1/status")
	has "$status" "TracerPid:	0" && [[ ! $status =~ State:.[TtZX] ]]
}

refused() { # words, PID
	run -125 --separate-stderr timeout -k 5 "$HANG" "$SCTRACE" record --attach "$2"
	is "${#stderr_lines[@]}" 1
	has "$stderr" "$1"
	run -1 test -e sctrace.json
}

# -- what is counted

@test "attach: threads that wait, and threads and children made later, are counted exactly" {
	begin go 40 25
	attach
	echo >&8
	ends_with 0 "$tracer"
	ends_with 0 "$target"
	is "$(count_of call_1000)" $(((3 * 40 + 1) * 25))
	is "$(jq -c '[.runs[0].end, .runs[0].tasks]' sctrace.json)" '[{"exited":0},121]'
}

# Seizing so many takes longer than the period of the timer.
@test "attach: each of many threads continues" {
	begin crowd 3000
	attach
	echo >&8
	ends_with 0 "$tracer"
	ends_with 0 "$target"
	is "$(jq -c '[.runs[0].end, .runs[0].tasks]' sctrace.json)" '[{"exited":0},3001]'
}

@test "attach: the number of a thread means the whole process, and its end is reported" {
	local thread

	begin go 3 10
	thread=$(find "/proc/$target/task" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -n | tail -n 1)
	[ "$thread" != "$target" ]
	"$SCTRACE" record -q --attach "$thread" 2>err &
	tracer=$!
	jobs_started+=("$tracer")
	wait_for is_traced "$target" "$tracer"
	echo >&8
	ends_with 0 "$tracer"
	ends_with 0 "$target"
	is "$(count_of call_1000)" 100
}

@test "attach: the status of the end is the process's, not that of a thread" {
	mkfifo in
	perl -e '$| = 1; print "ready\n"; <STDIN>; exit 7' <in >out &
	target=$!
	jobs_started+=("$target")
	exec 8>in
	wait_for grep -q ready out
	attach
	echo >&8
	ends_with 0 "$tracer"
	ends_with 7 "$target"
	is "$(jq -c '.runs[0].end' sctrace.json)" '{"exited":7}'
}

@test "attach: several processes, to the end of the last" {
	local first

	begin go 2 10
	first=$target
	mkfifo in2
	"$FIXTURES/waits" go 3 10 <in2 >out2 3>&- 8>&- &
	target=$!
	jobs_started+=("$target")
	exec 7>in2
	wait_for grep -q ready out2
	attach --attach "$first"
	wait_for is_traced "$first" "$tracer"
	echo >&8
	ends_with 0 "$first"
	kill -0 "$tracer"
	echo >&7
	ends_with 0 "$tracer"
	is "$(count_of call_1000)" $(((3 * 2 + 1 + 3 * 3 + 1) * 10))
}

@test "attach: a process whose first thread has ended is recorded through the others" {
	begin idle
	wait_for has_state "$target" Z
	run -0 timeout -k 5 "$HANG" "$SCTRACE" record -q --for "$(at_least 0.3)" --attach "$target"
	[ "$(count_of call_1000)" -gt 3 ]
	kill -0 "$target"
}

# So many take longer than the timer that takes note of ends, and gets stops as well.
@test "attach: a process that stops while others are being seized continues" {
	for _ in 1 2 3; do
		begin go 500 1
		attach
		echo >&8
		ends_with 0 "$tracer"
		ends_with 0 "$target"
		is "$(count_of call_1000)" 1501
	done
}

@test "attach: one process named twice is recorded once" {
	begin go 2 10
	attach --attach "$target"
	echo >&8
	ends_with 0 "$tracer"
	is "$(count_of call_1000)" 70
}

@test "attach: the recording is there while the process runs" {
	begin in read
	attach --flush 0.2
	wait_for jq -e '.runs[0].end.running' sctrace.json
	kill -TERM "$tracer"
	ends_with 0 "$tracer"
	is "$(jq -c '.runs[0].end | keys' sctrace.json)" '["left"]'
	is_free "$target"
}

# -- processes that wait in a call

# When it is not over already.
let_go_on() {
	gone "$target" || echo >&8
	wait_for gone "$target"
}

# As under strace: the kernel never restarts epoll_wait(2).
unnoticed() { # call
	begin in "$1"
	attach
	wait_for is_through_or_gone "$tracer"
	kill -INT "$tracer" || gone "$target"
	ends_with 0 "$tracer"
	# nanosleep may be over
	is_free "$target" || gone "$target"
	let_go_on
	ends_with 0 "$target"
	has "$(tail -n 1 out)" "$1"
}

@test "attach: a process in nanosleep does not notice" {
	unnoticed nanosleep
}

@test "attach: a process in futex does not notice" {
	unnoticed futex
}

@test "attach: a process in poll does not notice" {
	unnoticed poll
}

@test "attach: a process in read of a pipe does not notice" {
	unnoticed read
}

# From /proc/PID/syscall; for a running task it is not a number.
stands_in_call() { # pid
	read -r number _ <"/proc/$1/syscall"
	[ "$number" -ge 0 ]
}

@test "attach: the call that a process waits in is recorded by its own name, once" {
	local call number abi

	for call in futex poll epoll read sigwait compat; do
		abi=x86_64
		if [ "$call" = compat ]; then
			"$SCTRACE" doctor -q compat || continue
			abi=x86
		fi
		begin in "$call"
		wait_for stands_in_call "$target"
		attach
		kill -INT "$tracer" || true
		wait_for gone "$tracer"
		let_go_on
		is "$call $(jq --arg abi "$abi" --argjson n "$number" '[.calls[] | select(.abi == $abi and .number == $n) | .count] | add' sctrace.json)" "$call 1"
		is "$(jq -c '[.calls[] | select(.count > 1)]' sctrace.json)" '[]'
	done
	begin go 3 10
	for call in /proc/"$target"/task/*; do
		wait_for stands_in_call "${call##*/}"
	done
	attach
	echo >&8
	ends_with 0 "$tracer"
	# four that stood in one, three children of three threads each that made one, and the main thread
	is "$(count_of read) $(count_of call_1000)" "4 $(((3 * 3 + 1) * 10))"
}

@test "attach: an existing ring is a blind spot, even if no call uses it" {
	local way

	"$FIXTURES/rings" open </dev/null >/dev/null || [ $? != 77 ] || miss "no io_uring here"
	for way in open sqpoll mapped registered; do
		begin_with rings "$way"
		attach
		# that one is seen when it is used
		if [ "$way" = registered ]; then
			echo >&8
			wait_for gone "$target"
		fi
		kill -INT "$tracer" || true
		ends_with 0 "$tracer"
		echo "$way" >&2
		jq -e '[.blind_spots[].kind] | index("io-uring")' sctrace.json
		is "$(count_of io_uring_setup)" 0
		[ "$way" = registered ] || echo >&8
		ends_with 0 "$target"
	done
	begin_with rings asks
	attach
	echo >&8
	ends_with 0 "$target"
	ends_with 0 "$tracer"
	is "$(count_of io_uring_register) $(jq -c '[.blind_spots[].kind] | index("io-uring")' sctrace.json)" "1 null"
}

@test "attach: a SIGINT changes nothing once the recording has ended by itself" {
	local i

	for i in 1 2 3 4 5 6 7 8; do
		begin go 1 1
		attach
		echo >&8
		while kill -INT "$tracer" 2>/dev/null; do :; done
		ends_with 0 "$tracer"
		jq -e .format sctrace.json
	done
}

@test "attach: a process in epoll_wait, and in sigwaitinfo, notices the same as under strace" {
	require_tool strace
	local call

	for call in epoll sigwait; do
		begin in "$call"
		minding_int strace -qq -f -o trace -p "$target" 3>&- 8>&- &
		tracer=$!
		wait_for was_traced "$target" "$tracer"
		wait_for test -s trace
		kill -INT "$tracer" || true
		wait "$tracer" || true
		let_go_on
		mv out "$call.strace"
		begin in "$call"
		attach
		wait_for is_through_or_gone "$tracer"
		kill -INT "$tracer" || true
		wait_for gone "$tracer"
		let_go_on
		diff out "$call.strace"
	done
}

# -- stopped processes

@test "attach: a stopped process stays stopped, also when it is released" {
	begin go 3 10
	kill -STOP "$target"
	wait_for has_state "$target" T
	attach
	wait_for is_through "$tracer"
	wait_for has_state "$target" t
	echo >&8
	kill -TERM "$tracer"
	ends_with 0 "$tracer"
	wait_for has_state "$target" T
	is "$(count_of call_1000)" 0
	kill -CONT "$target"
	ends_with 0 "$target"
}

@test "attach: a stopped process that is continued runs and is counted" {
	begin go 3 10
	kill -STOP "$target"
	wait_for has_state "$target" T
	attach
	echo >&8
	kill -CONT "$target"
	ends_with 0 "$tracer"
	ends_with 0 "$target"
	is "$(count_of call_1000)" 100
}

@test "attach: a process that is stopped meanwhile stops, also for its parent, and is released stopped" {
	begin go 3 10
	attach
	wait_for is_through "$tracer"
	kill -STOP "$target"
	wait_for has_state "$target" t
	kill -INT "$tracer"
	ends_with 0 "$tracer"
	wait_for has_state "$target" T
	kill -CONT "$target"
	echo >&8
	ends_with 0 "$target"
}

# -- processes that cannot be attached to

@test "attach: a process that does not exist, has ended, is traced already, is sctrace or the kernel's" {
	require_tool strace
	local pid

	pid=$(bash -c 'echo $$')
	refused "there is no process $pid" "$pid"
	sleep 600 3>&- &
	target=$!
	jobs_started+=("$target")
	minding_int strace -qq -o /dev/null -p "$target" 3>&- &
	tracer=$!
	jobs_started+=("$tracer")
	wait_for is_traced "$target" "$tracer"
	refused "traced already, by process $tracer" "$target"
	is_traced "$target" "$tracer"
	kill -INT "$tracer"
	wait "$tracer" || true
	kill -0 "$target"
	run -125 --separate-stderr sh -c 'exec "$SCTRACE" record -q --attach $$'
	has "$stderr" "sctrace itself"
	run -125 --separate-stderr perl -e 'my $p = fork // die; exit 0 unless $p; waitid_ended($p); exit(system($ENV{SCTRACE}, "record", "-q", "--attach", $p) >> 8); sub waitid_ended { while (open(my $f, "<", "/proc/$p/stat")) { return if <$f> =~ /\) Z/ } }'
	has "$stderr" "has ended"
	if grep -q '^Kthread:.1' /proc/2/status; then
		refused "a thread of the kernel" 2
	fi
}

@test "attach: words that are not numbers, and options that do not apply" {
	local word

	for word in 0 -1 x 1x '' 99999999999; do
		run -125 --separate-stderr "$SCTRACE" record --attach="$word"
		has "$stderr" "'$word' is not a process number"
	done
	run -125 "$SCTRACE" record --attach $$ -- true
	run -125 "$SCTRACE" record --attach $$ --user root
	run -125 --separate-stderr "$SCTRACE" record --attach $$ --engine seccomp
	has "$stderr" syscall
}

@test "attach: a process that traces sctrace is rejected: the two would wait for each other" {
	require_tool strace
	# the leak sanitizer of a sanitized build does not work under a tracer
	ASAN_OPTIONS=detect_leaks=0 run -125 --separate-stderr timeout -k 5 "$HANG" strace -qq -o /dev/null sh -c \
		'exec "$SCTRACE" record -q --for 1 --attach "$(sed -n "s/^TracerPid:.//p" /proc/$$/status)"'
	has "$stderr" "traces sctrace itself"
}

@test "attach: if one of several is rejected, the others continue" {
	begin in read
	run -125 --separate-stderr timeout -k 5 "$HANG" "$SCTRACE" record -q --attach "$target" --attach 2147483647
	has "$stderr" "there is no process 2147483647"
	is_free "$target"
	echo >&8
	ends_with 0 "$target"
}

@test "attach: the shell that waits for sctrace" {
	run -0 timeout -k 5 "$HANG" bash -c '"$SCTRACE" record -q --for 0.2 --attach $$ 2>/dev/null; echo "$?"; grep TracerPid /proc/$$/status; (exit 3); echo $?'
	is "$output" $'0\nTracerPid:\t0\n3'
}

@test "attach: another user's process is denied, and the user's own is not" {
	open_folder open
	sleep 600 3>&- &
	target=$!
	jobs_started+=("$target")
	run -125 --separate-stderr as_nobody ./sctrace record -q --attach "$target"
	has "$stderr" "belongs to another user"
	is "${#stderr_lines[@]}" 1
	is_free "$target"
	local own='sleep 600 & ./sctrace record -q --for 0.1 --attach $!; s=$?; kill $!; exit $s'
	if as_nobody ./sctrace doctor -q yama; then
		run -0 as_nobody sh -c "$own"
	else
		run -125 as_nobody sh -c "$own"
		has "$output" yama
	fi
}

# -- how it ends

@test "attach: SIGINT ends it even if a shell started it in the background, with SIGINT ignored" {
	begin go 4 10
	perl -e '$SIG{INT} = $SIG{QUIT} = "IGNORE"; exec { $ARGV[0] } @ARGV' -- \
		"$SCTRACE" record --attach "$target" 2>err 3>&- 8>&- &
	tracer=$!
	jobs_started+=("$tracer")
	wait_for has_attached
	wait_for is_through "$tracer"
	kill -INT "$tracer"
	ends_with 0 "$tracer"
	is_free "$target"
	echo >&8
	ends_with 0 "$target"
}

@test "attach: Ctrl-C, SIGTERM, SIGHUP and --for release it unharmed" {
	local signal

	for signal in INT TERM HUP; do
		begin go 4 10
		attach
		wait_for is_through "$tracer"
		kill "-$signal" "$tracer"
		ends_with 0 "$tracer"
		is_free "$target"
		is "$(jq -c '.runs[0].end | keys' sctrace.json)" '["left"]'
		echo >&8
		ends_with 0 "$target"
	done
	begin go 4 10
	run -0 timeout -k 5 "$HANG" "$SCTRACE" record -q --for 0.1 --attach "$target"
	is_free "$target"
	run -0 "$SCTRACE" report
	has "$output" "left running; --for ended the recording"
	echo >&8
	ends_with 0 "$target"
}

@test "attach: a Ctrl-C that the process gets, too, ends the recording nevertheless" {
	run -0 timeout -k 5 "$HANG" setsid perl -e '
		$SIG{INT} = "IGNORE";
		my $target = fork // die;
		exec "sleep", "600" unless $target;
		my $tracer = fork // die;
		if (!$tracer) { $SIG{INT} = "DEFAULT"; exec $ENV{SCTRACE}, "record", "-q", "--attach", $target }
		sub traced { open(my $f, "<", "/proc/$target/status"); join("", <$f>) =~ /TracerPid:\s$tracer\b/ }
		sub waits { open(my $f, "<", "/proc/$tracer/stat"); <$f> =~ /\) S/ }
		select undef, undef, undef, 0.02 until traced() && waits();
		kill "INT", -$$;
		waitpid $tracer, 0;
		print "ended $?\n", kill(0, $target), "\n";
		kill "KILL", $target;'
	has "$output" $'ended 0\n1'
}

@test "attach: the death of sctrace by SIGKILL leaves the process alone" {
	begin go 4 10
	attach
	wait_for is_through "$tracer"
	kill -KILL "$tracer"
	ends_with 137 "$tracer"
	is_free "$target"
	echo >&8
	ends_with 0 "$target"
}

@test "attach: a task that waits for a vfork child cannot be stopped, and is not waited for" {
	begin vfork
	wait_for has_state "$target" D
	run -0 timeout -k 5 "$HANG" "$SCTRACE" record -q --for 0.1 --attach "$target"
	is_traced "$target" 0
	echo >&8
	ends_with 0 "$target"
}

@test "attach: a Ctrl-C just when the process ends does not cost the recording" {
	local i

	for ((i = 0; i < 10; i++)); do
		rm -f sctrace.json
		begin go 2 1
		attach
		echo >&8
		kill -INT "$tracer" || true
		# the signal may come too late to have an effect
		wait_for gone "$tracer"
		ends_with 0 "$target"
		jq -e .format sctrace.json >/dev/null
	done
}

@test "attach: Ctrl-Z and job control do not stop sctrace, which would stop the process" {
	local signal

	begin in read
	attach
	for signal in TSTP TTIN TTOU; do
		kill "-$signal" "$tracer"
	done
	wait_for is_through "$tracer"
	echo >&8
	ends_with 0 "$tracer"
	ends_with 0 "$target"
}

# No signal is lost or doubled, no thread or child is harmed; each end comes in time.
cycles() { # times, the signal that ends sctrace, the status of that
	FIXTURE=$FIXTURES/waits TIMES=$1 SIGNAL=$2 END=$3 timeout -k 5 "$HANG" perl -MPOSIX -MTime::HiRes=sleep,time -we '
		my $target = open(my $out, "-|", $ENV{FIXTURE}, "busy") // die;
		my ($ready, $sent, $bad) = (scalar <$out>, 0, 0);
		sub send_one { kill(SIGRTMIN, $target) and $sent++ }
		sub text { open(my $f, "<", "/proc/$target/status") or return ""; join "", <$f> }
		sub traced { text() =~ /TracerPid:\t$_[0]\n/ }
		for my $i (1 .. $ENV{TIMES}) {
			my $tracer = fork // die;
			exec $ENV{SCTRACE}, "record", "-q", "--attach", $target unless $tracer;
			my $end = time + 60;
			sleep 0.002, send_one() until traced($tracer) || waitpid($tracer, WNOHANG) || time > $end;
			sleep 0.002, send_one() for 1 .. rand 25;
			kill $ENV{SIGNAL}, $tracer;
			sleep 0.002, send_one() until waitpid($tracer, WNOHANG) || time > $end + 60;
			$? == $ENV{END} or print("round $i: status $?\n"), $bad++;
			text() =~ /TracerPid:\t0\n/ or print("round $i: still traced\n"), $bad++;
			text() =~ /State:\t[TtZ]/ and print("round $i: stopped\n"), $bad++;
		}
		kill "TERM", $target;
		my $told = <$out>;
		close $out or print("ended with $?\n"), $bad++;
		$ENV{SIGNAL} eq "KILL" or $told eq "signals $sent\n" or print("$sent were sent, $told"), $bad++;
		exit $bad;' 2>cycles.err || {
		cat cycles.err
		return 1
	}
}

@test "attach: a busy process is attached and released, again and again" {
	cycles 20 INT 0
}

@test "attach: a busy process whose tracer is killed, again and again" {
	cycles 20 KILL 9
}

# ptrace(2), BUGS: the one waits for our note of an end, and we for the one.
@test "attach: a process that executes programs from its threads, again and again" {
	local i

	"$FIXTURES/waits" exec 3>&- &
	target=$!
	jobs_started+=("$target")
	for ((i = 0; i < 25; i++)); do
		attach
		kill -TERM "$tracer"
		ends_with 0 "$tracer"
		is_traced "$target" 0
	done
	kill -0 "$target"
}

@test "attach: a process whose threads all vanish before they can be seized" {
	! grep -q __asan_init "$SCTRACE" || skip "no library can come before the sanitizer's"
	"$CC" -shared -fPIC -o vanish.so -x c - -ldl <<-'C'
		#define _GNU_SOURCE
		#include <dlfcn.h>
		#include <errno.h>
		#include <stdarg.h>
		#include <sys/ptrace.h>
		#include <sys/types.h>
		long ptrace(enum __ptrace_request request, ...)
		{
			static long (*real)(int, pid_t, void *, void *);
			static int seized;
			va_list ap;

			va_start(ap, request);
			pid_t pid = va_arg(ap, pid_t);
			void *address = va_arg(ap, void *), *data = va_arg(ap, void *);
			va_end(ap);
			if (!real)
				*(void **)&real = dlsym(RTLD_NEXT, "ptrace");
			long r = real(request, pid, address, data);
			if (request != PTRACE_SEIZE || seized++)
				return r;
			errno = ESRCH;
			return -1;
		}
	C
	sleep 600 3>&- &
	target=$!
	jobs_started+=("$target")
	run -0 env LD_PRELOAD="$PWD/vanish.so" timeout -k 5 "$HANG" "$SCTRACE" record --for 0.1 --attach "$target"
	has "$output" "by $(realpath "$(command -v sleep)")"
	is_traced "$target" 0
}

@test "attach: names that are not UTF-8 are written and read" {
	local name=$'a\nb\x01\xff"\\\e[31m'

	cp "$(command -v sleep)" "$name"
	"./$name" 600 3>&- &
	target=$!
	jobs_started+=("$target")
	(exec -a "$(head -c 6000 /dev/zero | tr '\0' '\303')" sleep 600) 3>&- &
	jobs_started+=("$!")
	run -0 timeout -k 5 "$HANG" "$SCTRACE" record -q --for 0.2 --attach "$!" --attach "$target"
	jq -e .format sctrace.json
	run -0 "$SCTRACE" report sctrace.json
	hasnt "$output" $'\e[31m'
}

@test "attach: several numbers in one word, as pidof prints them, and children are reported" {
	local first

	sleep 600 3>&- &
	first=$!
	jobs_started+=("$first")
	sleep 600 3>&- &
	jobs_started+=("$!")
	run -0 --separate-stderr "$SCTRACE" record --for 0.1 --attach "$first $!"
	has "$stderr" "attached to 2 threads"
	run -0 --separate-stderr "$SCTRACE" record --for 0.1 --attach "$first,$!"
	has "$stderr" "attached to 2 threads"
	run -125 "$SCTRACE" record --attach "$first,x"
	has "$output" "is not a process number"
	run -125 "$SCTRACE" record --attach ""
	run -0 --separate-stderr "$SCTRACE" record --for 0.1 --attach $$
	has "$stderr" "not recorded; --attach takes several numbers"
}

@test "attach: children of any thread are reported" {
	"$CC" -o parents -pthread -x c - <<-'C'
		#include <pthread.h>
		#include <stdio.h>
		#include <unistd.h>
		static void *parent(void *arg)
		{
			if (fork() == 0)
				for (;;)
					pause();
			puts("made");
			fflush(stdout);
			for (;;)
				pause();
			return arg;
		}
		int main(void)
		{
			pthread_t t;
			pthread_create(&t, NULL, parent, NULL);
			pthread_join(t, NULL);
		}
	C
	setsid ./parents >made 3>&- &
	target=$!
	jobs_started+=("$target" "-$target")
	wait_for test -s made
	run -0 --separate-stderr "$SCTRACE" record --for 0.1 --attach "$target"
	has "$stderr" "has 1 child process that is not recorded"
}
