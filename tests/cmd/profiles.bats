#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Every command reads real profiles, and all of them for the same
# container, kernel and machine.
# shellcheck disable=SC2154

load ../lib/common

setup_file() {
	load ../lib/common
	require seccomp
	require ret-trace
	require_tool jq
	cd "$BATS_FILE_TMPDIR" || return
	"$SCTRACE" record -q -o r.json -- true
}

# A rule that kills a process that makes a directory, and its conditions.
profile() { # members of the rule
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "archMap": [
		{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X32"]},
		{"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": ["SCMP_ARCH_ARM"]}],
		"syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_KILL", %s}]}' "$1" >p.json
	jq 'del(.syscalls)' p.json >open.json
}

# The commands that judge, and find that the rule applies.
judges() { # options...
	local found=()

	"$SCTRACE" explain -q "$@" p.json mkdirat >/dev/null || found+=(explain)
	[ -z "$("$SCTRACE" diff -q "$@" open.json p.json)" ] || found+=(diff)
	! "$SCTRACE" lint -q --severity medium "$@" p.json | grep -q kill-thread || found+=(lint)
	[ -z "$("$SCTRACE" gen -q -F oci "$@" --base p.json --deny swap-family | jq '.syscalls[] | select(.names | index("mkdirat"))')" ] ||
		found+=(gen)
	echo "${found[*]}"
}

# And those that run something.
runs() { # options...
	local found=()

	"$SCTRACE" run -q -p p.json "$@" -- mkdir d 2>/dev/null || found+=(run)
	rmdir d 2>/dev/null || :
	"$SCTRACE" check -q -p p.json "$@" -- mkdir d >/dev/null 2>&1 || found+=(check)
	rmdir d 2>/dev/null || :
	echo "${found[*]}"
}

apply() { # options...
	is "$*: $(judges "$@") $(runs "$@")" "$*: explain diff lint gen run check"
}

apply_not() { # options...
	is "$*: $(judges "$@") $(runs "$@")" "$*:  "
}

@test "profiles: capabilities are those of a plain container for every user, unless --cap adds some" {
	profile '"includes": {"caps": ["CAP_SYS_ADMIN"]}'
	apply_not
	apply_not --cap none
	apply --cap CAP_SYS_ADMIN
	apply --cap all
	profile '"includes": {"caps": ["CAP_SYS_ADMIN", "CAP_CHOWN"]}'
	apply_not --cap CAP_SYS_ADMIN
	apply --cap docker --cap sys_admin
	apply --cap SYS_ADMIN,podman
	profile '"excludes": {"caps": ["CAP_SYS_ADMIN"]}'
	apply
	apply_not --cap SYS_ADMIN
	profile '"includes": {"caps": ["CAP_CHOWN"]}'
	apply
	apply_not --cap none
	profile '"includes": {"caps": ["CAP_NET_RAW"]}'
	apply
	apply_not --cap podman
}

@test "profiles: --cap current means sctrace's own capabilities" {
	require_root
	require_tool setpriv
	[ $(($(sed -n 's/^CapEff:\s*/0x/p' /proc/self/status) >> 21 & 1)) = 1 ] || miss "no CAP_SYS_ADMIN"
	profile '"includes": {"caps": ["CAP_SYS_ADMIN"]}'
	apply_not
	apply --cap current
	# run as another one, that has none
	chmod 755 . p.json
	"$SCTRACE" run -q --cap current -p p.json -- true
	run -1 "$SCTRACE" explain -q --cap current p.json mkdirat
	run -0 setpriv --reuid=65534 --regid=65534 --clear-groups "$SCTRACE" explain -q --cap current - mkdirat <p.json
}

@test "profiles: --kernel, in two numbers as dockerd has it" {
	profile '"includes": {"minKernel": "99.1"}'
	apply_not
	apply_not --kernel 99.0
	apply --kernel 99.1
	apply --kernel 100.0
	profile '"excludes": {"minKernel": "5.10"}'
	apply_not --kernel 5.10.0-8-amd64
	apply --kernel 5.9.16
	profile '"includes": {"minKernel": "3.1"}'
	apply
}

@test "profiles: --arch chooses a machine, and only this one runs commands" {
	require_machine x86_64
	profile '"includes": {"arches": ["arm64"]}'
	apply_not
	apply_not --arch x86_64
	apply_not --arch x86
	is "$(judges --arch arm64)" "explain diff lint gen"
	is "$(judges --arch aarch64 --arch arm)" "explain diff lint gen"
	is "$("$SCTRACE" gen -q --arch arm64 --base p.json --deny swap-family | jq -c .architectures)" '["SCMP_ARCH_AARCH64","SCMP_ARCH_ARM"]'
	is "$("$SCTRACE" explain -q --json --arch arm64 p.json mkdirat | jq -c '[.read_for, .answers[].abi]')" '["aarch64","aarch64"]'
	for command in run check; do
		run -"$([ "$command" = run ] && echo 125 || echo 2)" --separate-stderr "$SCTRACE" "$command" --arch arm64 -p p.json -- true
		has "$stderr" "a command can run only on this machine, which is x86_64 and not aarch64"
	done
	# the recorded calls are those of another machine
	run -1 "$SCTRACE" check -q --arch arm64 -p p.json "$BATS_FILE_TMPDIR/r.json"
	run -0 "$SCTRACE" check -q -p p.json "$BATS_FILE_TMPDIR/r.json"
	# an ABI that the base does not have there
	run -2 --separate-stderr "$SCTRACE" gen --base p.json --arch riscv64 --arch x86 --deny swap-family
	has "$stderr" "does not cover riscv64"
}

