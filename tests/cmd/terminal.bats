#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `sctrace record` in a real terminal: keys, job control, the status line, modes.
# Text in single quotes is for the shell in the terminal; each test is a subshell.
# shellcheck disable=SC2016,SC2030,SC2031,SC2094,SC2154

load ../lib/common

setup_file() {
	load ../lib/common
	require ptrace
	require ret-trace
	require_tool tmux jq perl stty
}

# A terminal of 80 x 24 with an interactive shell, on a tmux server of its own.
setup() {
	cd "$BATS_TEST_TMPDIR" || return
	unset TMUX
	tm new-session -d -s t -x 80 -y 24 "env PS1='ready> ' SCTRACE='$SCTRACE' F='$FIXTURES' bash --norc --noprofile -i" 3>&-
	wait_for screen_has 'ready>'
}

# The screen is shown when a test fails.
teardown() {
	screen || true
	tm kill-server 2>/dev/null || true
}

tm() {
	tmux -S "$BATS_TEST_TMPDIR/tmux" -f /dev/null "$@"
}

screen() {
	tm capture-pane -p -t t
}

screen_has() {
	screen | grep -qF -- "$1"
}

screen_matches() { # extended expression
	screen | grep -qE -- "$1"
}

# The output before the prompt; the screen was cleared at the begin of the line.
settled() {
	wait_for test -s status && wait_for screen_has 'ready>'
}

type_line() {
	tm send-keys -t t -l "$1"
	tm send-keys -t t Enter
}

key() {
	tm send-keys -t t "$1"
}

# Runs a line in the terminal up to its end; its status is in the file `status`.
run_line() {
	rm -f status
	type_line "$1; echo \$? >status"
	wait_for test -s status
}

@test "terminal: Ctrl-C reaches the workload once, and the recording is written" {
	type_line '"$SCTRACE" record -q -- "$F/signals" count counting; echo $? >status'
	wait_for test -s counting
	key C-c
	wait_for test -s status
	is "$(cat status)" 0
	wait_for screen_has 'INT 1'
	is "$(jq -c '.runs[0].end' sctrace.json)" '{"exited":0}'
}

@test "terminal: Ctrl-C ends a workload that does not handle it, and the shell sees it" {
	type_line '"$SCTRACE" record -- sleep 600; echo $? >status'
	wait_for screen_has 'calls,'
	key C-c
	wait_for screen_has 'written to sctrace.json'
	wait_for screen_has 'ready>'
	is "$(jq -c '.runs[0].end' sctrace.json)" '{"killed":2}'
	run_line 'true'
	is "$(cat status)" 0
}

@test "terminal: Ctrl-Backslash reaches the workload once" {
	type_line 'ulimit -c 0; "$SCTRACE" record -q -- "$F/signals" count counting; echo $? >status'
	wait_for test -s counting
	# shellcheck disable=SC1003 # it is meant so
	key 'C-\'
	wait_for test -s status
	wait_for screen_has 'QUIT 1'
}

@test "terminal: Ctrl-Z stops the job, fg and bg continue it" {
	type_line '"$SCTRACE" record -q -- "$F/signals" count counting'
	wait_for test -s counting
	key C-z
	wait_for screen_has 'Stopped'
	wait_for has_state "$(cat counting)" '[tT]'
	# bash reports it in its own list, and prints its prompt
	run_line 'jobs'
	wait_for screen_has 'Stopped'
	run_line fg
	is "$(cat status)" 0
	wait_for screen_has 'CONT 1'
	jq -e .format sctrace.json
}

@test "terminal: a stopped job continues in the background" {
	type_line '"$SCTRACE" record -q -- perl -e '\''$| = 1; open F, ">", "tick"; F->autoflush; until (-e "halt") { print F "x"; select undef, undef, undef, 0.02 }'\'
	wait_for test -s tick
	key C-z
	wait_for screen_has 'Stopped'
	local size

	size=$(stat -c %s tick)
	type_line bg
	wait_for sh -c "test \$(stat -c %s tick) -gt $((size + 5))"
	: >halt
	run_line 'wait'
	is "$(cat status)" 0
	jq -e .format sctrace.json
}

