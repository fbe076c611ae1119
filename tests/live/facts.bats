#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Kernel behavior that a recorder easily gets wrong.  The fixtures' calls are
# known exactly; what they print is the same with and without a tracer.
# A test is a subshell, and its check is called by name.
# shellcheck disable=SC2030,SC2031,SC2094,SC2317
load ../lib/common

# Every engine counts the same.
ENGINES="seccomp syscall"

# A test takes seconds, also on a busy machine; none may hang.
record_by() { # engine, command...
	timeout -k 5 "$HANG" "$SCTRACE" record -q --engine "$1" -o r.json -- "${@:2}"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	require ptrace
	require ret-trace
	require_tool jq
}

# What a fixture prints, and how it ends, natively and recorded by each engine;
# then a check of each recording.
same() { # check, fixture, arguments...
	local check=$1 engine native=0 status

	shift
	timeout -k 5 "$HANG" "$FIXTURES/$1" "${@:2}" >native || native=$?
	for engine in $ENGINES; do
		status=0
		record_by "$engine" "$FIXTURES/$1" "${@:2}" >traced || status=$?
		echo "engine $engine, status $status, natively $native" >&2
		is "$status" "$native"
		diff native traced >&2
		"$check" "$engine"
	done
}

nothing_more() { # engine
	is "$(jq -r .format r.json)" sctrace-recording
}

# All counts of calls of these names and ABIs, exactly.
counts() { # ABI:name=count...
	local pair

	for pair; do
		is "${pair%=*}=$(jq --arg call "${pair%=*}" \
			'[.calls[] | select(.abi + ":" + .name == $call) | .count] | add // 0' r.json)" "$pair"
	done
}

tasks() {
	jq '.runs[0].tasks' r.json
}

# -- how tasks come and go

@test "facts: hundreds of threads at once, which end quickly" {
	check() { counts x86_64:call_1000=1200 && is "$(tasks)" 401; }
	same check marked threads 400 3
	same check marked churn 400 3
}

@test "facts: children by fork, vfork, posix_spawn and clone3" {
	check() { counts x86_64:call_1000=60 && is "$(tasks)" 21; }
	local way

	for way in children processes vfork spawn clone3; do
		same check marked "$way" 20 3
	done
}

@test "facts: two thousand short processes" {
	check() { counts x86_64:call_1000=4000 x86_64:exit_group=2001 && is "$(tasks)" 2001; }
	same check marked processes 2000 2
}

@test "facts: a child by clone or clone3 with each flag is recorded, and is as it would be" {
	local way
	# also by a process whose parent is not the tracer, for CLONE_PARENT
	check() {
		read -r _ children _ marks <<<"$(tail -n 1 native)"
		[ "$children" -gt 20 ]
		counts x86_64:call_1000="$marks"
		[ "$way" = nested ] || is "$(tasks)" $((children + 1))
	}
	for way in clone clone3 nested; do
		same check kin "$way" 3
		hasnt "$(cat native)" wrong
	done
}

@test "facts: an exec from a thread, while other threads make calls" {
	check() {
		counts x86_64:call_1000=15 x86_64:execve=16
		is "$(jq -c '[.programs[].executed]' r.json)" "[16]"
	}
	same check kin busy-exec 15
}

@test "facts: of two threads that exec at once, one goes on" {
	check() {
		counts x86_64:call_1000=21
		is "$(jq -c '[.programs[].executed]' r.json)" "[21]"
	}
	same check kin exec-race 20
}

@test "facts: execveat by descriptor, by folder, and of a program in memory" {
	check() {
		counts x86_64:call_1000=12 x86_64:execveat=3
		is "$(jq -c '[.programs[] | [.path[0:12], .executed]] | sort_by(.[1])[0]' r.json)" '["/memfd:kin (",1]'
	}
	same check kin execveat 3
}

@test "facts: daemons of two forks, and orphans that a subreaper gets" {
	check() { counts x86_64:call_1000=200 && is "$(tasks)" 101; }
	same check kin orphans 50 4
	check() { counts x86_64:call_1000=12 && is "$(tasks)" 3; }
	same check marked daemon was-here 12
}

@test "facts: processes killed amid clone and exec, at any moment" {
	same nothing_more kin killed 12
	"$SCTRACE" report r.json >report
	"$SCTRACE" gen -q -o p.json r.json
}

# -- which call it is

