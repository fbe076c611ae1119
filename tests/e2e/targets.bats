#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What targets.tbl says of a version is so of the one that is installed.
load ../lib/common
load ../lib/workloads
load ../lib/bundle
load ../lib/starts
load ../lib/docker
load ../lib/targets

@test "targets: runc and crun" {
	require_world runc
	require_runtime crun
	require_tool busybox strace
	world runtimes_are_as_listed
}

# bats test_tags=slow
@test "targets: docker" {
	require_docker
	world docker_is_as_listed
}

# bats test_tags=slow
@test "targets: podman" {
	require_world runc podman
	world podman_is_as_listed
}
