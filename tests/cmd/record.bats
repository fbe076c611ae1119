#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `sctrace record` changes nothing that the workload or its parent could see;
# and it counts every call exactly.
# Text in single quotes is for the workload's shell; each test is a subshell.
# shellcheck disable=SC2016,SC2030,SC2031,SC2094,SC2154

load ../lib/common

setup_file() {
	load ../lib/common
	require ptrace
	require ret-trace
	require_tool jq perl
}

# Processes of a failed test end with its tracer.
teardown() {
	[ -z "${job-}" ] || kill -KILL "$job" 2>/dev/null || true
}

record() {
	"$SCTRACE" record -q "$@"
}

# The wait status as a parent sees it: "exit 3", "signal 15".
ending() { # command...
	perl -e 'my $r = system { $ARGV[0] } @ARGV; printf "%s\n", $r & 127 ? "signal " . ($r & 127) : "exit " . ($r >> 8)' -- "$@"
}

# The workload's pid, once it is in FILE.
ready() { # file
	wait_for test -s "$1" && cat "$1"
}

parent_of() { # pid
	sed 's/.*) . //; s/ .*//' "/proc/$1/stat"
}

is_recording() { # file
	is "$(jq -r .format "$1")" sctrace-recording
}

# -- how it ends

@test "record: the exit status is the command's" {
	local status

	for status in 0 1 3 124 125 255; do
		run -"$status" record -- sh -c "exit $status"
		is "$output" ""
		is "$(jq -c '.runs[0].end' sctrace.json)" "{\"exited\":$status}"
	done
}

