#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# docker-default and podman-default: the tables of the engines' profiles, compared with their
# files and against the filters of containers that they started.
# shellcheck disable=SC2094,SC2154

load ../lib/common
load ../lib/workloads
load ../lib/bundle
load ../lib/starts

PODMAN_FILE=/usr/share/containers/seccomp.json

# The word for the release that is installed: one of those that are known.
installed_word() { # docker or podman, version
	local known

	known=$("$SCTRACE" list defaults | sed -n "s/^$1-default:\([0-9.]*\) .*/\1/p")
	case $known in
	*"$2"*) echo "$1-default:$2" ;;
	*) miss "the table has no $1 $2, but ${known//$'\n'/, }" ;;
	esac
}

same() { # word, file, options of diff
	run -0 "$SCTRACE" diff -q "${@:3}" "$1" "$2"
}

@test "defaults: Podman's table agrees with its file, for all capabilities of a container" {
	local cap word

	[ -e "$PODMAN_FILE" ] || miss "no $PODMAN_FILE"
	require_tool dpkg-query
	word=$(installed_word podman "$(dpkg-query -W -f '${Version}' golang-github-containers-common | cut -d. -f1,2)") || skip "$word"
	same "$word" "$PODMAN_FILE"
	same "$word" "$PODMAN_FILE" --cap none
	for cap in AUDIT_WRITE BPF DAC_READ_SEARCH PERFMON SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_PACCT SYS_PTRACE SYS_RAWIO \
		SYS_TIME SYS_TTY_CONFIG; do
		same "$word" "$PODMAN_FILE" --cap "CAP_$cap"
	done
	# and another release is something else
	run -1 "$SCTRACE" diff -q podman-default:0.67 "$PODMAN_FILE"
}

@test "defaults: Docker's table agrees with the documented profile of its release" {
	local cap

	same docker-default:20.10 "$SRCDIR/tests/lint/docker/moby-20.10.json"
	for cap in none CAP_SYS_ADMIN CAP_SYS_PTRACE CAP_SYS_TIME; do
		same docker-default:20.10 "$SRCDIR/tests/lint/docker/moby-20.10.json" --cap "$cap"
	done
	run -1 "$SCTRACE" diff -q docker-default "$SRCDIR/tests/lint/docker/moby-20.10.json"
}

@test "defaults: a container of Docker runs under the filter that the table has" {
	local word

	require_world runc
	require_tool dockerd docker busybox
	word=$(installed_word docker "$(dockerd --version | sed 's/^Docker version \([0-9]*\.[0-9]*\).*/\1/')") || skip "$word"
	world docker_filters_are "$word" || { [ -e world/cannot ] && miss "the kernel does not show filters"; return 1; }
}

@test "defaults: a container of Podman runs under the filter that the table has" {
	local word

	require_world runc podman
	[ -e "$PODMAN_FILE" ] || miss "no $PODMAN_FILE"
	require_tool dpkg-query
	word=$(installed_word podman "$(dpkg-query -W -f '${Version}' golang-github-containers-common | cut -d. -f1,2)") || skip "$word"
	world podman_filters_are "$word" || { [ -e world/cannot ] && miss "the kernel does not show filters"; return 1; }
}

@test "defaults: the names work wherever a profile does" {
	run -1 "$SCTRACE" explain docker-default keyctl
	run -0 "$SCTRACE" explain podman-default read
	run -0 "$SCTRACE" diff -q docker-default docker-default:29.4
	run -1 "$SCTRACE" diff -q docker-default podman-default
	require ret-trace
	run -0 "$SCTRACE" run -p docker-default -- true
	run -0 "$SCTRACE" check -q -p docker-default -- true
	"$SCTRACE" lint docker-default >found || [ -s found ]
	has "$(<found)" docker-default
}

@test "defaults: releases, and unknown ones" {
	run -2 --separate-stderr "$SCTRACE" explain docker-default:9.9 mount
	has "$stderr" "'docker-default:9.9' is not known; the releases are 20.10, 26.1, 29.4"
	run -2 --separate-stderr "$SCTRACE" explain docker-defaults mount
	has "$stderr" "docker-defaults"
	# a file of that name comes first
	echo '{ "defaultAction": "SCMP_ACT_ALLOW" }' >docker-default
	run -0 "$SCTRACE" explain docker-default keyctl
	run -1 "$SCTRACE" explain docker-default:20.10 keyctl
}

@test "defaults: list defaults: the releases, and each as a profile" {
	require_tool jq
	"$SCTRACE" list defaults >list
	is "$(grep -c -- '-default' list)" 6
	has "$(<list)" "moby/profiles 0.2.1"
	"$SCTRACE" list defaults docker-default:20.10 >p.json
	same docker-default:20.10 p.json --cap CAP_SYS_ADMIN
	jq -e '.archMap[0].architecture == "SCMP_ARCH_X86_64"' p.json
	run -2 --separate-stderr "$SCTRACE" list defaults nonsense
	has "$stderr" "nonsense"
}
