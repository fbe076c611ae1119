# SPDX-License-Identifier: Apache-2.0
# Containers that are started again and again: as a bundle of runc or crun, or by
# podman, in a world that ends with them.  With common.bash, workloads.bash and
# bundle.bash.
# shellcheck shell=bash

# Several programs, a pipeline, files: the same for bash and coreutils as for busybox.
# Its working directory is empty, before and after.
# shellcheck disable=SC2016
JOB='seq 1 2000 | sort -rn | sed -n "s/^19\(..\)$/x\1/p" | tr x y |
	awk "{ n++; c = c substr(\$0, 2, 1) } END { print n, length(c) }" >sum && mkdir d &&
	cp sum d/copy && chmod 600 d/copy && ls d && cat d/copy && rm -r sum d'
JOB_PRINTS=$'copy\n100 100'

# How often each container is started; see "Tests" in CONTRIBUTING.md.
STARTS=${SCTRACE_STARTS:-20}
[ "${SCTRACE_BRIEF-}" != 1 ] || STARTS=5

# Ignores folders that vanish while it looks.
world_cgroups() { # find's actions
	find /sys/fs/cgroup -type d -path "*/$name*" "$@" 2>/dev/null || :
}

# Runs one of the functions below in mount and process namespaces of its own, so
# that everything that a runtime mounts or starts ends with it, also podman's files in
# /run and /var/lib.  Its bash is the init there, and reaps orphans.
# At its end only podman's parents of cgroups may remain, which are removed.
world() { # function, arguments...
	# no name may be the begin of another one
	local status=0 name=sctrace-${BASHPID}w

	# shellcheck disable=SC2016
	WORLD=$name unshare --mount --pid --fork --kill-child --mount-proc bash -c '
		bats_require_minimum_version() { :; }
		for lib in common workloads bundle starts defaults docker systemd kubernetes targets guides container readers; do
			. "$SRCDIR/tests/lib/$lib.bash" || exit
		done
		world_begin && "$@" && world_is_left' world "$@" </dev/null || status=$?
	world_cgroups -depth -exec rmdir {} +
	[ -z "$(world_cgroups)" ] || status=1
	return "$status"
}

# By number and place: mounts of others do not appear here, but if they remove a
# folder, the mount on it vanishes here, too.
world_mounts() {
	awk '{ print $1, $5 }' /proc/self/mountinfo | sort
}

# The working directory is in memory: podman syncs a lot.  crun rejects a host with
# both cgroup v1 and v2 mounted, unless v2 is hidden; then it creates folders
# in its place.
world_begin() {
	local found
	found=$(world_mounts)
	WORLD_FOLDER=$PWD/world
	mkdir world && mount -t tmpfs tmpfs world && cd world || return
	mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /var/lib || return
	if mountpoint -q /sys/fs/cgroup/unified; then
		umount /sys/fs/cgroup/unified && mount -t tmpfs tmpfs /sys/fs/cgroup/unified || return
	fi
	world_mounts >mounts.before
	comm -13 <(echo "$found") mounts.before >mounts.own
}

is_alone() {
	local processes=(/proc/[0-9]*)

	[ "${processes[*]}" = /proc/1 ]
}

# Whether its containers are gone: processes, mounts, cgroups.
world_is_left() {
	if ! wait_for is_alone; then
		ps -e -o pid,ppid,stat,comm >&2
		return 1
	fi
	cd "$WORLD_FOLDER" && world_mounts >mounts.after || return
	is "$(comm -13 mounts.before mounts.after)" "" && is "$(comm -23 mounts.own mounts.after)" "" || return
	is "$(find /sys/fs/cgroup/[!u]* -type d -path "*/$WORLD*" ! -name "$WORLD" ! -name conmon)" ""
}

require_world() { # runc or crun, "podman" or nothing
	require ret-trace
	require_runtime "$1"
	require_tool unshare mount mountpoint timeout
	[ "${2-}" != podman ] || require_tool podman conmon busybox
}

# container_make makes a container in the working directory: START starts it
# once, to do its JOB, under the profile of container_profile; LIST prints the
# existing ones.

# A bundle, or what podman keeps, with an image of busybox.
# RUNTIME is gen's word for the runtime that starts it.
container_make() { # runc or crun, "true" or "false" for no_new_privs, "podman" or nothing
	RUNTIME=$1
	[ "$2" = false ] || RUNTIME=$1:nnp
	if [ "${3-}" = podman ]; then
		podman_make "$1" "$2"
	else
		bundle_make "$1" "$2" || return
		START=(timeout -k 5 "$HANG" "$1" --root "$PWD/state" run -b bundle "$WORLD-${PWD##*/}")
		LIST=("$1" --root "$PWD/state" list -q)
		FORMAT=oci
	fi
}

# Podman in a world: limits that root may set without CAP_SYS_RESOURCE; locks not in /dev/shm.
podman_configure() {
	mkdir -p net
	cat >containers.conf <<-END
		[containers]
		default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
		[engine]
		cgroup_manager = "cgroupfs"
		events_logger = "file"
		lock_type = "file"
		[network]
		network_config_dir = "$PWD/net"
	END
	export CONTAINERS_CONF=$PWD/containers.conf
}

