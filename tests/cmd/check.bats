#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `sctrace check`: denied calls are reported, and answered as the kernel does.
# Text in single quotes is for the command's shell; each test is a subshell.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
load ../lib/common
load ../lib/workloads
load ../lib/bundle

setup_file() {
	load ../lib/common
	require ptrace
	require seccomp
	require ret-trace
	require_tool perl jq
}

teardown() {
	[ -z "${job-}" ] || kill -KILL "$job" 2>/dev/null || true
}

# A profile that allows everything except by these rules, one on each line.
profile() { # rules (JSON)...
	local IFS=,

	printf '{"defaultAction": "SCMP_ACT_ALLOW",\n"syscalls": [%s]}\n' "$*" >profile.json
}

rule() { # name, action, more members
	printf '{"names": ["%s"], "action": "SCMP_ACT_%s"%s}' "$1" "$2" "${3:+, $3}"
}

check() { # options and command
	"$SCTRACE" check -p profile.json "$@"
}

natively() { # command
	"$SCTRACE" run -q -p profile.json -- "$@"
}

quietly() { # command
	check -q "${OPTIONS[@]}" -- "$@"
}

# The end of a command: its wait status, with or without a core file.
fate='my $s = system @ARGV; print "wait $s\n"'
fate_under() { # natively or quietly, what is run
	"$1" perl -e "$fate" -- "${@:2}" 2>/dev/null || true
}

same_fate() { # what is run
	is "$*: $(fate_under quietly "$@")" "$*: $(fate_under natively "$@")"
}

@test "check: an impossible number fails as in the profile, and is a breach only if it kills" {
	require_machine x86_64
	"$SCTRACE" record -q -o r.json -- "$FIXTURES/abis" number 1 -1 5000
	"$SCTRACE" gen -q -o profile.json r.json
	run -0 --separate-stderr check -- "$FIXTURES/abis" number 1 -1 5000
	is "$output" "$(natively "$FIXTURES/abis" number 1 -1 5000)"
	has "$stderr" "call_4294967295 by $FIXTURES/abis: EPERM"
	has "$stderr" "inside profile.json"
	run -0 check r.json
	is "$(check --json r.json | jq -c '[.no_call[].name]')" '["call_4294967295","call_5000"]'
	is "$(check -q --audit -- "$FIXTURES/abis" number 1 -1)" "-1: -38"
	same_fate "$FIXTURES/abis" number 1 0x40000fff
	run -1 check -- "$FIXTURES/abis" number 1 0x40000fff
	has "$output" "call_1073745919 by $FIXTURES/abis: kill-thread"
}

@test "check: 0 inside, 1 outside, 2 if sctrace fails, 3 if only the command failed" {
	profile "$(rule mkdir ERRNO '"errnoRet": 13')"
	run -0 --separate-stderr check echo out
	is "$output" out
	is "$stderr" "inside profile.json"
	run -0 --separate-stderr check -q echo out
	is "$stderr" ""
	run -1 --separate-stderr check -- perl -e 'mkdir "/" or print $! + 0'
	is "$output" 13
	has "$stderr" "mkdir by $(readlink -f "$(command -v perl)"): EACCES"
	has "$stderr" 'mkdir("/", 0777)'
	has "$stderr" "profile.json:2: syscalls[0]"
	has "$stderr" "outside profile.json: 1 call was denied"
	run -1 --separate-stderr check -q -- sh -c 'mkdir x; exit 7'
	has "$stderr" "the command ended with status 7"
	run -3 --separate-stderr check -- sh -c 'exit 7'
	is "$stderr" "inside profile.json, but the command ended with status 7"
	run -3 --separate-stderr check -- sh -c 'kill -TERM $$'
	has "$stderr" "but the command was killed by signal 15"
	run -2 --separate-stderr check -- no-such-command
	has "$stderr" "cannot execute 'no-such-command'"
	run -2 --separate-stderr check
	has "$stderr" "give a command or recordings to check"
	run -2 --separate-stderr "$SCTRACE" check true
	has "$stderr" "give a profile with -p"
	run -2 --separate-stderr "$SCTRACE" check rec.json -p profile.json
	has "$stderr" "give a profile with -p, before the command: 'sctrace check -p FILE rec.json'"
	run -2 --separate-stderr "$SCTRACE" check -p no-such-file true
	run -2 --separate-stderr check -F githup true
	has "$stderr" "the nearest is github"
	run -2 --separate-stderr check --audit=1 true
	profile "$(rule mkdir NOTIFY)"
	run -2 --separate-stderr check true
	has "$stderr" "the rule for 'mkdir' asks a supervisor (SCMP_ACT_NOTIFY)"
	profile "$(rule execve ERRNO)"
	run -0 --separate-stderr check true
	has "$stderr" "profile.json denies execve: the command cannot start"
}

