#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `sctrace explain`: what it says of a profile is what becomes of the call under
# `sctrace run`, and what it says of calls is what the tables know.
# shellcheck disable=SC2154

load ../lib/common

setup_file() {
	load ../lib/common
	require seccomp
	require_tool jq
}

# Rules with conditions of each kind, on a default that denies.
profile() {
	cat >p.json <<-'END'
	{
		"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1,
		"architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
		"syscalls": [
			{ "names": ["getitimer", "exit", "exit_group", "write", "clone", "fchmod"], "action": "SCMP_ACT_ALLOW" },
			{ "names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [{ "index": 0, "value": 1, "op": "SCMP_CMP_EQ" }] },
			{ "names": ["socket"], "action": "SCMP_ACT_ERRNO", "errnoRet": 97,
			  "args": [{ "index": 0, "value": 40, "op": "SCMP_CMP_EQ" }] },
			{ "names": ["personality"], "action": "SCMP_ACT_ERRNO", "errnoRet": 22,
			  "args": [{ "index": 0, "value": 4194304, "valueTwo": 4194304, "op": "SCMP_CMP_MASKED_EQ" }] },
			{ "names": ["getpgid"], "action": "SCMP_ACT_KILL_PROCESS" }
		]
	}
	END
	# what programs need to start and end
	jq '.syscalls += [{ names: ["execve", "brk", "mmap", "mprotect", "munmap", "openat", "read", "close", "newfstatat", "fstat",
		"pread64", "arch_prctl", "set_tid_address", "set_robust_list", "rseq", "prlimit64", "getrandom", "access", "futex", "seccomp", "prctl"],
		action: "SCMP_ACT_ALLOW" }]' p.json >live.json
}

explain() {
	"$SCTRACE" explain "$@"
}

@test "explain: the rule that decides, with its place, and the status" {
	profile
	run -0 --separate-stderr explain p.json getitimer
	has "$output" "x86_64, x86: allowed"
	has "$output" "by the rule: p.json:5: syscalls[0]: getitimer is allowed"
	is "$stderr" ""
	run -1 explain p.json acct
	has "$output" "denied with EPERM"
	has "$output" "by the default: p.json:2: defaultAction"
	run -1 explain p.json getpgid
	has "$output" "killed: SIGSYS ends the process"
	# an ABI that the profile is not for
	run -1 explain --arch x32 p.json getitimer
	has "$output" "by the filter itself"
}

@test "explain: a profile from standard input has its lines, too" {
	profile
	for call in getitimer acct socket; do
		"$SCTRACE" explain p.json "$call" 2>&1 | sed 's/p\.json/standard input/' >file
		run "$SCTRACE" explain - "$call" <p.json
		cmp file - <<<"$output"
	done
	has "$output" "standard input:6: syscalls[1]: socket is allowed when domain is AF_UNIX"
	cmp <("$SCTRACE" explain --json p.json socket) <("$SCTRACE" explain --json - socket <p.json)
}

@test "explain: arguments by name, as numbers, and open" {
	profile
	run -1 explain p.json socket AF_VSOCK SOCK_STREAM
	has "$output" "socket(domain=AF_VSOCK, type=SOCK_STREAM, protocol=any)"
	has "$output" "denied with EAFNOSUPPORT"
	has "$output" "by the rule: p.json:7: syscalls[2]: socket is denied with EAFNOSUPPORT when domain is AF_VSOCK"
	has "$output" "not met: p.json:6: syscalls[1]: socket is allowed when domain is AF_UNIX"
	cmp <(explain p.json socket 40 1) <(explain p.json socket 0x28 'SOCK_STREAM|0')
	run -0 explain p.json socket AF_UNIX
	# open: what happens for which values; the answer is not yes
	run -1 explain p.json socket
	has "$output" "x86_64: denied with EPERM, if none of these applies:"
	has "$output" "if: p.json:6: syscalls[1]: socket is allowed when domain is AF_UNIX"
	run -1 explain p.json socket _ SOCK_STREAM
	has "$output" "if none of these applies"
	run -1 explain p.json personality 'PER_LINUX|READ_IMPLIES_EXEC'
	has "$output" "denied with EINVAL"
	has "$output" "when persona has READ_IMPLIES_EXEC"
	run -0 explain p.json write -1 0 -5
	run -0 explain p.json -- write -1 0 -5
}

@test "explain: bits that the kernel ignores, and a rule compares" {
	profile
	run -1 explain p.json --arch x86_64 socket 40
	has "$output" "the kernel uses only the low 32 bits of domain"
	has "$output" "the same call is denied with EPERM"
	run -1 explain p.json --arch x86_64 socket 0x100000028
	has "$output" "denied with EPERM"
	has "$output" "the same call is denied with EAFNOSUPPORT"
	run -0 explain p.json --arch x86 socket 0x100000001
	hasnt "$output" "note:"
}

