#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Objects for Kubernetes are valid, and what a kubelet hands on is enforced.
load ../lib/common
load ../lib/workloads
load ../lib/bundle
load ../lib/starts
load ../lib/docker
load ../lib/kubernetes

@test "kubernetes: objects are valid by the published definitions" {
	require_objects
	"$SCTRACE" record -q --args full -o r.json -- sh -c 'ls / | sort >/dev/null'
	local count=0 kind words
	for words in "r.json" "--args r.json" "--annotate --allow io_uring_setup r.json" "--action log r.json" \
		"--base docker-default --deny chmod-family --cap all" "--deny user-namespace-family --deny reboot:kill-process"; do
		count=$((count + 1))
		# shellcheck disable=SC2086
		"$SCTRACE" gen -q -F spo --name web $words >"profile$count.yaml"
		for kind in '' =annotation =RuntimeDefault =install; do
			# shellcheck disable=SC2086
			"$SCTRACE" gen -q -F kubernetes "--pod$kind" --name web $words >"pod$count$kind.yaml"
		done
	done
	objects check ./*.yaml
	is "$(find . -name '*.yaml' | wc -l)" 30
	grep -q 'valueTwo: ' profile6.yaml
	# and the check sees what is invalid
	objects refuses profile6.yaml SeccompProfile <<-'END'
		spec/defaultAction "SCMP_ACT_BOGUS"
		spec/syscalls/0/names []
		spec/syscalls/0/errnoRet "1"
		spec/syscalls/0/comment "text"
		spec/defaultErrnoRet 1
		metadata/name "Web"
	END
	objects refuses pod1.yaml Pod <<-'END'
		spec/securityContext/seccompProfile/type "Bogus"
		spec/securityContext/seccompProfile/type "RuntimeDefault"
		spec/securityContext/seccompProfile/localhostProfile "../web.json"
		spec/seccompProfile {}
	END
}

@test "kubernetes: SeccompProfiles say what the profile for the kubelet says" {
	require_objects
	for words in "--deny mount-family" "--base docker-default --deny chmod-family" "--base docker-default --deny socket-family --cap all"; do
		# shellcheck disable=SC2086
		"$SCTRACE" gen -q -F spo $words >one.yaml
		# shellcheck disable=SC2086
		"$SCTRACE" gen -q -F kubernetes $words >two.json
		run -0 "$SCTRACE" diff one.yaml two.json
	done
	# and the Pod leads to the file beside it
	mv two.json web.json
	"$SCTRACE" gen -q -F kubernetes --pod --name web --deny mount-family >pod.yaml
	run -0 "$SCTRACE" diff one.yaml pod.yaml
	has "$output" "has the profile web.json"
	"$SCTRACE" gen -q -F kubernetes --pod=RuntimeDefault --name web --deny mount-family >own.yaml
	run "$SCTRACE" lint --target containerd=1.6 own.yaml
	hasnt "$output" "target-lacks"
}

# kubectl decodes an object as its own type, and drops fields that it does not know.
kubectl_keeps() { # file, kind
	objects get "$1" "$2" spec >spec.json
	kubectl set env --local -f "$1" -o json A=b >decoded.json
	jq -e --slurpfile spec spec.json '.spec | contains($spec[0])' decoded.json
}

@test "kubernetes: kubectl knows every field of the objects" {
	require_objects
	require_tool kubectl
	export HOME=$PWD
	"$SCTRACE" record -q -o r.json -- true
	for kind in '' =annotation =RuntimeDefault; do
		"$SCTRACE" gen -q -F kubernetes "--pod$kind" --name web r.json >pod.yaml
		kubectl_keeps pod.yaml Pod
		is "$(jq '.spec.containers[0].env' -c decoded.json)" '[{"name":"A","value":"b"}]'
	done
	sed 's/seccompProfile/seccompProfil/' pod.yaml >mistyped.yaml
	run -1 kubectl_keeps mistyped.yaml Pod
	"$SCTRACE" gen -q -F kubernetes --pod=install --name web r.json | sed '1,/^---$/d' >daemon.yaml
	kubectl_keeps daemon.yaml DaemonSet
}

@test "kubernetes: the DaemonSet copies the profile to the node, and what it becomes" {
	require_objects
	require_tool busybox pgrep
	"$SCTRACE" record -q -o r.json -- true
	"$SCTRACE" gen -q -F kubernetes --pod=install --name web -o install.yaml r.json
	mkdir profile node
	objects get install.yaml ConfigMap data/web.json >profile/web.json
	jq -e .defaultAction profile/web.json
	is "$(objects get install.yaml DaemonSet spec/template/spec/volumes/1/hostPath/path)" /var/lib/kubelet/seccomp
	objects get install.yaml DaemonSet spec/template/spec/containers/0/command/2 >script
	sed -i "s,/profile/,$PWD/profile/,g; s,/node/,$PWD/node/,g; s/sleep 60/sleep 0.1/" script
	grep -q 'sleep 0.1' script
	busybox sh ./script 3>&- &
	job=$!
	wait_for cmp profile/web.json node/web.json
	echo '{"defaultAction": "SCMP_ACT_ALLOW"}' >profile/new && mv profile/new profile/web.json
	wait_for cmp profile/web.json node/web.json
	is "$(ls -A node)" web.json
	kill "$job"
	ends_with 0 "$job"
}

@test "kubernetes: containerd enforces the profile, and reads it as lint says" {
	require_world runc
	require_objects
	require_tool containerd ctr busybox
	world containerd_enforces
}

# bats test_tags=slow
@test "kubernetes: podman enforces the annotation, and ignores the field" {
	require_world runc podman
	require_objects
	require_tool catatonit
	world podman_plays
}

# In place of a cluster: what would be applied is valid.
@test "kubernetes: the guide's commands run, from the recording to the objects" {
	require_objects
	mkdir bin
	# shellcheck disable=SC2016
	printf '#!/bin/bash\nexec /usr/bin/python3 "%s" check "${@: -1}"\n' "$OBJECTS" >bin/kubectl
	ln -s "$SCTRACE" bin/sctrace
	chmod +x bin/*
	sed -n '/^\.EX$/,/^\.EE$/p' "$SRCDIR/src/man/sctrace-kubernetes.7" | grep -E '^(sctrace|kubectl) ' | sed 's/\\-/-/g' >guide
	is "$(grep -c ^sctrace guide) $(grep -c ^kubectl guide)" "6 2"
	PATH=$PWD/bin:$PATH run bash -eux guide
	echo "$output"
	[ "$status" -eq 0 ]
	objects check profile.yaml small.yaml
	PATH=$PWD/bin:$PATH run -0 bash -c "$(sed -n 's/.*first: \\fB\(sctrace check.*\)\\fR.*/\1/; s/\\-/-/gp' "$SRCDIR/src/man/sctrace-kubernetes.7" | grep '^sctrace check' | sed 's/ -- .*//') -- ls /"
}