@test "facts: the ABI is the call's: 64-bit, 32-bit and x32 numbers in one process" {
	check() { counts x86:getppid=0 x32:getppid=200 x86_64:getppid=201; }
	same check abis x32 200
	require compat
	check() { counts x86:getppid=200 x32:getppid=200 x86_64:getppid=201; }
	same check abis mixed 200
	check() { counts x86:call_1000=20; }
	same check abis int80 20 1000
}

@test "facts: an impossible number belongs to the native ABI, and fails as without a recorder" {
	check() {
		counts x86_64:call_4294967295=7 x86_64:call_1073745919=7 x86_64:call_2147483648=7 x86_64:call_5000=7 \
			x86_64:call_1000=7 x32:call_1073742800=7
		is "$(jq -c '[.calls[] | select(.abi == "x32").number]' r.json)" "[1073742800]"
	}
	require_machine x86_64
	same check abis number 7 -1 0x40000fff 0x80000000 5000 1000 0x400003d0
	check() { counts x86:call_4294967195=3 x86:socket=0; }
	require compat
	same check abis int80 3 -101
}

@test "facts: a 32-bit program by each entry, with children, threads and exec" {
	check() {
		counts x86:call_1000=15 x86:vfork=1 x86:fork=1 x86:clone=2 x86:waitpid=3 x86:exit=1 x86:exit_group="$exits" \
			x86:write=1 x86:execve="$execs" x86_64:call_1000="$marks" x86_64:execve=1
	}
	local exits=4 execs=0 marks=2

	require compat
	[ -x "$FIXTURES/compat" ] || miss "the compiler makes no 32-bit programs"
	same check compat
	exits=3 execs=1 marks=7
	same check compat "$FIXTURES/marked" main 5
}

# Each of the numbers 41 times on this ABI.
each_41() { # ABI, number...
	is "$(jq -r --arg abi "$1" '.calls[] | select(.abi == $abi and .count == 41) | .number' r.json |
		sort -n | paste -s -d' ')" "$(printf '%d\n' "${@:2}" | sort -n | paste -s -d' ')"
}

@test "facts: numbers that are not calls, and the upper half of the number's register" {
	local numbers=(470 471 472 999 1000 1022 1023 1024 4000 0x3fffffff 0x80000000)

	check() { each_41 x86_64 "${numbers[@]}" && counts x86_64:execve=1 x86_64:exit_group=1; }
	same check abis number 41 "${numbers[@]}"
	numbers=(0xdeadbeef000003e8 0x1000003ff 0xffffffff000001d6)
	check() { each_41 x86_64 470 1000 1023; }
	same check abis number 41 "${numbers[@]}"
	# -1 is not a call, but fails as natively
	check() { counts x86_64:execve=1 x86_64:exit_group=1; }
	same check abis number 41 -1
}

@test "facts: numbers of the 32-bit ABI that are not calls" {
	local numbers=(470 1000 1023 1024 4000 0x3fffffff)

	require compat
	check() { each_41 x86 "${numbers[@]}"; }
	same check abis int80 41 "${numbers[@]}"
}

@test "facts: calls through the vsyscall page" {
	check() {
		[ "$1" = seccomp ] || [ "$(id -u)" = 0 ] || return 0	# the blind spot vsyscall
		counts x86_64:gettimeofday=9 x86_64:time=9 x86_64:getcpu=9
	}
	require_vsyscall
	same check abis vsyscall 9
}

@test "facts: restart_syscall after a stop, and restarted calls" {
	check() { counts "x86_64:$call=$times" x86_64:restart_syscall="$restarts"; }
	local way call times restarts status

	while read -r way call times restarts status; do
		same check abis restart "$way"
		is "$(cat native)" "$status"
	done <<-'END'
		nanosleep clock_nanosleep 1 1 15
		poll poll 1 1 0
		futex futex 2 1 0
		select select 2 0 0
	END
}

@test "facts: 32-bit calls with something in the upper halves of the registers" {
	check() { counts x86:getpid=1 x86:personality=1 x86:write=1; }
	require compat
	same check abis dirty
	has "$(cat native)" written
	check() { counts x86:getpriority=1; }
	same check abis low 0xdeadbeef00000000
}

