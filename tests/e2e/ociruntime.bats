#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `sctrace runtime` in the engines: a container that it records behaves as under the plain runtime, and the profile
# that comes of the recording starts it there the first time.
# One test is enough with sanitizers: starting containers often tests no code of its own.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
load ../lib/common
load ../lib/workloads
load ../lib/bundle
load ../lib/starts
load ../lib/docker

setup_file() {
	load ../lib/common
	require ptrace
	require ret-trace
	require_tool jq
}

# As often as a user would not.
times() {
	[ "${SCTRACE_BRIEF-}" = 1 ] && echo 1 || echo 3
}

@test "ociruntime: docker and containerd: recorded by their runtime, started under the profile, with exec, stop and kill" {
	require_docker
	require_tool docker-init ctr
	world docker_recorded "$(times)"
}

# bats test_tags=slow
@test "ociruntime: podman and runc: recorded by their runtime, started under the profile, with exec, stop and kill" {
	require_world runc podman
	require_tool catatonit
	world podman_recorded "$(times)" runc
}

# bats test_tags=slow
@test "ociruntime: podman and crun: recorded by their runtime, started under the profile, with exec, stop and kill" {
	require_world crun podman
	require_tool catatonit
	world podman_recorded "$(times)" crun
}
