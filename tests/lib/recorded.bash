# SPDX-License-Identifier: Apache-2.0
# Containers that `sctrace runtime` records while an engine starts them, in a world of starts.bash, with docker.bash.
# Their names are web1, web2 and so on; the last one's is NAME.
# shellcheck shell=bash disable=SC2034,SC2153

# A runtime for the engine: engines hand on little of their environment.
recorded_begin() { # the runtime that does the work
	export SCTRACE_RUNTIME_CONF=$PWD/conf
	printf 'real=%s\ndir=%s\n' "$(command -v "$1")" "$PWD/rec" >conf
	printf '#!/bin/sh\nexport SCTRACE_RUNTIME_CONF="%s"\nexec "%s-runtime" "$@"\n' "$PWD/conf" "$SCTRACE" >records
	chmod +x records
	WORK='id; ls / >/dev/null; chmod 700 /tmp 2>/dev/null; cat /proc/self/status | cat >/dev/null'
}

next_name() {
	COUNT=$((${COUNT-0} + 1))
	NAME=web$COUNT
}

is_recorded() { # name
	"$SCTRACE" list containers --json | jq -e --arg name "$1" 'any(.name == $name and .state == "recorded" and .recording != "")'
}

# One start with the options of the engine that are before --; prints to out and err.
recorded_start() { # "plain" or "records", options... -- command...
	local options=() runtime=()

	case ${ENGINE[0]}-$1 in
	docker-records) runtime=(--runtime sctrace) ;;
	podman-plain) runtime=(--runtime "$REAL") ;;
	podman-records) runtime=(--runtime "$PWD/records") ;;
	esac
	engine_options "${@:2}"
	if [ "${ENGINE[0]}" = podman ]; then
		timeout -k 1 60 "${ENGINE[@]}" "${runtime[@]}" run --network none "${options[@]}" </dev/null >out 2>err
	else
		timeout -k 1 60 "${ENGINE[@]}" run --network none "${runtime[@]}" "${options[@]}" </dev/null >out 2>err
	fi
}

# What the engine and its user see is the same as without a recorder.
same_when_recorded() { # options... -- command...
	local plain=0 status=0

	next_name
	recorded_start plain --rm "$@" || plain=$?
	mv out out.plain && mv err err.plain
	recorded_start records --rm --name "$NAME" "$@" || status=$?
	is "$status" "$plain" && diff out.plain out && diff err.plain err && wait_for is_recorded "$NAME"
}

# The profile that comes of that starts it under the plain runtime: so many times.
starts_when_recorded() { # times, options... -- command...
	local i status want

	same_when_recorded "${@:2}" || return
	want=$(<out)
	"$SCTRACE" gen -q --container "$NAME" -o recorded.json || return
	for ((i = 1; i <= $1; i++)); do
		status=0
		recorded_start plain --rm --security-opt "seccomp=$PWD/recorded.json" "${@:2}" || status=$?
		if [ "$status" != 0 ] || [ "$(<out)" != "$want" ]; then
			echo "${ENGINE[0]}, start $i under the profile of $NAME, ${*:2}: status $status" >&2
			cat out err >&2
			return 1
		fi
	done
}