@test "record: sctrace dies of the command's signal, as a shell and a parent see it" {
	local pair

	for pair in TERM=15 KILL=9 HUP=1 INT=2 PIPE=13 ALRM=14 USR1=10; do
		run -$((128 + ${pair#*=})) record -- sh -c 'kill -'"${pair%=*}"' $$'
		is "$(ending "$SCTRACE" record -q -- sh -c 'kill -'"${pair%=*}"' $$')" "signal ${pair#*=}"
		is "$(jq -c '.runs[0].end' sctrace.json)" "{\"killed\":${pair#*=}}"
	done
}

@test "record: the core file of a crash is the command's, and not sctrace's" {
	ulimit -c unlimited || true
	run -139 record -- perl -e 'kill SEGV => $$; sleep 10'
	is "$(jq -c '.runs[0].end' sctrace.json)" '{"killed":11}'
	is "$(ending "$SCTRACE" record -q -- perl -e 'kill ABRT => $$; sleep 10')" "signal 6"
}

@test "record: a missing command is 127, one that cannot be executed 126" {
	run -127 --separate-stderr record -- no-such-command-anywhere
	is "$stderr" "sctrace: cannot execute 'no-such-command-anywhere': not found in PATH"
	run -127 --separate-stderr record -- ./no-such-file
	has "$stderr" "No such file or directory"
	: >plain
	run -126 --separate-stderr record -- ./plain
	has "$stderr" "Permission denied"
	run -126 record -- ./
	run -127 record -- ""
	printf '#!/no/such/interpreter\n' >orphan
	chmod +x orphan
	run -127 record -- ./orphan
	run -1 test -e sctrace.json
}

@test "record: a file in an unknown format is 126, and a script without #! is sh's" {
	printf 'echo "$# $1 $2"\nexit 5\n' >script
	chmod +x script
	run -5 record -- ./script 'a b' c
	is "$output" "2 a b c"
	run -5 env PATH="$PWD:$PATH" "$SCTRACE" record -q -- script 'a b' c
	is "$output" "2 a b c"
}

@test "record: argv[0] is the word that was given" {
	run -0 env PATH="$PWD:$PATH" "$SCTRACE" record -q -- sh -c 'echo $0; tr "\0" " " </proc/$$/cmdline'
	has "$output" "sh -c"
	is "${lines[0]}" sh
}

# -- when sctrace itself fails

@test "record: if sctrace itself fails the status is 125 with one line, and the command does not run" {
	run -125 --separate-stderr record -o no/such/folder/file -- touch ran
	has "$stderr" "sctrace: cannot write 'no/such/folder/file': No such file or directory"
	run -125 --separate-stderr record -o . -- touch ran
	has "$stderr" "is a directory"
	run -125 --separate-stderr record --for nonsense -- touch ran
	has "$stderr" "--for: 'nonsense' is not a duration"
	run -125 record --for -1 -- touch ran
	run -125 record --for 1e99 -- touch ran
	run -125 record --for nan -- touch ran
	run -125 record --for '' -- touch ran
	run -125 record --flush 5parsecs -- touch ran
	run -125 --separate-stderr record --user no-such-user -- touch ran
	has "$stderr" "unknown user 'no-such-user'"
	run -125 record
	run -125 record --
	run -1 test -e ran
	run -1 test -e sctrace.json
}

@test "record: an unknown option is 125 and the nearest is named; options end at the command" {
	run -125 --separate-stderr record --ouput x -- touch ran
	has "$stderr" "unknown option '--ouput'; the nearest is '--output'"
	has "$stderr" "try 'sctrace record --help'"
	run -125 --separate-stderr record -Z -- touch ran
	has "$stderr" "unknown option '-Z'"
	run -125 --separate-stderr record -o
	has "$stderr" "needs a value"
	run -1 test -e ran
	run -0 record echo -o --for x
	is "$output" "-o --for x"
}

@test "record: other files are never overwritten, recordings and empty files are" {
	echo precious >sctrace.json
	run -125 --separate-stderr record -- touch ran
	has "$stderr" "'sctrace.json' exists and is not a recording"
	is "$(cat sctrace.json)" precious
	run -1 test -e ran
	echo '{"defaultAction":"SCMP_ACT_ALLOW"}' >profile.json
	run -125 record -o profile.json -- touch ran
	: >sctrace.json
	record -- true
	is_recording sctrace.json
	record -- sh -c 'exit 0'
	is "$(jq -c '.runs | map(.command[0])' sctrace.json)" '["sh"]'
}

@test "record: -o -, a symbolic link, a file's mode, a device" {
	record -o - -- true >out
	is_recording out
	record -o - -- echo hello >out
	is "$(head -n 1 out)" hello
	tail -n +2 out >rest
	is_recording rest
	mkdir real
	ln -s real/target.json link.json
	record -o link.json -- true
	is "$(readlink link.json)" real/target.json
	is_recording real/target.json
	chmod 604 real/target.json
	record -o link.json -- true
	is "$(stat -c %a real/target.json)" 604
	(umask 027; record -o new.json -- true)
	is "$(stat -c %a new.json)" 640
	record -o /dev/null -- true
	test -c /dev/null
	is "$(printf '%s ' *)" "link.json new.json out real rest "
}

@test "record: a full disk is an error, and the old recording stays" {
	require_root
	export TMPDIR=$PWD/rescued
	mkdir rescued
	run -125 --separate-stderr record -o /dev/full -- touch ran
	has "$stderr" "cannot write '/dev/full': No space left on device; the recording is in '$TMPDIR/sctrace-"
	"$SCTRACE" report -F names rescued/sctrace-*.json | grep -qx openat
	# there is no room anywhere
	TMPDIR=/nowhere run -125 --separate-stderr record -o /dev/full -- true
	is "$stderr" "sctrace: cannot write '/dev/full': No space left on device"
	unshare -m true 2>/dev/null || miss "no mount namespaces here"
	mkdir small
	unshare -m sh -c '
		mount -t tmpfs -o size=64k tmpfs small || exit 99
		"$SCTRACE" record -q -o small/rec.json -- true || exit 98
		before=$(cksum <small/rec.json)
		dd if=/dev/zero of=small/fill bs=4k 2>/dev/null
		"$SCTRACE" record -q -o small/rec.json -- true 2>err
		echo $?
		test "$before" = "$(cksum <small/rec.json)" && echo intact
		ls -A small' >out
	is "$(tr '\n' ' ' <out)" "125 intact fill rec.json "
	has "$(cat err)" "No space left on device"
}

# -- what the workload sees

@test "record: input and output pass unchanged, byte for byte" {
	perl -e 'srand 7; print pack "C*", map { int rand 256 } 1 .. 300000' >in
	local filter='binmode STDIN; local $/; my $in = <STDIN>; print STDERR "begin\n\0\xff"; print scalar reverse $in; print STDERR "end"; exit 4'

	run -4 sh -c 'perl -e "$1" <in >out.native 2>err.native' - "$filter"
	run -4 sh -c '"$SCTRACE" record -q -- perl -e "$1" <in >out.traced 2>err.traced' - "$filter"
	cmp out.native out.traced
	cmp err.native err.traced
	cmp in <(perl -0777 -ne 'print scalar reverse' out.traced)
}

@test "record: works in a pipeline, also if the reader ends early" {
	is "$(seq 1000 | record -- sort -rn | head -n 1)" 1000
	run -0 bash -c '"$SCTRACE" record -q -- yes | head -n 1; echo "${PIPESTATUS[@]}"'
	is "$output" $'y\n141 0'
	is_recording sctrace.json
}

@test "record: closed standard streams stay closed" {
	local what

	for what in '<&-' '>&-' '2>&-' '<&- >&- 2>&-'; do
		eval "'$FIXTURES/signals' state 4>&1 $what" >native || true
		local list='exec 9>fds; for n in 0 1 2 3 4 5 6 7 8; do { : >&$n; } 2>/dev/null && echo $n >&9; done; exit 7'

		run -7 bash -c "bash -c '$list' $what"
		mv fds fds.native
		run -7 bash -c "'$SCTRACE' record -q -- bash -c '$list' $what"
		diff fds.native fds
		is_recording sctrace.json
	done
}

# Dispositions, mask, files, limits, umask, niceness, scheduling, CPUs.
same_state() { # what to put before the command...
	"$@" "$FIXTURES/signals" state >native 7<"$FIXTURES/signals"
	"$@" "$SCTRACE" record -q -- "$FIXTURES/signals" state >traced 7<"$FIXTURES/signals"
	test -s native
	diff native traced
}

@test "record: signals, files, limits, umask and scheduling are as without sctrace" {
	same_state env
	same_state env --ignore-signal=HUP,INT,QUIT,TERM,TSTP,CHLD,PIPE,ALRM,USR1
	same_state env --block-signal=HUP,TERM,CHLD,ALRM,WINCH
	same_state nice -n 5
	same_state prlimit --nofile=100:200 --core=0 --stack=4194304
	same_state sh -c 'umask 077; exec "$@"' -
}

@test "record: soft limits apply to the workload only, and sctrace uses the hard ones" {
	local engine limits=(prlimit --cpu=7: --fsize=30000: --nofile=40: --memlock=4096: --sigpending=9:)
	local memory=(--data=900000000: --as=9000000000:)

	# a sanitized sctrace needs all addresses
	prlimit "${memory[@]}" "$SCTRACE" --version >/dev/null 2>&1 && limits+=("${memory[@]}")
	"${limits[@]}" cat /proc/self/limits >native
	has "$(cat native)" "Max cpu time              7 "
	"${limits[@]}" awk '/^Max (cpu|file size|data|open|locked|addr|pend)/ { print $(NF - 1) }' /proc/self/limits >hard
	for engine in seccomp syscall; do
		"${limits[@]}" "$SCTRACE" record -q --engine "$engine" -- cat /proc/self/limits >traced
		diff native traced
		"${limits[@]}" "$SCTRACE" record -q --engine "$engine" -- \
			sh -c 'awk "/^Max (cpu|file size|data|open|locked|addr|pend)/ { print \$(NF - 2) }" /proc/$PPID/limits' >ours
		diff hard ours
		is_recording sctrace.json
	done
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []}' >p.json
	"${limits[@]}" "$SCTRACE" check -q -p p.json -- cat /proc/self/limits >traced
	diff native traced
}

@test "record: SIGXCPU, and the hard limit of CPU time, end the workload and not the recording" {
	local engine

	for engine in seccomp syscall; do
		run -125 --separate-stderr "$SCTRACE" record --engine "$engine" -- sh -c 'kill -XCPU $PPID; sleep 60'
		has "$stderr" "used up its CPU time"
		is "$(jq -c '[.runs[0].end, .blind_spots[].kind]' sctrace.json)" '[{"killed":9},"exhausted"]'
		rm sctrace.json
	done
	run -125 --separate-stderr bash -c 'ulimit -t 2; exec "$SCTRACE" record -q --flush 0 -- "$FIXTURES/marked" main 100000000'
	has "$stderr" "used up its CPU time"
	[ "$(count_of call_1000)" -gt 1000 ]
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []}' >p.json
	run -2 --separate-stderr "$SCTRACE" check -p p.json -- sh -c 'kill -XCPU $PPID; sleep 60'
	has "$stderr" "inside p.json"
	has "$stderr" "used up its CPU time"
}

@test "record: CPUs and scheduling policy are as without sctrace" {
	require_tool taskset chrt
	local cpu

	cpu=$(taskset -pc $$ | sed 's/.*[: ]//; s/[-,].*//')
	same_state taskset -c "$cpu"
	is "$(grep -c '^cpu ' traced)" 1
	same_state chrt -b 0
	same_state chrt -i 0
	# also when it is started again because no filter can be installed
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["seccomp", "prctl"], "action": "SCMP_ACT_ERRNO",
		"args": [{"index": 0, "op": "SCMP_CMP_EQ", "value": 1}]}, {"names": ["prctl"], "action": "SCMP_ACT_ERRNO",
		"args": [{"index": 0, "op": "SCMP_CMP_EQ", "value": 22}]}]}' >p.json
	same_state "$SCTRACE" run -q -p p.json --
	is "$(jq -r '.runs[0].engine' sctrace.json)" syscall
	is "$(record -- nproc)" "$(nproc)"
}

