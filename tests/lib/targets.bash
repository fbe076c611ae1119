# SPDX-License-Identifier: Apache-2.0
# Facts of targets.tbl, tried in a world of starts.bash with what is installed there.
# shellcheck shell=bash

# Profiles in which one thing is asked for: what a target lacks of it is visible.  mkdir is the call that is tried.
targets_profiles() {
	local deny='"action": "SCMP_ACT_ERRNO", "errnoRet": 30'

	echo '{"defaultAction": "SCMP_ACT_ALLOW"}' >plain.json
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "flags": ["SECCOMP_FILTER_FLAG_LOG"]}' >flags.json
	echo "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": [\"mkdir\", \"mkdirat\"], $deny,
		\"includes\": {\"minKernel\": \"99.1\"}}]}" >min-kernel.json
	echo "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": [\"mkdir\", \"mkdirat\"], $deny,
		\"includes\": {\"arches\": [\"s390x\"]}}]}" >conditions.json
	# all but mkdir, with an errno of the default that nothing else has here
	"$SCTRACE" gen -q --deny mkdir --deny mkdirat --closed --errno EDOM -o closed.json || return
	jq '.defaultErrnoRet = 33 | .syscalls |= map(select(.action == "SCMP_ACT_ALLOW"))' closed.json >default-errno.json
}

# Does the table say it of the version that is installed?
listed() { # target, profile, text
	"$SCTRACE" lint -q --severity info --target host "$2" 2>&1 | grep -q "target-lacks: $1 [0-9.]* $3"
}

# A container does that, or not, as the table has it.
as_listed() { # target, profile without its suffix, text of the table, what is visible if it lacks it, what if not
	local expected=$5

	! listed "$1" "$2.json" "$3" || expected=$4
	target_tries "$2.json" >out
	grep -q "$expected" out && return
	echo "$1, $2: expected '$expected', got:" >&2
	cat out >&2
	return 1
}

# TRIES is how a container is run under PROFILE.
target_tries() { # profile
	PROFILE=$PWD/$1
	"${TRIES[@]}" 2>&1
	:
}

run_bundle() {
	bundle_run "$RUNTIME" "$PROFILE" busybox mkdir /tmp/d && echo made
}

run_engine() {
	local options=()

	[ "${ENGINE[0]}" != podman ] || options=(--cgroup-parent "/$WORLD")
	timeout -k 1 60 "${ENGINE[@]}" run --rm --network none --security-opt "seccomp=$PROFILE" "${options[@]}" "$IMAGE" \
		/bin/busybox mkdir /tmp/d </dev/null && echo made
}

runtimes_are_as_listed() {
	targets_profiles || return
	for RUNTIME in runc crun; do
		bundle_make "$RUNTIME" false || return
		TRIES=(run_bundle)
		starts_plain || return
		as_listed "$RUNTIME" flags 'rejects flags of the filter' flag made || return
		as_listed "$RUNTIME" conditions 'ignores .includes.' 'Read-only file system' made || return
	done
	# what gen remarks about flags, of crun
	"$SCTRACE" gen -q --deny reboot -o deny.json && jq '.flags = ["SECCOMP_FILTER_FLAG_LOG"]' deny.json >log.json || return
	installs deny.json SECCOMP_FILTER_FLAG_SPEC_ALLOW && installs log.json SECCOMP_FILTER_FLAG_LOG
}

# The flags with which crun, the bundle's runtime, installs the filter.
installs() { # profile, flags
	bundle_config "$1" true || return
	strace -f -qq -e trace=seccomp -o trace crun --root "$PWD/state" run -b bundle "$WORLD-traced" </dev/null || return
	is "$(sed -n 's/.*SECCOMP_SET_MODE_FILTER, \(.*\), {len=.*/\1/p' trace)" "$2"
}

# Without anything to lack, so that a failure below is no failure to start.
starts_plain() {
	target_tries plain.json >out
	grep -q made out || { cat out >&2; return 1; }
}

docker_is_as_listed() {
	targets_profiles && busybox_make && docker_begin sctrace:1 || return
	TRIES=(run_engine) IMAGE=sctrace:1
	starts_plain || return
	as_listed docker default-errno 'ignores defaultErrnoRet' 'Operation not permitted' 'argument out of domain' || return
	as_listed docker min-kernel "ignores 'minKernel'" 'Read-only file system' made || return
	as_listed docker conditions "ignores 'includes'" 'Read-only file system' made || return
	as_listed docker flags 'ignores the flags' made flag || return
	docker_end
}

podman_is_as_listed() {
	targets_profiles && podman_begin runc || return
	TRIES=(run_engine) IMAGE=localhost/sctrace:1
	starts_plain || return
	as_listed podman min-kernel "ignores 'minKernel'" 'Read-only file system' made || return
	as_listed podman conditions "ignores 'includes'" 'Read-only file system' made || return
	as_listed podman default-errno 'ignores defaultErrnoRet' 'Operation not permitted' 'argument out of domain'
}
