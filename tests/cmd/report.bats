#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `sctrace report`: one recording as text, as JSON and as names.
# shellcheck disable=SC2016,SC2030,SC2031,SC2094,SC2154

load ../lib/common

setup_file() {
	load ../lib/common
	require ptrace
	require ret-trace
	require_tool jq
	cd "$BATS_FILE_TMPDIR" || return
	"$SCTRACE" record -q -o one.json -- sh -c '"$0" main 7; cat /dev/null' "$FIXTURES/marked"
	"$SCTRACE" record -q -o two.json -- "$FIXTURES/marked" children 2 3
}

setup() {
	cd "$BATS_TEST_TMPDIR" && cp "$BATS_FILE_TMPDIR"/*.json .
}

@test "report: it reports calls that were seen in one run only, and when the last new call came" {
	"$SCTRACE" report one.json | grep -qE '^  the last new call \([a-z0-9_]+\) came [0-9.]+ s before the end of the run$'
	# their order is that of their starts, in seconds
	jq '.runs[0].start = "2026-01-01T00:00:00Z"' one.json >one && mv one one.json
	"$SCTRACE" report one.json two.json | tr -s '\n ' ' ' >text
	grep -qE '[0-9]+ of [0-9]+ calls were seen in one run only; the last new call ' text
	# the second run brought something new
	grep -q 'this looks unfinished' text
	"$SCTRACE" report -F json one.json two.json >json
	is "$(jq .saturation.in_one_run json)" "$(jq '[.calls[] | select(.runs == 1)] | length' json)"
	is "$(jq '.saturation | [.runs, .looks_unfinished]' -c json)" "[2,true]"
	run -0 --separate-stderr "$SCTRACE" gen -o p.json one.json two.json
	has "$stderr" "the recording looks unfinished: "
	# a repetition brings nothing new
	"$SCTRACE" record -q -o three.json -- "$FIXTURES/marked" children 2 3
	run -0 --separate-stderr "$SCTRACE" gen -o p.json two.json three.json
	hasnt "$stderr" unfinished
	run -0 --separate-stderr "$SCTRACE" gen -o p.json two.json
	hasnt "$stderr" unfinished
}

@test "report: calls that a program makes because it ends are not new" {
	require_tool python3
	last_new() {
		"$SCTRACE" report --json "$1" | jq -r .saturation.last_new.call
	}
	cat >service.py <<-'EOF'
		import os, signal
		def stop(number, frame):
		    os.symlink("a", "b")
		    signal.signal(number, signal.SIG_DFL)
		    os.kill(os.getpid(), number)
		signal.signal(signal.SIGTERM, stop)
		open("ready", "w").close()
		while True:
		    signal.pause()
	EOF
	# from outside, once it runs
	"$SCTRACE" record -q -o asked.json -- python3 service.py 3>&- &
	wait_for test -e ready
	pkill -TERM -P $! -x python3
	ends_with 143 $!
	is "$(last_new asked.json)" pause
	jq -e '.runs[0] | .asked_to_end > 0 and .asked_to_end < .seconds' asked.json
	# by the time limit, and in both runs: the later one brings nothing new
	for limit in 1 4 16 64; do
		rm -f b
		run -143 "$SCTRACE" record -q --for $limit -o limit.json -- python3 service.py
		[ "$(count_of pause limit.json)" = 0 ] || break
	done
	is "$(last_new limit.json)" pause
	# by itself: calls before abort(3) are new, abort's own are not
	run -134 "$SCTRACE" record -q -o abort.json -- python3 -c 'import os; os.symlink("a", "c"); os.abort()'
	is "$(last_new abort.json)" symlink
	# a signal of the workload itself does not count
	rm ready b
	"$SCTRACE" record -q -o within.json -- sh -c 'python3 service.py & until [ -e ready ]; do sleep 0.1; done; kill $!; wait $! || true'
	jq -e '.runs[0] | has("asked_to_end") | not' within.json
}

@test "report: names are sorted, unique, one a line, and those of the recording" {
	"$SCTRACE" report -F names one.json >names
	LC_ALL=C sort -cu names
	diff names <(jq -r '.calls[].name' one.json | LC_ALL=C sort -u)
	grep -qx call_1000 names
	# those of another ABI are different
	jq '.calls[0].abi = "x86" | .calls[0].name = "open" | .calls[0].number = 5' one.json >other.json
	"$SCTRACE" report -F names other.json | grep -qx x86:open
}

@test "report: json has the contents of the recording, and what is known of calls" {
	"$SCTRACE" report -F json one.json >json
	is "$(jq '[.calls[].count] | add' json)" "$(jq '.runs[0].calls' one.json)"
	is "$(jq -c '.calls[] | select(.name == "call_1000") | [.abi, .number, .count, .families]' json)" '["x86_64",1000,7,[]]'
	jq -e '.calls[] | select(.name == "execve") | .families == ["exec"] and .risk == "low" and .count == 3' json
	is "$(jq -r '.calls[] | select(.name == "call_1000") | .programs[]' json)" "$(realpath "$FIXTURES/marked")"
	is "$(jq '[.programs[].executed] | add' json)" 3
	is "$(jq -c .blind_spots json)" '[]'
}

@test "report: text has a row for each call, and fits its width" {
	"$SCTRACE" report one.json >text
	grep -qE '^call_1000 +7 +' text
	grep -qE '^CALL +COUNT +RISK +FAMILY +PROGRAMS$' text
	grep -qE 'exit status 0$' text
	is "$(sed '1,/^CALL/d; /^$/,$d' text | wc -l)" "$(jq '.calls | length' one.json)"
}

@test "report: text fits the width of a terminal" {
	require_tool script
	local columns

	unset COLUMNS
	# programs with long names, so that a column is truncated
	jq '.calls[].seen[].program |= "/usr/bin/" + ("long-name-" * 9) + (. | split("/") | last)' one.json >long.json
	for columns in 72 80 100 132 200; do
		script -qec "stty cols $columns; '$SCTRACE' report --color=never long.json" /dev/null </dev/null | tr -d '\r' | sed '1,/^CALL/d' >text
		test -s text
		is "$(wc -L <text)" "$columns" || test "$(wc -L <text)" -lt "$columns"
		# and it uses that width
		test "$(wc -L <text)" -gt $((columns < 100 ? columns - 2 : 99))
	done
	"$SCTRACE" report long.json >text
	sed '1,/^CALL/d' text | grep -q '…$'
}

@test "report: blind spots are below the table, with programs, time, hidden calls and remedy" {
	jq '.blind_spots = [
	    {kind: "outer-filter", detail: ("a few words " * 12), remedy: "look again", calls: [range(60) | "call_\(900 + .)"],
	     seen: [{run: "r", program: "/usr/bin/b", count: 1, first: 2.5}, {run: "q", program: "/usr/bin/a", count: 1, first: 3.5},
	            {run: "r", program: ("/" + "long" * 60), count: 1, first: 3.5}]},
	    {kind: "setuid", detail: "short", remedy: "as root"}] | .runs[0].end = {running: 0}' one.json >blind.json
	COLUMNS=100 "$SCTRACE" report blind.json | sed '1,/^CALL/d' | sed '1,/^$/d' >text
	is "$(grep -c '^blind spot: ' text)" 3
	is "$(wc -L <text)" 100
	grep -qx 'blind spot: setuid: short' text
	grep -qx '  to do  as root' text
	grep -qx '  first  after 2.5 s' text
	grep -q '^  by     /longlong.*…$' text || grep -q '^         /longlong.*…$' text
	is "$(grep -o 'call_9[0-9][0-9]' text | wc -l)" 60
	grep -q '^  hides  call_900 call_901 ' text
	grep -q '^blind spot: unfinished: it was written while the workload ran' text
	is "$("$SCTRACE" report -F json blind.json | jq -c '.blind_spots[0:2]')" "$(jq -c '[.blind_spots[0] | .seen |= sort_by(.run, .program)] + [.blind_spots[1] | .seen = []]' blind.json)"
	diff <("$SCTRACE" report -F names blind.json) <("$SCTRACE" report -F names one.json)
}

@test "report: several recordings are one" {
	"$SCTRACE" report -F json one.json two.json >json
	is "$(jq '.calls[] | select(.name == "call_1000") | .count' json)" 13
	"$SCTRACE" report -F json two.json one.json | cmp - json
	"$SCTRACE" report -F json one.json one.json two.json | cmp - json
	is "$("$SCTRACE" report one.json two.json | grep -c ^run)" 2
}

@test "report: of many runs, some are shown, and how the others ended" {
	local i

	for i in {101..124}; do
		jq --arg id "0000000000000$i" --argjson i "$i" '.runs[0].id as $old | walk(if . == $old then $id else . end) |
			.runs[0].end = { exited: (if $i == 124 then 7 else 0 end) }' two.json >"run$i.json"
	done
	"$SCTRACE" report run*.json >text
	is "$(grep -c '^run ' text)" 20
	grep -qx "and 4 more runs, of which 1 did not end with exit status 0" text
	"$SCTRACE" report run10?.json run11?.json >text
	hasnt "$(<text)" "more run"
}

@test "report: the default is sctrace.json, - is standard input, -o a file" {
	run -2 --separate-stderr "$SCTRACE" report
	has "$stderr" "there is no 'sctrace.json' here; 'sctrace record -- COMMAND' makes it"
	cp one.json sctrace.json
	diff <("$SCTRACE" report) <("$SCTRACE" report one.json)
	diff <("$SCTRACE" report - <one.json) <("$SCTRACE" report one.json)
	"$SCTRACE" report -F names -o names one.json
	diff names <("$SCTRACE" report -F names one.json)
	run -2 "$SCTRACE" report -o no/such/place one.json
}

@test "report: an unknown format names the nearest" {
	run -2 --separate-stderr "$SCTRACE" report -F jsno one.json
	has "$stderr" "unknown format 'jsno', the nearest is json"
}

@test "report: errors in a recording are reported with their place" {
	wrong() { # file, message
		run -2 --separate-stderr "$SCTRACE" report "$1"
		has "$stderr" "$2"
		is "$output" ""
	}
	: >empty.json
	wrong empty.json "empty.json"
	head -c 500 one.json >cut.json
	wrong cut.json "cut.json:"
	echo '{"defaultAction": "SCMP_ACT_ALLOW"}' >profile.json
	wrong profile.json "profile.json"
	jq '.version = 99' one.json >newer.json
	wrong newer.json "newer.json"
	jq '.calls[0].seen[0].count = -1' one.json >minus.json
	wrong minus.json "minus.json:"
	jq '.calls[0].abi = "abacus"' one.json >abi.json
	wrong abi.json "abacus"
	jq 'del(.calls[0].seen)' one.json >unseen.json
	wrong unseen.json "seen"
	wrong . "Is a directory"
	wrong missing.json "No such file or directory"
}

@test "report: nothing in a recording reaches the terminal as an escape" {
	jq '.runs[0].command = ["\u001b]0;owned\u0007", "a\nrun b: c"] |
	    .calls[].seen[].program |= "/bin/\u001b[31mred\u009b" | .programs[].path |= "/bin/\u001b[31mred" |
	    .blind_spots = [{"kind": "odd", "detail": "\u001b[2J", "remedy": "\r\u001b[A"}]' one.json >evil.json
	local format

	for format in text names json; do
		run -0 "$SCTRACE" report -F $format evil.json
		hasnt "$output" $'\e'
		hasnt "$output" $'\r'
		hasnt "$output" $'\a'
		hasnt "$output" $'\302\233'
		hasnt "$output" $'\nrun b'
	done
	run -0 "$SCTRACE" gen evil.json
	hasnt "$output" $'\e'
	run -0 "$SCTRACE" gen -F text --annotate evil.json
	hasnt "$output" $'\e'
}