@test "record: environment, working directory and process relations are as without sctrace" {
	same_output() {
		diff <("$@") <(record -- "$@")
	}
	same_output env -u _ A=b env
	same_output pwd
	same_output sh -c 'ps -o pgid=,sid=,tty= -p $$'
	same_output grep -E '^(Groups|Cap|NoNewPrivs|Sig[BIC]|Shd|Uid|Gid|Umask)' /proc/self/status
}

@test "record: an alarm from before is the workload's" {
	# not before the command runs
	is "$(ending perl -e 'alarm shift; exec @ARGV' "$(at_least 1)" "$SCTRACE" record -q -- sleep 600)" "signal 14"
	is_recording sctrace.json
}

@test "record: a workload's own handlers, timers and filters work" {
	run -0 --separate-stderr record -- "$FIXTURES/signals" own
	is "$output" ok
	has "$stderr" "blind spot: the workload installed seccomp filters"
	# its filter traps 1001 before sctrace's, a storm of alarms makes 1000
	is "$(count_of call_1001)" 0
	is "$(jq -r '.blind_spots[].kind' sctrace.json)" own-filter
	test "$(count_of rt_sigreturn)" -ge 205
}

@test "record: wait() reports children correctly" {
	run -0 record -- "$FIXTURES/signals" children
	is "$output" ok
}

