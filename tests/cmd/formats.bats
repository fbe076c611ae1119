#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What formats cannot express, what they take, and for whom they are.
load ../lib/common

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	"$SCTRACE" record -q -o r.json -- ls /
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR/r.json" .
}

@test "formats: an option that a format does not take is refused, with those that do" {
	run -2 "$SCTRACE" gen --pod r.json
	has "$output" "the format 'docker' takes no --pod; 'kubernetes' does"
	run -2 "$SCTRACE" gen -F text --name x r.json
	has "$output" "the format 'text' takes no --name; 'kubernetes'"
	run -2 "$SCTRACE" gen -F kubernetes --pod r.json
	has "$output" "--pod needs --name NAME"
	run -2 "$SCTRACE" gen -F kubernetes --pod=Deployment --name x r.json
	has "$output" "unknown pod 'Deployment'; write --pod, or --pod=annotation, RuntimeDefault or install"
	for name in Web -web web- w_b w.b '' "$(printf 'x%.0s' {1..51})"; do
		for format in kubernetes spo; do
			run -2 "$SCTRACE" gen -F "$format" --name "$name" r.json
			has "$output" "is not a name for Kubernetes"
		done
	done
	"$SCTRACE" gen -q -F spo --name "$(printf 'x%.0s' {1..50})" r.json
}

@test "formats: the summary ends with the command that uses the file" {
	local -A uses=(
		[docker]="docker run --security-opt seccomp=out IMAGE"
		[oci]="jq '.linux.seccomp = input' config.json out >new.json && mv new.json config.json"
		[kubernetes]="on every node, install -D -m 644 out /var/lib/kubelet/seccomp/out"
		[spo]="kubectl apply -f out; the path for localhostProfile is then in .status.localhostProfile of seccompprofile/sctrace"
	)

	for format in "${!uses[@]}"; do
		run -0 "$SCTRACE" gen -F "$format" -o out --force r.json
		is "${lines[-1]}" "sctrace: next: ${uses[$format]}"
		run -0 "$SCTRACE" gen -q -F "$format" -o out --force r.json
		is "$output" ""
		run -0 "$SCTRACE" gen -F "$format" r.json
		hasnt "$output" "sctrace: next:"
	done
	run -0 "$SCTRACE" gen -o "a b'c" r.json
	is "${lines[-1]}" "sctrace: next: docker run --security-opt seccomp='a b'\''c' IMAGE"
	run -0 "$SCTRACE" gen --runtime podman -o p.json r.json
	is "${lines[-1]}" "sctrace: next: podman run --security-opt seccomp=p.json IMAGE"
}

@test "formats: without the runtime's calls the operator's base profile is named" {
	run -0 "$SCTRACE" gen -F spo --runtime none -o out r.json
	has "$output" "with --target runc=VERSION or crun=VERSION"
	run -1 grep baseProfileName out
	"$SCTRACE" gen -q -F spo --runtime none --target runc=1.1.5 r.json | grep -x '  baseProfileName: runc-v1.1.5'
	"$SCTRACE" gen -q -F spo --runtime none --target crun=1.18 r.json | grep -x '  baseProfileName: crun-v1.18'
	"$SCTRACE" gen -q -F spo --target runc=1.1.5 -o out r.json
	run -1 grep baseProfileName out
}

@test "formats: what spo cannot express is a warning, and with --strict an error" {
	cat >p.json <<-'END'
		{"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38, "architectures": ["SCMP_ARCH_X86_64"], "syscalls": [
		{"names": ["personality"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "op": "SCMP_CMP_EQ", "value": 18446744073709551615}]},
		{"names": ["acct"], "action": "SCMP_ACT_ERRNO", "errnoRet": 0}]}
	END
	run -0 "$SCTRACE" gen -F spo --base p.json --deny mount -o out
	has "$output" "warning: the format 'spo' has no errno for calls without a rule: they get EPERM"
	has "$output" "warning: the format 'spo' has no values above 2^63 - 1, so that the API server rejects the object ('personality')"
	has "$output" "warning: the format 'spo' takes the errno 0 for none: the call gets EPERM ('acct')"
	run -2 "$SCTRACE" gen -F spo --strict --base p.json --deny mount -o new
	has "$output" "(--strict)"
	test ! -e new
	# the file for the kubelet has them all
	run -0 "$SCTRACE" gen -F kubernetes --strict --base p.json --deny mount -o out --force
	is "$(jq -c '[.defaultErrnoRet, (.syscalls[] | select(.names == ["acct"]).errnoRet)]' out)" "[38,0]"
}

