#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `sctrace run`: what a profile says is what the command experiences.
# Text in single quotes is for the command's shell; each test is a subshell.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154

load ../lib/common

setup_file() {
	load ../lib/common
	require seccomp
	require_tool perl
}

# A profile that allows all, with one more member or two.
profile() { # rules (JSON), other members...
	local rules=$1

	shift
	printf '{"defaultAction": "SCMP_ACT_ALLOW"%s,\n "syscalls": [%s]}\n' "${*:+, $*}" "$rules" >profile.json
}

run_under() { # command...
	"$SCTRACE" run -q -p profile.json -- "$@"
}

rule() { # name, action, more members
	printf '{"names": ["%s"], "action": "SCMP_ACT_%s"%s}' "$1" "$2" "${3:+, $3}"
}

# The answer to mkdir(2) of an existing folder: "17", or that of a rule.  If killed:
# the shell's status.
errno_of_mkdir() {
	run_under perl -e 'mkdir "/" or print $! + 0'
}

@test "run: run, check: a denial that a container's runtime would allow is reported" {
	"$SCTRACE" gen -q --deny mount-family -o p.json
	if [ "$("$SCTRACE" gen --deny mount-family 2>&1 >/dev/null | grep -c 'they are: .*open_tree_attr')" = 0 ]; then
		skip "this libseccomp knows every call"
	fi
	run -0 --separate-stderr "$SCTRACE" run -p p.json -- true
	has "$stderr" "has no name for open_tree_attr, and runtimes that use it let it through; 'gen --closed'"
	is "$(grep -c 'has no name for' <<<"$stderr")" 1
	run -0 --separate-stderr "$SCTRACE" check -p p.json -- true
	has "$stderr" "has no name for open_tree_attr"
	run -0 --separate-stderr "$SCTRACE" run -q -p p.json -- true
	is "$stderr" ""
	"$SCTRACE" gen -q --closed --deny mount-family -o closed.json
	run -0 --separate-stderr "$SCTRACE" run -p closed.json -- true
	hasnt "$stderr" "let it through"
}

@test "run: the command's status, output and death are its own" {
	profile ""
	run -7 run_under sh -c 'echo out; exit 7'
	is "$output" out
	run -143 run_under sh -c 'kill -TERM $$'
	is "$(echo in | run_under cat)" in
	is "$(run_under sh -c 'grep -c Seccomp:.2 /proc/self/status')" 1
	# it replaces sctrace, and no process remains between
	"$SCTRACE" run -q -p profile.json -- sh -c 'echo $$ >pid; exec sleep 60' 3>&- &
	wait_for test -s pid
	is "$(cat pid)" $!
	kill $!
}

@test "run: not found 127, not executable 126, sctrace fails 125" {
	profile ""
	run -127 --separate-stderr run_under no-such-command
	has "$stderr" "cannot execute 'no-such-command': not found in PATH"
	: >plain
	run -126 run_under ./plain
	run -125 --separate-stderr "$SCTRACE" run -- true
	has "$stderr" "give a profile with -p"
	run -125 --separate-stderr "$SCTRACE" run -p profile.json
	has "$stderr" "give a command to run"
	run -125 --separate-stderr "$SCTRACE" run --profil profile.json --quit -- touch ran
	has "$stderr" "the nearest is '--quiet'"
	run -1 test -e ran
}

@test "run: each action does what it says" {
	profile "$(rule mkdir ERRNO)"
	is "$(errno_of_mkdir)" 1
	profile "$(rule mkdir ALLOW)"
	is "$(errno_of_mkdir)" 17
	profile "$(rule mkdir LOG)"
	is "$(errno_of_mkdir)" 17
	profile "$(rule mkdir TRACE)"
	is "$(errno_of_mkdir)" 38
	profile "$(rule mkdir KILL_PROCESS)"
	run -159 errno_of_mkdir
	profile "$(rule mkdir KILL_THREAD)"
	run -159 errno_of_mkdir
	profile "$(rule mkdir KILL)"
	run -159 errno_of_mkdir
	profile "$(rule mkdir TRAP)"
	run -159 errno_of_mkdir
	run -0 run_under perl -e '$SIG{SYS} = sub { print "trapped" }; mkdir "/"'
	is "$output" trapped
	profile "$(rule mkdir NOTIFY)"
	run -125 --separate-stderr errno_of_mkdir
	has "$stderr" "the rule for 'mkdir' asks a supervisor (SCMP_ACT_NOTIFY)"
}

@test "run: KILL_THREAD ends one thread, KILL_PROCESS all" {
	perl -Mthreads -e 1 || miss "no threads in this perl"
	# 6 when the thread is gone and we are still there
	local program='threads->create(sub { mkdir "/" }); for (1 .. 1000) { my @t = glob "/proc/self/task/*"; exit 6 if @t == 1; select undef, undef, undef, 0.01 }'

	profile "$(rule mkdir KILL_THREAD)"
	run -6 run_under perl -Mthreads -e "$program"
	profile "$(rule mkdir KILL_PROCESS)"
	run -159 run_under perl -Mthreads -e "$program"
}