# -- signals

# Starts the counter under sctrace, in a group of its own.
start_counter() {
	setsid env --default-signal "$SCTRACE" record -q -- "$FIXTURES/signals" count ready >counted 3>&- &
	job=$!
	workload=$(ready ready)
	tracer=$(parent_of "$workload")
}

@test "record: a signal for sctrace alone reaches the workload once" {
	local signal

	for signal in TERM INT USR2; do
		rm -f ready
		start_counter
		kill -"$signal" "$tracer"
		wait "$job"
		is "$(cat counted)" "$signal 1"
		is_recording sctrace.json
	done
}

@test "record: a signal for the whole group reaches the workload once" {
	local signal

	for signal in TERM INT HUP; do
		rm -f ready
		start_counter
		kill -"$signal" -"$tracer"
		wait "$job"
		is "$(cat counted)" "$signal 1"
	done
}

# sigwait() takes a signal without a stop that sctrace could see.
@test "record: a signal for the whole group is not doubled if the workload takes it by sigwait" {
	setsid env --default-signal "$SCTRACE" record -q -- "$FIXTURES/corners" burst >out 3>&- &
	local job=$!
	wait_for grep -q ready out
	local n
	for n in 1 2 3; do
		kill -USR1 -"$job"
		wait_for grep -qx "$n" out
		sleep 0.05	# for one that would be sent on
	done
	# one for sctrace alone is still passed on
	kill -USR1 "$job"
	wait_for grep -qx 4 out
	kill -TERM -"$job"
	wait "$job"
	is "$(tail -n 1 out)" 4
}

@test "record: the witness of signals ends with sctrace, and disturbs nothing" {
	start_counter
	local witness
	wait_for sh -c "ps -o comm= --ppid $tracer | grep -q signal-witness"
	witness=$(ps -o pid=,comm= --ppid "$tracer" | awk '/witness/ { print $1 }')
	is "$(ls /proc/"$witness"/fd)" ""
	kill -KILL "$tracer"
	wait_for gone "$witness"
	wait_for gone "$workload"
}