@test "facts: a profile decides on the low words of a 32-bit call's arguments" {
	local op word expected

	require compat
	# errno 77 for what the rule says
	while read -r op word expected; do
		cat >p.json <<-EOF
			{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
			 "syscalls": [
			 {"names": ["getpriority"], "action": "SCMP_ACT_ERRNO", "errnoRet": 77,
			  "args": [{"index": 0, "value": 2, "op": "SCMP_CMP_$op"}]}]}
		EOF
		is "$word $("$SCTRACE" run -q -p p.json -- "$FIXTURES/abis" low "$word")" "$word $expected"
	done <<-END
		EQ 2 -77
		EQ 0xdeadbeef00000002 -77
		NE 0xdeadbeef00000002 $("$FIXTURES/abis" low 2)
		NE 0xdeadbeef00000000 -77
		GE 0xdeadbeef00000000 $("$FIXTURES/abis" low 0)
		GE 0xdeadbeef00000002 -77
		LT 0xdeadbeef00000000 -77
		LT 0xdeadbeef00000002 $("$FIXTURES/abis" low 2)
	END
}

# -- how often

# What strace saw: "name count", sorted.
strace_counts() { # fixture, arguments...
	strace -f -qq -e signal=none -o trace "$FIXTURES/$1" "${@:2}" >printed
	awk '{ sub(/^[0-9]+ +/, "") }
		!/^(<\.\.\.|---|\+\+\+|\?\?\?|strace:|\[ )/ { sub(/\(.*/, ""); n[$0]++ }
		END { for (name in n) print name, n[name] }' trace | LC_ALL=C sort
}

@test "facts: strace counts the same, call by call" {
	check() {
		jq -r '[.calls[] | [(.name | sub("^call_1000$"; "syscall_0x3e8")), .count]] | group_by(.[0])[] |
			[.[0][0], (map(.[1]) | add)] | join(" ")' r.json | LC_ALL=C sort | diff strace - >&2
	}
	require_tool strace
	strace_same() {
		strace_counts "$@" >strace
		[ "$(wc -l <strace)" -gt 10 ]
		same check "$@"
	}
	strace_same marked processes 200 3
	strace_same marked vfork 20 3
	strace_same marked exec 3
	strace_same kin execveat 3
}

# -- signals

@test "facts: all real-time signals come once, in order, with value and sender" {
	check() { counts x86_64:rt_sigreturn=300 x86_64:rt_sigqueueinfo=300; }
	same check sent queue
	is "$(head -n 1 native)" 300
}

@test "facts: siginfo has the origin of a signal: faults, senders, timers, files, filters" {
	same nothing_more sent info
}

@test "facts: SIGTRAPs are the workload's: raised, queued, of breakpoints and single steps" {
	same nothing_more sent traps
	[ "$(wc -l <native)" -gt 10 ]
}

@test "facts: stops by each stop signal, SIGCONT, and the ends of stopped tasks" {
	same nothing_more sent jobs
	is "$(grep -c stopped native)" 6
	same nothing_more sent ends
}

@test "facts: waitid and SIGCHLD report each end, and no unwanted zombies remain" {
	same nothing_more sent waits
}

@test "facts: sigwaitinfo, sigtimedwait and signalfd get what is queued" {
	same nothing_more sent synchronous
	is "$(grep -c ^signalfd native)" 5
}

@test "facts: calls that a handler interrupts, and restarted calls" {
	same nothing_more sent interrupts "$("$SCTRACE" doctor -q compat && echo 32 || echo 0)"
	has "$(cat native)" "epoll_wait-for-ever signal 28: 1 errno 0"
}

@test "facts: a storm of timers loses no calls" {
	check() { counts x86_64:call_1000=2000 && [ "$(count_of rt_sigreturn r.json)" -ge 400 ]; }
	same check sent storm 2000
	same check sent timers 500
}

@test "facts: signals during execve are neither lost nor mixed up" {
	check() { [ "$(count_of execve r.json)" -gt 15 ]; }
	same check sent bombard 300
	has "$(cat native)" "300 in order"
}

# -- filters of the workload's own

@test "facts: filters that deny, kill, and bind all threads work as without sctrace" {
	check() { counts x86_64:call_1000=20; }
	same nothing_more guards errno 3
	same nothing_more guards kill
	same check guards tsync 5
	same nothing_more guards failed
}

@test "facts: a workload that serves its own notifications gets and answers them" {
	same nothing_more guards notify 30
	is "$(sort native | uniq -c | awk '{ print $2 "x" $1 }' | paste -s -d' ')" "-33x10 0x10 4242x10"
}

@test "facts: no_new_privs is not set if root records" {
	require_root
	for engine in $ENGINES; do
		run -0 record_by "$engine" "$FIXTURES/guards" state
		has "$output" "no_new_privs 0"
	done
}

@test "facts: prctl does not show sctrace's filter to the workload, but its own" {
	same nothing_more guards modes
	is "$(paste -s -d, native)" "at first 0,filtered 2,its child 2,at last 0"
}

@test "facts: prctl shows an earlier filter under any user, and the profile under check" {
	local engine deny='{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mkdir"], "action": "SCMP_ACT_ERRNO"}]}'

	for engine in $ENGINES; do
		echo "$deny" >p.json
		run -0 --separate-stderr "$SCTRACE" run -p p.json -- "$SCTRACE" record -q -o r.json --engine "$engine" -- "$FIXTURES/guards" modes
		is "${lines[0]}" "at first 2"
	done
	for profile in "$deny" '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []}'; do
		echo "$profile" >p.json
		"$SCTRACE" run -q -p p.json -- "$FIXTURES/guards" modes >natively
		"$SCTRACE" check -q -p p.json -- "$FIXTURES/guards" modes >checked
		diff natively checked
	done
}

# A signal that comes too late shows nothing: each call has several tries.
@test "facts: the manual names all calls that answer EINTR to an ignored signal when they are traced" {
	local engine notes named

	notes=$(sed -n '/answer EINTR to a signal that the workload ignores/,/^\.IP/p' "$SRCDIR/src/man/sctrace.1")
	"$FIXTURES/timed" >native
	hasnt "$(cat native)" EINTR
	# and not those that this kernel lacks
	named=$(grep -oE 'SO_[A-Z]+|[a-z0-9]+_[a-z0-9_]+|semtimedop' <<<"$notes" | grep -v io_pgetevents | sort -u |
		grep -vxFf <(awk '$3 == "ENOSYS" || $3 == "EPERM" { print $1 }' native))
	for engine in $ENGINES; do
		: >answers
		for _ in 1 2 3 4 5; do
			run -0 --separate-stderr "$SCTRACE" record -q -o r.json --engine "$engine" -- "$FIXTURES/timed"
			echo "$output" >>answers
			[ "$(awk '$3 == "EINTR" { print $1 }' answers | sort -u)" != "$named" ] || break
		done
		is "$(awk '$3 == "EINTR" { print $1 }' answers | sort -u)" "$named"
	done
}

@test "facts: calls that are diverted to the workload itself reach it" {
	check() { counts x86_64:call_1000=0; }
	same check guards divert 20
	same nothing_more guards divert-failed
}

# -- what a recording cannot show

spots() { jq -r '.blind_spots[].kind' r.json; }

# The blind spots of a fixture, one word each; the recording is left in r.json.
spots_of() { # engine, fixture, arguments...
	record_by "$1" "$FIXTURES/$2" "${@:3}" >printed 2>err
	spots | paste -s -d' '
}

@test "facts: the workload's own filter hides calls from engine seccomp, and is a blind spot" {
	is "$(spots_of seccomp guards errno 5)" own-filter
	is "$(count_of getppid r.json)" 0
	is "$(jq -r '.blind_spots[0].seen[0].program' r.json)" "$(realpath "$FIXTURES/guards")"
	jq -e '.blind_spots[0].seen[0] | .run == $run and .count == 1 and .first >= 0' \
		--arg run "$(jq -r '.runs[0].id' r.json)" r.json
	is "$(spots_of seccomp guards tsync 5)" own-filter
	is "$(spots_of seccomp guards failed)" ""
}

@test "facts: a filter that a 32-bit call installs is read as the kernel reads it" {
	require compat
	is "$(spots_of seccomp guards errno 1)" own-filter
	jq -c '.blind_spots[0].calls' r.json >calls
	has "$(cat calls)" getppid
	is "$(spots_of seccomp guards errno-compat 1)" own-filter
	jq -c '.blind_spots[0].calls' r.json | diff calls -
}

@test "facts: engine syscall sees what the workload's own filter denies" {
	is "$(spots_of seccomp guards errno 1)" own-filter
	same_by_syscall() { local ENGINES=syscall; same "$@"; }
	check() { counts x86_64:getppid=5; }
	same_by_syscall check guards errno 5
	# one before the filter is there
	check() { counts x86_64:getppid=31; }
	same_by_syscall check guards notify 30
	check() { counts x86_64:getppid=4 x86_64:call_1000=20; }
	same_by_syscall check guards tsync 5
}

@test "facts: engine syscall sees what an outer filter denies" {
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
		{"names": ["getpgrp"], "action": "SCMP_ACT_ERRNO", "errnoRet": 33}]}' >p.json
	run -0 "$SCTRACE" run -q -p p.json -- "$SCTRACE" record -q --engine syscall -o r.json -- "$FIXTURES/abis" number 9 111
	is "$output" "111: -33"
	is "$(count_of getpgrp r.json)" 9
	run -0 "$SCTRACE" run -q -p p.json -- "$SCTRACE" record -q --engine seccomp -o r.json -- "$FIXTURES/abis" number 9 111
	is "${lines[0]}" "111: -33"
	is "$(count_of getpgrp r.json)" 0
	spots | grep -qx outer-filter
}

