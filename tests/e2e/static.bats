#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# sctrace-static records from inside: in containers that have nothing but one static program,
# under the engine's own profile. It is linked from what the build has; sanitizers cannot be static.
# bats file_tags=slow
# shellcheck disable=SC2016,SC2154
load ../lib/common
load ../lib/workloads
load ../lib/bundle
load ../lib/starts
load ../lib/docker

setup_file() {
	load ../lib/common
	require ptrace
	require ret-trace
	require_tool jq make strip
	cd "$BATS_FILE_TMPDIR" || return
	env -u MAKEFLAGS -u MFLAGS make -s -C "$(dirname "$SCTRACE")" sctrace-static >link.log 2>&1 || { cat link.log >&2; return 1; }
	strip -o sctrace-static "$(dirname "$SCTRACE")/sctrace-static"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	STATIC=$BATS_FILE_TMPDIR/sctrace-static
}

@test "static: one file of less than 4 MiB, which needs no library and says what sctrace says" {
	is "$(readelf -d "$STATIC" | grep NEEDED)" ""
	[ "$(stat -c %s "$STATIC")" -lt $((4 * 1024 * 1024)) ]
	is "$("$STATIC" --version)" "$("$SCTRACE" --version)"
	is "$("$STATIC" explain fchmodat)" "$("$SCTRACE" explain fchmodat)"
}

@test "static: a recording has stacks, and the user's name is looked up in the root's own files" {
	"$STATIC" record -q -o static.json -- ls /
	"$SCTRACE" record -q -o dynamic.json -- ls /
	is "$(jq -c '[.calls[] | [.name, .count]]' static.json)" "$(jq -c '[.calls[] | [.name, .count]]' dynamic.json)"
	jq -e '[.calls[].first[]?.stack // empty | select(length > 1)] | length > 0' static.json ||
		is "$(jq -c '[.. | .function? // empty] | unique' static.json)" "$(jq -c '[.. | .function? // empty] | unique' dynamic.json)"
	[ "$(id -u)" != 0 ] || {
		"$STATIC" record -q --user nobody -o nobody.json -- id -un >out
		is "$(cat out)" nobody
	}
}

@test "static: docker: put into a container of one static program, it records under the default profile" {
	local i

	require_docker
	world docker_records_inside "$STATIC"
	for i in 0 1 2 3; do
		cat "bare-$i.err" "shell-$i.err" >&2
		is "$(jq -c '[.programs[].path]' "bare-$i.json")" '["/true"]'
		jq -e '[.calls[].name] | index("execve") and index("exit_group")' "bare-$i.json"
		jq -e '[.calls[].name] | index("kill")' "shell-$i.json"
		# what the engine's profile hides is named, and without it nothing is hidden
		[ "$i" != 0 ] || { is "$(jq -c .blind_spots "bare-$i.json")" '[]'; continue; }
		jq -e '.blind_spots[] | select(.kind == "outer-filter") | .calls | index("keyctl") and index("bpf")' "bare-$i.json"
		grep -q 'hidden are: .*bpf' "bare-$i.err"
	done
}