@test "profiles: each answer names the container and machine if they matter" {
	local for_all="read for a plain Docker container, kernel 5.10, x86_64 (see --cap, --kernel, --arch)"

	require_machine x86_64
	profile '"includes": {"caps": ["CAP_SYS_ADMIN"], "minKernel": "4.8"}'
	for words in "explain p.json mkdirat" "diff open.json p.json" "lint p.json" "gen -F oci --base p.json --deny swap-family" \
		"check -p p.json $BATS_FILE_TMPDIR/r.json" "run -p p.json true" "check -p p.json true"; do
		read -ra words <<<"$words"
		run --separate-stderr "$SCTRACE" "${words[0]}" --kernel 5.10 "${words[@]:1}"
		has "$stderr" " $for_all"
		is "$(grep -c "read for" <<<"$stderr")" 1
		run --separate-stderr "$SCTRACE" "${words[0]}" -q --kernel 5.10 "${words[@]:1}"
		hasnt "$stderr" "read for"
	done
	# and so do those for programs
	for words in "explain --json p.json mkdirat" "diff --json open.json p.json" "lint -F json p.json" \
		"check --json -p p.json $BATS_FILE_TMPDIR/r.json" "check --json -p p.json true"; do
		read -ra words <<<"$words"
		run --separate-stderr "$SCTRACE" "${words[0]}" -q --kernel 5.10 "${words[@]:1}"
		is "${words[0]}: $(jq -r .read_for <<<"$output")" "${words[0]}: a plain Docker container, kernel 5.10, x86_64"
	done
	has "$("$SCTRACE" explain --cap docker,SYS_ADMIN p.json mkdirat 2>&1 || :)" "a container with Docker's capabilities and CAP_SYS_ADMIN, "
	has "$("$SCTRACE" explain --cap none p.json mkdirat 2>&1 || :)" "a container without capabilities, "
	has "$("$SCTRACE" explain --cap all p.json mkdirat 2>&1 || :)" "a container with all capabilities, "
	has "$("$SCTRACE" explain --cap kill,chown p.json mkdirat 2>&1 || :)" "a container with CAP_CHOWN, CAP_KILL, "
	has "$("$SCTRACE" explain --cap podman p.json mkdirat 2>&1 || :)" "a plain Podman container, "
	# where the rule does apply
	has "$("$SCTRACE" explain p.json mkdirat 2>/dev/null)" "elsewhere: p.json:4: syscalls[0]: mkdirat is killed: SIGSYS ends the thread, but only with CAP_SYS_ADMIN, from kernel 4.8"
	# nothing in it asks
	jq 'del(.archMap) | .syscalls[0] |= del(.includes)' p.json >q.json
	run -1 --separate-stderr "$SCTRACE" explain q.json mkdirat
	is "$stderr" ""
	hasnt "$("$SCTRACE" explain --json q.json mkdirat)" read_for
}

@test "profiles: wrong words of --cap, --kernel and --arch, with the nearest" {
	profile '"includes": {}'
	for words in "explain p.json mkdir" "diff p.json p.json" "lint p.json" "gen --base p.json --deny swap-family" "check -p p.json true"; do
		read -ra words <<<"$words"
		run -2 --separate-stderr "$SCTRACE" "${words[0]}" --cap CAP_SYS_ADMN "${words[@]:1}"
		has "$stderr" "unknown capability 'CAP_SYS_ADMN', the nearest is CAP_SYS_ADMIN; write a name such as"
		run -2 --separate-stderr "$SCTRACE" "${words[0]}" --cap "" "${words[@]:1}"
		run -2 --separate-stderr "$SCTRACE" "${words[0]}" --kernel 6 "${words[@]:1}"
		has "$stderr" "'6' is not a kernel version; write 5.10"
		run -2 --separate-stderr "$SCTRACE" "${words[0]}" --arch arm46 "${words[@]:1}"
		has "$stderr" "unknown architecture 'arm46', the nearest is arm"
	done
	run -2 "$SCTRACE" gen --kernel 5.10 "$BATS_FILE_TMPDIR/r.json"
	run -2 "$SCTRACE" diff --arch x86 "$BATS_FILE_TMPDIR/r.json" "$BATS_FILE_TMPDIR/r.json"
}

