#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What runc and crun make of a profile with the libseccomp here, and that sctrace predicts
# it: profiles that they do not load, and those whose rules libseccomp combines wrongly.
# shellcheck disable=SC2030,SC2031,SC2154
load ../lib/common
load ../lib/workloads
load ../lib/bundle

setup_file() {
	load ../lib/common
	require_machine x86_64
	require seccomp
	require_tool jq
}

profile() { # default action, rules (JSON)...: p.json
	local IFS=,

	printf '{"defaultAction": "SCMP_ACT_%s",\n"architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],\n"syscalls": [%s]}\n' \
		"$1" "${*:2}" >p.json
}

rule() { # call, action, condition ("0 EQ 40")...
	local call=$1 action=$2 args=() arg op value

	shift 2
	for condition; do
		read -r arg op value <<<"$condition"
		args+=("{\"index\": $arg, \"op\": \"SCMP_CMP_$op\", \"value\": $value}")
	done
	local IFS=,
	printf '{"names": ["%s"], "action": "SCMP_ACT_%s", "args": [%s]}\n' "$call" "$action" "${args[*]}"
}

# socket(AF_UNIX, SOCK_DGRAM) is allowed by the rules.
joined_wrongly() {
	profile ALLOW "$(rule socket ERRNO "0 LE 5" "1 EQ 5")" "$(rule socket ERRNO "0 LE 0" "1 NE 5")"
}

# socket(AF_VSOCK) is denied by the rules.
joined_too_weak() {
	profile ALLOW "$(rule socketcall LOG)" "$(rule socket ERRNO "0 EQ 40")" "$(rule socket LOG "0 NE 40")"
}

not_loaded() {
	profile ALLOW "$(rule socket ERRNO "0 EQ 40")" "$(rule socket LOG "0 NE 40")"
}

# Looks like one of those, and is not.
joined_well() {
	profile ALLOW "$(rule socket LOG "0 EQ 16" "2 NE 9")" "$(rule socket LOG "0 NE 16")"
}

# The rule that decides alone repeats the default: runtimes leave it out.
left_out() {
	profile ALLOW '{"names": ["socket"], "action": "SCMP_ACT_ALLOW"}' "$(rule socket ERRNO "0 EQ 1")"
}

# Arguments of socket(2), number 41.
SOCKETS=("1 2 0" "1 5 0" "0 2 0" "40 1 0" "16 3 9" "16 3 0")

# The kernel itself has errnos for some of them; the rules have EPERM.
denied_or_not() { # answer of probe-calls
	[ "$1" = "errno 1" ] && echo denied || echo made
}

# A line for each of the sockets, or "not loaded"
by_runtime() { # runtime
	# shellcheck disable=SC2016
	if bundle_run "$1" p.json bash -c 'for args; do /fixtures/probe-calls 41 $args; done' bash "${SOCKETS[@]}" >out 2>err; then
		while read -r answer; do denied_or_not "$answer"; done <out
	elif grep -qi "file exists" err; then
		echo "not loaded"
	else
		cat out err
	fi
}

# The same, before it is run.
foretold() {
	local args said

	for args in "${SOCKETS[@]}"; do
		# shellcheck disable=SC2086
		"$SCTRACE" explain --arch x86_64 --json p.json socket $args >said.json || [ $? -eq 1 ] || return
		said=$(jq -r '.answers[0] | if .runtimes.loaded | not then "not loaded" else .runtimes.action // .action end' said.json)
		case $said in
		"not loaded") echo "not loaded"; return ;;
		SCMP_ACT_ERRNO) echo denied ;;
		*) echo made ;;
		esac
	done
}

is_as_foretold() { # runtime
	local kind

	bundle_make "$1" true
	for kind in joined_wrongly joined_too_weak not_loaded joined_well left_out; do
		$kind
		is "$kind: $(by_runtime "$1" | paste -sd ' ')" "$kind: $(foretold | paste -sd ' ')"
	done
}

@test "rehearsal: the filter that runc makes of a profile is predicted" {
	require_runtime runc
	is_as_foretold runc
}

@test "rehearsal: the filter that crun makes of a profile is predicted" {
	require_runtime crun
	is_as_foretold crun
}

# Another libseccomp may be wrong elsewhere.
is_wrong_here() { # arguments of socket
	"$SCTRACE" explain --json p.json socket "$@" >said.json || true
	jq -e '.answers[0].runtimes | has("action") or (.loaded | not)' said.json >/dev/null || skip "the libseccomp here does not do this"
}