@test "explain: other ways to the same effect, and rings" {
	profile
	run -1 explain p.json chmod
	has "$output" "sibling fchmod: allowed"
	has "$output" "sibling fchmodat2: denied with EPERM"
	has "$output" "reaches it too: setxattr: denied with EPERM"
	has "$output" "io_uring_setup is denied"
	run -1 explain p.json clone3
	has "$output" "sibling clone: allowed"
}

@test "explain: it agrees with the real result of the call" {
	profile
	"$SCTRACE" run -q -p live.json -- "$FIXTURES/probe-calls" 36 99 >/dev/null
	local number call arguments said

	while read -r number call arguments; do
		# shellcheck disable=SC2086
		got=$("$SCTRACE" run -q -p live.json -- "$FIXTURES/probe-calls" $number $arguments) || got=killed
		# shellcheck disable=SC2086
		said=$(explain --json --arch x86_64 live.json $call $arguments | jq -r '.answers[0] |
			if .action == "SCMP_ACT_ERRNO" then "errno \(.errno)" elif .action == "SCMP_ACT_ALLOW" then "allowed" else "killed" end')
		echo "$call $arguments: explained $said, got $got" >&2
		case $said in
		allowed) [[ $got != "errno 1" && $got != "errno 97" && $got != killed ]] || return 1 ;;
		*) is "$got" "$said" || return 1 ;;
		esac
	done <<-END
	36 getitimer 99
	41 socket 1 1 0
	41 socket 40 1 0
	41 socket 0x100000028 1 0
	41 socket 2 1 0
	135 personality 0x400000
	135 personality 0x8
	163 acct 0
	121 getpgid 0
	END
}

@test "explain: what is known of a call and of a family" {
	run -0 explain fchmodat2
	has "$output" "fchmodat2: "
	has "$output" "numbers: x86_64 452"
	has "$output" "since: Linux 6.6"
	has "$output" "families: chmod-family"
	has "$output" "fallback:"
	has "$output" "argument 2: mode"
	run -0 explain clone
	has "$output" "CLONE_NEWUSER"
	has "$output" "with --deny namespace-family: denied with EPERM when flags has CLONE_NEWUSER"
	run -0 explain mount-family
	has "$output" "move_mount"
	has "$output" "fsopen is denied with EPERM"
	cmp <(explain mount-family) <(explain mount-family)
	# every call and every family
	for word in $("$SCTRACE" list families | cut -d' ' -f1); do
		explain "$word" >/dev/null
		explain --json "$word" | jq -e '.calls | length > 0' >/dev/null
	done
	for word in $("$SCTRACE" list calls mount-family | cut -d' ' -f1); do
		explain --json "$word" | jq -e '.numbers | length > 0' >/dev/null
	done
}

@test "explain: a word is first a call, then a file" {
	profile
	cp p.json chmod
	run -0 explain chmod
	has "$output" "change a file's mode"
	run -1 explain ./chmod chmod
	has "$output" "denied with EPERM"
	run -1 explain - chmod <p.json
	has "$output" "denied with EPERM"
	run -2 --separate-stderr explain chmod fchmod
	has "$stderr" "is written './chmod'"
}

@test "explain --cap: the container that a profile is for" {
	printf '{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["mount"], "action": "SCMP_ACT_ALLOW",
		"includes": {"caps": ["CAP_SYS_ADMIN"]}}]}' >p.json
	run -0 explain --cap CAP_SYS_ADMIN p.json mount
	run -1 explain --cap none p.json mount
	run -1 explain --cap CAP_KILL p.json mount
}

@test "explain: wrong words are reported in one line, with the nearest" {
	wrong() { # message, words...
		local message=$1

		shift
		run -2 --separate-stderr explain "$@"
		has "$stderr" "$message"
		is "$output" ""
	}
	profile
	wrong "unknown call 'clonee'; the nearest is clone" p.json clonee
	wrong "unknown constant 'CLONE_NEWUSR'; the nearest is CLONE_NEWUSER" p.json clone CLONE_NEWUSR
	wrong "'12x' is not a number" p.json clone 12x
	wrong "'99999999999999999999' is not a number" p.json clone 99999999999999999999
	wrong "unexpected argument '3': close has 1 argument" p.json close 2 3
	wrong "give a call after" p.json
	wrong "'chmood' is neither a call nor a family; the nearest is 'chmod'" chmood
	wrong "No such file or directory" missing.json clone
	wrong "unknown architecture 'abacus'" --arch abacus p.json clone
	wrong "'arch_prctl' is not a call of aarch64" --arch aarch64 p.json arch_prctl
	wrong "unknown capability 'CAP_NOPE'" --cap CAP_NOPE p.json clone
	wrong "give a call or a family"
	printf '{"defaultAction": "SCMP_ACT_NOPE"}' >bad.json
	wrong "unknown action 'SCMP_ACT_NOPE'" bad.json clone
}