# profiles like those of Docker 29 and Podman, and the ones on this machine
defaults_here() {
	printf '%s\n' "$SRCDIR"/tests/lint/docker/*.json
	[ ! -e /usr/share/containers/seccomp.json ] || echo /usr/share/containers/seccomp.json
}

@test "profiles: every command reads the profiles of Docker, Podman and CRI-O" {
	local file

	require_machine x86_64
	for file in $(defaults_here); do
		cp "$file" p.json
		run -0 "$SCTRACE" run -q -p p.json -- true
		run -0 "$SCTRACE" check -q -p p.json -- true
		run -0 "$SCTRACE" check -q -p p.json "$BATS_FILE_TMPDIR/r.json"
		run -0 "$SCTRACE" lint -q --severity high p.json
		run -0 --separate-stderr "$SCTRACE" gen -q --base p.json -o made.json "$BATS_FILE_TMPDIR/r.json"
		hasnt "$stderr" "no container starts"
		run -0 "$SCTRACE" lint -q --severity high made.json
		run -0 "$SCTRACE" explain -q p.json openat
		run -1 "$SCTRACE" explain -q p.json swapon
		run -0 "$SCTRACE" diff -q p.json "$file"
		run -0 "$SCTRACE" gen -q -F oci --base p.json --deny chmod-family -o q.json
		is "$(jq -c .architectures q.json)" '["SCMP_ARCH_X86_64","SCMP_ARCH_X86","SCMP_ARCH_X32"]'
		run -1 "$SCTRACE" explain -q q.json fchmodat2
		run -0 "$SCTRACE" gen -q --base p.json -o q.json "$BATS_FILE_TMPDIR/r.json"
		run -0 "$SCTRACE" run -q -p q.json -- true
		# all that a user can correct in them
		run -0 --separate-stderr "$SCTRACE" explain -q p.json openat
		[ -z "$stderr" ] || is "$stderr" "sctrace: warning: p.json: two rules that contradict each other for 'setns': the first one stays"
	done
	[ -n "$file" ]
}

@test "profiles: an architecture of other machines is not reported, and a mistyped one once" {
	profile '"comment": "none"'
	jq '.archMap += [{architecture: "SCMP_ARCH_LOONGARCH64", subArchitectures: null},
		{architecture: "SCMP_ARCH_LUNARCH64", subArchitectures: ["SCMP_ARCH_MOON"]}]' p.json >q.json
	run -0 "$SCTRACE" diff -q p.json q.json
	is "$output" ""
	run -1 "$SCTRACE" lint -q q.json
	is "$(grep -c unknown-arch: <<<"$output")" 1
	has "$output" "low: unknown-arch: 'SCMP_ARCH_LUNARCH64' is not an architecture"
	hasnt "$output" MOON
}

@test "profiles: what they are read for is in every machine-readable answer, and two are named in one line" {
	local for_all="a plain Docker container, kernel 5.10, x86_64"

	require_tool jq
	run --separate-stderr "$SCTRACE" lint -F sarif --kernel 5.10 --arch x86_64 docker-default
	is "$(jq -r '.runs[0].properties.read_for' <<<"$output")" "$for_all"
	cd "$BATS_FILE_TMPDIR"
	run --separate-stderr "$SCTRACE" check -F sarif --kernel 5.10 -p docker-default r.json
	is "$(jq -r '.runs[0].properties.read_for' <<<"$output")" "$for_all"
	run --separate-stderr "$SCTRACE" check -F junit --kernel 5.10 -p docker-default r.json
	has "$output" "<property name=\"read_for\" value=\"$for_all\"/>"
	run --separate-stderr "$SCTRACE" diff --kernel 5.10 docker-default podman-default
	is "$(grep -c 'read for' <<<"$stderr")" 1
	has "$stderr" "docker-default and podman-default are read for $for_all (see --cap, --kernel, --arch)"
}

@test "profiles: a field of 'includes' and 'excludes' that nothing reads is reported" {
	profile '"includes": {"cap": ["CAP_SYS_ADMIN"]}, "excludes": {"Caps": []}'
	run "$SCTRACE" explain p.json mkdirat
	has "$output" "warning: p.json: 2 unknown fields: Caps, cap; they have no effect"
	run "$SCTRACE" lint p.json
	has "$output" "unknown-key: nothing reads 'cap'; the nearest is caps (syscalls[0].includes.cap)"
	has "$output" "key-case: Docker and Podman take it for 'caps', and it is not read here (syscalls[0].excludes.Caps)"
}

@test "profiles: an ABI that was never used is where the profile names it" {
	cd "$BATS_FILE_TMPDIR"
	run --separate-stderr "$SCTRACE" check --stale --json -p docker-default r.json
	is "$(jq -r '[.stale[] | select(.name == "every call") | .path] | unique | join(" ")' <<<"$output")" archMap
}
