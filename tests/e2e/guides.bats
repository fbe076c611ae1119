#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The pages of the manual that end in a container: every command with the real engine, and
# what it prints.
load ../lib/common
load ../lib/workloads
load ../lib/bundle
load ../lib/starts
load ../lib/docker

setup_file() {
	load ../lib/common
	load ../lib/workloads
	load ../lib/bundle
	load ../lib/starts
	load ../lib/docker
	require ptrace
	require_docker
	require_world crun podman
	require_tool catatonit python3 unshare
	cd "$BATS_FILE_TMPDIR" || return
	world guides "$PWD" sctrace-docker sctrace-guides -- sctrace-podman >world.log 2>&1 || { cat world.log >&2; return 1; }
}

page_holds() { # name, least number of commands
	local files=$BATS_FILE_TMPDIR/$1

	[ "$(grep -c '^echo .== command' "$files.tour")" -ge "$2" ]
	tail -n 30 "$files.printed"
	python3 "$SRCDIR/tests/lib/tour.py" compare "$SRCDIR/src/man/$1.7" "$files.printed"
	is "$(cat "$files.status")" 0
}

# bats test_tags=slow
@test "guides: Docker: from a recording to an enforced profile" {
	page_holds sctrace-docker 15
}

# bats test_tags=slow
@test "guides: what guides to seccomp promise, so that it works" {
	page_holds sctrace-guides 20
}

# bats test_tags=slow
@test "guides: Podman: from a recording to an enforced profile, and a pod that cannot unshare" {
	page_holds sctrace-podman 12
}