@test "run: an errno by number and by name, for a rule and for the default" {
	profile "$(rule mkdir ERRNO '"errnoRet": 13')"
	is "$(errno_of_mkdir)" 13
	profile "$(rule mkdir ERRNO '"errno": "ENOSYS"')"
	is "$(errno_of_mkdir)" 38
	profile "$(rule mkdir ERRNO '"errnoRet": 0')"
	is "$(errno_of_mkdir)" ""
	# calls to report the reason, and to exit; the others are for a sanitized sctrace
	profile '{"names": ["write", "exit_group", "mmap", "munmap", "madvise", "futex", "sigaltstack"], "action": "SCMP_ACT_ALLOW"}' '"defaultErrnoRet": 5'
	sed -i '1s/ALLOW/ERRNO/' profile.json
	run -126 --separate-stderr run_under true
	has "$stderr" "Input/output error"
	run -126 --separate-stderr "$SCTRACE" run -p profile.json -- true
	has "$stderr" "profile.json denies execve: the command cannot start"
	profile "$(rule mkdir ERRNO '"errnoRet": 70000')"
	run -125 errno_of_mkdir
	profile "$(rule mkdir KILL_PROCESS '"errnoRet": 5')"
	run -125 --separate-stderr errno_of_mkdir
	has "$stderr" "an errno is invalid with the action"
}

@test "run: name as well as names, but not both" {
	profile '{"name": "mkdir", "action": "SCMP_ACT_ERRNO"}'
	is "$(errno_of_mkdir)" 1
	profile '{"names": ["rmdir", "mkdir"], "action": "SCMP_ACT_ERRNO"}'
	is "$(errno_of_mkdir)" 1
	profile '{"name": "mkdir", "names": ["rmdir"], "action": "SCMP_ACT_ERRNO"}'
	run -125 errno_of_mkdir
}

@test "run: conditions on arguments, every operator" {
	local op value status

	# alarm(2) answers 0 at first
	while read -r op value status; do
		profile "$(rule alarm ERRNO "\"errnoRet\": 5, \"args\": [{\"index\": 0, \"value\": $value, \"op\": \"SCMP_CMP_$op\"}]")"
		run -"$status" run_under perl -e 'my $r = syscall 37, 20; exit($r < 0 ? $! + 0 : 0)'
	done <<-'END'
		EQ 20 5
		EQ 21 0
		NE 20 0
		NE 21 5
		LT 20 0
		LT 21 5
		LE 19 0
		LE 20 5
		GT 20 0
		GT 19 5
		GE 21 0
		GE 20 5
	END
	profile "$(rule alarm ERRNO '"errnoRet": 5, "args": [{"index": 0, "value": 4, "valueTwo": 4, "op": "SCMP_CMP_MASKED_EQ"}]')"
	run -5 run_under perl -e 'exit(syscall(37, 20) < 0 ? $! + 0 : 0)'
	run -0 run_under perl -e 'exit(syscall(37, 19) < 0 ? $! + 0 : 0)'
	profile "$(rule alarm ERRNO '"args": [{"index": 0, "value": 4, "op": "SCMP_CMP_ODD"}]')"
	run -125 --separate-stderr run_under true
	has "$stderr" "SCMP_CMP_ODD"
	profile "$(rule alarm ERRNO '"args": [{"index": 6, "value": 4, "op": "SCMP_CMP_EQ"}]')"
	run -125 run_under true
}

@test "run: architectures and flags" {
	profile "$(rule mkdir ERRNO)" '"architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]'
	is "$(errno_of_mkdir)" 1
	profile "$(rule mkdir ERRNO)" '"architectures": []'
	is "$(errno_of_mkdir)" 1
	profile "$(rule mkdir ERRNO)" '"architectures": ["SCMP_ARCH_ABACUS"]'
	run -0 --separate-stderr errno_of_mkdir
	is "$output" 1
	is "$stderr" "sctrace: warning: profile.json: unknown architecture 'SCMP_ARCH_ABACUS': skipped here, but runc and crun reject the profile"
	profile "$(rule mkdir ERRNO)" '"flags": ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_TSYNC"]'
	is "$(errno_of_mkdir)" 1
	profile "$(rule mkdir ERRNO)" '"flags": ["SECCOMP_FILTER_FLAG_SAIL"]'
	run -125 --separate-stderr errno_of_mkdir
	has "$stderr" "SECCOMP_FILTER_FLAG_SAIL"
}

@test "run: an unknown call is a warning, and the other rules apply" {
	profile '{"names": ["mkdri", "mkdir"], "action": "SCMP_ACT_ERRNO"}'
	run -0 --separate-stderr errno_of_mkdir
	is "$output" 1
	has "$stderr" "sctrace: warning: profile.json: unknown call 'mkdri': the rule has no effect here"
}