@test "facts: a filter that answers TRACE without a tracer of its own gives ENOSYS" {
	local data

	# with the numbers of other calls, with what engines use, and with neither
	for data in 0 169 0x4014 0xffff; do
		same nothing_more guards trace "$data" 3
		is "$(sort -u native)" -38
	done
}

@test "facts: an io_uring is a blind spot if it is created" {
	"$FIXTURES/guards" ring | grep -q ring || miss "no io_uring on this host"
	for engine in $ENGINES; do
		is "$(spots_of "$engine" guards ring)" io-uring
		is "$(spots_of "$engine" guards ring-failed)" ""
	done
}

@test "facts: syscall user dispatch is a blind spot if it is switched on" {
	"$FIXTURES/guards" divert 1 | grep -q diverted || miss "no syscall user dispatch on this kernel"
	for engine in $ENGINES; do
		is "$(spots_of "$engine" guards divert 3)" syscall-dispatch
		is "$(spots_of "$engine" guards divert-failed)" ""
	done
}

@test "facts: a ptrace that was denied because of sctrace is a blind spot, one that always fails is not" {
	local way

	for engine in $ENGINES; do
		for way in traceme attach seize; do
			is "$way: $(spots_of "$engine" guards "$way")" "$way: nested-tracer"
			is "$(cat printed)" -1
		done
		for way in interrupt peek; do
			is "$way: $(spots_of "$engine" guards "$way")" "$way: "
			is "$(cat printed)" -3
		done
	done
}