@test "terminal: a shell in the workload has job control of its own" {
	type_line '"$SCTRACE" record -q -- env PS1="inner> " bash --norc --noprofile -i; echo $? >status'
	wait_for screen_has 'inner>'
	type_line '"$F/signals" count counting'
	wait_for test -s counting
	key C-z
	wait_for screen_has 'Stopped'
	type_line 'fg'
	wait_for screen_has 'CONT 1'
	type_line 'exit 5'
	wait_for test -s status
	is "$(cat status)" 5
}

@test "terminal: the status line names what the command left behind, and a second Ctrl-C ends it" {
	# output to the terminal ends the status line
	type_line 'clear; "$SCTRACE" record -- perl -e '\''$SIG{INT} = "IGNORE"; unless (fork) { mkdir "ready"; sleep 60 } select undef, undef, undef, 0.1 until -e "ready"'\''; echo $? >status'
	wait_for screen_has "the command has ended, 1 process is left: perl ("
	key C-c
	sleep 0.5
	screen_has "1 process is left"
	key C-c
	wait_for test -s status
	is "$(jq -c '.runs[0] | [.end, .cut]' sctrace.json)" '[{"exited":0},{"by":"signal","processes":1}]'
}

@test "terminal: a program that handles Ctrl-C gets each one, and continues" {
	type_line '"$SCTRACE" record -q -- perl -e '\''$| = 1; $SIG{INT} = sub { $n++; print "got $n\n" }; open F, ">", "ready"; print F $$; close F; sleep 1 until $n == 4'\''; echo $? >status'
	wait_for test -s ready
	local n

	for n in 1 2 3 4; do
		key C-c
		wait_for screen_has "got $n"
		sleep 0.4
	done
	wait_for test -s status
	is "$(cat status)" 0
	is "$(jq -c '.runs[0] | [.end, .cut]' sctrace.json)" '[{"exited":0},null]'
}

@test "terminal: a silent workload has a status line, which is gone at the end" {
	type_line 'clear; "$SCTRACE" record -- sh -c "until test -e halt; do sleep 0.1; done"; echo $? >status'
	wait_for screen_has 'sctrace: '
	wait_for screen_has 'calls, '
	wait_for screen_has 's ago'
	# one line only, and it is renewed
	is "$(screen | grep -c 's ago')" 1
	: >halt
	settled
	run -1 screen_has 's ago'
	# many calls need a second line
	is "$(tm capture-pane -p -J -t t | head -n 1 | grep -c 'sctrace: [0-9]* calls, [0-9]* distinct, by .* written to sctrace.json')" 1
}

@test "terminal: the status line fits a narrow terminal" {
	tm resize-window -t t -x 40 -y 24
	type_line 'clear; "$SCTRACE" record -- sh -c "until test -e halt; do sleep 0.1; done"; echo $? >status'
	wait_for screen_has 'sctrace: '
	# two lines would remain at every tick
	wait_for sh -c 'sleep 0.8'
	is "$(screen | grep -c 'sctrace: ')" 1
	: >halt
	wait_for test -s status
}

@test "terminal: a talking workload's output is not garbled" {
	type_line 'clear; "$SCTRACE" record -- sh -c "printf one; sleep 0.6; echo two; sleep 0.6; printf three\\\\n; until test -e halt; do sleep 0.1; done"; echo $? >status'
	wait_for screen_has three
	: >halt
	settled
	is "$(screen | sed -n 1,2p)" $'onetwo\nthree'
	run -1 screen_has 's ago'
}

@test "terminal: a workload that begins to talk late is not garbled" {
	type_line 'clear; "$SCTRACE" record -- sh -c "sleep 0.8; printf one; sleep 0.6; echo two; until test -e halt; do sleep 0.1; done"; echo $? >status'
	wait_for screen_has 's ago'
	wait_for screen_has onetwo
	: >halt
	settled
	is "$(screen | head -n 1)" onetwo
}

