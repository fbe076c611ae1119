#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Python programs: calls come through their own functions, with file and line.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
load ../lib/common

setup_file() {
	load ../lib/common
	cd "$BATS_FILE_TMPDIR" || return
	"$CC" -O1 -rdynamic -pthread -o pretends "$SRCDIR/tests/fixtures/pretends.c"
}

setup() {
	require ptrace
	require ret-trace
	require unwinding
	require_tool jq /usr/bin/python3
	python=/usr/bin/python3
	"$python" -c 'import sys; sys.exit(not (3, 9) <= sys.version_info < (3, 14))' || miss "another python3"
	cd "$BATS_TEST_TMPDIR" && cp "$SRCDIR/tests/lib/makes.py" app.py
}

rec() { # command...
	timeout -k 5 "$HANG" "$SCTRACE" record -q -o r.json -- "$@"
}

# The line of the program that has this.
line_of() { # text
	grep -n -m 1 "$1" app.py | cut -d: -f1
}

site() { # name, jq
	jq -r --arg name "$1" ".calls[] | select(.name == \$name) | .sites[0] | $2" r.json
}

# Python's functions of a stack, innermost first.
functions() { # name
	site "${1-chroot}" '[.stack[] | select(.line) | .function] | join(" ")'
}

# As this interpreter has names: before 3.11 without what they are in.
named() { # names
	if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
		echo "$1"
	else
		sed -E 's/[^ ]*\.([^ .]+)/\1/g' <<<"$1"
	fi
}

through() { # name
	site "${1-chroot}" '.stack[.through] | "\(.function) \(.library):\(.line)"'
}

makes() { # way
	rec "$python" app.py "$1"
}

@test "python: a new call is in the function that makes it, with file and line" {
	makes plain
	is "$(functions)" "new_feature plain <module>"
	is "$(through)" "new_feature $PWD/app.py:$(line_of HERE)"
	is "$(site chroot '.stack[0].function')" chroot
	is "$(site chroot '.partial')" null
	# only the frame of the interpreter that made the call
	[ "$(site chroot '[.stack[] | select(.library | test("python3[.0-9]*$"))] | length')" -le 2 ]
}

@test "python: every interpreter from 3.9 to 3.13 that is here" {
	local version

	for version in 9 10 11 12 13; do
		python=$(command -v "python3.$version") && "$python" -c 1 || continue
		for way in plain callback generator thread deep constructor; do
			makes "$way"
			has "$(functions)" "new_feature "
			is "$(through)" "new_feature $PWD/app.py:$(line_of HERE)"
		done
	done
}

@test "python: nested functions, methods, decorated functions" {
	makes nested
	is "$(functions)" "$(named "new_feature nested.<locals>.middle.<locals>.inner nested.<locals>.middle nested <module>")"
	is "$(site chroot '.stack[] | select(.function | endswith("inner")?) | .line')" "$(line_of nested.inner)"
	makes method
	is "$(functions)" "$(named "new_feature Client.fetch Client.of_class method <module>")"
	makes properties
	is "$(functions)" "$(named "new_feature Client.fetch Client.through_property properties <module>")"
	makes decorated
	is "$(functions)" "$(named "new_feature decorated.<locals>.act$(printf ' decorated.<locals>.around.<locals>.wrapper%.0s' 1 2) decorated <module>")"
	makes constructor
	is "$(functions)" "$(named "new_feature constructor.<locals>.Made.__init__ constructor <module>")"
}

@test "python: a thread's functions, and no other thread's" {
	makes thread
	has "$(functions)" "$(named "new_feature thread.<locals>.in_thread Thread.run ")"
	hasnt "$(functions)" "<module>"
	makes threads
	has "$(functions)" "$(named "new_feature threads.<locals>.that_one Thread.run ")"
	hasnt "$(functions)" others
	hasnt "$(functions)" "<module>"
	# the creator of a thread is not the new thread
	has "$(functions clone3)" "$(named "Thread.start")"
	has "$(functions clone3)" "<module>"
}

@test "python: generators, coroutines, finalizers, handlers, functions that run at exit" {
	makes generator
	is "$(functions)" "$(named "new_feature generator.<locals>.values generator.<locals>.more generator <module>")"
	makes asynchronous
	has "$(functions)" "$(named "new_feature asynchronous.<locals>.fetch asynchronous.<locals>.act Handle._run ")"
	is "$(through)" "new_feature $PWD/app.py:$(line_of HERE)"
	makes finalizer
	is "$(functions)" "$(named "new_feature finalizer.<locals>.Last.__del__ finalizer <module>")"
	makes handler
	is "$(functions | cut -d' ' -f1,2)" "$(named "new_feature handler.<locals>.<lambda>")"
	makes at_exit
	is "$(functions)" new_feature
}