@test "run: one warning of a kind; -q leaves out harmless ones" {
	profile '{"names": ["<unknown>", "mkdir", "", "a_1", "a_2", "a_3", "a_4"], "action": "SCMP_ACT_ERRNO"}, {"names": ["mkdir"], "action": "SCMP_ACT_ERRNO"}'
	is "$(errno_of_mkdir 2>/dev/null)" 1
	run -0 --separate-stderr "$SCTRACE" run -p profile.json -- true
	is "$stderr" "sctrace: warning: profile.json: 4 unknown calls: a_1, a_2, a_3 and 1 more; the rules have no effect here
sctrace: warning: profile.json: invalid call name '<unknown>': it is skipped
sctrace: warning: profile.json: empty call name '': it is skipped here, but runc rejects the profile
sctrace: warning: profile.json: same rule twice for 'mkdir': the second one has no effect"
	run -0 --separate-stderr "$SCTRACE" run -q -p profile.json -- true
	is "$(grep -c warning <<<"$stderr")" 3
	# a missing denial is harmful; a missing permission is not
	sed -i 's/SCMP_ACT_ERRNO/SCMP_ACT_ALLOW/g; s/ "",//' profile.json
	run -0 --separate-stderr "$SCTRACE" run -q -p profile.json -- true
	is "$stderr" ""
}

@test "run: errors in a profile are reported with their place, and nothing runs" {
	run_file() {
		run -125 --separate-stderr "$SCTRACE" run -p "$1" -- touch ran
		has "$stderr" "$2"
		run -1 test -e ran
	}
	printf '{"defaultAction": "SCMP_ACT_ALLOW",\n "syscalls": [\n  {"names": ["mkdir"],\n   "action": "SCMP_ACT_FOO"}]}\n' >bad.json
	run_file bad.json "bad.json:4: syscalls[0].action: unknown action 'SCMP_ACT_FOO'"
	: >empty.json
	run_file empty.json "empty.json: the file is empty"
	mkdir folder
	run_file folder "folder: cannot read: Is a directory"
	run_file missing.json "cannot open 'missing.json': No such file or directory"
	printf '{"defaultAction": "SCMP_ACT_ALLOW",\n "syscalls": [' >cut.json
	run_file cut.json "cut.json:2"
	echo '[]' >list.json
	run_file list.json "list.json: not a profile of a known kind"
	echo '{}' >nothing.json
	run_file nothing.json "nothing.json:1"
	echo '{"defaultAction": 7}' >number.json
	run_file number.json "defaultAction"
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": 7}' >seven.json
	run_file seven.json "syscalls"
	head -c 100000 /dev/zero | tr '\0' '[' >deep.json
	run_file deep.json "deep.json"
	head -c 65536 /dev/urandom >noise.json
	run_file noise.json "noise.json"
}

@test "run: a bundle's config.json, and a profile from standard input" {
	profile "$(rule mkdir ERRNO)"
	printf '{"ociVersion": "1.0.2", "linux": {"seccomp": %s}}' "$(cat profile.json)" >config.json
	is "$("$SCTRACE" run -q -p config.json -- perl -e 'mkdir "/" or print $! + 0')" 1
	is "$("$SCTRACE" run -q -p - -- perl -e 'mkdir "/" or print $! + 0' <profile.json)" 1
}

@test "run: an ordinary user can run under a profile, too" {
	require_root
	require_tool setpriv
	profile "$(rule mkdir ERRNO)"
	# both files are opened by root: the folder may be closed to others
	run -0 --separate-stderr as_nobody \
		"$(command -v perl)" -e 'exec "/proc/self/fd/6", "run", "-p", "-", "--", "perl", "-e", "mkdir q(/) or print \$! + 0"' \
		6<"$SCTRACE" <profile.json
	is "$output" 1
}

# libseccomp writes the program to a file first, and does not notice a short write.
@test "run: a limit on the size of files does not truncate filters or files" {
	local i calls

	# more than 512 bytes of filter
	calls=$(for i in {1..300}; do printf '{"names": ["mkdir"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 1, "value": %d, "op": "SCMP_CMP_EQ"}]},' "$i"; done)
	echo "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [${calls%,}]}" >p.json
	run -0 bash -c 'ulimit -f 1; exec "$SCTRACE" run -q -p p.json -- perl -e "mkdir \"d\", 300; print \$! + 0; mkdir \"d\", 301"'
	is "$output" 1
	test -d d
	"$SCTRACE" record -q -o r.json -- perl -e 1
	for i in "report -F json -o out r.json" "gen -o out r.json" "merge -o out r.json" "record -o out -- true"; do
		# shellcheck disable=SC2086 # words
		TMPDIR=/nowhere run ! --separate-stderr bash -c 'ulimit -f 1; exec "$SCTRACE" "$@"' - $i
		has "$stderr" "cannot write 'out': File too large"
		run -1 compgen -G 'out*'
	done
}