# The actions, and the ways to meet them with probe-calls: readahead (187), which no
# program here makes, and which answers EBADF; sysinfo (99), which is not in the profile.
actions() {
	cat <<-END
		ERRNO "errnoRet": 77
		ERRNO "errnoRet": 38
		ERRNO "errnoRet": 0
		ERRNO "errnoRet": 4094
		ERRNO
		KILL_PROCESS
		KILL_THREAD
		KILL
		TRAP
		TRACE
		LOG
		ALLOW
	END
}

probes() {
	cat <<-END
		187 99 0 0
		-s 187 99 0 0
		-S 187 99 0 0
		-t 187 99 0 0
		-S -t 187 99 0 0
		99 0
	END
}

@test "check: each action has the same effect as without a tracer" {
	local action members args

	require_machine x86_64
	ulimit -c 0
	while read -r action members; do
		profile "$(rule readahead "$action" "$members")"
		while read -r args; do
			OPTIONS=()
			# shellcheck disable=SC2086
			same_fate "$FIXTURES/probe-calls" $args || { cat profile.json; return 1; }
			OPTIONS=(--explain-errors)
			# shellcheck disable=SC2086
			same_fate "$FIXTURES/probe-calls" $args || { cat profile.json; return 1; }
		done < <(probes)
	done < <(actions)
	OPTIONS=()
	# and not only equal
	profile "$(rule readahead TRAP)"
	is "$(fate_under quietly "$FIXTURES/probe-calls" -S 187 99)" "sigsys 187 errno 0 signal 31 code 1 arch c000003e here 1 ax 187
wait 0"
	profile "$(rule readahead KILL_PROCESS)"
	is "$(fate_under quietly "$FIXTURES/probe-calls" -s 187 99)" "wait 31"
	profile "$(rule readahead KILL_THREAD)"
	is "$(fate_under quietly "$FIXTURES/probe-calls" -t 187 99)" gone$'\n'"wait 0"
}

@test "check: a core is dumped where it would be" {
	profile "$(rule readahead KILL_PROCESS)"
	ulimit -c unlimited 2>/dev/null || miss "no cores here"
	[ "$(cat /proc/sys/kernel/core_pattern)" = core ] || skip "cores go elsewhere"
	# a sanitized program disables them
	[ "$(fate_under natively "$FIXTURES/probe-calls" 187 99)" = "wait 159" ] || miss "no cores of what we start"
	is "$(fate_under quietly "$FIXTURES/probe-calls" 187 99)" "wait 159"
}

@test "check: calls through the vsyscall page, too" {
	require_vsyscall
	local action members

	require_machine x86_64
	ulimit -c 0
	while read -r action members; do
		profile "$(rule time "$action" "$members")"
		OPTIONS=()
		same_fate "$FIXTURES/abis" vsyscall 2 || { cat profile.json; return 1; }
		OPTIONS=(--explain-errors)
		same_fate "$FIXTURES/abis" vsyscall 2 || { cat profile.json; return 1; }
	done < <(actions)
}

@test "check: calls through the vsyscall page are used, without a blind spot" {
	require_vsyscall
	require_machine x86_64
	echo '{"defaultAction": "SCMP_ACT_LOG", "syscalls": [{"names": ["time", "getcpu", "mkdir"], "action": "SCMP_ACT_ALLOW"}]}' >profile.json
	run -0 --separate-stderr check --stale --json -o found.json -- "$FIXTURES/abis" vsyscall 1
	is "$stderr" ""
	is "$(jq -c '[.stale[].name]' found.json)" '["mkdir"]'
	run -0 --separate-stderr check --explain-errors -- "$FIXTURES/abis" vsyscall 1
	is "$stderr" "inside profile.json"
}

@test "check: blind spots are reported, for commands and for recordings, also in JSON" {
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mkdir"], "action": "SCMP_ACT_ERRNO"}]}' >profile.json
	"$SCTRACE" record -q -o r.json -- true
	jq '.blind_spots = [{ kind: "io_uring", detail: "a ring was used", remedy: "look again", calls: ["mkdir"], seen: [] }]' r.json >blind.json
	run -0 --separate-stderr check -F json -o found.json blind.json
	has "$stderr" "1 blind spot, as reported when it was recorded: io_uring"
	has "$stderr" "    io_uring hides: mkdir"
	has "$stderr" "    denied of these: mkdir"
	run -0 --separate-stderr check -v -F json -o found.json blind.json
	has "$stderr" "blind spot: a ring was used; look again"
	is "$(jq -c '[.inside, (.blind_spots[] | .kind, .calls[0])]' found.json)" '[true,"io_uring","mkdir"]'
	run -0 --separate-stderr check -F json -o found.json r.json
	is "$stderr" ""
	is "$(jq -c .blind_spots found.json)" '[]'
	run -0 --separate-stderr check -F json -o found.json -- "$SCTRACE" run -p profile.json -- true
	is "$(jq '.blind_spots | length' found.json)" "$(grep -c 'blind spot: ' <<<"$stderr")"
	[ "$(jq '.blind_spots | length' found.json)" -gt 0 ]
}