@test "python: C that calls Python: each function has its place" {
	makes callback
	is "$(functions)" "$(named "new_feature callback.<locals>.key callback <module>")"
	makes partial
	is "$(functions)" "$(named "new_feature partial.<locals>.act partial <module>")"
	makes foreign
	is "$(functions)" "$(named "new_feature foreign.<locals>.compare foreign <module>")"
	# the C library that called it lies between the two
	site chroot '[.stack[] | if .line then .function else .library end] | join(" ")' >order
	grep -qE "^[^ ]*/libc[^ ]* .* [^ ]*compare .*/libc[^ ]* .* foreign <module>" order
}

@test "python: its own library does not count as the caller, unless there is nothing else" {
	makes socket
	is "$(through connect)" "socket $PWD/app.py:$(line_of create_connection)"
	has "$(functions connect)" "create_connection socket <module>"
	rec "$python" -c 'import http.client as h; h.HTTPConnection("127.0.0.1", 1).connect()' 2>/dev/null || :
	is "$(through connect)" "<module> <string>:1"
	rec "$python" -m timeit -n 1 -r 1 -s 'import os' 'os.getsid(0)' >/dev/null
	is "$(through getsid | cut -d: -f1)" "inner <timeit-src>"
	rec "$python" -m compileall -q app.py
	has "$(through mkdir)" "makedirs "
}

@test "python: a program that is a string, and one whose names are not ASCII" {
	makes executed
	is "$(functions)" "new_feature act <module> executed <module>"
	is "$(site chroot '.stack[] | select(.function == "act") | "\(.library):\(.line)"')" "<string>:3"
	makes umlauts
	is "$(functions)" "new_feature größe umlauts <module>"
	makes foreign_script
	is "$(functions)" "new_feature 名前 <module> foreign_script <module>"
	has "$(site chroot '[.stack[].library] | join(" ")')" "/srv/путь/𝒫.py"
}

@test "python: a deep stack is truncated and partial" {
	makes deep
	has "$(functions)" "new_feature deep deep deep "
	is "$(site chroot .partial)" true
	is "$(site chroot '.stack | length')" 48
	makes deep_callbacks
	has "$(functions)" "$(named "new_feature deep_callbacks.<locals>.<lambda> deep_callbacks ")"
	is "$(site chroot .partial)" true
	is "$(site chroot '.stack | length')" 48
}

@test "python: forged names and line tables do no harm" {
	makes hostile
	has "$(functions)" 'a\x1b[31m\x0a\x00bxxx'
	[ "$(site chroot '[.stack[] | .function // "" | length] | max')" -lt 300 ]
	[ "$(site chroot '[.stack[] | .library | length] | max')" -lt 1100 ]
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["chroot"], "action": "SCMP_ACT_ERRNO"}]}' >p.json
	for format in text github junit sarif; do
		run -1 "$SCTRACE" check -p p.json -F "$format" -- "$python" app.py hostile
		hasnt "$output" $'\e'
		is "$(grep -c '^::error::' <<<"$output")" 0
	done
	makes odd_lines
	is "$(through | cut -d: -f1)" "new_feature $PWD/app.py"
}

@test "python: children of a fork, of a thread's, and processes of the library" {
	for way in fork forked_thread processes; do
		makes "$way"
		is "$(through)" "new_feature $PWD/app.py:$(line_of HERE)"
	done
	makes fork
	is "$(functions)" "new_feature fork <module>"
	makes forked_thread
	hasnt "$(functions)" "<module>"
}

@test "python: an interpreter in an interpreter" {
	"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' && "$python" app.py interpreters || miss "no interpreters in this python"
	makes interpreters
	is "$(functions | cut -d' ' -f1,2)" "inside <module>"
	has "$(functions)" " interpreters <module>"
	is "$(through | cut -d: -f1)" "inside <string>"
}

@test "python: the recording does not change" {
	local way

	for way in deep threads asynchronous foreign; do
		"$python" -c "$(printf 'import app\napp.%s(); print(len(dir(app)), app.__file__)' "$way")" >alone
		rec "$python" -c "$(printf 'import app\napp.%s(); print(len(dir(app)), app.__file__)' "$way")" >recorded
		cmp alone recorded
	done
}

