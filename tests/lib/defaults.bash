# SPDX-License-Identifier: Apache-2.0
# The profiles that Docker and Podman use by themselves, as the kernel has them: what a
# container really runs under.  In a world of starts.bash.
# shellcheck shell=bash

image_make() { # file
	mkdir -p image/bin image/mnt && cp "$(command -v busybox)" image/bin/busybox && ln -sf busybox image/bin/sleep &&
		tar -C image -cf "$1" .
}

# The filter of a container's main process is that of this default.
filters_are() { # pid, word
	local status=0

	"$UNIT/live-filter" "$1" "$2" >&2 || status=$?
	[ "$status" != 77 ] || echo "the kernel does not show filters" >cannot
	return "$status"
}

# The same made stricter: with the capability, too, a container starts, may do what only that
# opens, and may not do what is denied.
stricter_holds() { # word
	local caps id pid got

	"$SCTRACE" gen -q --base "$1" --deny mount-family -o stricter.json || return
	for caps in "" "--cap-add SYS_ADMIN"; do
		# shellcheck disable=SC2086
		id=$(docker run -d --network none --cgroup-parent "/$WORLD" $caps --security-opt seccomp="$PWD/stricter.json" \
			sctrace:1 /bin/sleep 1000) || return
		pid=$(docker inspect -f '{{.State.Pid}}' "$id")
		filters_are "$pid" stricter.json || return
		got=$(docker exec "$id" /bin/busybox sh -c '
			busybox mount -t tmpfs tmpfs /mnt 2>/dev/null && echo mounted
			busybox unshare -u busybox true 2>/dev/null && echo unshared')
		is "$got" "${caps:+unshared}" || return
		docker rm -f "$id" >/dev/null || return
	done
}

# Starts a daemon that ends with the world, and containers with and without capabilities.
docker_filters_are() { # word
	local caps id pid log=$PWD/log

	export DOCKER_HOST=unix:///run/docker-test.sock
	image_make image.tar || return
	dockerd --data-root "$PWD/data" --exec-root /run/docker-test -H "$DOCKER_HOST" -p /run/docker-test.pid --iptables=false \
		--ip6tables=false --bridge=none --storage-driver=vfs --exec-opt native.cgroupdriver=cgroupfs >"$log" 2>&1 &
	wait_for docker version || { cat "$log" >&2; return 1; }
	docker import image.tar sctrace:1 >/dev/null || return
	for caps in "" "--cap-add SYS_ADMIN" "--cap-drop ALL"; do
		# shellcheck disable=SC2086
		id=$(docker run -d --network none --cgroup-parent "/$WORLD" $caps sctrace:1 /bin/sleep 1000) || { cat "$log" >&2; return 1; }
		pid=$(docker inspect -f '{{.State.Pid}}' "$id")
		filters_are "$pid" "$1" || return
		docker rm -f "$id" >/dev/null || return
	done
	stricter_holds "$1" || return
	kill "$(cat /run/docker-test.pid)" && wait
}

podman_filters_are() { # word
	local caps id pid

	podman_make runc false || return
	for caps in "" "--cap-add SYS_ADMIN" "--cap-drop ALL"; do
		# shellcheck disable=SC2086
		id=$("${PODMAN[@]}" run -d --network none --cgroup-parent "/$WORLD" $caps localhost/sctrace:1 /bin/busybox sleep 1000) || return
		pid=$("${PODMAN[@]}" inspect -f '{{.State.Pid}}' "$id")
		filters_are "$pid" "$1" || return
		"${PODMAN[@]}" rm -f -t 0 "$id" >/dev/null || return
	done
	# the cleanup of a container may come late, and mounts that, too
	wait_for is_alone
	while mountpoint -q root/overlay; do
		umount root/overlay || return
	done
}