@test "check: a blocked or ignored SIGSYS kills nevertheless" {
	profile "$(rule mkdir TRAP)"
	for signal in '$SIG{SYS} = "IGNORE"' 'use POSIX; sigprocmask(SIG_BLOCK, POSIX::SigSet->new(31))'; do
		same_fate perl -e "$signal; mkdir '/'; print 'alive'"
		is "$(fate_under quietly perl -e "$signal; mkdir '/'; print 'alive'")" "wait 31"
	done
	# a handler that returns continues after the call
	run -1 check -q -- perl -e '$SIG{SYS} = sub { print "trapped " }; mkdir "/"; print "on"'
	has "$output" "trapped on"
}

@test "check: rules about arguments, by the judge and by the kernel" {
	local value

	require_machine x86_64
	profile "$(rule readahead ERRNO '"errnoRet": 5, "args": [{"index": 1, "value": 3, "op": "SCMP_CMP_GT"}, {"index": 2, "value": 255, "valueTwo": 16, "op": "SCMP_CMP_MASKED_EQ"}]')" \
		"$(rule readahead KILL_PROCESS '"args": [{"index": 1, "value": 4294967296, "op": "SCMP_CMP_EQ"}]')"
	for value in "3 16" "4 16" "4 17" "4 272" "4294967296 16" "4294967296 0" "4294967300 16" "-1 16"; do
		# shellcheck disable=SC2086
		same_fate "$FIXTURES/probe-calls" 187 99 $value || return
	done
	run -0 check -q "$FIXTURES/probe-calls" 187 99 3 16
	run -1 --separate-stderr check "$FIXTURES/probe-calls" 187 99 5 16
	has "$stderr" "readahead(fd=99, offset=5, count=16)"
}

