#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A profile starts its container the first time: one from a recording of the workload
# alone, in docker and podman; and each deny-list, in runc and crun.
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
	[ "${SCTRACE_BRIEF-}" = 1 ] && echo 3 || echo 20
}

@test "starts: docker: a container that was recorded without it starts in it, 20 times in a row, with --user, --init and exec" {
	require_docker
	require_tool docker-init
	world docker_starts "$(times)"
}

# bats test_tags=slow
@test "starts: podman and crun: a container that was recorded without them starts in them, 20 times in a row" {
	require_world crun podman
	require_tool catatonit
	world podman_starts "$(times)" crun
}

# bats test_tags=slow
@test "starts: podman and runc: a container that was recorded without them starts in them, 20 times in a row" {
	require_world runc podman
	require_tool catatonit
	world podman_starts "$(times)" runc
}

starts_under() { # runtime, profile
	[ "$(bundle_run "$1" "$2" /fixtures/quiet 2>err)" = started ]
}

# Of each family, also one that kills; with no_new_privs less is called.
starts_under_families() { # runtime
	local family nnp

	require_runtime "$1"
	for nnp in false true; do
		bundle_make "$1" "$nnp"
		for family in $("$SCTRACE" list families | sed 's/ .*//'); do
			[ "$nnp" = false ] || [[ $family =~ ^(creds|exec|fork|open|stat|statfs|signal)-family$ ]] || continue
			"$SCTRACE" gen -q -F oci --deny "$family" -o p.json 2>/dev/null
			starts_under "$1" p.json || { echo "$family, no_new_privs $nnp"; cat err; } >&2
		done
	done 2>failures
	is "$(cat failures)" ""
}

# bats test_tags=slow
@test "starts: deny-lists: under each family's a container starts: runc" {
	starts_under_families runc
}

# bats test_tags=slow
@test "starts: deny-lists: under each family's a container starts: crun" {
	starts_under_families crun
}

# bats test_tags=slow
@test "starts: deny-lists: all families at once, with a kill, start a container, too" {
	local family runtime denied=()

	for family in $("$SCTRACE" list families | sed 's/ .*//'); do
		denied+=(--deny "$family")
	done
	for runtime in runc crun; do
		require_runtime "$runtime"
		bundle_make "$runtime" false
		"$SCTRACE" gen -q -F oci --action kill-process "${denied[@]}" -o p.json 2>/dev/null
		starts_under "$runtime" p.json || { cat err >&2; return 1; }
	done
}

# Without the runtime's calls no container starts; lint finds that in each profile, and in
# no other one.
# bats test_tags=slow
@test "starts: deny-lists: lint's findings are true: runc and crun" {
	local family runtime nnp option

	require_runtime runc
	require_runtime crun
	while read -r runtime nnp option; do
		bundle_make "$runtime" "$nnp"
		for family in creds exec fork mount open stat statfs; do
			"$SCTRACE" gen -q -F oci --runtime none --deny "$family-family" -o p.json
			started=no found=no
			! starts_under "$runtime" p.json || started=yes
			"$SCTRACE" lint -F json --runtime "$option" --severity high p.json >found.json || [ $? = 1 ]
			! jq -e 'any(.findings[]; .check == "runtime-calls")' found.json >/dev/null || found=yes
			[ "$started" != "$found" ] || echo "$family under $runtime, no_new_privs $nnp: started $started, found $found"
		done
	done <<-END >wrong
		runc true  runc:nnp
		runc false runc
		crun true  crun:nnp
		crun false crun
	END
	is "$(cat wrong)" ""
}

# statfs(137), fstatfs(138)
# bats test_tags=slow
@test "starts: deny-lists: df is denied in a container that starts" {
	local runtime

	require_tool df
	require_machine x86_64
	for runtime in runc crun; do
		require_runtime "$runtime"
		bundle_make "$runtime" false
		"$SCTRACE" gen -q -F oci --deny statfs-family -o p.json 2>/dev/null
		run ! bundle_run "$runtime" p.json df /tmp
		has "$output" "Operation not permitted"
		is "$(bundle_run "$runtime" p.json /fixtures/probe-calls 137 0 0 2>&1)" "errno 1"
		is "$(bundle_run "$runtime" p.json /fixtures/probe-calls 138 99 0 2>&1)" "errno 9"
	done
	# crun needs none of it
	"$SCTRACE" gen -q -F oci --runtime crun --deny statfs-family -o p.json
	is "$(bundle_run crun p.json /fixtures/probe-calls 138 99 0 2>&1)" "errno 1"
}

# bats test_tags=slow
@test "starts: an exact profile starts no container, and lint says so" {
	local runtime

	"$SCTRACE" record -q -- "$FIXTURES/quiet" >/dev/null
	"$SCTRACE" gen -q -F oci --runtime none -o p.json
	run -1 "$SCTRACE" lint --severity high p.json
	has "$output" "runtime-calls: under runc no container starts"
	has "$output" "runtime-calls: under crun no container starts unless no_new_privs is set"
	for runtime in runc crun; do
		require_runtime "$runtime"
		bundle_make "$runtime" false
		run ! starts_under "$runtime" p.json
	done
	"$SCTRACE" gen -q -F oci -o p.json
	run -0 "$SCTRACE" lint --severity medium p.json
	for runtime in runc crun; do
		bundle_make "$runtime" false
		starts_under "$runtime" p.json
	done
}
