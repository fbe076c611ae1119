#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `sctrace merge` and `record --update`: the union of recordings.
# shellcheck disable=SC2016,SC2030,SC2031,SC2094,SC2154

load ../lib/common

setup_file() {
	load ../lib/common
	require ptrace
	require ret-trace
	require_tool jq
	cd "$BATS_FILE_TMPDIR" || return
	"$SCTRACE" record -q -o a.json -- "$FIXTURES/marked" main 3
	"$SCTRACE" record -q -o b.json -- sh -c '"$0" main 2; cat /dev/null' "$FIXTURES/marked"
	"$SCTRACE" record -q -o c.json -- mkdir d
}

setup() {
	cd "$BATS_TEST_TMPDIR" && cp "$BATS_FILE_TMPDIR"/*.json .
}

runs() { # recording
	jq '.runs | length' "$1"
}

# The same recording for other runs: many of them, made quickly.
clones() { # recording, count, prefix
	local text id i
	text=$(jq -c . "$1")
	id=$(jq -r '.runs[0].id' "$1")
	for ((i = 0; i < $2; i++)); do
		printf '%s\n' "${text//$id/$(printf '%016x' $((0x$3 * 65536 + i)))}" >"$3$i.json"
	done
}

@test "merge: the union does not depend on order or grouping" {
	local order n=0

	"$SCTRACE" merge -q -o all.json a.json b.json c.json
	is "$(runs all.json)" 3
	is "$(count_of call_1000 all.json)" 5
	is "$(jq -c '[.calls[].name] | unique' all.json)" "$(jq -cs '[.[].calls[].name] | unique' a.json b.json c.json)"
	clones a.json 4 a
	clones c.json 4 c
	"$SCTRACE" merge -q -o whole.json -- *[0-9].json
	for order in 1 2 3 4 5 6; do
		mapfile -t files < <(printf '%s\n' *[0-9].json | shuf --random-source=<(yes $order))
		"$SCTRACE" merge -q "${files[@]}" | cmp - whole.json
		# in two overlapping groups, one inside the other
		n=$((order + 1))
		"$SCTRACE" merge -q "${files[@]:0:n}" >some.json
		"$SCTRACE" merge -q "${files[@]:n-1}" some.json | cmp - whole.json
	done
	"$SCTRACE" merge -q a.json a.json | cmp - a.json
	diff <("$SCTRACE" report all.json) <("$SCTRACE" report a.json b.json c.json)
}

@test "merge: the additions of each run are reported, by name with -v" {
	run -0 "$SCTRACE" merge -o all.json a.json b.json a.json
	local a b
	a=$(jq -r '.runs[0].id' a.json)
	b=$(jq -r '.runs[0].id' b.json)
	n() { jq '.calls | length' "$1"; }
	is "${lines[0]}" "sctrace: a.json: run $a of '$FIXTURES/marked': $(n a.json) calls, $(n a.json) new"
	has "${lines[1]}" "sctrace: b.json: run $b of 'sh': $(n b.json) calls, $(($(n all.json) - $(n a.json))) new"
	is "${lines[2]}" "sctrace: a.json: run $a was already included"
	is "${lines[3]}" "sctrace: 3 recordings, 2 runs, $(n all.json) distinct calls; written to all.json"
	is "${#lines[@]}" 4
	run -0 "$SCTRACE" merge -v -o all.json all.json c.json
	grep -qx '  new: .*mkdir.*' <<<"$output"
	run -0 "$SCTRACE" merge -q -o all.json all.json c.json
	is "$output" ""
	# calls of another ABI are different
	jq '.calls |= map(.abi = "x86") | .runs[0].id = "other" | .calls[].seen[].run = "other"' a.json >other.json
	run -0 "$SCTRACE" merge -v -o two.json a.json other.json
	has "$output" " x86:call_1000"
}

@test "merge: parallel shards give the same as one run" {
	local i

	for i in 1 2 3 4; do
		"$SCTRACE" record -q -o shard$i.json -- "$FIXTURES/marked" main "$i" &
	done
	wait
	"$SCTRACE" merge -q -o all.json shard?.json
	"$SCTRACE" record -q -o one.json -- "$FIXTURES/marked" main 10
	is "$(count_of call_1000 all.json)" "$(count_of call_1000 one.json)"
	diff <("$SCTRACE" report -F names all.json) <("$SCTRACE" report -F names one.json)
	"$SCTRACE" diff all.json one.json
	"$SCTRACE" diff <("$SCTRACE" gen -q all.json) <("$SCTRACE" gen -q one.json)
}

@test "merge: hundreds of recordings need memory for distinct facts only" {
	require_tool /usr/bin/time
	peak() { /usr/bin/time -f %M "$SCTRACE" merge -q "$@" 2>&1 >/dev/null | tail -n 1; }

	clones a.json 200 f
	timeout -k 5 "$HANG" "$SCTRACE" merge -q -o all.json f*.json
	is "$(runs all.json)" 200
	is "$(count_of call_1000 all.json)" 600
	# repeated facts are not new; a sanitizer keeps freed memory
	if ! grep -q __asan_init "$SCTRACE"; then
		local once often names
		mapfile -t names < <(yes a.json | head -n 500)
		once=$(peak a.json)
		often=$(peak "${names[@]}")
		echo "$once KiB, $often KiB"
		[ "$often" -lt $((once + 4096)) ]
	fi
}

@test "merge: existing files are not lost" {
	cp a.json mine.json
	run -2 "$SCTRACE" merge -o mine.json b.json c.json
	has "$output" "'mine.json' is a recording and not among those that are merged"
	cmp a.json mine.json
	"$SCTRACE" merge -q -o mine.json b.json mine.json
	is "$(runs mine.json)" 2
	# also under another name
	ln -s mine.json link.json
	"$SCTRACE" merge -q -o mine.json link.json c.json
	is "$(runs mine.json)" 3
	echo '{}' >foreign
	run -2 "$SCTRACE" merge -o foreign a.json
	is "$(cat foreign)" '{}'
	head -c 500 b.json >cut.json
	cp mine.json before.json
	run -2 "$SCTRACE" merge -o mine.json mine.json cut.json
	has "$output" "cut.json:"
	cmp before.json mine.json
	run -2 "$SCTRACE" merge -o out.json missing.json
	test ! -e out.json
	run -2 "$SCTRACE" merge -o no/such/place a.json
	run -2 "$SCTRACE" merge
	has "$output" "give the recordings to merge"
	"$SCTRACE" merge -q a.json - <b.json | cmp - <("$SCTRACE" merge -q b.json a.json)
}

@test "merge: record --update: adds to a recording, or creates it" {
	"$SCTRACE" record -q --update u.json -- "$FIXTURES/marked" main 3
	is "$(runs u.json)" 1
	run -0 "$SCTRACE" record --update u.json -- mkdir e
	has "$output" "; added to u.json"
	is "$(runs u.json)" 2
	is "$(count_of call_1000 u.json) $(count_of mkdir u.json)" "3 1"
	# an empty file is not a recording yet
	: >new.json
	"$SCTRACE" record -q --update new.json -- true
	is "$(runs new.json)" 1
	# it ends as the command did
	run -7 "$SCTRACE" record -q --update u.json -- sh -c 'exit 7'
	is "$(runs u.json)" 3
	# what merge makes of the runs is the same
	cp u.json before.json
	"$SCTRACE" record -q -o x.json -- true
	jq -r '.runs[0].id' x.json
	"$SCTRACE" merge -q -o v.json before.json x.json
	is "$(runs v.json)" 4
}

@test "merge: record --update: another file is not changed, and nothing is run" {
	local file

	echo '{"defaultAction": "SCMP_ACT_ALLOW"}' >foreign.json
	head -c 500 a.json >cut.json
	jq '.version = 99' a.json >newer.json
	for file in foreign.json cut.json newer.json; do
		cp $file before
		run -125 "$SCTRACE" record --update $file -- touch ran
		has "$output" $file
		cmp $file before
	done
	run -125 "$SCTRACE" record --update - -- touch ran
	run -125 "$SCTRACE" record --update /dev/null -- touch ran
	run -125 "$SCTRACE" record --update . -- touch ran
	run -125 "$SCTRACE" record --update a.json -o b.json -- touch ran
	has "$output" "-o and --update exclude each other; give one"
	test ! -e ran
	# the old file is kept if the new one cannot be written: a limit of 0 bytes
	cp a.json u.json
	run -125 bash -c 'ulimit -f 0; exec "$0" record -q --update u.json -- true' "$SCTRACE"
	cmp a.json u.json
}

@test "merge: record --update: the file has the union also while the workload runs" {
	cp a.json u.json
	mkfifo go
	"$SCTRACE" record -q --update u.json --flush 50ms --for 600 -- sh -c 'read -r line <go; mkdir made' 3>&- &
	wait_for sh -c '[ "$(jq ".runs | length" u.json)" = 2 ]'
	is "$(count_of call_1000 u.json)" 3
	is "$(jq -c '[.runs[].end | keys[0]] | sort' u.json)" '["exited","running"]'
	echo >go
	wait $!
	is "$(jq -c '[.runs[].end | keys[0]] | sort' u.json)" '["exited","exited"]'
	is "$(count_of mkdir u.json)" 1
}

@test "merge: record --update: several at once lose nothing" {
	local i

	for i in 1 2 3 4 5 6; do
		"$SCTRACE" record -q --update u.json -- "$FIXTURES/marked" main "$i" &
	done
	wait
	is "$(runs u.json)" 6
	is "$(count_of call_1000 u.json)" 21
}