@test "python: check names function, file and line, in every format" {
	local line

	line=$(line_of HERE)
	rec "$python" app.py nothing
	"$SCTRACE" gen -q -o p.json r.json
	run -0 "$SCTRACE" check -q -p p.json -- "$python" app.py nothing
	run -1 --separate-stderr "$SCTRACE" check -p p.json -- "$python" app.py plain
	has "$stderr" "    through new_feature ($PWD/app.py:$line)"
	run -1 --separate-stderr "$SCTRACE" check -q -p p.json -F json -o found.json -- "$python" app.py plain
	jq -e --arg file "$PWD/app.py" --argjson line "$line" '.refused | any(.name == "chroot" and
		.through == "new_feature (\($file):\($line))" and .source == {file: $file, line: $line} and
		any(.stack[]; startswith("plain (\($file):")))' found.json
	run -1 "$SCTRACE" check -q -p p.json -F sarif -o found.sarif -- "$python" app.py plain
	jq -e --argjson line "$line" '.runs[0].results | any(.properties.call == "chroot" and
		.locations[0].physicalLocation == {artifactLocation: {uri: "app.py"}, region: {startLine: $line}} and
		.relatedLocations[0].physicalLocation.artifactLocation.uri == "p.json" and
		(.message.text | contains("through new_feature (")))' found.sarif
	run -1 "$SCTRACE" check -q -p p.json -F github -o found.txt -- "$python" app.py plain
	grep "^::error file=app.py,line=$line,title=chroot (outside-profile)::.*through new_feature ($PWD/app.py:$line)" found.txt
	# the same of a recording
	rec "$python" app.py plain
	run -1 "$SCTRACE" check -p p.json r.json
	has "$output" "    through new_feature ($PWD/app.py:$line)"
}

@test "python: recordings are merged, and reports and reviews say so" {
	local line

	line=$(line_of HERE)
	rec "$python" app.py plain
	cp r.json one.json
	rec "$python" app.py method
	"$SCTRACE" merge -o both.json one.json r.json
	jq -e '.calls[] | select(.name == "chroot") | .sites | length == 2 and all(.stack[.through].function == "new_feature")' both.json
	"$SCTRACE" merge -o again.json both.json r.json
	cmp both.json again.json
	run -0 --separate-stderr "$SCTRACE" gen --deny chroot -o p.json both.json
	has "$stderr" "new_feature (app.py:$line)"
	rec "$python" app.py nothing
	run -1 "$SCTRACE" diff r.json one.json
	has "$output" "new_feature (app.py:$line)"
	rec "$python" app.py risky
	"$SCTRACE" report r.json >text
	sed -n '/^calls of high risk were made through:$/,/^$/p' text >risky
	grep -qE "^  mount +risky \(app\.py:$(line_of 'mount(')\)\$" risky
}

@test "python: a program that pretends to be Python: its data are bounded and checked" {
	local way

	PATH=$BATS_FILE_TMPDIR:$PATH
	rec pretends good
	is "$(functions call_1000)" "inner outer"
	is "$(through call_1000)" "inner /srv/fake.py:7"
	for way in version cookie types thread elsewhere; do
		rec pretends "$way"
		is "$way: $(functions call_1000)" "$way: "
		has " $(site call_1000 '[.stack[].function] | join(" ")') " " _PyEval_EvalFrameDefault main "
	done
	for way in interpreters threads unmapped; do
		rec pretends "$way"
		is "$way: $(functions call_1000)" "$way: "
	done
	rec pretends frames
	is "$(site call_1000 .partial)" true
	[ "$(site call_1000 '.stack | length')" -le 48 ]
	rec pretends lengths
	has "$(functions call_1000)" 'inner\x00'
	rec pretends table
	is "$(through call_1000)" "inner /srv/fake.py:5"
}

@test "python: garbage in the memory of an interpreter does no harm" {
	local before=$SECONDS

	for seed in 1 2 3; do
		rec "$BATS_FILE_TMPDIR/pretends" garbage "$seed"
		is "$(jq '[.calls[] | select(.number >= 1000)] | length' r.json)" 200
		"$SCTRACE" report r.json >/dev/null
	done
	# 600 stacks, each of at most some milliseconds; a loop without a bound takes minutes
	[ $((SECONDS - before)) -lt "$HANG" ]
}
