# SPDX-License-Identifier: Apache-2.0
# The pages of the manual that end in a container, with the real engines, in a world of
# starts.bash: all pages run one after the other, and what came of each is kept.
# shellcheck shell=bash

# What an image of Debian has, of the host's own programs and libraries.
GUIDES_PROGRAMS=(sh ls id cat sleep mount umount chmod rm ln df mkdir unshare stat touch grep tr true "$SCTRACE"
	"$FIXTURES/mount-new")

debian_make() { # rootfs.tar
	local program path

	mkdir -p rootfs/{bin,dev,proc,sys,tmp,mnt,etc,root} && cp /etc/os-release rootfs/etc/ || return
	for program in "${GUIDES_PROGRAMS[@]}"; do
		path=$(type -P "$program") && cp -L "$path" rootfs/bin/ || return
		ldd "$path" 2>/dev/null | grep -oE '/[^ ]+' | xargs -r cp -L --parents -t rootfs || return
	done
	tar -C rootfs -cf rootfs.tar .
}

# Programs before all others: sctrace, and podman with the test's own folders.
guides_path() {
	mkdir bin && ln -s "$SCTRACE" bin/sctrace || return
	cat >bin/podman <<-END
		#!/bin/bash
		more=()
		case \$1 in
		run) more=(--network none --cgroup-parent "/$WORLD") ;;
		play) more=(--network none) ;;
		esac
		engine=($(command -v podman) --root "$PWD/root" --runroot "$PWD/run" --tmpdir "$PWD/tmp")
		[ "\$1" != play ] || exec "\${engine[@]}" play "\$2" "\${more[@]}" "\${@:3}"
		exec "\${engine[@]}" "\$1" "\${more[@]}" "\${@:2}"
	END
	chmod +x bin/podman
	PATH=$PWD/bin:$PATH
}

# The commands of a page, in a folder of its own; PAGE.tour, PAGE.printed and PAGE.status are
# for the tests.
guides_run() { # where these go, page
	local page=$2 status=0

	mkdir "$page.d"
	python3 "$SRCDIR/tests/lib/tour.py" commands "$SRCDIR/src/man/$page.7" >"$1/$page.tour"
	(cd "$page.d" && LC_ALL=C.UTF-8 COLUMNS=80 timeout -k 5 "$HANG" bash -euo pipefail "$1/$page.tour") \
		>"$1/$page.printed" 2>&1 || status=$?
	echo "$status" >"$1/$page.status"
}

guides_podman() {
	podman_configure && podman import -q rootfs.tar debian:12 >/dev/null
}

# Podman leaves the pod's cgroups, and what they are in.
guides_pod_end() {
	find /sys/fs/cgroup -depth -type d -path "*/libpod_parent/$(cat sctrace-podman.d/removed)*" -exec rmdir {} + 2>/dev/null
	find /sys/fs/cgroup -depth -type d -name libpod_parent -exec rmdir {} + 2>/dev/null
	:
}

# Docker's pages with one dockerd, then Podman's.
guides() { # where to, Docker's pages..., --, Podman's pages...
	local to=$1 page
	shift
	debian_make && guides_path && docker_begin debian:12 && guides_podman || return
	while [ "$1" != -- ]; do
		guides_run "$to" "$1"
		shift
	done
	docker_end
	# Podman reads the client's as well
	unset DOCKER_HOST DOCKER_CONFIG
	shift
	for page; do
		guides_run "$to" "$page"
	done
	# what cleans up behind a container may come late, and mounts that, too
	wait_for is_alone
	guides_pod_end
	while mountpoint -q root/overlay; do
		umount root/overlay || return
	done
}
