#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What a file of an engine is read as is what the engine makes of it: bundles, and containers.conf.
load ../lib/common
load ../lib/workloads
load ../lib/bundle
load ../lib/starts
load ../lib/docker
load ../lib/readers

@test "readers: runc and crun apply what the reader of bundles reads" {
	local runtime

	require_machine x86_64
	require_runtime runc
	require_runtime crun
	for runtime in runc crun; do
		cat >p.json <<-'END'
			{"defaultAction": "SCMP_ACT_ALLOW", "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]}],
			"syscalls": [{"names": ["getitimer"], "action": "SCMP_ACT_ERRNO", "errnoRet": 15, "includes": {"caps": ["CAP_SYS_BOOT"]}},
			{"names": ["getpgid"], "action": "SCMP_ACT_ERRNO", "errno": "EROFS", "excludes": {"arches": ["amd64"]}},
			{"name": "getsid", "action": "SCMP_ACT_ERRNO"}]}
		END
		# crun rejects the old field
		[ "$runtime" = runc ] || sed -i 's/"name": "getsid"/"names": []/' p.json
		bundle_make "$runtime" true
		# shellcheck disable=SC2016
		bundle_run "$runtime" p.json bash -c 'for i in "36 99" "121 0" "124 0"; do /fixtures/probe-calls $i; done' >out
		is "$(paste -sd, out)" "errno 15,errno 1,ok"
		run -1 "$SCTRACE" explain bundle/config.json getitimer
		has "$output" "denied with ENOTBLK"
		run -1 "$SCTRACE" explain bundle/config.json getpgid
		has "$output" "denied with EPERM"
		run -0 "$SCTRACE" explain bundle/config.json getsid
	done
	# and without a profile there is no filter
	jq 'del(.linux.seccomp)' bundle/config.json >plain.json
	run -0 "$SCTRACE" explain plain.json getitimer
}

# bats test_tags=slow
@test "readers: podman applies what the reader of containers.conf reads" {
	require_world runc podman
	world podman_obeys
}
