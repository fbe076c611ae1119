#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Where commands write: existing files are not lost.
load ../lib/common

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	"$SCTRACE" record -q -o r.json -- mkdir d
	"$SCTRACE" gen -q -o p.json r.json
	"$SCTRACE" gen -q --deny mkdir -o q.json
	echo 'a letter to mother' >letter
	printf '{\n  "name": "left-pad",\n  "version": "1.0.0"\n}\n' >package.json
	printf '{\n  "ociVersion": "1.2.0",\n  "linux": { "seccomp": { "defaultAction": "SCMP_ACT_ALLOW" } }\n}\n' >config.json
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR"/*.json "$BATS_FILE_TMPDIR/letter" .
}

teardown() {
	[ -z "${job-}" ] || kill -KILL "$job" 2>/dev/null || true
}

# A command overwrites its own output, but not a file of another kind, which
# the message names.
writes() { # what, command, word...
	local what=$1 command=$2 other
	shift 2

	rm -f out
	run "$SCTRACE" "$command" -o out "$@"
	[ "$status" -le 1 ]
	test -s out
	cp out before
	run "$SCTRACE" "$command" -o out "$@"
	[ "$status" -le 1 ]
	for other in letter package.json config.json; do
		cp "$other" kept
		run -2 "$SCTRACE" "$command" -o "$other" "$@"
		has "$output" "'$other' exists and is not $what; name another file with -o, or overwrite it with --force"
		is "${#lines[@]}" 1
		cmp "$other" kept
		run "$SCTRACE" "$command" --force -o "$other" "$@"
		[ "$status" -le 1 ]
		test -s "$other"
		run ! cmp "$other" kept
		cp kept "$other"
	done
	: >out
	run "$SCTRACE" "$command" -o out "$@"
	[ "$status" -le 1 ]
	test -s out
}

@test "output: gen overwrites profiles, and nothing else" {
	writes "a profile" gen -q r.json
	writes "a profile" gen -q -F oci r.json
	writes "a text report of sctrace" gen -q -F text r.json
	writes "a text report of sctrace" gen -q -F text --deny mkdir r.json
	writes "a text report of sctrace" gen -q -F text --action log r.json
	run -2 "$SCTRACE" gen -F text -o p.json r.json
	has "$output" "'p.json' exists and is not a text report"
	run -2 "$SCTRACE" gen -o r.json r.json
	has "$output" "'r.json' is an input of this command, and is not overwritten"
	"$SCTRACE" gen -q --base p.json --deny chown-family -o p.json
}

@test "output: report, diff and lint overwrite their own reports, and nothing else" {
	writes "a text report of sctrace" report r.json
	writes "a JSON report of sctrace" report -F json r.json
	writes "a list of calls" report -F names r.json
	writes "a text report of sctrace" diff -q p.json q.json
	writes "a JSON report of sctrace" diff -q --json p.json q.json
	writes "a markdown report of sctrace" diff -q -F markdown p.json q.json
	writes "a text report of sctrace" lint p.json
	writes "a text report of sctrace" lint -v q.json
	writes "a JSON report of sctrace" lint -F json q.json
	writes "a SARIF log" lint -F sarif q.json
}

@test "output: check overwrites its own reports, and nothing else" {
	writes "a text report of sctrace" check -p p.json r.json
	writes "a text report of sctrace" check -p q.json r.json
	writes "a text report of sctrace" check --stale -p p.json r.json
	writes "a JSON report of sctrace" check -F json -p p.json r.json
	writes "a SARIF log" check -F sarif -p p.json r.json
	writes "a JUnit report" check -F junit -p p.json r.json
	writes "a list of annotations" check -F github -p q.json r.json
	# it is reported before anything runs
	run -2 "$SCTRACE" check -p p.json -o letter -- mkdir made
	test ! -e made
}

@test "output: the output of every listed format is recognized" {
	local line format command='' count=0
	local -A operands=([gen]="r.json" [report]="r.json" [check]="-p q.json r.json" [lint]="q.json" [diff]="p.json q.json")

	while IFS= read -r line; do
		[[ $line =~ \(([a-z]+)\ -F\)$ ]] && command=${BASH_REMATCH[1]}
		[[ $line =~ ^\ \ ([a-z]+)\ +[^\ ] ]] || continue
		format=${BASH_REMATCH[1]}
		: >out
		for _ in 1 2; do
			# shellcheck disable=SC2086
			run "$SCTRACE" "$command" -F "$format" -o out ${operands[$command]}
			[ "$status" -le 1 ] || { echo "$command -F $format: $output"; return 1; }
			test -s out
		done
		count=$((count + 1))
	done < <("$SCTRACE" list formats)
	[ "$count" -ge 17 ]
}

