#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `sctrace record --container`: a container that runs already is recorded with all of its processes, and
# with those that join it later, from what they execute on.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
load ../lib/common
load ../lib/workloads
load ../lib/bundle
load ../lib/starts
load ../lib/docker

setup_file() {
	load ../lib/common
	require ptrace
	require_tool jq perl
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

@test "container: runc: processes that are there, and those that join by exec, are recorded; the runtime is not" {
	require_runtime runc
	world container_by_runtime runc
}

@test "container: crun: processes that are there, and those that join by exec, are recorded; the runtime is not" {
	require_runtime crun
	world container_by_runtime crun
}

# bats test_tags=slow
@test "container: docker: by name, by ID and by the beginning of one; --for lets it go on" {
	require_docker
	world container_by_docker
}

# bats test_tags=slow
@test "container: podman: by name and by ID, with exec" {
	require_world runc podman
	world container_by_podman
}

@test "container: a name that nothing has is an error that says where it was looked for" {
	run -125 "$SCTRACE" record --container no-such-container
	[[ $output == *"no running container 'no-such-container'"* ]]
	run -125 "$SCTRACE" record --container x --attach 1
	run -125 "$SCTRACE" record --container x -- true
	run -125 "$SCTRACE" record --container ''
	[ ! -e sctrace.json ]
}
