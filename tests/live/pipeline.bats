#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The GitHub action and the GitLab jobs: their own commands run, in a scratch
# repository; only GitHub and GitLab are stand-ins.
# One test is enough with sanitizers: git takes most of the time.
# shellcheck disable=SC2030,SC2031,SC2094,SC2119,SC2120,SC2154

load ../lib/common

setup_file() {
	load ../lib/common
	require ptrace
	require ret-trace
	require_tool jq
	[ -e /usr/lib/python3/dist-packages/yaml/__init__.py ] || miss "no python3-yaml here"
}

# A repository with a workload that a test can change, and the services.
setup() {
	mkdir -p "$BATS_TEST_TMPDIR/repo" "$BATS_TEST_TMPDIR/service/cache" "$BATS_TEST_TMPDIR/bin"
	cd "$BATS_TEST_TMPDIR/repo" || return
	service=$BATS_TEST_TMPDIR/service
	export service STAND_INS=$BATS_TEST_TMPDIR/bin
	export GITHUB_STEP_SUMMARY=$service/summary.md
	PATH=$STAND_INS:$(dirname "$SCTRACE"):$PATH
	printf 'cat /dev/null\n' >workload
	github_stand_ins
	gitlab_stand_ins
}

stand_in() { # name, its text is the input
	{
		echo '#!/usr/bin/env bash'
		echo 'set -euo pipefail'
		cat
	} >"$STAND_INS/$1"
	chmod +x "$STAND_INS/$1"
}

github_stand_ins() {
	stand_in actions_cache_save <<-'EOF'
		[ -e "$INPUT_PATH" ]
		tar -cf "$service/cache/$INPUT_KEY.tar" "$INPUT_PATH"
	EOF
	# the newest whose key begins so
	stand_in actions_cache_restore <<-'EOF'
		[ ! -e "$service/cache/$INPUT_KEY.tar" ]
		newest=$(find "$service/cache" -name "$INPUT_RESTORE_KEYS*" | sort | tail -n 1)
		[ -z "$newest" ] || tar -xf "$newest"
	EOF
	stand_in actions_upload-artifact <<-'EOF'
		cp -r "$INPUT_PATH" "$service/artifact-$INPUT_NAME"
	EOF
	stand_in github_codeql-action_upload-sarif <<-'EOF'
		[ "$(jq -r .version "$INPUT_SARIF_FILE")" = 2.1.0 ]
		cp "$INPUT_SARIF_FILE" "$service/$INPUT_CATEGORY.sarif"
	EOF
	# the comments of one pull request, a file each
	stand_in gh <<-'EOF'
		[ "$GH_TOKEN" = secret ]
		[ "$1" = api ]
		method=GET body= url= jq=
		shift
		while [ $# -gt 0 ]; do
			case $1 in
			-X) method=$2; shift ;;
			-F) body=${2#body=@}; shift ;;
			--jq) jq=$2; shift ;;
			--paginate) ;;
			*) url=$1 ;;
			esac
			shift
		done
		[ ! -e "$service/read-only" ] || [ "$method" = GET ] || exit 1
		case $method:$url in
		GET:repos/o/r/issues/7/comments)
			for c in "$service"/comment-*; do
				[ ! -e "$c" ] || jq -Rs --arg id "${c##*-}" '{ id: $id, body: . }' "$c"
			done | jq -s . | jq -r "$jq"
			;;
		POST:repos/o/r/issues/7/comments) cp "$body" "$service/comment-$(($(ls "$service" | grep -c '^comment-') + 1))" ;;
		PATCH:repos/o/r/issues/comments/*) cp "$body" "$service/comment-${url##*/}" ;;
		*) exit 1 ;;
		esac
	EOF
}

# Artifacts of the main branch's last job that succeeded, and the notes of a merge request.
gitlab_stand_ins() {
	stand_in curl <<-'EOF'
		out= data= header= url=
		while [ $# -gt 0 ]; do
			case $1 in
			-o) out=$2; shift ;;
			--header) header=$2; shift ;;
			--data-urlencode) data=${2#body@}; shift ;;
			-*) ;;
			*) url=$1 ;;
			esac
			shift
		done
		case $url in
		https://gitlab/api/v4/projects/5/jobs/artifacts/trunk/raw/*"?job=sctrace-record")
			[ "$header" = "JOB-TOKEN: job" ]
			file=${url#*/raw/}
			[ -e "$service/artifacts/${file%\?*}" ] || exit 22
			cp "$service/artifacts/${file%\?*}" "$out"
			;;
		https://gitlab/api/v4/projects/5/merge_requests/9/notes)
			[ "$header" = "PRIVATE-TOKEN: secret" ]
			cp "$data" "$service/note.md"
			;;
		*) exit 22 ;;
		esac
	EOF
}

