# SPDX-License-Identifier: Apache-2.0
# What a kubelet's Pods run in, in a world of starts.bash: containerd by its own client, with the profile as the
# kubelet hands it on; and podman, which reads Pods.
# shellcheck shell=bash

OBJECTS="$SRCDIR/tests/lib/objects.py"

objects() { # check, get or set, arguments...
	/usr/bin/python3 "$OBJECTS" "$@"
}

require_objects() {
	/usr/bin/python3 -c 'import jsonschema, yaml' 2>/dev/null || miss "no python3-jsonschema or python3-yaml"
}

containerd_begin() {
	busybox_make || return
	cat >config.toml <<-END
		version = 2
		root = "$PWD/ctd/root"
		state = "$PWD/ctd/state"
		disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.btrfs"]
		[grpc]
		  address = "$PWD/ctd.sock"
	END
	containerd -c config.toml >containerd.log 2>&1 &
	CONTAINERD=$!
	CTR=(ctr -a "$PWD/ctd.sock" -n "$WORLD")
	if ! wait_for "${CTR[@]}" version; then
		tail -n 20 containerd.log >&2
		return 1
	fi
}

containerd_end() {
	kill "$CONTAINERD"
	wait "$CONTAINERD" 2>/dev/null
	:
}

# A container of rootfs/ under the profile; its output and status.
ctr_run() { # profile, command...
	CONTAINERS=$((${CONTAINERS-0} + 1))
	timeout -k 1 60 "${CTR[@]}" run --rm --seccomp --seccomp-profile "$PWD/$1" --rootfs "$PWD/rootfs" "c$CONTAINERS" "${@:2}" </dev/null 2>&1
}

# What is tried in each container: a call that the workload made, and one that it did not.
KUBE_JOB='/bin/id -u; /bin/busybox mkdir /tmp/d; /bin/busybox rm -rf /tmp/d'

# In the world: each format of the same recording denies the same.
containerd_enforces() {
	containerd_begin || return
	"$SCTRACE" record -q -- rootfs/bin/sh -c "id -u; $PWD/rootfs/bin/busybox rm -rf d" >/dev/null || return
	"$SCTRACE" gen -q -F kubernetes -o web.json && "$SCTRACE" gen -q -F spo --name web -o web.yaml || return
	# the operator writes the object's spec as JSON
	objects get web.yaml SeccompProfile spec >spo.json || return
	"$SCTRACE" gen -q -F kubernetes --pod=install --name web -o install.yaml || return
	objects get install.yaml ConfigMap data/web.json >map.json && cmp map.json web.json || return
	for profile in web.json spo.json; do
		ctr_run "$profile" /bin/sh -c "$KUBE_JOB" >out || { cat out; return 1; }
		is "$(sort out)" "$(printf "0\nmkdir: can't create directory '/tmp/d': Operation not permitted")" || return
	done
	containerd_quirks || return
	containerd_end
}

# What lint --target says about containerd and runc is so.
containerd_quirks() {
	local allow='"defaultAction": "SCMP_ACT_ALLOW"' deny='"action": "SCMP_ACT_ERRNO", "errnoRet": 30'

	# a condition that no container has: it applies all the same
	echo "{$allow, \"syscalls\": [{\"names\": [\"mkdir\", \"mkdirat\"], $deny, \"includes\": {\"arches\": [\"s390x\"]}}]}" >includes.json
	ctr_run includes.json /bin/busybox mkdir /tmp/d >out && return 1
	has "$(cat out)" "Read-only file system" || return
	# the old field is dropped, with its rule
	echo "{$allow, \"syscalls\": [{\"name\": \"mkdir\", $deny}]}" >name.json
	ctr_run name.json /bin/busybox mkdir -p /tmp/d || return
	# a call without a name: the rule is passed over, and the container starts
	echo "{$allow, \"syscalls\": [{\"names\": [\"no_such_call\"], $deny}]}" >unknown.json
	ctr_run unknown.json /bin/id -u >out || return
	echo "{$allow, \"flags\": [\"SECCOMP_FILTER_FLAG_LOG\"]}" >flags.json
	if "$SCTRACE" lint -q --target host flags.json 2>&1 | grep -q 'runc .* rejects flags of the filter'; then
		ctr_run flags.json /bin/id -u >out && return 1
		has "$(cat out)" "flags"
	else
		ctr_run flags.json /bin/id -u >out
	fi
}

# In the world: podman runs the Pod under the annotation's profile, and ignores the field.
podman_plays() {
	local kind

	podman_begin runc || return
	"$SCTRACE" record -q -- rootfs/bin/sh -c "id -u; $PWD/rootfs/bin/busybox rm -rf d" >/dev/null || return
	"$SCTRACE" gen -q -F kubernetes -o web.json || return
	for kind in annotation ''; do
		"$SCTRACE" gen -q -F kubernetes "--pod${kind:+=$kind}" --name web -o pod.yaml --force || return
		objects set pod.yaml Pod spec/containers/0/image '"localhost/sctrace:1"' >one.yaml || return
		objects set one.yaml Pod spec/containers/0/command '["/bin/sh", "-c", "exec /bin/busybox mkdir /tmp/d"]' >two.yaml || return
		objects set two.yaml Pod spec/hostNetwork true >three.yaml || return
		objects set three.yaml Pod spec/restartPolicy '"Never"' >pod.yaml || return
		podman_play "${kind:-field}" || return
	done
}

podman_play() { # annotation or field
	local wants=1
	[ "$1" = annotation ] || wants=0

	timeout -k 1 60 "${ENGINE[@]}" play kube --network host --seccomp-profile-root "$PWD" pod.yaml >out 2>&1 || { cat out; return 1; }
	wait_for podman_ended || return
	is "$("${ENGINE[@]}" inspect web-web --format '{{.State.ExitCode}}')" "$wants" || return
	"${ENGINE[@]}" pod rm -f web >/dev/null
}

podman_ended() {
	[ "$("${ENGINE[@]}" inspect web-web --format '{{.State.Status}}')" = exited ]
}