@test "check: as runc enforces it" {
	local action members expected args

	require_runtime runc
	require_machine x86_64
	bundle_make runc true
	jq '.process.rlimits = [{"type": "RLIMIT_CORE", "hard": 0, "soft": 0}]' bundle/plain.json >plain.json
	mv plain.json bundle/plain.json
	ulimit -c 0
	while read -r action members; do
		profile "$(rule readahead "$action" "$members")" \
			"$(rule sysinfo ERRNO '"errnoRet": 71, "args": [{"index": 1, "value": 6, "op": "SCMP_CMP_EQ"}]')"
		expected=$(bundle_run runc profile.json sh -c 'while read -r args; do perl -e "$0" -- /fixtures/probe-calls $args; done <<-END
			'"$(probes)"'
			99 0 5
			99 0 6
			END' "$fate" 2>/dev/null)
		has "$expected" "errno 71"
		# shellcheck disable=SC2086
		is "$action: $(while read -r args; do fate_under quietly "$FIXTURES/probe-calls" $args; done < <(probes; echo 99 0 5; echo 99 0 6))" \
			"$action: $expected" || return
	done < <(actions | grep -v TRACE)
}

@test "check: children and threads are under the profile" {
	profile "$(rule mkdir ERRNO '"errnoRet": 77')"
	run -1 --separate-stderr check -- sh -c 'for i in 1 2 3; do (mkdir /tmp/none/$i & wait); done'
	has "$stderr" "mkdir by $(readlink -f "$(command -v mkdir)"): EBADFD, 3 times"
	run -1 --separate-stderr check -- "$FIXTURES/probe-calls" -t 83 0
	has "$output" "errno 77"
}

@test "check: 32-bit calls are under the profile" {
	require compat
	profile "$(rule mkdir ERRNO '"errnoRet": 77')"
	sed -i 's/"SCMP_ACT_ALLOW"/&, "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"]/' profile.json
	# 39 is mkdir's number there
	run -1 --separate-stderr check -- "$FIXTURES/abis" int80 2 39
	has "$output" "39: -77"
	has "$stderr" "mkdir (x86) by"
	has "$stderr" "2 times"
	# an ABI that is not covered kills
	profile "$(rule mkdir ERRNO)"
	run -1 --separate-stderr check -- "$FIXTURES/abis" int80 1 20
	has "$stderr" "getpid (x86) by"
	has "$stderr" "kill-thread"
}

@test "check: real programs work under it as ever, and stay within what was recorded" {
	local work

	for work in bash gcc perl python3 tar; do
		require_work "$work"
		work_record "$work" 2
		"$SCTRACE" gen -q -o profile.json rec1.json rec2.json
		# a failure by chance gets a second attempt
		work_under "$work" "$SCTRACE" check -q -p "$PWD/profile.json" --update "$PWD/rec1.json" -- || {
			"$SCTRACE" gen -q -o profile.json rec1.json rec2.json
			work_under "$work" "$SCTRACE" check -q -p "$PWD/profile.json" --
		}
	done
}

@test "check: --audit lets everything through, and reports all of it" {
	profile "$(rule mkdir KILL_PROCESS)" "$(rule rmdir ERRNO)"
	run -1 --separate-stderr check --audit -- sh -c 'mkdir d; mkdir e; rmdir d e && echo over'
	is "$output" over
	has "$stderr" "would be denied:"
	has "$stderr" "mkdir by"
	has "$stderr" "kill-process, 2 times"
	has "$stderr" "rmdir by"
	[ ! -e d ]
}

@test "check: ENOSYS by a rule, for a call that libc replaces, is intended" {
	profile "$(rule clone3 ERRNO '"errnoRet": 38')" "$(rule mkdir ERRNO '"errnoRet": 38')"
	run -0 --separate-stderr check -- "$FIXTURES/probe-calls" -t 99 0
	has "$stderr" "answered ENOSYS, as intended:"
	has "$stderr" "clone3 by"
	run -1 check -- perl -e 'mkdir "/"'
}

@test "check: -F json, sarif, github and junit" {
	profile "$(rule mkdir ERRNO '"errnoRet": 13')"
	mv profile.json 'a,b;c:100%.json'
	run -1 --separate-stderr "$SCTRACE" check -p 'a,b;c:100%.json' --json -o found.json -- perl -e 'mkdir "/"; mkdir "/"; print "out"'
	is "$output" out
	is "$(jq -c '[.inside, .audit, .end.status, .command[0], (.refused[0] | .name, .abi, .action, .errno, .count, .line, .path), (.refused | length)]' found.json)" \
		'[false,false,0,"perl","mkdir","x86_64","errno","EACCES",2,2,"syscalls[0]",1]'
	run -1 "$SCTRACE" check -p 'a,b;c:100%.json' -F sarif -o found.sarif -- perl -e 'mkdir "/"'
	is "$(jq -c '[.version, (.runs[0].results[0] | .ruleId, .level, .locations[0].physicalLocation.region.startLine, .properties.call)]' found.sarif)" \
		'["2.1.0","outside-profile","error",2,"mkdir"]'
	is "$(jq '.runs[0] | .tool.driver.rules[.results[0].ruleIndex].id' found.sarif)" '"outside-profile"'
	run -1 --separate-stderr "$SCTRACE" check -p 'a,b;c:100%.json' -F github -- perl -e 'mkdir "/"'
	has "${lines[0]}" "::error file=a%2Cb;c%3A100%25.json,line=2,title=mkdir (outside-profile)::mkdir by "
	has "${lines[0]}" "a,b;c:100%25.json:2: syscalls[0]"
	has "${lines[1]}" "::error title=sctrace check::outside a,b;c:100%25.json: 1 call was denied"
	run -1 "$SCTRACE" check -p 'a,b;c:100%.json' -F junit -o found.xml -- perl -e 'mkdir "/"; exit 4'
	perl -ne 'print "$1\n" while /<(failure|testcase|testsuite) /g' found.xml | sort | uniq -c | tr -s ' ' >counts
	is "$(cat counts)" " 2 failure
 2 testcase
 1 testsuite"
	grep -q 'tests="2" failures="2"' found.xml
	if /usr/bin/python3 -c 1; then /usr/bin/python3 -c 'import xml.dom.minidom; xml.dom.minidom.parse("found.xml")'; fi
	run -3 "$SCTRACE" check -p 'a,b;c:100%.json' -F junit -o found.xml -- false
	grep -q 'tests="1" failures="1"' found.xml
}

@test "check: a program's name cannot send escapes, XML or commands" {
	local name=$'x\e[31m<b>&"::error::'

	profile "$(rule mkdir ERRNO)"
	cp "$FIXTURES/probe-calls" "$name"
	run -1 --separate-stderr check sh -c '"$0" 83 0; "$0" 83 0' "./$name"
	has "$stderr" 'x\x1b[31m<b>&"::error::: EPERM, 2 times'
	run -1 --separate-stderr check -F junit "./$name" 83 0
	has "$output" 'x\x1b[31m&lt;b&gt;&amp;&quot;'
	run -1 --separate-stderr check -F github "./$name" 83 0
	is "$(grep -c ^::error <<<"$output")" 2
	mv "$name" $'x\n::error::y'
	run -1 --separate-stderr check -F github $'./x\n::error::y' 83 0
	is "$(grep -c ^::error <<<"$output")" 2
}

@test "check: recordings are judged, and nothing is run" {
	"$SCTRACE" record -q -o one.json -- perl -e 'mkdir "/"'
	"$SCTRACE" record -q -o two.json -- perl -e 'rmdir "/"; socket(S, 16, 3, 0)'
	profile "$(rule mkdir ERRNO)"
	run -1 --separate-stderr check one.json two.json
	has "$output" "mkdir by $(readlink -f "$(command -v perl)"): EPERM"
	"$SCTRACE" doctor -q unwinding && has "$output" "through Perl_pp_mkdir+0x"
	has "$output" "outside profile.json: 1 call was denied"
	run -0 check two.json
	profile "$(rule socket ERRNO '"args": [{"index": 0, "value": 40, "op": "SCMP_CMP_EQ"}]')"
	run -0 check two.json
	is "$output" "inside profile.json"
	sed 's/"value": 40/"value": 16/' profile.json >sixteen.json
	run -1 "$SCTRACE" check -p sixteen.json two.json
	has "$output" "socket(domain=AF_NETLINK)"
	"$SCTRACE" record -q --args none -o two.json -- perl -e 'socket(S, 16, 3, 0)'
	run -0 check two.json
	has "$output" "socket by"
	has "$output" "with some arguments EPERM"
	has "$output" "inside profile.json; for 1 the arguments were not recorded"
	# a word after -- is a command, and so is a file that is not a recording
	chmod +x one.json
	run -2 check -- ./no-such.json
	run -2 check one.json no-such.json
	run -2 --separate-stderr check --audit one.json
	has "$stderr" "--audit is for a command"
	"$SCTRACE" gen -q -o profile.json one.json two.json
	run -0 check one.json two.json
}

@test "check: in a recording, rules about several arguments and negative ones are judged" {
	require_machine x86_64
	"$SCTRACE" record -q -o one.json -- perl -e 'socket(S, 1, 1, 0); socket(S, 2, 2, 0); syscall(157, -5); syscall(135, 0xffffffff)'
	"$SCTRACE" gen -q --args -o profile.json one.json
	run -0 check one.json
	is "$output" "inside profile.json"
	# a value that is denied with any other arguments
	"$SCTRACE" record -q -o two.json -- perl -e 'socket(S, 1, 1, 0); socket(S, 16, 3, 0); syscall(157, -6)'
	run -1 check two.json
	has "$output" "socket by $(readlink -f "$(command -v perl)"): EPERM"$'\n'
	has "$output" "socket(domain=AF_NETLINK)"
	hasnt "$output" "socket(domain=AF_UNIX)"
	has "$output" "prctl(option=-6)"
	hasnt "$output" "not known"
	# the recording does not have the combination
	profile "$(rule socket ERRNO '"args": [{"index": 0, "value": 16, "op": "SCMP_CMP_EQ"}, {"index": 1, "value": 1, "op": "SCMP_CMP_EQ"}]')"
	run -0 check two.json
	has "$output" "inside profile.json; for 1 the arguments were not recorded"
}

@test "check: in a recording, rules about bits that were not kept are open" {
	require_machine x86_64
	# only the write and exec bits of memory are kept, and the type without its flags
	"$SCTRACE" record -q -o one.json -- perl -e 'syscall(9, 0, 4096, 7, 0x22, -1, 0); socket(S, 1, 0x80001, 0)'
	profile "$(rule mmap ERRNO '"args": [{"index": 2, "value": 7, "op": "SCMP_CMP_EQ"}]')" \
		"$(rule socket ERRNO '"args": [{"index": 1, "value": 524289, "op": "SCMP_CMP_EQ"}]')"
	run -0 check one.json
	has "$output" "inside profile.json; for 2 the arguments were not recorded"
	profile "$(rule mmap ERRNO '"args": [{"index": 2, "value": 6, "valueTwo": 6, "op": "SCMP_CMP_MASKED_EQ"}]')"
	run -1 check one.json
	has "$output" "mmap(prot="
	"$SCTRACE" record -q --args full -o one.json -- perl -e 'socket(S, 1, 0x80001, 0)'
	profile "$(rule socket ERRNO '"args": [{"index": 1, "value": 524289, "op": "SCMP_CMP_EQ"}]')"
	run -1 check one.json
	has "$output" "socket(type=SOCK_STREAM|SOCK_CLOEXEC)"
}

@test "check: recordings come by standard input and by pipes, too" {
	"$SCTRACE" record -q -o one.json -- perl -e 'mkdir "/"'
	profile "$(rule mkdir ERRNO)"
	run -1 --separate-stderr check - <one.json
	has "$output" "mkdir by"
	run -1 --separate-stderr check <(cat one.json)
	has "$output" "mkdir by"
	run -2 --separate-stderr "$SCTRACE" check -p - - <one.json
	run -2 --separate-stderr check -- - <one.json
	has "$stderr" "cannot execute '-'"
}

@test "check: a profile from standard input has its lines, too" {
	profile "$(rule mkdir ERRNO)"
	run -1 --separate-stderr "$SCTRACE" check -F text -o found -p profile.json -- perl -e 'mkdir "/"'
	run -1 --separate-stderr "$SCTRACE" check -F text -o piped -p - -- perl -e 'mkdir "/"' <profile.json
	grep -qE '^ +profile\.json:[0-9]+: syscalls\[[0-9]+\]$' found
	sed 's/profile\.json/standard input/' found | cmp - piped
}

@test "check: --stale for a big profile is summed up by family, risk first, and -v lists it" {
	"$SCTRACE" list calls | awk '{ print $1 }' | jq -R . | jq -s '{ defaultAction: "SCMP_ACT_ERRNO", architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
		syscalls: [{ names: ., action: "SCMP_ACT_ALLOW" }] }' >profile.json
	"$SCTRACE" record -q -o r.json -- perl -e 'mkdir "d"; rmdir "d"'
	run -0 --separate-stderr check --stale r.json
	[ "${#lines[@]}" -lt 60 ]
	is "${lines[0]}" "allowed, and never used:"
	is "${lines[1]}" "  every call (x86)"
	grep -qE '^  module-family: 6 calls, 4 of high risk: create_module delete_module finit_module init_module query_module get_kernel_syms$' <<<"$output"
	grep -qE '^  mount-family: [0-9]+ calls, [0-9]+ of high risk:( [a-z_]+){6} and [0-9]+ more$' <<<"$output"
	# calls of high risk come first, and no call is in two families
	hasnt "$(sed -n '/^  [a-z0-9-]*-family: [^,]*$/,$p' <<<"$output")" "of high risk"
	local all
	all=$(check --stale --json r.json | jq '.stale | length')
	is "$(grep -oE ': [0-9]+ call' <<<"$output" | awk '{ n += $2 } END { print n }')" $((all - 1))
	has "$output" "  ($all in all; -v lists each, with its place in the profile)"
	run -0 --separate-stderr check -v --stale r.json
	is "$(grep -c '^  [a-z0-9_]*$' <<<"$output")" $((all - 1))
}