@test "formats: a kubelet's file has no field that containerd ignores" {
	"$SCTRACE" gen -q -F docker --base docker-default --deny mount-family -o docker.json
	jq -e '[.syscalls[] | select(.includes or .excludes)] | length > 5' docker.json
	"$SCTRACE" gen -q -F kubernetes --base docker-default --deny mount-family -o kubelet.json
	is "$(jq -c '[keys, (.syscalls | map(keys) | add | unique)]' kubelet.json)" \
		'[["architectures","defaultAction","defaultErrnoRet","syscalls"],["action","args","errnoRet","names"]]'
	run -1 "$SCTRACE" lint --target containerd=1.6.20 --target kubernetes=1.28 docker.json
	has "$output" "containerd 1.6.20 ignores 'includes', 'excludes' and 'archMap'"
	has "$output" "kubernetes 1.28 ignores 'includes', 'excludes' and 'archMap'"
	run "$SCTRACE" lint --target containerd=1.6.20 --target kubernetes=1.28 kubelet.json
	hasnt "$output" "target-lacks"
}

@test "formats: a Pod says whether the runtime's own profile is enough" {
	run -0 "$SCTRACE" gen -F kubernetes --pod=RuntimeDefault --name web -o pod.yaml r.json
	has "$output" "sctrace: RuntimeDefault is enough"
	run -0 "$SCTRACE" gen -F kubernetes --allow reboot --pod=RuntimeDefault --name web -o pod.yaml r.json
	has "$output" "sctrace: RuntimeDefault is not enough: Docker's default, which containerd's follows, denies reboot"
	run -0 "$SCTRACE" gen -F kubernetes --pod --name web -o pod.yaml r.json
	has "$output" "'podman kube play' ignores seccompProfile"
	# a Pod is written over a Pod of sctrace, and over no other
	run -0 "$SCTRACE" gen -F kubernetes --pod=install --name web -o pod.yaml r.json
	sed 1d pod.yaml >own.yaml
	run -2 "$SCTRACE" gen -F kubernetes --pod --name web -o own.yaml r.json
	has "$output" "'own.yaml' exists and is not a profile or a Pod of sctrace"
}

@test "formats: a Pod has the profile's name, and where the cluster looks for it" {
	"$SCTRACE" gen -q -F kubernetes --pod --name web -o pod.yaml r.json
	diff - pod.yaml <<-'END'
		# sctrace: a Pod under the seccomp profile /var/lib/kubelet/seccomp/web.json of its node
		apiVersion: v1
		kind: Pod
		metadata:
		  name: web
		spec:
		  securityContext:
		    seccompProfile:
		      type: Localhost
		      localhostProfile: web.json
		  containers:
		    - name: web
		      image: IMAGE
	END
	"$SCTRACE" gen -q -F kubernetes --pod=annotation --name web -o pod.yaml r.json
	diff - pod.yaml <<-'END'
		# sctrace: a Pod under the seccomp profile /var/lib/kubelet/seccomp/web.json of its node
		apiVersion: v1
		kind: Pod
		metadata:
		  name: web
		  annotations:
		    seccomp.security.alpha.kubernetes.io/pod: localhost/web.json
		spec:
		  containers:
		    - name: web
		      image: IMAGE
	END
}

@test "formats: what runtimes do with kills and flags is said" {
	"$SCTRACE" gen -q --action kill-process -o process.json r.json
	jq '.flags = ["SECCOMP_FILTER_FLAG_LOG"]' process.json >log.json
	jq '.flags = ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW"]' process.json >both.json
	for format in docker oci kubernetes spo; do
		run -0 "$SCTRACE" gen -F "$format" --action kill-thread r.json
		has "$output" "sctrace: a denied call ends only its thread"
		run -0 "$SCTRACE" gen -F "$format" --action kill-process r.json
		hasnt "$output" "ends only its thread"
		run -0 "$SCTRACE" gen -F "$format" --base log.json --deny mount
		has "$output" "sctrace: crun adds SECCOMP_FILTER_FLAG_SPEC_ALLOW only to profiles without flags"
		for base in process both; do
			run -0 "$SCTRACE" gen -F "$format" --base "$base.json" --deny mount
			hasnt "$output" "crun adds"
		done
	done
}

# -- what loads it

@test "formats: --target reports names that it does not know, and refuses denials with --strict" {
	run -0 "$SCTRACE" gen --deny mseal --target libseccomp=2.5.4 -o out
	has "$output" "warning: libseccomp 2.5.4 ignores rules for calls that it cannot name, and these stay allowed: mseal"
	run -2 "$SCTRACE" gen --deny mseal --target libseccomp=2.5.4 --strict -o new
	has "$output" "libseccomp 2.5.4 ignores rules for calls that it cannot name, and these stay allowed: mseal (--strict)"
	test ! -e new
	run -0 "$SCTRACE" gen --deny mseal --target libseccomp=2.6 --strict -o out
	hasnt "$output" "cannot name"
	# of what is allowed nothing is opened
	run -0 "$SCTRACE" gen --strict --allow mseal --allow cachestat --target libseccomp=2.5.4 -o out r.json
	has "$output" "warning: libseccomp 2.5.4 ignores rules for calls that it cannot name, and these stay denied: cachestat, mseal"
	# numbers need no name
	run -0 "$SCTRACE" gen -F text --deny mseal --target libseccomp=2.5.4 --strict -o out --force
	hasnt "$output" "cannot name"
}