# Another process may have its number by then.
@test "record: the witness of signals gets nothing after its end" {
	# the leak sanitizer of a sanitized build does not work under strace
	export ASAN_OPTIONS=detect_leaks=0
	require_tool strace
	setsid strace -qq -o sent -e trace=kill,rt_sigqueueinfo,wait4 "$SCTRACE" record -q -- \
		"$FIXTURES/signals" count ready >counted 3>&- &
	job=$!
	workload=$(ready ready)
	tracer=$(parent_of "$workload")
	local witness
	wait_for pgrep -P "$tracer" witness
	witness=$(pgrep -P "$tracer" witness)
	kill -KILL "$witness"
	wait_for grep -q "SIGKILL.* = $witness\$" sent
	kill -TERM "$tracer"
	wait "$job"
	is "$(cat counted)" "TERM 1"
	is "$(grep -c "kill($workload" sent)" 1
	is "$(grep -c -e "kill($witness" -e "rt_sigqueueinfo($witness" sent)" 0
}

# pkill(1) and pidof(1) would signal both, and it would look like one for the group.
@test "record: the witness of signals does not have sctrace's name" {
	start_counter
	wait_for sh -c "grep -l ^State:.S /proc/\$(pgrep -P $tracer -x signal-witness)/status"
	is "$(pgrep -P "$tracer" sctrace)" ""
	run -1 grep -q '[^[:cntrl:]]' "/proc/$(pgrep -P "$tracer" witness)/cmdline"
	kill -TERM "$tracer"
	wait "$job"
	is "$(cat counted)" "TERM 1"
}

@test "record: several signals, and one for the workload alone, come once each" {
	start_counter
	kill -USR1 "$tracer"
	kill -USR2 "$tracer"
	kill -HUP "$workload"
	wait "$job"
	is "$(sort counted | tr '\n' ' ')" "HUP 1 USR1 1 USR2 1 "
}

@test "record: a process that repeats a signal for itself gets no more of it, and neither do remaining ones" {
	setsid "$SCTRACE" record -q -- perl -MPOSIX -e '
		unless (fork) { setsid; exec "$ENV{FIXTURES}/signals", "count", "ready" }
		$SIG{TERM} = sub { $SIG{TERM} = "DEFAULT"; kill TERM => $$ };
		open F, ">", "up"; close F; sleep 600' >counted 3>&- &
	job=$!
	wait_for test -e up
	workload=$(ready ready)
	kill -TERM -"$job"
	wait_for sh -c "test -z \"\$(ps -o stat=,comm= --ppid $job | grep -v -e ^Z -e witness)\""
	sleep 0.1	# what is to be forwarded is forwarded within that
	kill -USR1 "$workload"
	ends_with 143 "$job"
	is "$(cat counted)" "USR1 1"
}

# timeout(1) sends two, to its child and to its group, which the kernel may merge.
@test "record: timeout's SIGTERM reaches the workload as often as natively" {
	timeout "$HANG" "$SCTRACE" record -q -- "$FIXTURES/signals" count ready >counted 3>&- &
	wait_for test -s ready
	kill -ALRM $!	# its time is over
	ends_with 124 $!
	[[ $(cat counted) =~ ^"TERM "[12]($|[[:space:]]) ]]
	is_recording sctrace.json
}

@test "record: under timeout and nohup, the default ends the workload and the recording is there" {
	timeout "$HANG" "$SCTRACE" record -q -- sh -c ': >up; exec sleep 600' 3>&- &
	wait_for test -e up
	kill -ALRM $!
	ends_with 124 $!
	is "$(jq -c '.runs[0].end' sctrace.json)" '{"killed":15}'
	run -0 nohup "$SCTRACE" record -q -- sh -c 'grep SigIgn /proc/self/status; kill -HUP $PPID $$; echo alive'
	is "$(tail -n 1 <<<"$output")" alive
}

@test "record: the death of sctrace by SIGKILL takes the workload with it" {
	start_counter
	kill -KILL "$tracer"
	ends_with 137 "$job"
	wait_for gone "$workload"
}

@test "record: a workload killed at any time gives a recording" {
	local program

	for program in "threads 40" "children 40" "processes 100000" "churn 100000"; do
		setsid "$SCTRACE" record -q -o killed.json -- \
			"$FIXTURES/marked" "${program% *}" "${program#* }" 100000 3>&- &
		job=$!
		wait_for sh -c "ps -o comm= --ppid $job | grep -qx marked"
		pkill -KILL -P "$job"
		# children of the first process may live on, and are followed; or not be there yet
		[ "${program% *}" != children ] || pkill -KILL -s "$job" -x marked || :
		ends_with 137 "$job"
		is_recording killed.json
		is "$(jq -c '.runs[0].end' killed.json)" '{"killed":9}'
		rm killed.json
	done
}

@test "record: a workload stopped by another process stops, and goes on" {
	start_counter
	kill -STOP "$workload"
	wait_for has_state "$workload" '[tT]'
	kill -CONT "$workload"
	kill -TERM "$tracer"
	wait "$job"
	is "$(sort counted | tr '\n' ' ')" "CONT 1 TERM 1 "
}

@test "record: all threads of a stopped workload stand still" {
	setsid "$SCTRACE" record -q -- perl -e '$| = 1; open F, ">", "tick"; F->autoflush; while (1) { print F "x"; select undef, undef, undef, 0.005 }' 3>&- &
	job=$!
	wait_for test -s tick
	pkill -STOP -P "$job"
	wait_for sh -c 'a=$(stat -c %s tick); sleep 0.1; test $a = $(stat -c %s tick)'
	pkill -CONT -P "$job"
	wait_for sh -c 'a=$(stat -c %s tick); sleep 0.1; test $a != $(stat -c %s tick)'
	pkill -TERM -P "$job"
	ends_with 143 "$job"
}

# -- the end of the workload

@test "record: ends when the last task ends, with the status of the first process" {
	run -6 record -- sh -c '(until test -e go; do sleep 0.02; done; echo late; "$0" main 9) & (sleep 0.1; : >go) & exit 6' "$FIXTURES/marked"
	is "$output" late
	is "$(count_of call_1000)" 9
	run -0 record -- "$FIXTURES/marked" daemon daemon-was-here 12
	test -e daemon-was-here
	is "$(count_of call_1000)" 12
	run -0 record -- sh -c 'sleep 60 & kill $!'
}

@test "record: --for ends every process of the workload by SIGTERM" {
	run -143 --separate-stderr "$SCTRACE" record --for 300ms -- sh -c 'sleep 60 & setsid sleep 60 & sleep 60'
	has "$stderr" "ended by --for"
	is "$(jq -c '.runs[0].end' sctrace.json)" '{"killed":15}'
	run -0 record --for 30 -- true
	# one that is stopped, too
	run -143 record --for 0.3 -- sh -c 'kill -STOP $$'
}

@test "record: --for kills a workload that ignores SIGTERM after the grace time" {
	run -137 record --for "$(at_least 0.3)" -- "$FIXTURES/signals" ignore ready
	is "$(jq -c '.runs[0].end' sctrace.json)" '{"killed":9}'
	jq -e '.runs[0].seconds > 5' sctrace.json
}

# Programs that make many different calls, until sctrace has no memory left for more.
grows='for i in $(seq 200); do cp "$FIXTURES/abis" "p$i"; "./p$i" number 1 $(seq 5000 9000) >/dev/null || exit; rm "p$i"; done; echo survived'

@test "record: out of memory, it ends the command with 125 and one line, and writes the recording" {
	require_machine x86_64
	(ulimit -v 16000 && "$SCTRACE" --version) || skip "a sanitized sctrace needs more addresses"
	local engine

	for engine in seccomp syscall; do
		run -125 --separate-stderr bash -c 'ulimit -v 16000; exec "$SCTRACE" record --flush 0 --engine "$1" -- sh -c "$2"' - "$engine" "$grows"
		is "$output" ""
		has "${stderr_lines[-1]}" "sctrace itself has used up its memory (ulimit -H -v), and ended the command"
		is "$(jq -c '[.runs[0].end, .runs[0].cut.by, .blind_spots[].kind]' sctrace.json)" '[{"killed":9},"memory","exhausted"]'
		[ "$(jq '[.calls[] | select(.number >= 5000)] | length' sctrace.json)" -gt 1000 ]
		rm sctrace.json
	done
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []}' >p.json
	run -2 --separate-stderr bash -c 'ulimit -v 16000; exec "$SCTRACE" check --stale -p p.json -o found -- sh -c "$1"' - "$grows"
	has "${stderr_lines[-1]}" "sctrace itself has used up its memory"
	# not even for that
	run -125 --separate-stderr bash -c 'ulimit -v 9000; exec "$SCTRACE" record -q -- sh -c "$1"' - "$grows"
	is "$output" ""
	[ "${#stderr_lines[@]}" = 1 ] || has "${stderr_lines[-1]}" "memory"
}

# It has ended; its parent may not have waited for it yet.
over() { # pid
	gone "$1" || has_state "$1" Z
}

# A daemon in its own session that exists when its parent ends; `left` has its pid.
leaves='perl -MPOSIX -e "pipe R, W; unless (fork) { setsid; open F, q(>), q(left); print F \$\$; close F; close W; exec qw(sleep 60) } close W; <R>"; exit 6'

@test "record: --until-exit ends processes that the command leaves behind, and the status is the command's" {
	local engine

	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []}' >p.json
	for engine in seccomp syscall; do
		run -6 --separate-stderr "$SCTRACE" record --engine "$engine" --until-exit -- sh -c "$leaves"
		has "$stderr" "--until-exit ended 1 process that the command left behind: "
		has "$stderr" "($(cat left))"
		over "$(cat left)"
		is "$(jq -c '.runs[0] | [.end, .cut]' sctrace.json)" '[{"exited":6},{"by":"until-exit","processes":1}]'
		has "$("$SCTRACE" report)" "exit status 6; --until-exit ended 1 process"
	done
	run -3 --separate-stderr "$SCTRACE" check --until-exit -p p.json -- sh -c "$leaves"
	has "$stderr" "--until-exit ended 1 process"
	over "$(cat left)"
	# no remaining process, no report
	run -0 --separate-stderr "$SCTRACE" record --until-exit -- sh -c 'sleep 0.1 & wait'
	is "$(jq -c '.runs[0].cut' sctrace.json)" null
	hasnt "$stderr" until-exit
	run -125 --separate-stderr "$SCTRACE" record --until-exit --attach $$
	has "$stderr" "--until-exit cannot be combined with --attach"
	run -2 "$SCTRACE" check --until-exit -p p.json sctrace.json
}

@test "record: --until-exit kills processes that ignore SIGTERM after its grace time" {
	run -0 record --until-exit -- sh -c '"$FIXTURES/signals" ignore ready & until test -s ready; do sleep 0.02; done'
	over "$(cat ready)"
	jq -e '.runs[0].seconds > 5 and .runs[0].cut.by == "until-exit"' sctrace.json
}

@test "record: a second SIGTERM or SIGINT ends all of a workload that ignores the first, and nothing else does" {
	local first second pair

	for pair in "TERM TERM" "TERM INT"; do
		read -r first second <<<"$pair"
		rm -f ready
		setsid env --default-signal "$SCTRACE" record -q -- sh -c 'trap "" TERM; trap "" INT; sleep 60 & echo $$ >ready.new; mv ready.new ready; wait; wait; sleep 60' 3>&- &
		job=$!
		wait_for test -s ready
		kill -"$first" "$job"
		sleep 0.5
		wait_for kill -0 "$(cat ready)"
		kill -"$second" "$job"
		ends_with 137 "$job"
		is "$(jq -c '.runs[0].cut' sctrace.json)" '{"by":"signal","processes":2}'
	done
	# SIGUSR1 does not ask for the end, however often; two at once are one request
	rm -f ready
	setsid "$SCTRACE" record -q -- perl -e '$SIG{$_} = "IGNORE" for qw(USR1 TERM); open F, ">", "ready"; print F $$; close F; sleep 0.02 until -e "halt"' 3>&- &
	job=$!
	wait_for test -s ready
	for _ in 1 2 3; do
		kill -USR1 "$job"
		sleep 0.4
	done
	kill -TERM "$job" && kill -TERM "$job"
	sleep 0.5
	: >halt
	ends_with 0 "$job"
	is "$(jq -c '.runs[0].cut' sctrace.json)" null
}

@test "record: processes that a command leaves behind are listed after ten seconds, once, in check as well" {
	local job2

	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []}' >p.json
	mkdir a b
	(cd a && exec "$SCTRACE" record -- sh -c "$leaves") 2>a/err 3>&- &
	job=$!
	(cd b && exec "$SCTRACE" check -p ../p.json -- sh -c "$leaves") 2>b/err 3>&- &
	job2=$!
	wait_for test -s b/left && wait_for test -s a/left
	is "$(cat a/err b/err)" ""
	wait_for grep -q left a/err || wait_for grep -q left a/err
	wait_for grep -q left b/err || wait_for grep -q left b/err
	has "$(cat a/err)" "the command has ended, and 1 process is left: sleep ($(cat a/left)); sctrace waits until they end"
	has "$(cat b/err)" "the command has ended, and 1 process is left: sleep ($(cat b/left))"
	kill "$(cat a/left)" "$(cat b/left)"
	ends_with 6 "$job"
	ends_with 3 "$job2"
	is "$(grep -c 'is left' a/err)" 1
	is "$(jq -c '.runs[0].cut' a/sctrace.json)" null
}