@test "check: --stale lists what is allowed and never used" {
	"$SCTRACE" record -q -o one.json -- perl -e 1
	"$SCTRACE" gen -q --allow mkdir --arch x86_64 --arch x86 -o profile.json one.json
	run -0 check --stale --json one.json
	is "$(jq -c '[.stale[] | "\(.abi):\(.name)"]' <<<"$output")" '["x86:every call","x86_64:mkdir"]'
	run -0 --separate-stderr check --stale perl -e 1
	has "$stderr" "allowed, and never used:"
	has "$stderr" "  mkdir"$'\n'
	run -0 --separate-stderr check --stale perl -e 'mkdir "/"'
	hasnt "$stderr" "  mkdir"$'\n'
	# a runtime's calls are used before the workload starts; an init's calls are not
	"$SCTRACE" gen -q --runtime docker --runtime init --allow setpriority -o profile.json one.json
	run -0 check --stale --json one.json
	is "$(jq -r '[.stale[].name | select(IN("setpriority", "setuid", "fstatfs", "kill", "wait4"))] | sort | join(" ")' <<<"$output")" \
		"kill setpriority wait4"
}

@test "check: --update adds what was denied, and gen then allows it" {
	"$SCTRACE" record -q -o r.json -- perl -e 'print 1'
	"$SCTRACE" gen -q -o profile.json r.json
	run -1 check -q --audit --update r.json -- perl -e 'mkdir "/"'
	is "$(count_of mkdir r.json)" 1
	is "$(jq '.runs | length' r.json)" 2
	"$SCTRACE" gen -q -o profile.json r.json
	run -0 check -q -- perl -e 'mkdir "/"'
	echo text >plain
	run -2 --separate-stderr check --update plain true
	has "$stderr" "'plain' exists and is not a recording"
	is "$(cat plain)" text
	head -c 300 r.json >broken
	run -2 --separate-stderr check --update broken touch ran
	has "$stderr" "broken"
	run -2 check --update - touch ran
	run -2 check --update /dev/null touch ran
	[ ! -e ran ]
	: >empty
	run -0 check -q --update empty true
	is "$(jq '.runs | length' empty)" 1
}