@test "formats: --target reports what a version lacks" {
	run -0 "$SCTRACE" gen --errno ENOSYS --target docker=20.10.24 -o out r.json
	has "$output" "warning: docker 20.10.24 ignores defaultErrnoRet: calls without a rule get EPERM"
	run -0 "$SCTRACE" gen --errno ENOSYS --target docker=26.1 -o out r.json
	hasnt "$output" "docker 26.1"
	jq '.flags = ["SECCOMP_FILTER_FLAG_LOG"]' out >flags.json
	run -0 "$SCTRACE" gen --base flags.json --deny mount --target runc=1.1.15 --target crun=1.8.1 -o out
	has "$output" "warning: runc 1.1.15 rejects flags of the filter"
	hasnt "$output" "crun 1.8.1"
	run -2 "$SCTRACE" gen --base flags.json --deny mount --target runc=1.1.15 --strict -o new
	run -0 "$SCTRACE" gen --base flags.json --deny mount --target runc=1.2.0 --strict -o out
	run -0 "$SCTRACE" gen --action kill-process --target libseccomp=2.3.3 -o out r.json
	has "$output" "warning: libseccomp 2.3.3 does not have SCMP_ACT_KILL_PROCESS"
	run -1 "$SCTRACE" lint --target docker=20.10 --target runc=1.1 flags.json
	has "$output" "high: target-lacks: runc 1.1 rejects flags of the filter"
	has "$output" "medium: target-lacks: docker 20.10 ignores defaultErrnoRet"
	run "$SCTRACE" lint flags.json
	hasnt "$output" "target-lacks"
}

@test "formats: a Pod that the cluster would run without its profile is a loss" {
	local lost="the Pod would run without the profile"

	run -0 "$SCTRACE" gen -F kubernetes --pod=annotation --name web --target kubernetes=1.27 r.json
	has "$output" "warning: Kubernetes from 1.27 on ignores the annotation: $lost; use --pod"
	run -2 "$SCTRACE" gen -F kubernetes --pod=annotation --name web --target kubernetes=1.28.3 --strict r.json
	has "$output" "$lost"
	run -0 "$SCTRACE" gen -F kubernetes --pod --name web --target kubernetes=1.18.20 r.json
	has "$output" "warning: Kubernetes before 1.19 has no seccompProfile: $lost; use --pod=annotation"
	for words in "--pod=annotation --target kubernetes=1.18" "--pod=annotation --target kubernetes=1.26" "--pod --target kubernetes=1.19"; do
		# shellcheck disable=SC2086
		run -0 "$SCTRACE" gen -F kubernetes --name web --strict $words r.json
		hasnt "$output" "$lost"
	done
}

@test "formats: --target host is what is installed, and what is named counts more" {
	mkdir bin
	printf '#!/bin/sh\necho "Docker version 20.10.24+dfsg1, build 297e128"\n' >bin/dockerd
	printf '#!/bin/sh\necho no version here\n' >bin/podman
	printf '#!/bin/sh\necho runc version 1.1.5+ds1\n' >bin/runc
	chmod +x bin/*
	"$SCTRACE" gen -q --errno ENOSYS -o out r.json
	jq '.flags = ["SECCOMP_FILTER_FLAG_LOG"]' out >flags.json
	PATH=$PWD/bin:$PATH run -1 "$SCTRACE" lint --target host flags.json
	has "$output" "docker 20.10.24 ignores defaultErrnoRet"
	has "$output" "runc 1.1.5 rejects flags of the filter"
	PATH=$PWD/bin:$PATH run "$SCTRACE" lint --target host --target docker=26.1 --target runc=1.2 flags.json
	hasnt "$output" "target-lacks"
	# the library is asked for its names
	if "$SCTRACE" gen --force --deny mseal -o out 2>&1 | grep 'unknown to libseccomp'; then
		run -1 "$SCTRACE" lint --target host out
		has "$output" "cannot name 'mseal' and ignores the rule: the call stays allowed"
	else
		run "$SCTRACE" lint --target host out
		hasnt "$output" "target-names"
	fi
}

@test "formats: a wrong target is an error that says what is right" {
	for command in gen "lint r.json"; do
		# shellcheck disable=SC2086
		run -2 "$SCTRACE" $command --target systmd=252
		has "$output" "unknown target 'systmd', the nearest is systemd; write NAME=VERSION, as systemd=252, or host"
		# shellcheck disable=SC2086
		run -2 "$SCTRACE" $command --target docker
		has "$output" "'docker' names no version; write it as in docker=1.2.3"
	done
}
