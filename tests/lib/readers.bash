# SPDX-License-Identifier: Apache-2.0
# Podman with a profile in its configuration, in a world of starts.bash.
# shellcheck shell=bash

# Whether a container makes a folder, and what the reader says of the call.
podman_obeys_to() { # a value of seccomp_profile, 0: allowed, 1: denied
	local said=0

	sed -i "/seccomp_profile/d; s|^\[containers\]|&\nseccomp_profile = $1|" containers.conf
	podman_job >out 2>&1 || said=1
	is "$1: $said" "$1: $2" || { cat out >&2; return 1; }
	said=0
	"$SCTRACE" explain -q containers.conf mkdir >out || said=1
	is "reader of $1: $said" "reader of $1: $2"
}

podman_job() {
	timeout -k 1 60 "${ENGINE[@]}" run --rm --network none localhost/sctrace:1 /bin/busybox mkdir /tmp/d
}

# In the world.
podman_obeys() {
	podman_begin runc || return
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO"}]}' >p.json
	podman_obeys_to "\"$PWD/p.json\"	# a comment" 1 &&
		podman_obeys_to "\"./p.json\"" 1 &&
		podman_obeys_to "'''$PWD/p.json'''" 1 &&
		podman_obeys_to '""' 0 &&
		podman_obeys_to '"unconfined"' 0
}