@test "check: --update adds the arguments, too, and gen --args then allows those and no more" {
	local options

	for options in "" --explain-errors; do
		"$SCTRACE" record -q -o r.json -- perl -e 'socket(S, 1, 1, 0)'
		"$SCTRACE" gen -q --args -o profile.json r.json
		# shellcheck disable=SC2086
		run -1 check -q --audit --update r.json $options -- perl -e 'socket(S, 2, 1, 0)'
		run -0 --separate-stderr "$SCTRACE" gen --args -o profile.json r.json
		has "$stderr" "socket: domain AF_UNIX AF_INET, type SOCK_STREAM"
		run -0 check -q -- perl -e 'socket(S, 1, 1, 0); socket(S, 2, 1, 0)'
		run -1 check -q -- perl -e 'socket(S, 16, 3, 0)'
	done
}

@test "check: a denial by seccomp and one by the kernel are distinguished, and seccomp is asked first" {
	require_root
	require_tool setpriv
	local mount='my @a = ("none", "/", "nofs"); syscall(165, @a, 0, 0) < 0 and print $! + 0'

	require_machine x86_64
	profile
	# the kernel's own, without the capability: EPERM
	run -0 --separate-stderr check --explain-errors -- setpriv --bounding-set -sys_admin perl -e "$mount"
	is "$output" 1
	has "$stderr" "allowed, and denied by the kernel itself:"
	has "$stderr" "mount by $(readlink -f "$(command -v perl)"): EPERM from the kernel, not from the profile"
	has "$stderr" "usually missing: CAP_SYS_ADMIN"
	# with it: ENODEV, which is not a denial
	run -0 --separate-stderr check --explain-errors -- perl -e "$mount"
	is "$output" 19
	hasnt "$stderr" "mount by"
	# the profile's, with the capability and without: it comes first
	profile "$(rule mount ERRNO '"errnoRet": 13')"
	for words in "" "setpriv --bounding-set -sys_admin"; do
		# shellcheck disable=SC2086
		run -1 --separate-stderr check --explain-errors -- $words perl -e "$mount"
		is "$output" 13
		has "$stderr" "mount by $(readlink -f "$(command -v perl)"): EACCES"$'\n'
		hasnt "$stderr" "mount by $(readlink -f "$(command -v perl)"): EACCES from the kernel"
	done
}

