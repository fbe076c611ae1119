# SPDX-License-Identifier: Apache-2.0
# dockerd and podman, with an image of busybox, in a world of starts.bash: all that they
# make is in the working directory, and ends with the world.
# shellcheck shell=bash source-path=SCRIPTDIR
. "$SRCDIR/tests/lib/recorded.bash"

require_docker() {
	require_world runc
	require_tool dockerd docker containerd busybox
}

# rootfs/ and rootfs.tar
busybox_make() {
	local applet

	mkdir -p rootfs/{bin,dev,proc,sys,tmp,etc,root}
	cp "$(command -v busybox)" rootfs/bin/busybox
	for applet in sh ls id cat sleep kill chmod mkdir wc; do
		ln -sf busybox "rootfs/bin/$applet"
	done
	tar -C rootfs -cf rootfs.tar .
}

# It has no network, and its client connects only to it; with DOCKERD_OPTIONS.
docker_begin() { # name for the image in rootfs.tar
	# the client's own files
	export DOCKER_HOST=unix://$PWD/docker.sock DOCKER_CONFIG=$PWD HOME=$PWD
	dockerd --data-root "$PWD/data" --exec-root "$PWD/exec" -H "$DOCKER_HOST" -p "$PWD/docker.pid" --iptables=false \
		--ip6tables=false --bridge=none --storage-driver=overlay2 --cgroup-parent "/$WORLD" "${DOCKERD_OPTIONS[@]}" >docker.log 2>&1 &
	DOCKERD=$!
	if ! wait_for docker version || ! docker import rootfs.tar "$1" >/dev/null; then
		tail -n 20 docker.log >&2
		docker_end
		return 1
	fi
	ENGINE=(docker)
}

shims_are_gone() {
	! pgrep -x containerd-shim
}

# A shim without its daemon would stay.
docker_end() {
	wait_for shims_are_gone
	kill "$DOCKERD"
	wait "$DOCKERD" 2>/dev/null
	umount data/overlay2 data exec 2>/dev/null
	:
}

podman_begin() {
	busybox_make || return
	podman_configure
	ENGINE=(podman --root "$PWD/root" --runroot "$PWD/run" --tmpdir "$PWD/tmp" --runtime "$1")
	"${ENGINE[@]}" import -q rootfs.tar localhost/sctrace:1 >/dev/null
}

# One start; shows output and status if they are not as expected.
engine_runs() { # profile, options... -- command...
	local options=() status=0

	engine_options "${@:2}"
	timeout -k 1 60 "${ENGINE[@]}" run --rm --network none --security-opt "seccomp=$PWD/$1" "${options[@]}" </dev/null \
		>out 2>err || status=$?
	if [ "$status" != 0 ] || ! grep -q '^uid=' out; then
		echo "${ENGINE[0]} run, $*: ended with status $status" >&2
		cat out err >&2
		return 1
	fi
}

# The words before -- are options; the image comes between.
engine_options() { # options... -- command...
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	case ${ENGINE[0]} in
	docker) options+=(sctrace:1) ;;
	podman) options+=(--cgroup-parent "/$WORLD" localhost/sctrace:1) ;;
	esac
	options+=("${@:2}")
}

# Recorded on the host, without the engine; then started so many times, and once with
# each option that changes the runtime's calls.
engine_starts_recorded() { # times, word of its runtime
	local i more

	"$SCTRACE" record -q -- rootfs/bin/sh -c 'id; ls / >/dev/null; sleep 0.01' >/dev/null || return
	"$SCTRACE" gen -q -o p.json || return
	for ((i = 1; i <= $1; i++)); do
		engine_runs p.json -- sh -c 'id; ls / >/dev/null' || return
	done
	"$SCTRACE" gen -q --runtime "$2" -o less.json && "$SCTRACE" gen -q --action kill-process -o kill.json || return
	for more in "--user 1000:1000" "--security-opt no-new-privileges" "--read-only --cap-drop ALL --workdir /tmp"; do
		# shellcheck disable=SC2086
		engine_runs p.json $more -- sh -c id && engine_runs less.json $more -- sh -c id &&
			engine_runs kill.json $more -- sh -c id || return
	done
	engine_inits "$2" && engine_executes
}

# --init: fails without its own calls, and works with them, for the errno and for a kill.
engine_inits() { # word of the runtime
	local action

	! engine_runs p.json --init -- sh -c id 2>/dev/null || { echo "--init started under p.json" >&2; return 1; }
	for action in errno kill-process; do
		"$SCTRACE" gen -q --runtime "$1" --runtime init --action "$action" -o init.json &&
			engine_runs init.json --init -- sh -c id || return
	done
}

# exec enters under the profile of the container.
engine_executes() {
	local options=() id i status=0

	engine_options -d -- sh -c 'while :; do sleep 1; done'
	id=$("${ENGINE[@]}" run --rm --network none --security-opt "seccomp=$PWD/kill.json" "${options[@]}") || return
	for i in 1 2 3; do
		timeout -k 1 60 "${ENGINE[@]}" exec "$id" id >out 2>err && grep -q '^uid=0' out || status=1
	done
	timeout -k 1 60 "${ENGINE[@]}" exec --user 1000 "$id" id >out 2>err && grep -q '^uid=1000' out || status=1
	[ "$status" = 0 ] || cat out err >&2
	"${ENGINE[@]}" kill "$id" >/dev/null
	return "$status"
}

docker_starts() { # times
	local status=0

	busybox_make && docker_begin sctrace:1 || return
	engine_starts_recorded "$1" docker || status=$?
	docker_end
	return "$status"
}

podman_starts() { # times, runc or crun
	podman_begin "$2" && engine_starts_recorded "$1" podman
}

# A static sctrace in containers that begin with it: in an image of one program and nothing else, and
# in one with a shell. The recordings are beside the world: bare-N.json and shell-N.json, with .err.
docker_records_inside() { # static sctrace
	local i hows=("--security-opt seccomp=unconfined" "" "--user 1234:1234 --read-only --cap-drop ALL" "--security-opt no-new-privileges")

	busybox_make && docker_begin sctrace:1 || return
	mkdir bare && cp "$(command -v busybox)" bare/true && tar -C bare -cf bare.tar . && docker import bare.tar bare:1 >/dev/null || return
	for i in "${!hows[@]}"; do
		docker_records_one "$1" "${hows[$i]}" bare:1 /true >"../bare-$i.json" 2>"../bare-$i.err" || break
		docker_records_one "$1" "${hows[$i]}" sctrace:1 sh -c 'sleep 0; kill -0 $$' >"../shell-$i.json" 2>"../shell-$i.err" || break
	done
	docker_end
}

docker_records_one() { # static sctrace, options, image, command...
	local options

	read -ra options <<<"$2"
	timeout -k 1 60 docker run --rm --network none -v "$1:/sctrace:ro" "${options[@]}" --entrypoint /sctrace "$3" \
		record -o - -- "${@:4}" </dev/null
}
