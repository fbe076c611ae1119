#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The kinds of files that are read as profiles: by their content, or as --read-as says.
# shellcheck disable=SC2154

load ../lib/common

@test "readers: a text that is none of them is rejected, with the names of all kinds" {
	local name

	printf 'hello, world\n' >p.txt
	run -2 "$SCTRACE" lint p.txt
	has "$output" "p.txt: not a profile of a known kind"
	has "$output" "--read-as NAME chooses one"
	for name in $("$SCTRACE" list readers | cut -d' ' -f1); do
		has "$output" "$name"
	done
	: >empty
	run -2 "$SCTRACE" lint empty
	is "$output" "sctrace: empty: the file is empty"
}

@test "readers: --read-as forces a kind, in every command that takes a profile" {
	local command

	printf '"hello"\n' >p.txt
	for command in "lint p.txt" "explain p.txt read" "diff p.txt p.txt" "check -p p.txt --read-as docker -- true" \
		"run -p p.txt --read-as docker -- true" "gen --base p.txt --deny mount"; do
		# shellcheck disable=SC2086 # words
		case $command in
		run* | check*) run "$SCTRACE" $command ;;
		*) run "$SCTRACE" $command --read-as docker ;;
		esac
		echo "$command: $status $output"
		[ "$status" -eq 2 ] || [ "$status" -eq 125 ]
		has "$output" "p.txt:1: should be an object"
	done
	run -2 "$SCTRACE" lint --read-as dokcer p.txt
	has "$output" "unknown kind of profile 'dokcer'"
	has "$output" "docker"
}

@test "readers: an engine's own profile is never read as another kind" {
	"$SCTRACE" explain --read-as docker docker-default read >out
	has "$(cat out)" "docker-default:"
}