@test "check: the capability that is usually missing is also named for calls that are denied for some uses" {
	require_root
	require_tool setpriv
	profile
	run -0 --separate-stderr check --json -o found.json --explain-errors -- setpriv --reuid 65534 --clear-groups perl -e '
		chown 0, 0, "/"; kill 0, 1; chmod 0755, "/"; $> = 0; mkdir "/none"; open F, "<", "/etc/shadow"; exit 0'
	is "$(jq -r '.kernel[] | "\(.name) \(.errno) \(.capability)"' found.json | sort -u)" "\
chmod EPERM CAP_FOWNER
chown EPERM CAP_CHOWN
kill EPERM CAP_KILL
mkdir EACCES CAP_DAC_OVERRIDE
openat EACCES CAP_DAC_OVERRIDE
setresuid EPERM CAP_SETUID"
	# and the folder that it is relative to
	is "$(jq -r '.kernel[] | select(.name == "openat") | .arguments[0]' found.json)" 'openat(AT_FDCWD, "/etc/shadow", O_RDONLY|O_CLOEXEC, 0)'
	run -0 --separate-stderr check --explain-errors -- setpriv --reuid 65534 --clear-groups perl -e '$> = 0'
	has "$stderr" "usually missing: CAP_SETUID"
}

@test "check: the workload's own filters, and their missing tracers" {
	require_machine x86_64
	profile "$(rule mkdir ERRNO)"
	run -0 --separate-stderr check -q "$FIXTURES/guards" trace 7 2
	is "$output" $'-38\n-38'
	run -0 --separate-stderr check "$FIXTURES/guards" errno 2
	is "$output" $'-33\n-33'
	has "$stderr" "the workload installed seccomp filters"
	# what the profile denies is denied first
	profile "$(rule getppid ERRNO '"errnoRet": 77')"
	run -1 --separate-stderr check -q "$FIXTURES/guards" trace 7 2
	is "$output" $'-77\n-77'
}

@test "check: a child that would be untraced is under the profile, too" {
	require_machine x86_64
	profile "$(rule getppid ERRNO '"errnoRet": 77')"
	# fork with CLONE_UNTRACED; denied there is ENOSYS without a tracer
	run -1 --separate-stderr check -- perl -e '$| = 1; my $pid = syscall 56, 0x800000 | 17, 0, 0, 0, 0; if (!$pid) { print syscall(110) < 0 ? $! + 0 : "made"; exit } wait'
	is "$output" 77
	has "$stderr" "getppid by"
}

@test "check: a denied call is reported when it is made, with its text, once for each program" {
	profile "$(rule mkdir ERRNO)" "$(rule rmdir ERRNO)"
	mkfifo gate
	"$SCTRACE" check -p profile.json -- perl -e 'mkdir "/tmp/x", 0755 for 1 .. 3; open F, "<", "gate"; <F>; rmdir "y"' 2>err 3>&- &
	job=$!
	wait_for grep -q denied err
	is "$(cat err)" "sctrace: denied (EPERM): mkdir(\"/tmp/x\", 0755) by $(readlink -f "$(command -v perl)")"
	echo >gate
	ends_with 1 "$job"
	is "$(grep -c '^sctrace: denied' err)" 2
	grep -q '^sctrace: denied (EPERM): rmdir("y") by ' err
	# the summary has all, and the remedy
	grep -qx '    mkdir("/tmp/x", 0755)' err
	grep -q "^sctrace: next: 'sctrace explain profile.json mkdir' shows why; .* add it to a recording ('check --audit --update RECORDING')" err
	run -1 --separate-stderr check --audit --update r.json -- mkdir d
	has "$stderr" 'would be denied (EPERM): mkdir("d", 0777) by '
	has "$stderr" "make the profile again from what it was added to ('sctrace gen')"
	run -1 --separate-stderr check r.json
	has "$stderr" "make the profile again from the recording ('sctrace gen')"
	# with -q, it is only in the summary
	run -1 --separate-stderr check -q -- mkdir e
	hasnt "$stderr" "sctrace:"
	has "$stderr" '    mkdir("e", 0777)'
}