@test "record: --flush writes while the workload runs" {
	mkfifo gate fifo
	setsid "$SCTRACE" record -q --flush 0.1 -- sh -c 'exec 3>fifo; read -r line <gate' 3>&- &
	job=$!
	wait_for test -s sctrace.json
	is "$(jq -r '.runs[0].end | keys[0]' sctrace.json)" running
	"$SCTRACE" report -F names >names
	grep -qx execve names
	kill -TERM "$job"
	ends_with 143 "$job"
	is "$(jq -c '.runs[0].end' sctrace.json)" '{"killed":15}'
	run -1 compgen -G 'sctrace.json.*'
}

# -- counts

marks() { # how many, command of the fixture...
	local expected=$1

	shift
	run -0 record -- "$FIXTURES/marked" "$@"
	is "$output" ""
	is "$(count_of call_1000)" "$expected"
}

@test "record: counts are exact in one task" {
	marks 1 main 1
	marks 20000 main 20000
	is "$(jq -c '.calls[] | select(.number == 1000) | [.abi, .name, .count]' sctrace.json)" '["x86_64","call_1000",20000]'
}

@test "record: counts are exact in threads" {
	marks 16000 threads 32 500
	is "$(jq '.runs[0].tasks' sctrace.json)" 33
	marks 1500 churn 500 3
	is "$(jq '.runs[0].tasks' sctrace.json)" 501
}