@test "terminal: output to a file does not stop the status line, and the file is clean" {
	type_line 'clear; "$SCTRACE" record -- sh -c "until test -e halt; do echo word; sleep 0.1; done" >out; echo $? >status'
	wait_for screen_has 's ago'
	wait_for test -s out
	: >halt
	wait_for test -s status
	run -1 grep -vx word out
}

@test "terminal: -q shows no status line" {
	type_line 'clear; "$SCTRACE" record -q -- sh -c "sleep 0.8; : >halt"; echo $? >status'
	wait_for test -e halt
	run -1 screen_has 'sctrace: '
	wait_for test -s status
}

@test "terminal: the modes are as before, after an end, a Ctrl-C and a kill" {
	run_line 'stty -g >before; "$SCTRACE" record -q -- true; stty -g >after'
	diff before after
	type_line '"$SCTRACE" record -q -- sh -c ": >up; exec sleep 600"; stty -g >after; echo $? >status'
	wait_for test -e up
	key C-c
	run_line 'stty -g >after'
	diff before after
	# changes by the workload remain, as without sctrace
	run_line '"$SCTRACE" record -q -- stty -ixon; stty -a >after'
	grep -q -- -ixon after
}

@test "terminal: a program in raw mode gets its keys, one by one" {
	type_line '"$SCTRACE" record -q -- perl -e '\''system "stty raw -echo"; open F, ">", "up"; close F; sysread STDIN, $a, 1; sysread STDIN, $b, 1; system "stty sane"; print ord $a, " ", ord $b, "\n"'\''; echo $? >status'
	wait_for test -e up
	key C-c
	key C-z
	wait_for test -s status
	wait_for screen_has '3 26'
}

@test "terminal: less pages, and leaves the screen" {
	require_tool less
	seq 1000 >numbers
	type_line '"$SCTRACE" record -q -- less numbers; echo $? >status'
	wait_for screen_has '23'
	key G
	wait_for screen_has 1000
	key C-z
	wait_for screen_has 'Stopped'
	type_line 'fg; echo $? >status'
	wait_for screen_has 999
	key q
	wait_for screen_has 'ready>'
	run_line true
	is "$(jq -c '.runs[0].end' sctrace.json)" '{"exited":0}'
}

@test "terminal: a full-screen program knows the size, and its changes" {
	type_line '"$SCTRACE" record -q -- perl -e '\''$SIG{WINCH} = sub { $n++ }; open F, ">", "up"; close F; select undef, undef, undef, 0.05 until $n; print "size ", `stty size`'\''; echo $? >status'
	wait_for test -e up
	tm resize-window -t t -x 71 -y 20
	wait_for test -s status
	wait_for screen_matches 'size (20|19) 71'
}

@test "terminal: report's text fits it" {
	run_line '"$SCTRACE" record -q -- perl -e 1'
	run_line 'clear; "$SCTRACE" report >/dev/null; "$SCTRACE" report | head -0; "$SCTRACE" report; :'
	# a line that is too long would be joined by -J
	tm capture-pane -p -J -S - -t t | grep -v SCTRACE >lines
	test "$(sed '1,/^CALL/d' lines | wc -L)" -le 80
}

@test "terminal: attached, Ctrl-Z has no effect, and Ctrl-C ends only the recording" {
	mkfifo in
	"$FIXTURES/waits" go 3 5 <in >out 2>&1 3>&- &
	local target=$!
	exec 8>in
	wait_for grep -q ready out
	type_line "\"\$SCTRACE\" record --attach $target; echo \$? >status"
	wait_for screen_has 'attached to 4 threads; Ctrl-C ends the recording'
	wait_for screen_has 'calls,'
	key C-z
	# it would have been stopped by now; the status line is still renewed
	wait_for screen_matches 'last new call [1-9][0-9]* s ago'
	run -1 screen_has 'Stopped'
	grep -q '^State:.S' "/proc/$target/status"
	key C-c
	wait_for test -s status
	is "$(cat status)" 0
	grep -q '^TracerPid:.0$' "/proc/$target/status"
	echo >&8
	wait "$target"
	jq -e '.runs[0].end.left' sctrace.json
}