podman_make() { # runc or crun, "true" or "false"
	local applet

	mkdir -p rootfs/{bin,dev,proc,sys,tmp,etc,root}
	cp "$(command -v busybox)" rootfs/bin/busybox
	for applet in sh seq sort sed tr awk mkdir cp chmod ls cat rm; do
		ln -sf busybox "rootfs/bin/$applet"
	done
	tar -C rootfs -cf rootfs.tar . || return
	podman_configure
	PODMAN=(podman --root "$PWD/root" --runroot "$PWD/run" --tmpdir "$PWD/tmp" --runtime "$1")
	"${PODMAN[@]}" import -q rootfs.tar localhost/sctrace:1 >/dev/null || return
	START=(timeout -k 5 "$HANG" "${PODMAN[@]}" run --rm --network none --cgroup-parent "/$WORLD" --workdir /tmp
		--security-opt seccomp="$PWD/profile.json")
	[ "$2" = false ] || START+=(--security-opt no-new-privileges)
	START+=(localhost/sctrace:1 /bin/sh -c "$JOB")
	LIST=("${PODMAN[@]}" ps -aq)
	FORMAT=docker
}

container_profile() { # file
	if [ "$FORMAT" = docker ]; then
		cp "$1" profile.json
	else
		bundle_config "$1" bash -c "$JOB"
	fi
}

# Was the start of a container successful?  out and err are its output.
container_worked() { # exit status
	if [ "$1" != 0 ] || [ "$(<out)" != "$JOB_PRINTS" ]; then
		echo "ended with status $1, and printed:" >&2
		cat out err >&2
		return 1
	fi
}

# Starts it repeatedly; each start must work.
container_starts() { # times
	local i status

	for ((i = 1; i <= $1; i++)); do
		status=0
		"${START[@]}" >out 2>err || status=$?
		if ! container_worked "$status"; then
			echo "that was start $i of $1 in ${PWD##*/}" >&2
			dmesg 2>/dev/null | grep type=1326 | tail -n 3 >&2
			return 1
		fi
	done
}

# In a folder: recordings of a container, and profiles made only from them.
container_record() { # times
	local i status

	echo '{ "defaultAction": "SCMP_ACT_ALLOW" }' >allow.json
	container_profile allow.json || return
	for ((i = 1; i <= $1; i++)); do
		status=0
		"$SCTRACE" record -q --scope seccomp -o "rec$i.json" -- "${START[@]}" >out 2>err || status=$?
		container_worked "$status" || return
	done
	"$SCTRACE" gen -q -F "$FORMAT" --runtime "$RUNTIME" -o errno.json rec*.json &&
		"$SCTRACE" gen -q -F "$FORMAT" --runtime "$RUNTIME" --action kill-process -o kill-process.json rec*.json
}

wait_for_all() { # pid...
	local pid status=0

	for pid; do
		wait "$pid" || status=1
	done
	return "$status"
}

# Recorded in one folder; then started there, so many times in a row, under a profile
# that answers EPERM, as by default, while half as many start in a second
# folder under one that kills, so that every missing call is noticed.
record_and_start() { # as container_make
	local action pids=()
	local -A times=([errno]=$STARTS [kill-process]=$(((STARTS + 1) / 2)))

	for action in errno kill-process; do
		mkdir "$action" && cd "$action" && container_make "$@" || return
		[ "$action" = kill-process ] || container_record 3 || return
		container_profile "../errno/$action.json" || return
		container_starts "${times[$action]}" &
		pids+=($!)
		cd .. || return
	done
	wait_for_all "${pids[@]}"
}

# Recording the runtime changes nothing that its parent could see: not the status,
# not the output, and nothing remains.
record_undisturbed() { # folder, as container_make...
	local i JOB='pwd; echo aside >&2; exit 7'

	mkdir "$1" && cd "$1" && container_make "${@:2}" || return
	echo '{ "defaultAction": "SCMP_ACT_ALLOW" }' >allow.json
	container_profile allow.json || return
	"${START[@]}" >out.plain 2>err.plain
	is "$?" 7 && touch out err rec.json && ls -A >before || return
	for ((i = 1; i <= (STARTS + 1) / 2; i++)); do
		rm -f rec.json
		"$SCTRACE" record -q --scope seccomp -o rec.json -- "${START[@]}" >out 2>err
		is "$?" 7 && cmp out.plain out && cmp err.plain err || return
		jq -e '.runs[0] | .scope == "seccomp" and .end.exited == 7 and .filter' rec.json >/dev/null || return
	done
	is "$("${LIST[@]}")" "" && is "$(ls -A)" "$(cat before)"
}

# The runtimes side by side.
record_both_undisturbed() {
	local pids=()

	record_undisturbed runc runc false &
	pids+=($!)
	record_undisturbed crun crun true &
	pids+=($!)
	wait_for_all "${pids[@]}"
}