@test "record: counts are exact in children, however they are made" {
	marks 6400 children 32 200
	is "$(jq '.runs[0].tasks' sctrace.json)" 33
	marks 60 clone3 20 3
	marks 60 vfork 20 3
	marks 60 spawn 20 3
	is "$(jq '.programs[] | .executed' sctrace.json)" 21
}

@test "record: counts are exact with two thousand short processes" {
	marks 4000 processes 2000 2
	is "$(jq '.runs[0].tasks' sctrace.json)" 2001
	is "$(count_of exit_group)" 2001
}

@test "record: counts are exact over an exec, also from a thread that is not the leader" {
	marks 14 exec 7
	is "$(count_of execve)" 2
	marks 14 thread-exec 7
	is "$(count_of execve)" 2
	is "$(jq -c '[.programs[] | .executed]' sctrace.json)" '[2]'
}

@test "record: the sum of the counts is the run's, and each call names its program" {
	record -- sh -c '"$0" main 3; cat /dev/null; "$0" threads 2 2' "$FIXTURES/marked"
	is "$(jq '[.calls[].count] | add' sctrace.json)" "$(jq '.runs[0].calls' sctrace.json)"
	is "$(jq '[.calls[].seen[].count] | add' sctrace.json)" "$(jq '.runs[0].calls' sctrace.json)"
	is "$(jq -r '.calls[] | select(.number == 1000) | .seen[].program' sctrace.json)" "$(realpath "$FIXTURES/marked")"
	is "$(jq -c '[.programs[].executed] | add' sctrace.json)" 4
}