@test "output: a recording is overwritten by record and --force alone, and inputs by nothing" {
	cp r.json s.json
	ln -s r.json link.json
	for words in "gen s.json" "report s.json" "lint p.json" "diff p.json q.json" "check -pp.json s.json"; do
		for file in r.json link.json; do
			# shellcheck disable=SC2086
			run -2 "$SCTRACE" ${words%% *} -o "$file" ${words#* }
			has "$output" "'$file' is a recording and is not a"
			cmp r.json s.json
		done
	done
	run -2 "$SCTRACE" merge -o letter r.json
	has "$output" "'letter' exists and is not a recording"
	cp q.json same.json
	ln p.json other-name.json
	run -2 "$SCTRACE" lint --force -o p.json q.json p.json
	has "$output" "'p.json' is an input of this command, and is not overwritten"
	run -2 "$SCTRACE" diff --force -o other-name.json p.json q.json
	run -2 "$SCTRACE" check --force -p p.json -o ./p.json -- true
	run -2 "$SCTRACE" check --force -p p.json -o s.json s.json
	mv s.json sctrace.json
	run -2 "$SCTRACE" gen --force -o sctrace.json
	run -2 "$SCTRACE" report --force -o ./sctrace.json
	cmp r.json sctrace.json
	cmp p.json other-name.json
	"$SCTRACE" gen -q --force -o r.json
	jq -e .defaultAction r.json
}

@test "output: an unreadable file is not overwritten" {
	open_folder sub
	cp ../p.json ../r.json .
	chmod 000 p.json
	chown 65534 p.json r.json
	run -2 as_nobody ./sctrace gen -o p.json r.json
	has "$output" "'p.json' exists and cannot be read"
	as_nobody ./sctrace gen -q --force -o p.json r.json
	chmod 600 p.json
	jq -e .defaultAction p.json
}

# -- the recording before

id_of() { # recording
	jq -r '.runs[0].id' "$1"
}

differs() { # from what, command...
	local before=$1
	shift
	[ "$("$@")" != "$before" ]
}

@test "output: record keeps the recording that was there, and says so" {
	local first second
	run -0 "$SCTRACE" record -- true
	hasnt "$output" old
	test ! -e sctrace.json.old
	first=$(id_of sctrace.json)
	run -0 "$SCTRACE" record -- true
	has "$output" "the previous recording is kept in sctrace.json.old; 'record --update sctrace.json' adds to a recording instead"
	is "$(id_of sctrace.json.old)" "$first"
	second=$(id_of sctrace.json)
	run -0 "$SCTRACE" record -- true
	is "$(id_of sctrace.json.old)" "$second"
	# the same for a name that is given, beside what a link leads to; none of a command that cannot be run
	mkdir elsewhere
	cp r.json elsewhere/
	ln -s elsewhere/r.json l.json
	first=$(id_of r.json)
	run -127 "$SCTRACE" record -o l.json -- ./missing
	run -1 compgen -G 'elsewhere/*.old'
	run -0 "$SCTRACE" record -o l.json -- true
	has "$output" "is kept in elsewhere/r.json.old"
	is "$(id_of elsewhere/r.json.old)" "$first"
	test -L l.json
	# and it is none that was kept when nothing is
	: >empty.json
	run -0 "$SCTRACE" record -o empty.json -- true
	hasnt "$output" kept
	test ! -e empty.json.old
	run -1 compgen -G '.sctrace-*'
}

@test "output: record keeps it also when it writes while the workload runs, or is killed then" {
	local first second
	first=$(id_of r.json)
	mkfifo gate
	"$SCTRACE" record --flush 1s -o r.json -- sh -c 'read -r line <gate' 2>err 3>&- &
	job=$!
	wait_for test -s r.json.old
	wait_for differs "$first" id_of r.json
	is "$(id_of r.json.old)" "$first"
	second=$(stat -c %i r.json)
	# a repeated write does not count as the previous recording
	wait_for differs "$second" stat -c %i r.json
	is "$(id_of r.json.old)" "$first"
	kill -KILL "$job"
	wait "$job" || true
	is "$(id_of r.json.old)" "$first"
	is "$(jq -r '.runs[0].end | keys[0]' r.json)" running
}

@test "output: two that record into one file at once are both in it at the end" {
	mkfifo gate
	"$SCTRACE" record -q -o r.json -- sh -c 'read -r line <gate; mkdir one' 3>&- &
	job=$!
	"$SCTRACE" record -q -o r.json -- mkdir two
	echo >gate
	ends_with 0 "$job"
	is "$(jq -r '.runs[0].command | join(" ")' r.json.old)" "mkdir two"
	is "$(jq -r '.runs[0].command[0]' r.json)" sh
}

@test "output: a file in the way of a recording stays, and --force keeps a copy" {
	run -125 "$SCTRACE" record -o letter -- mkdir made
	has "$output" "'letter' exists and is not a recording"
	test ! -e made
	cp letter r.json.old
	run -125 "$SCTRACE" record -o r.json -- mkdir made
	has "$output" "'r.json' would be kept as 'r.json.old', which is not a recording"
	test ! -e made
	cmp letter r.json.old
	run -125 "$SCTRACE" record --update letter -- true
	has "$output" "'letter' exists and is not a recording"
	run -125 "$SCTRACE" record --force --update r.json -- true
	"$SCTRACE" record -q --force -o letter -- true
	is "$(cat letter.old)" 'a letter to mother'
	jq -e .runs letter
	mkdir p.json.old
	run -125 "$SCTRACE" record --force -o p.json -- true
}

@test "output: the recording before stays where it is when the new one cannot be written" {
	require_root
	mkdir small
	mount -t tmpfs -o size=64k none small 2>/dev/null || miss "tmpfs cannot be mounted here"
	cp r.json small/
	head -c 60000 /dev/zero >small/fill 2>/dev/null || true
	run -125 "$SCTRACE" record -o small/r.json -- true
	left=$(cmp r.json small/r.json && ls -A small)
	umount small
	has "$output" "No space left on device"
	is "$left" "$(printf 'fill\nr.json')"
}

@test "output: sctrace killed at any step has lost neither recording" {
	require_tool strace
	local first at
	first=$(id_of r.json)
	cp r.json before.json
	for at in fsync:when=1 linkat:when=1 rename:when=1 linkat:when=2 linkat:when=3 rename:when=2; do
		cp before.json r.json
		rm -f r.json.old
		run strace -qq -o /dev/null -e "trace=linkat,rename,fsync" -e "inject=${at%%:*}:signal=KILL:${at#*:}" \
			"$SCTRACE" record -q -o r.json -- true
		is "$status" 137
		cat r.json r.json.old 2>/dev/null | grep -q "$first"
		"$SCTRACE" report r.json
		# and the next one continues from there
		"$SCTRACE" record -q -o r.json -- true
		"$SCTRACE" report r.json r.json.old
		run -1 compgen -G '.sctrace-*'
	done
}

# -- what is not complete

gen_under() { # option of strace...
	strace -qq -o /dev/null "$@" "$SCTRACE" gen -q -o out.json r.json
}

@test "output: nothing incomplete remains, or the next command removes it" {
	require_tool strace
	# a new file has no name until it is complete
	run -137 gen_under -e inject=fsync:signal=KILL
	run -137 gen_under -e inject=linkat:signal=KILL
	run -1 compgen -G '.sctrace-*'
	run -1 compgen -G 'out.json*'
	"$SCTRACE" gen -q -o out.json r.json
	cp out.json before.json
	run -137 gen_under -e inject=rename:signal=KILL
	compgen -G '.sctrace-??????.tmp'
	cmp out.json before.json
	"$SCTRACE" gen -q -o out.json r.json
	run -1 compgen -G '.sctrace-*'
	cmp out.json before.json
}

# Not with sanitizers, which need /proc and ptrace.
# bats test_tags=slow
@test "output: a file system without nameless files, or rules against links, do not matter" {
	require_tool strace
	cp p.json out.json
	chmod 640 out.json
	gen_under -e inject=linkat:error=EACCES
	jq -e .defaultAction out.json
	is "$(stat -c %a out.json)" 640
	rm out.json
	gen_under -e inject=linkat:error=EPERM
	jq -e .defaultAction out.json
	run -1 compgen -G '.sctrace-*'
	# nor is a missing /proc
	require_root
	unshare -m true || miss "no mount namespaces"
	unshare -m sh -c 'mount -t tmpfs none /proc && exec "$@"' sh "$SCTRACE" gen -q -o other.json r.json
	cmp other.json out.json
	run -137 unshare -m sh -c 'mount -t tmpfs none /proc && exec "$@"' sh \
		strace -qq -o /dev/null -e inject=fsync:signal=KILL "$SCTRACE" gen -q -o more.json r.json
	compgen -G '.sctrace-??????.tmp'
	"$SCTRACE" gen -q -o more.json r.json
	run -1 compgen -G '.sctrace-*'
}

@test "output: files of others, and of a running sctrace, are not removed" {
	require_tool flock
	touch .sctrace-config .sctrace-abcdef.tmp.old sctrace-abcdef.tmp .sctrace-gone12.tmp .sctrace-theirs.tmp
	mkdir .sctrace-folder.tmp
	ln -s r.json .sctrace-linked.tmp
	mkfifo .sctrace-queued.tmp
	exec 8>.sctrace-living.tmp
	flock 8
	[ "$(id -u)" != 0 ] || chown 65534 .sctrace-theirs.tmp
	"$SCTRACE" gen -q -o out.json r.json
	test ! -e .sctrace-gone12.tmp
	[ "$(id -u)" != 0 ] || test -e .sctrace-theirs.tmp
	test -e .sctrace-config && test -e .sctrace-abcdef.tmp.old && test -e sctrace-abcdef.tmp
	test -d .sctrace-folder.tmp && test -L .sctrace-linked.tmp && test -p .sctrace-queued.tmp
	test -e .sctrace-living.tmp
	exec 8>&-
	"$SCTRACE" gen -q -o out.json r.json
	test ! -e .sctrace-living.tmp
}