# exec, restart, pause, stop and kill of one that goes on.
lives_when_recorded() {
	local options=() engine=("${ENGINE[@]}") status=0

	next_name
	[ "${ENGINE[0]}" != podman ] || engine+=(--runtime "$PWD/records")
	recorded_start records -d --name "$NAME" -- sh -c 'trap "exit 3" TERM; while :; do sleep 0.1; done' || return
	"${engine[@]}" exec "$NAME" id >out && has "$(<out)" uid=0 || return
	"${engine[@]}" exec --user 1000 "$NAME" sh -c 'id; mkdir /tmp/d; exit 9' >out || status=$?
	is "$status" 9 && has "$(<out)" uid=1000 || return
	"${engine[@]}" stop -t 20 "$NAME" >/dev/null && is "$("${engine[@]}" inspect -f '{{.State.ExitCode}}' "$NAME")" 3 || return
	wait_for is_recorded "$NAME" && "${engine[@]}" start "$NAME" >/dev/null && "${engine[@]}" kill "$NAME" >/dev/null || return
	wait_for stands "$NAME" exited && is "$("${engine[@]}" inspect -f '{{.State.ExitCode}}' "$NAME")" 137 || return
	wait_for is_recorded "$NAME" || return
	jq -e '[.runs[] | .end] | length == 4 and any(.exited == 3) and any(.exited == 9) and any(.signal == 9 or .killed == 9)' \
		"$("$SCTRACE" list containers --json | jq -r --arg name "$NAME" '.[] | select(.name == $name).recording')" || return
	"$SCTRACE" report -F names --container "$NAME" | grep -x mkdir
}

stands() { # name, state
	[ "$("${engine[@]}" inspect -f '{{.State.Status}}' "$1")" = "$2" ]
}

# The container does not run on, every call ENOSYS.
ends_with_its_tracer() {
	local engine=("${ENGINE[@]}") pid

	next_name
	[ "${ENGINE[0]}" != podman ] || engine+=(--runtime "$PWD/records")
	recorded_start records -d --name "$NAME" -- sleep 300 || return
	pid=$("${engine[@]}" inspect -f '{{.State.Pid}}' "$NAME")
	kill -9 "$(sed -n 's/^TracerPid:\t//p' "/proc/$pid/status")"
	wait_for stands "$NAME" exited && is "$("${engine[@]}" inspect -f '{{.State.ExitCode}}' "$NAME")" 137 &&
		"${engine[@]}" rm -f "$NAME" >/dev/null
}

recorded_all() { # times
	starts_when_recorded "$1" -- sh -c "$WORK" && starts_when_recorded 1 --user 1000:1000 --init -- sh -c "$WORK" &&
		same_when_recorded -t -- sh -c 'ls -l /proc/self/fd/0 | wc -l; exit 7' &&
		lives_when_recorded && ends_with_its_tracer
}

recorded_more() {
	starts_when_recorded 1 --read-only --cap-drop ALL --workdir /tmp -- sh -c "$WORK" &&
		starts_when_recorded 1 --security-opt no-new-privileges --pid host -- sh -c "$WORK" &&
		same_when_recorded --security-opt seccomp=unconfined -- sh -c 'id; exit 7' && same_when_recorded -- /none/such
}

# containerd by its own client.
ctr_recorded() {
	local ctr=(ctr -a "$PWD/exec/containerd/containerd.sock")

	docker save -o image.tar sctrace:1 && "${ctr[@]}" images import image.tar >/dev/null || return
	"${ctr[@]}" run --rm --seccomp --runc-binary "$SCTRACE-runtime" docker.io/library/sctrace:1 byctr sh -c "$WORK; exit 7" \
		>out </dev/null
	is "$?" 7 && wait_for test -s rec/byctr/recording.json && "$SCTRACE" gen -q --container byctr -o ctr.json &&
		"${ctr[@]}" run --rm --seccomp --seccomp-profile "$PWD/ctr.json" docker.io/library/sctrace:1 again sh -c "$WORK; exit 7" \
			>out.profile </dev/null
	is "$?" 7 && diff out out.profile
}

docker_recorded() { # times
	local status=0

	recorded_begin runc && DOCKERD_OPTIONS=(--add-runtime "sctrace=$SCTRACE-runtime") && busybox_make && docker_begin sctrace:1 || return
	recorded_all "$1" && recorded_more && ctr_recorded || status=$?
	docker_end
	return "$status"
}

podman_recorded() { # times, runc or crun
	REAL=$2
	recorded_begin "$2" && podman_begin "$2" && unset 'ENGINE[-1]' 'ENGINE[-1]' && recorded_all "$1"
}