@test "facts: ptrace of a child that is just made is denied because of sctrace, too" {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		for engine in $ENGINES; do
			is "$(spots_of "$engine" guards attach-new)" nested-tracer
		done
	done
}

@test "facts: ptrace by a number of another PID namespace is denied because of sctrace, too" {
	require_root
	unshare -pf true 2>/dev/null || miss "no PID namespaces here"
	for engine in $ENGINES; do
		run -0 record_by "$engine" unshare -pf "$FIXTURES/guards" attach
		is "$(spots)" nested-tracer
	done
}

# The engine syscall of an ordinary user installs nothing in a workload.
recorded_by_nobody() { # sctrace's arguments...
	as_nobody timeout -k 5 "$HANG" "$SCTRACE" record -q -o r.json "$@"
}

@test "facts: engine syscall does not set no_new_privs, and installs no filter that needs it" {
	require_root
	require_tool setpriv
	chmod 777 .
	cp "$FIXTURES/guards" .
	run -0 --separate-stderr recorded_by_nobody --engine syscall -- ./guards state
	is "$output" "seccomp 0 no_new_privs 0"
	run -0 --separate-stderr recorded_by_nobody --engine syscall -- grep Seccomp: /proc/self/status
	is "$output" $'Seccomp:\t0'
	is "$(jq '.runs[0].no_new_privs' r.json)" false
	run -0 --separate-stderr recorded_by_nobody --engine syscall -- ./guards strict
	is "$output" "$(./guards strict)"
	is "$(spots)" vsyscall
	# it is not available beside the filter of sctrace, and that is reported
	run --separate-stderr recorded_by_nobody -- ./guards strict
	has "$(spots)" strict-mode
	run -0 --separate-stderr recorded_by_nobody --engine seccomp -- ./guards state
	is "$output" "seccomp 0 no_new_privs 1"
	run -0 --separate-stderr recorded_by_nobody --engine seccomp -- grep Seccomp: /proc/self/status
	is "$output" $'Seccomp:\t2'
}
