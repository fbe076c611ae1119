# SPDX-License-Identifier: Apache-2.0
# Calls that a program makes in some runs only.
load ../lib/common
load ../lib/timing

# Records a run of one kind, and checks one of the other.
early_then_late() { # kind, the calls that only the late run makes
	local call

	"$SCTRACE" record -q --flush 0 -o early.json -- "${COMMAND[@]}" early
	for call in "${@:2}"; do
		is "$(count_of "$call" early.json)" 0
	done
	"$SCTRACE" gen --runtime none -o profile.json early.json 2>summary
	has "$(<summary)" "by their timing"
	for call in "${@:2}"; do
		has "$(<summary)" "$call"
	done
	"$SCTRACE" check -p profile.json -- "${COMMAND[@]}" late

	"$SCTRACE" gen --runtime none --exact -o exact.json early.json 2>summary
	hasnt "$(<summary)" "by their timing"
	run "$SCTRACE" check -p exact.json --audit -- "${COMMAND[@]}" late
	is "$status" 1
	for call in "${@:2}"; do
		has "$output" "$call"
	done
}

@test "timing: a shell that waits for a late child process is allowed to, though the recorded one was early" {
	require ret-trace
	require_tool dash
	timing_command dash
	early_then_late dash rt_sigsuspend
}

@test "timing: threads that wait for each other are allowed to, though the recorded ones did not" {
	require ret-trace
	timing_command threads
	early_then_late threads futex madvise
}

@test "timing: calls that depend on timing come with the reason, and only with their company" {
	require ret-trace
	"$SCTRACE" record -q -o sh.json -- dash -c '/bin/true; /bin/true'
	has "$("$SCTRACE" gen -q --exact -F text sh.json)" "wait4"
	hasnt "$("$SCTRACE" gen -q --exact -F text sh.json)" "timing:"
	has "$("$SCTRACE" gen -q -F text sh.json)" "timing: the shell waits for a child process that is late"
	# no shell, no threads, no Go: nothing is added
	"$SCTRACE" record -q -o quiet.json -- "$FIXTURES/quiet"
	hasnt "$("$SCTRACE" gen -q -F text quiet.json)" "timing:"
}

@test "timing: --exact has no effect with --deny, and says so" {
	run "$SCTRACE" gen --deny mount-family --exact
	is "$status" 2
	has "$output" "--exact has no effect with --deny"
}

# All at once: they are the load for each other.
# bats test_tags=slow
@test "timing: the recording of one run is enough for a hundred, of every kind, side by side on a busy machine" {
	local kind times=100 job jobs=() failed=0

	require ret-trace
	[ "${SCTRACE_BRIEF-}" != 1 ] || times=5
	require_tool bash dash go node /usr/bin/python3
	for kind in bash dash go node python threads; do
		timing_command "$kind"
		timing_learn "$kind"
		timing_runs "$kind" "$times" >"$kind.out" 3>&- &
		jobs+=($!)
	done
	for job in "${jobs[@]}"; do
		wait "$job" || failed=1
	done
	cat ./*.out >&2
	[ "$failed" = 0 ]
}