@test "record: x32 numbers, and numbers that no kernel has, are kept under their own name" {
	require_machine x86_64
	local nr expected

	for pair in 0x40000027=x32:getpid 600=x86_64:call_600 1023=x86_64:call_1023 1024=x86_64:call_1024 \
		70000=x86_64:call_70000; do
		nr=${pair%=*} expected=${pair#*=}
		run -0 record -- "$FIXTURES/marked" number "$nr"
		jq -r '.calls[] | .abi + ":" + .name' sctrace.json >names
		grep -qFx "$expected" names
	done
	# -1 too: it has no number, and is not a call
	for nr in 0x3fffffff 0x7fffffff 0xffffffff; do
		run -0 record -- "$FIXTURES/marked" number "$nr"
		is_recording sctrace.json
		"$SCTRACE" report >/dev/null
		"$SCTRACE" gen -o profile.json 2>/dev/null
		rm -f profile.json
	done
}

# -- users

# A folder that all users can enter, with sctrace, the fixture and a setuid `id`.
setuid_folder() {
	[ "$(id -u nobody)" = 65534 ] || miss "no user nobody"
	open_folder work
	cp "$FIXTURES/marked" .
	cp "$(command -v id)" id-of-root
	chmod u+s id-of-root
	is "$(as_nobody ./id-of-root -u)" 0 || miss "no setuid programs in the temporary folder"
}

@test "record: --user runs the command as that user, and setuid programs keep their power" {
	setuid_folder
	run -0 ./sctrace record -q --user nobody -- sh -c 'id -u; id -g; id -G; echo $HOME $USER; ./id-of-root -u; grep NoNewPrivs /proc/self/status'
	is "$output" "$(id -u nobody)
$(id -g nobody)
$(id -G nobody)
$(getent passwd nobody | cut -d: -f6) nobody
0
NoNewPrivs:	0"
	is "$(stat -c %u sctrace.json)" 0
	is "$(jq -c '[.runs[0].no_new_privs, .blind_spots]' sctrace.json)" '[false,[]]'
	grep -q id-of-root sctrace.json
	run -0 ./sctrace record -q --user "$(id -u nobody)" -- id -u
	is "$output" "$(id -u nobody)"
}

@test "record: for an ordinary user no_new_privs is set, and setuid programs are reported" {
	setuid_folder
	run -0 as_nobody ./sctrace record -q -- ./marked children 5 5
	is "$(count_of call_1000)" 25
	is "$(jq -c '[.runs[0].no_new_privs, .blind_spots]' sctrace.json)" '[true,[]]'
	run -0 --separate-stderr as_nobody ./sctrace record -q -- ./id-of-root -u
	is "$output" "$(id -u nobody)"
	has "$stderr" "blind spot: programs with setuid, setgid or file capabilities ran without their privilege"
	is "$(jq -r '.blind_spots[].kind' sctrace.json)" setuid
	run -125 --separate-stderr as_nobody ./sctrace record --user root -- touch ran
	has "$stderr" "only root can"
	run -1 test -e ran
}

# -- scope by name

@test "record: --scope exec: knows a program by its name and any path, and a script" {
	local name

	mkdir -p elsewhere
	printf '#!/bin/sh\n/bin/true\n' >elsewhere/worker.sh
	chmod +x elsewhere/worker.sh
	ln -s "$(type -P true)" link
	for name in true "$(type -P true)" ./link; do
		run -0 "$SCTRACE" record -q --scope "exec:$name" -- sh -c 'ls >/dev/null; env true'
		is "$(jq -c '[.programs[].path | sub(".*/"; "")]' sctrace.json)" '["true"]'
	done
	for name in worker.sh elsewhere/worker.sh "$PWD/elsewhere/worker.sh"; do
		run -0 "$SCTRACE" record -q --scope "exec:$name" -- sh -c 'ls >/dev/null; elsewhere/worker.sh'
		is "$(jq '.programs | length' sctrace.json)" 2
	done
	run -0 --separate-stderr "$SCTRACE" record --scope exec:nobody -- true
	has "$stderr" "nothing came into scope"
	run -2 "$SCTRACE" gen -o p.json
	has "$output" "the recording contains no call"
	run -1 test -e p.json
}