pipeline() {
	/usr/bin/python3 "$SRCDIR/tests/lib/pipeline.py" "$@"
}

# One job on a machine of its own: only what is checked out is there.
github() { # event, name=value...
	local event=$1
	shift
	rm -rf .sctrace
	echo >>"$service/runs"
	jq -n --arg event "$event" --arg run "$(wc -l <"$service/runs")" '{ event_name: $event, run_id: $run, run_attempt: "1", token: "secret",
		repository: "o/r", event: (if $event == "pull_request" then { pull_request: { number: 7 } } else {} end) }' \
		>"$service/context.json"
	pipeline action "$SRCDIR/.github/actions/sctrace/action.yml" "$service/context.json" "$@"
}

on_main() {
	github push mode=record command='sh ./workload' "$@"
}

on_pull_request() {
	github pull_request mode=check command='sh ./workload' "$@"
}

@test "pipeline: github: the main branch records, and keeps recording and profile" {
	run -0 on_main
	has "$output" "output profile=.sctrace/default/profile.json"
	[ "$(jq '.runs | length' "$service/artifact-sctrace-default/recording.json")" -eq 1 ]
	jq -e '.syscalls | length > 0' "$service/artifact-sctrace-default/profile.json"
	[ ! -e "$GITHUB_STEP_SUMMARY" ]
	# the second run adds to the first, and the summary says what is new
	rm -r "$service/artifact-sctrace-default"
	printf 'cat /dev/null; mkfifo f\n' >workload
	run -0 on_main
	[ "$(jq '.runs | length' "$service/artifact-sctrace-default/recording.json")" -eq 2 ]
	[ "$(count_of mknodat "$service/artifact-sctrace-default/recording.json")" -eq 1 ]
	has "$(cat "$GITHUB_STEP_SUMMARY")" mknodat
}

# bats test_tags=slow
@test "pipeline: github: a run that failed keeps nothing, and its status is the job's" {
	printf 'exit 5\n' >workload
	run -5 on_main
	[ -z "$(ls "$service/cache")" ]
}

# bats test_tags=slow
@test "pipeline: github: a pull request inside the profile passes, and is not commented on" {
	on_main
	run -0 on_pull_request
	has "$output" "output status=0"
	hasnt "$output" "::error"
	[ "$(jq '.runs[0].results | length' "$service/sctrace-default.sarif")" -eq 0 ]
	[ ! -s "$GITHUB_STEP_SUMMARY" ]
	[ ! -e "$service/comment-1" ]
}

# bats test_tags=slow
@test "pipeline: github: a pull request outside of it fails; code scanning, summary and comment say why" {
	on_main
	printf 'cat /dev/null; mkfifo f; chmod +x f\n' >workload
	run -1 on_pull_request
	has "$output" "::error::the workload left its seccomp profile"
	# annotations: both calls, because denied calls were made nevertheless
	[ "$(grep -cE '^::error [^:]*.*(mknodat|fchmodat)' <<<"$output")" -ge 2 ]
	[ -p f ]
	jq -r '.runs[0].results[].message.text' "$service/sctrace-default.sarif" >messages
	grep -q mknodat messages
	grep -q fchmodat messages
	grep -q mknodat "$GITHUB_STEP_SUMMARY"
	is "$(head -n 1 "$service/comment-1")" "<!-- sctrace default -->"
	grep -q fchmodat "$service/comment-1"
	# the comment is updated when there are fewer findings
	rm f
	printf 'cat /dev/null; mkfifo f\n' >workload
	run -1 on_pull_request
	[ ! -e "$service/comment-2" ]
	grep -q mknodat "$service/comment-1"
	run -1 grep -q fchmodat "$service/comment-1"
	# and when there is none
	printf 'cat /dev/null\n' >workload
	run -0 on_pull_request
	has "$(cat "$service/comment-1")" "The seccomp profile stays as it is."
}

# bats test_tags=slow
@test "pipeline: github: without audit a denied call fails as it will in production" {
	on_main
	printf 'cat /dev/null; mkfifo f\n' >workload
	run -1 on_pull_request audit=false
	[ ! -e f ]
}

