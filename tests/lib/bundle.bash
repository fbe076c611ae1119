# SPDX-License-Identifier: Apache-2.0
# OCI bundles whose root has the host's own programs, read-only: what was
# recorded here runs there.  State, root and config.json are in the test's folder.
# shellcheck shell=bash

# Enough for root's ordinary work, and to mount.
BUNDLE_CAPS='["CAP_CHOWN","CAP_DAC_OVERRIDE","CAP_FOWNER","CAP_FSETID","CAP_KILL","CAP_MKNOD",
	"CAP_NET_BIND_SERVICE","CAP_SETGID","CAP_SETPCAP","CAP_SETUID","CAP_SYS_ADMIN","CAP_SYS_CHROOT"]'

# runc starts anywhere.  crun rejects a host with both cgroup v1 and v2 mounted,
# unless v2 is hidden; then it creates folders in its place, which would remain.
runtime() { # runc or crun, arguments...
	if [ "$1" = crun ] && mountpoint -q /sys/fs/cgroup/unified; then
		# shellcheck disable=SC2016
		unshare -m sh -c 'umount /sys/fs/cgroup/unified && mount -t tmpfs tmpfs /sys/fs/cgroup/unified &&
			exec crun --root "$0" "$@"' "$PWD/state" "${@:2}"
	else
		"$1" --root "$PWD/state" "${@:2}"
	fi
}

require_runtime() { # runc or crun
	require_root
	require_tool "$1" jq
	if [ "$1" = crun ] && mountpoint -q /sys/fs/cgroup/unified; then
		require_tool unshare
	fi
}

# A directory of the host: a link is copied, others are printed, to be mounted.
bundle_host_dir() { # path
	if [ -L "$1" ]; then
		ln -sf "$(readlink "$1")" "bundle/rootfs$1"
	elif [ -d "$1" ]; then
		mkdir -p "bundle/rootfs$1"
		echo "$1"
	fi
}

# bundle/ with an empty, writable /tmp; FIXTURES is /fixtures there.
bundle_make() { # runc or crun, "true" or "false" for no_new_privs
	local dir

	rm -rf bundle
	mkdir -p bundle/rootfs/{tmp,fixtures,proc,dev,sys,var,run,mnt} bundle/tmp
	cp "$SRCDIR/tests/lib/workload.sh" bundle/rootfs/
	(cd bundle && runtime "$1" spec)
	for dir in /usr /etc /bin /sbin /lib /lib32 /lib64 /libx32; do
		bundle_host_dir "$dir"
	done | jq -R -n --arg tmp "$PWD/bundle/tmp" --arg fixtures "$(realpath "$FIXTURES")" '
		[inputs | { destination: ., type: "bind", source: ., options: ["rbind", "ro", "nosuid"] }] + [
		{ destination: "/tmp", type: "bind", source: $tmp, options: ["bind", "rw"] },
		{ destination: "/fixtures", type: "bind", source: $fixtures, options: ["bind", "ro"] },
		{ destination: "/var", type: "tmpfs", source: "tmpfs" }, { destination: "/run", type: "tmpfs", source: "tmpfs" }
	]' >mounts.json
	jq --slurpfile mounts mounts.json --argjson caps "$BUNDLE_CAPS" --argjson nnp "$2" --arg path "PATH=$WORK_PATH" '
		.process.terminal = false | .process.cwd = "/tmp" | .process.noNewPrivileges = $nnp |
		.process.env = [$path, "HOME=/tmp", "LC_ALL=C.UTF-8"] |
		.process.capabilities |= { bounding: $caps, effective: $caps, permitted: $caps } |
		.root = { path: "rootfs", readonly: true } | .mounts += $mounts[0]
	' bundle/config.json >bundle/plain.json
}

# The bundle's config.json, and its /tmp empty.
bundle_config() { # profile, command...
	# shellcheck disable=SC2016
	jq -n '$ARGS.positional' --args -- "${@:2}" >args.json
	jq --slurpfile seccomp "$1" --slurpfile args args.json \
		'.linux.seccomp = $seccomp[0] | .process.args = $args[0]' bundle/plain.json >bundle/config.json
	rm -rf bundle/tmp
	mkdir -m 1777 bundle/tmp
}

# Runs a command in a fresh container of the bundle under a linux.seccomp object.
bundle_run() { # runc or crun, profile, command...
	bundle_config "${@:2}"
	timeout -k 5 $((HANG + 60)) bash -c "$(declare -f runtime)"'; runtime "$@"' bash \
		"$1" run -b bundle "sctrace-test-$$-$BASHPID" </dev/null
}