@test "rehearsal: run enforces the rules exactly, and warns where runtimes deviate" {
	joined_wrongly
	is_wrong_here 1 2 0
	run -0 --separate-stderr "$SCTRACE" run -p p.json -- "$FIXTURES/probe-calls" 41 1 2 0
	is "$output" ok
	has "$stderr" "p.json: socket(domain=AF_UNIX, type="
	has "$stderr" "on x86_64 is denied with EPERM under runc and crun with libseccomp"
	joined_too_weak
	run -0 --separate-stderr "$SCTRACE" run -p p.json -- "$FIXTURES/probe-calls" 41 40 1 0
	is "$output" "errno 1"
	has "$stderr" "p.json: socket(domain=AF_VSOCK) on x86_64 is allowed under runc and crun"
	not_loaded
	run -0 --separate-stderr "$SCTRACE" run -p p.json -- "$FIXTURES/probe-calls" 41 40 1 0
	is "$output" "errno 1"
	has "$stderr" "p.json: libseccomp"
	has "$stderr" "rejects the rule for 'socket' (File exists): runc and crun start no container"
	joined_well
	run -0 --separate-stderr "$SCTRACE" run -p p.json -- "$FIXTURES/probe-calls" 41 1 2 0
	is "$output" ok
	is "$stderr" ""
}

@test "rehearsal: check knows a recorded call that the runtimes' filter denies" {
	require ptrace
	require ret-trace
	"$SCTRACE" record -q -o r.json -- "$FIXTURES/probe-calls" 41 1 2 0
	left_out
	run -1 --separate-stderr "$SCTRACE" check -p p.json r.json
	has "$output" "denied by what runc and crun make of them"
	has "$output" "/probe-calls: EPERM under runc and crun"
	has "$output" "    socket(domain=AF_UNIX)"
	has "$output" "outside p.json: 1 call is denied by runc and crun only"
	"$SCTRACE" check --json -p p.json r.json >found.json || [ $? -eq 1 ]
	is "$(jq -c '[.inside, (.runtimes | length), .runtimes[0].errno]' found.json)" '[false,1,"EPERM"]'
	# harmless with other arguments
	"$SCTRACE" record -q -o r.json -- "$FIXTURES/probe-calls" 41 16 2 0
	run -0 "$SCTRACE" check -p p.json r.json
	joined_well
	run -0 --separate-stderr "$SCTRACE" check -p p.json r.json
	is "$stderr" ""
}

@test "rehearsal: the default profiles of Docker and Podman run, check and load" {
	require ptrace
	require ret-trace
	local file caps

	for file in "$SRCDIR/tests/lint/docker/moby-20.10.json" /usr/share/containers/seccomp.json; do
		[ -e "$file" ] || continue
		for caps in CAP_SYS_ADMIN none; do
			run -0 --separate-stderr "$SCTRACE" run --cap "$caps" -p "$file" -- "$FIXTURES/quiet"
			is "$output" started
			hasnt "$stderr" "runc and crun"
			run -0 --separate-stderr "$SCTRACE" check --cap "$caps" -p "$file" -- "$FIXTURES/quiet"
			is "$output" started
			hasnt "$stderr" "runc and crun"
		done
		"$SCTRACE" lint -F json "$file" >found.json || [ $? -eq 1 ]
		is "$(jq '[.findings[] | select(.check == "not-loadable" or .check == "libseccomp-differs")] | length' found.json)" 0
	done
}

@test "rehearsal: gen makes no profile that runtimes cannot load" {
	profile ERRNO "$(rule socket ALLOW "0 NE 16")" "$(rule socket ALLOW "0 NE 40")" "$(rule socket ALLOW "0 EQ 16" "2 NE 9")"
	mv p.json base.json
	run -0 "$SCTRACE" gen -q --base base.json --deny vsock-socket-family -o p.json
	run -2 --separate-stderr "$SCTRACE" gen -q --base base.json --deny packet-socket-family -o q.json
	has "$stderr" "cannot make the profile: "
	[ ! -e q.json ]
}

@test "rehearsal: a call that is left to a supervisor or a tracer is not reported as denied" {
	require ptrace
	require ret-trace
	local action

	"$SCTRACE" record -q -o r.json -- "$FIXTURES/probe-calls" 165 0
	for action in NOTIFY TRACE; do
		profile ALLOW "{\"names\": [\"mount\", \"ustat\"], \"action\": \"SCMP_ACT_$action\"}"
		run -1 --separate-stderr "$SCTRACE" check -p p.json r.json
		has "$output" "left to a supervisor or a tracer:"
		has "$output" "outside p.json: 1 call is left to a supervisor or a tracer"
		hasnt "$output" denied
		run -1 "$SCTRACE" lint p.json
		has "$(tr -s '\n ' ' ' <<<"$output")" "'mount' is left to a "
		hasnt "$output" "is denied"
		run "$SCTRACE" explain p.json mount
		has "$output" "left to a "
		hasnt "${lines[1]}" denied
	done
}

@test "rehearsal: a profile of another machine is loaded for that one" {
	profile ALLOW "$(rule socket ERRNO "0 EQ 40")"
	sed -i 's/^"architectures".*/"architectures": ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"],/' p.json
	run -1 --separate-stderr "$SCTRACE" explain --arch aarch64 p.json socket AF_VSOCK
	has "$output" "aarch64: denied with EPERM"
	hasnt "$output" "but:"
	"$SCTRACE" lint -F json p.json >found.json || [ $? -eq 1 ]
	is "$(jq '[.findings[] | select(.check == "not-loadable" or .check == "libseccomp-differs")] | length' found.json)" 0
}