# bats test_tags=slow
@test "pipeline: github: a workload that fails by itself is reported as that" {
	on_main
	printf 'cat /dev/null; exit 5\n' >workload
	run -3 on_pull_request
	has "$output" "::error::the workload failed, without having left its profile"
}

# bats test_tags=slow
@test "pipeline: github: a profile in the repository is used, and its changes are shown" {
	on_main profile=seccomp.json gen-options="--allow mknodat --allow statfs --annotate"
	jq -e '.syscalls[] | .comment' seccomp.json >/dev/null
	printf 'cat /dev/null; mkfifo f\n' >workload
	run -0 on_pull_request profile=seccomp.json
	[ ! -e "$service/comment-1" ]
	"$SCTRACE" gen -q -o seccomp.json --allow mount "$service/artifact-sctrace-default/recording.json"
	rm f
	run -1 on_pull_request profile=seccomp.json
	grep -q "What the pull request changes in seccomp.json" "$service/comment-1"
	grep -q "What the workload needs beyond seccomp.json" "$service/comment-1"
	grep -q mount "$service/comment-1"
}

# bats test_tags=slow
@test "pipeline: github: names keep workloads apart" {
	on_main name=one
	run -2 on_pull_request name=two
	has "$output" "there is no profile '.sctrace/two/profile.json'"
	run -0 on_pull_request name=one
}

# bats test_tags=slow
@test "pipeline: github: a read-only token does not fail the job" {
	on_main
	touch "$service/read-only"
	printf 'cat /dev/null; mkfifo f\n' >workload
	run -1 on_pull_request
	has "$output" "::warning::could not comment"
	has "$output" "::error::the workload left its seccomp profile"
}

# bats test_tags=slow
@test "pipeline: github: disabled features do nothing, and wrong inputs are reported" {
	on_main
	printf 'cat /dev/null; mkfifo f\n' >workload
	run -1 on_pull_request comment=false upload-sarif=false
	[ ! -e "$service/comment-1" ]
	[ ! -e "$service/sctrace-default.sarif" ]
	run -2 github push mode=look command=true
	has "$output" "::error::mode is 'look'; use record or check"
	run -2 github push mode=record command=true name=../x
	has "$output" "::error::name is '../x'"
}

# bats test_tags=slow
@test "pipeline: github: a command and a name are words, and not a part of the action's own text" {
	# shellcheck disable=SC2016 # for sh
	run -0 github push mode=record command='echo "a  b" '"'"'$HOME'"'"' `echo c` #"'
	# shellcheck disable=SC2016 # as it is
	has "$output" 'a  b $HOME c'
}

# bats test_tags=slow
@test "pipeline: github: without an installed sctrace, the action builds it" {
	require_tool autoreconf git
	mkdir "$BATS_TEST_TMPDIR/source"
	tar -C "$SRCDIR" --exclude=.git --exclude='./build*' --exclude='*.o' --exclude='*.a' --exclude=./config.status \
		--exclude=./Makefile --exclude=./configure --exclude=./sctrace --exclude=./tests/unit/test-*[a-z] -cf - . |
		tar -C "$BATS_TEST_TMPDIR/source" -xf -
	printf '#!/bin/sh\nexit 1\n' >"$STAND_INS/sudo"
	chmod +x "$STAND_INS/sudo"
	rm -f "$service/context.json"
	jq -n '{ event_name: "push", run_id: "1", run_attempt: "1", token: "secret" }' >"$service/context.json"
	# without one that is installed
	PATH=$STAND_INS
	for folder in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do
		[ -x "$folder/sctrace" ] || PATH+=:$folder
	done
	CFLAGS=-O0 pipeline action "$BATS_TEST_TMPDIR/source/.github/actions/sctrace/action.yml" "$service/context.json" \
		mode=record command=true
	[ -x "$BATS_TEST_TMPDIR/source/build/action/sctrace" ]
	[ -s "$service/artifact-sctrace-default/profile.json" ]
}

gitlab() { # job, name=value...
	local job=$1
	shift
	rm -rf .sctrace
	pipeline gitlab "$SRCDIR/scripts/gitlab-ci.yml" "$job" CI_JOB_TOKEN=job CI_API_V4_URL=https://gitlab/api/v4 \
		CI_PROJECT_ID=5 CI_DEFAULT_BRANCH=trunk SCTRACE_COMMAND='sh ./workload' SCTRACE_TOKEN=secret "$@"
}

