# SPDX-License-Identifier: Apache-2.0
# Containers that are recorded while they run, in a world of starts.bash.
# shellcheck shell=bash

# It waits until the file `go` is there, and then does something that it did not before.
CONTAINER_JOB='echo begun >begun; while [ ! -e go ]; do sleep 0.05; done; mkdir late; rmdir late'

# sctrace in the background, until all of the container is under trace; its pid is in `tracer`.
running_record() { # word, options...
	: >err
	"$SCTRACE" record --container "$@" 2>err &
	tracer=$!
	wait_for grep -q 'attached to' err || { cat err >&2; return 1; }
}

# What was executed in the container is there, with its calls from the first on; and nobody else.
running_has() { # recording, program that joined, call of it
	jq -e --arg program "$2" --arg call "$3" '
		([.programs[].path | sub(".*/"; "")] | index($program) and (index("runc") or index("crun") | not)) and
		(.calls | map(select(.name == $call and .count > 0)) | length == 1) and
		(.calls | map(select(.name == "execve")) | length == 1) and
		([.calls[].name] | any(IN("setns", "pivot_root", "seccomp", "mount")) | not)' "$1" >/dev/null || {
		jq -c '[.programs[].path], [.calls[] | [.name, .count]]' "$1" >&2
		return 1
	}
	is "$(jq -c '[.blind_spots[].kind] - ["attach", "vsyscall"]' "$1")" '[]'
}

container_by_runtime() { # runc or crun
	local name=$WORLD-c

	bundle_make "$1" false
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["acct"], "action": "SCMP_ACT_ERRNO"}]}' >allow.json
	bundle_config allow.json sh -c "cd /tmp; $CONTAINER_JOB"
	runtime "$1" run -b bundle "$name" </dev/null >out 2>&1 &
	wait_for test -e bundle/tmp/begun || { cat out >&2; return 1; }
	running_record "$name" || return
	runtime "$1" exec "$name" chmod 700 /tmp || return
	touch bundle/tmp/go
	wait "$tracer" || { cat err >&2; return 1; }
	wait
	running_has sctrace.json chmod fchmodat && is "$(count_of mkdir) $(count_of rmdir)" "1 1"
}

# A container that an engine started with -d, by each word for it.
container_by_engine() { # name, id
	local word

	for word in "$1" "$2" "${2:0:12}"; do
		running_record "$word" -o "$word.json" || return
		"${ENGINE[@]}" exec "$1" id >out || return
		kill -INT "$tracer"
		wait "$tracer" || { cat err >&2; return 1; }
		running_has "$word.json" busybox getgroups || return
	done
	"$SCTRACE" record -q --container "$1" --for 0.2s -o for.json && [ "$("${ENGINE[@]}" ps -q | wc -l)" = 1 ]
}

container_by_docker() {
	local id status=0

	busybox_make && docker_begin sctrace:1 || return
	id=$(docker run -d --name web --network none sctrace:1 sh -c 'while :; do sleep 0.1; done') &&
		container_by_engine web "$id" || status=$?
	docker rm -f web >/dev/null
	docker_end
	return "$status"
}

container_by_podman() {
	local id status=0 options=()

	podman_begin runc || return
	# sctrace asks the podman that it finds
	mkdir bin
	printf '#!/bin/sh\nexec %s "$@"\n' "${ENGINE[*]/#podman/$(command -v podman)}" >bin/podman
	chmod +x bin/podman
	PATH=$PWD/bin:$PATH
	engine_options -d --name web --network none -- sh -c 'while :; do sleep 0.1; done'
	id=$("${ENGINE[@]}" run "${options[@]}") && container_by_engine web "$id" || status=$?
	"${ENGINE[@]}" rm -f -t 0 web >/dev/null
	# podman mounts its folder onto itself, also in what it starts to clean up, and leaves it so
	wait_for is_alone
	umount root/overlay 2>/dev/null
	return "$status"
}