@test "check: text of the workload is bounded and escaped, in every format" {
	local name=$'a"b\\c\e[1m\n\u202e\u200b\u00fc'
	profile "$(rule mkdir ERRNO)" "$(rule rename ERRNO)" "$(rule rmdir ERRNO)"
	run -1 --separate-stderr check -- perl -e '
		mkdir $ARGV[0]; rename "x" x 128, "x" x 129; require "syscall.ph" if 0; syscall 84, 0; syscall 84, 1' "$name"
	has "$stderr" 'denied (EPERM): mkdir("a\"b\\c\x1b[1m\n\xe2\x80\xae\xe2\x80\x8b'"$(printf '\u00fc')"'", 0777)'
	# shellcheck disable=SC2183
	has "$stderr" "rename(\"$(printf '%0128d' | tr 0 x)\", \"$(printf '%0128d' | tr 0 x)\"...)"
	has "$stderr" "rmdir(NULL)"
	has "$stderr" "rmdir(pathname)"
	run -1 check -q --json -o found.json -- mkdir "$name"
	is "$(jq -r '.refused[0].arguments[0]' found.json)" 'mkdir("a\"b\\c\x1b[1m\n\xe2\x80\xae\xe2\x80\x8b'"$(printf '\u00fc')"'", 0777)'
	run -1 check -q -F sarif -o found.sarif -- mkdir d
	jq -er '.runs[0].results[0].message.text' found.sarif | grep -F 'mkdir("d", 0777)'
	run -1 check -q -F junit -o found.xml -- mkdir d
	grep -F 'mkdir(&quot;d&quot;, 0777)' found.xml
	run -1 check -q -F github -o found.txt -- mkdir d
	grep -F 'mkdir("d", 0777)' found.txt
}

@test "check: a workload that is denied everything does not flood the terminal" {
	require_machine x86_64
	"$SCTRACE" record -q -o r.json -- perl -e 'syscall 39'
	"$SCTRACE" gen -q -o profile.json r.json
	# shellcheck disable=SC2016
	run -1 --separate-stderr check -- perl -e 'syscall $_, 0, 0, 0, 0, 0 for 170 .. 180, 237 .. 260, 300 .. 333'
	is "$(grep -c '^sctrace: denied' <<<"$stderr")" 50
	is "$(grep -c '^sctrace: more calls are denied' <<<"$stderr")" 1
	has "$stderr" "outside profile.json: "
	# whose summary has more
	[ "$(grep -c ' by .*: EPERM' <<<"$stderr")" -gt 100 ] || [ "$(grep -c '^  [a-z].* by ' <<<"$stderr")" -gt 55 ]
}

@test "check: a change that makes one new call is caught, with the function that made it, in C" {
	require unwinding
	"$SCTRACE" record -q -o r.json -- "$FIXTURES/added"
	"$SCTRACE" gen -q -o profile.json r.json
	run -0 check -q -- "$FIXTURES/added"
	run -1 --separate-stderr check -- "$FIXTURES/added" d
	has "$stderr" "mkdir by $FIXTURES/added: EPERM"
	has "$stderr" "through new_feature+0x"
	run -1 check --json -o found.json -- "$FIXTURES/added" d
	is "$(jq '.refused | length' found.json)" 1
	jq -r '.refused[0].stack[]' found.json | grep -q '^sync_and_tell+0x.*added)$'
	run -1 --separate-stderr check -F github -- "$FIXTURES/added" d
	has "$output" "through new_feature+0x"
	# without symbols: the file and the offset
	strip -o bare "$FIXTURES/added"
	run -1 --separate-stderr check -- ./bare d
	has "$stderr" "through 0x"
	has "$stderr" "/bare)"
}

@test "check: the same in Python" {
	require unwinding
	require_tool /usr/bin/python3
	echo 'import os, sys; len(sys.argv) > 1 and os.symlink("a", "b")' >p.py
	"$SCTRACE" record -q -o r.json -- /usr/bin/python3 p.py
	"$SCTRACE" gen -q -o profile.json r.json
	run -0 check -q -- /usr/bin/python3 p.py
	run -1 --separate-stderr check -- /usr/bin/python3 p.py more
	has "$stderr" "symlink by "
	has "$stderr" "/python3"
	has "$stderr" "through <module> ($PWD/p.py:1)"
}

@test "check: the same in Go" {
	require unwinding
	require_tool runc
	# all except the call on a missing folder
	profile "$(rule mkdirat ERRNO '"errnoRet": 77')"
	run -0 check -q -- runc --version
	run -1 --separate-stderr check -- runc --root "$PWD/none" list
	has "$stderr" "mkdirat by"
	has "$stderr" "through github.com/opencontainers/runc/libcontainer.New+0x"
	run -1 --separate-stderr check -v -- runc --root "$PWD/none" list
	has "$stderr" "      main.main+0x"
}