# Other jobs get the artifacts of a successful one.
on_trunk() {
	gitlab sctrace-record CI_COMMIT_BRANCH=trunk CI_PIPELINE_SOURCE=push "$@" || return
	rm -rf "$service/artifacts"
	mkdir "$service/artifacts"
	cp -r .sctrace "$service/artifacts"
}

on_merge_request() {
	gitlab sctrace-check CI_PIPELINE_SOURCE=merge_request_event CI_MERGE_REQUEST_IID=9 "$@"
}

# bats test_tags=slow
@test "pipeline: gitlab: each job runs where it belongs" {
	run -99 gitlab sctrace-record CI_COMMIT_BRANCH=topic CI_PIPELINE_SOURCE=push
	run -99 gitlab sctrace-check CI_COMMIT_BRANCH=trunk CI_PIPELINE_SOURCE=push
	run -2 on_merge_request
	has "$output" "there is no profile '.sctrace/profile.json'"
}

# bats test_tags=slow
@test "pipeline: gitlab: the main branch records, and adds to what it had" {
	on_trunk
	[ "$(jq '.runs | length' .sctrace/recording.json)" -eq 1 ]
	printf 'cat /dev/null; mkfifo f\n' >workload
	run -0 on_trunk SCTRACE_GEN_OPTIONS='--allow mount --annotate'
	has "$output" mknodat
	[ "$(jq '.runs | length' .sctrace/recording.json)" -eq 2 ]
	jq -e '[.syscalls[].names[]] | index("mount")' .sctrace/profile.json
	printf 'exit 5\n' >workload
	run -5 on_trunk
}

# bats test_tags=slow
@test "pipeline: gitlab: a merge request inside the profile passes" {
	on_trunk
	run -0 on_merge_request
	[ ! -e "$service/note.md" ]
	[ "$(jq -r .version .sctrace/check.sarif)" = 2.1.0 ]
}

# bats test_tags=slow
@test "pipeline: gitlab: a merge request outside of it fails, JUnit and a note say why" {
	on_trunk
	printf 'cat /dev/null; mkfifo f\n' >workload
	run -1 on_merge_request
	has "$output" mknodat
	grep -q '<failure' .sctrace/junit.xml
	grep -q mknodat .sctrace/junit.xml
	grep -q mknodat "$service/note.md"
	# without a token it is in the artifacts
	rm f "$service/note.md"
	run -1 on_merge_request SCTRACE_TOKEN=
	[ ! -e "$service/note.md" ]
	grep -q mknodat .sctrace/diff.md
	printf 'cat /dev/null; exit 5\n' >workload
	run -3 on_merge_request
}

# bats test_tags=slow
@test "pipeline: gitlab: a profile in the repository is used, and its changes are shown" {
	on_trunk
	"$SCTRACE" gen -q -o seccomp.json --allow mknodat --allow statfs .sctrace/recording.json
	printf 'cat /dev/null; mkfifo f\n' >workload
	run -0 on_merge_request SCTRACE_PROFILE=seccomp.json
	grep -q "What the merge request changes in seccomp.json" "$service/note.md"
	grep -q mknodat "$service/note.md"
}

# bats test_tags=slow
@test "pipeline: docs: the README's examples use existing inputs, and the manual page lists all of them" {
	# shellcheck disable=SC2016 # no command
	sed -n '/^```yaml$/,/^```$/{/^```/!p;/^```$/s/.*/---/p}' "$SRCDIR/README.md" >examples.yml
	pipeline examples examples.yml "$SRCDIR/.github/actions/sctrace/action.yml" "$SRCDIR/scripts/gitlab-ci.yml" >names
	[ "$(wc -l <names)" -ge 14 ]
	sed 's/\\-/-/g' "$SRCDIR/src/man/sctrace-pipeline.7" >page
	while read -r name; do
		grep -qF "\\fB$name\\fR" page || { echo "not in the manual page: $name" >&2; return 1; }
	done <names
}

# bats test_tags=slow
@test "pipeline: the commands in the YAML are clean" {
	require_tool shellcheck
	for file in .github/actions/sctrace/action.yml scripts/gitlab-ci.yml; do
		pipeline commands "$SRCDIR/$file" >commands
		[ "$(wc -l <commands)" -ge 40 ]
		# set by the service or by the lines that run before; read from elsewhere
		shellcheck -s bash -e SC2154,SC2153,SC1091,SC2034,SC2031,SC2030 commands
	done
}
