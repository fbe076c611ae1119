#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `sctrace gen`: a profile allows what was recorded and denies the rest, or forbids
# what was named and allows the rest; the command under it is the proof.
# shellcheck disable=SC2016,SC2030,SC2031,SC2094,SC2154

load ../lib/common

setup_file() {
	load ../lib/common
	require ptrace
	require ret-trace
	require_tool jq perl
	cd "$BATS_FILE_TMPDIR" || return
	: >f
	"$SCTRACE" record -q -o chmod.json -- chmod +x f
	"$SCTRACE" record -q -o cat.json -- cat /dev/null
	"$SCTRACE" record -q -o mark.json -- "$FIXTURES/marked" main 3
	"$SCTRACE" record -q -o perl.json -- perl -e 'mkdir "/" or print $! + 0' >/dev/null
}

setup() {
	cd "$BATS_TEST_TMPDIR" && cp "$BATS_FILE_TMPDIR"/*.json .
}

gen() {
	"$SCTRACE" gen -q "$@"
}

names() { # profile, action: the calls with that action, sorted
	jq -r --arg action "SCMP_ACT_$2" '.syscalls[] | select(.action == $action) | .names[]' "$1" | LC_ALL=C sort -u
}

under() { # command...
	"$SCTRACE" run -q -p p.json -- "$@"
}

@test "gen: the profile of chmod lets chmod work and denies mkdir with EPERM" {
	"$SCTRACE" record -q -- sh -c ': >f; chmod +x f'
	# a successful chmod is silent; to let mkdir print its errno:
	gen --allow write -o p.json
	names p.json ALLOW >allowed
	grep -qx fchmodat allowed
	run -1 grep -qx chmod allowed
	run -1 grep -qx mkdir allowed
	: >f
	under chmod +x f
	test -x f
	run -1 --separate-stderr under mkdir d
	has "$stderr" "Operation not permitted"
	run -1 test -e d
	mkdir d
	run -1 --separate-stderr under rmdir d
	has "$stderr" "Operation not permitted"
}

@test "gen: every recorded call is allowed, and the workload does not notice the profile" {
	run -3 "$SCTRACE" record -q -- sh -c 'for i in 1 2; do ls -l /usr | sort | md5sum; done; echo $$ >/dev/null; exit 3'
	echo "$output" >native
	gen -o p.json
	names p.json ALLOW >allowed
	run -1 grep -vxFf allowed <("$SCTRACE" report -F names)
	run -3 under sh -c 'for i in 1 2; do ls -l /usr | sort | md5sum; done; echo $$ >/dev/null; exit 3'
	is "$output" "$(cat native)"
}

@test "gen: calls that were not recorded are denied; those that libc can replace with ENOSYS" {
	gen -o p.json perl.json
	is "$(jq -c '[.defaultAction, .defaultErrnoRet, .architectures]' p.json)" '["SCMP_ACT_ERRNO",1,["SCMP_ARCH_X86_64"]]'
	is "$(under perl -e 'rmdir "/no" or print $! + 0')" 1
	is "$(under perl -e 'mkdir "/" or print $! + 0')" 17
	gen --runtime none -o p.json perl.json
	# clone3 and statx, by number
	is "$(under perl -e 'syscall(435) < 0 and print $! + 0, " "; syscall(332) < 0 and print $! + 0')" "38 38"
	names p.json ALLOW >allowed
	for name in restart_syscall rt_sigreturn exit exit_group clock_gettime; do
		grep -qx "$name" allowed
	done
	is "$(comm -12 allowed <(names p.json ERRNO))" ""
}

@test "gen: several recordings are merged, in any order, once" {
	gen -o p.json chmod.json cat.json
	gen -o q.json cat.json chmod.json cat.json
	cmp p.json q.json
	names p.json ALLOW >both
	names <(gen chmod.json) ALLOW >one
	names <(gen cat.json) ALLOW >two
	diff both <(LC_ALL=C sort -u one two)
	run -1 diff -q one two
	: >f
	under chmod +x f
	is "$(under cat /dev/null)" ""
}

@test "gen: the review has the number of calls, the risky ones, and additions; -q is silent" {
	run -0 --separate-stderr "$SCTRACE" gen chmod.json
	has "$stderr" "calls allowed, all others denied"
	has "$stderr" "restart_syscall"
	jq -e .defaultAction <<<"$output"
	run -0 --separate-stderr gen chmod.json
	is "$stderr" ""
	run -0 --separate-stderr "$SCTRACE" gen mark.json
	has "$stderr" "high risk: call_1000 (marked 3 times): nothing is known about it"
}

# A recording, written by hand.
blind() { # kind, hidden calls as JSON, program...
	jq --arg kind "$1" --argjson calls "$2" --args \
		'.blind_spots += [{kind: $kind, detail: "\($kind) saw nothing", remedy: "look again", calls: $calls,
		 seen: [$ARGS.positional[] | {run: "r", program: ., count: 1, first: 0.5}]}]' "${@:3}"
}

@test "gen: blind spots are in one line, as record reported them, but hidden calls always and all with -v" {
	blind own-filter null <cat.json >blind.json
	run -0 --separate-stderr gen blind.json
	is "$stderr" "sctrace: warning: 1 blind spot, as reported when it was recorded: own-filter ('sctrace report' shows it, and what to do)"
	blind own-filter '["acct"]' /bin/b /bin/a <cat.json | blind setuid null | jq '.blind_spots += [.blind_spots[0] | .detail = "more"]' >blind.json
	run -0 --separate-stderr "$SCTRACE" gen blind.json
	has "$stderr" "warning: 2 blind spots, as reported when it was recorded: own-filter, setuid ('sctrace report' shows them, and what to do)"
	is "$(grep -c 'blind spot' <<<"$stderr")" 1
	has "$stderr" "    own-filter hides: acct"
	hasnt "$stderr" "may need"
	run -0 --separate-stderr "$SCTRACE" gen -v blind.json
	has "$stderr" "warning: blind spot: own-filter saw nothing (by /bin/a and 1 more); look again"
	has "$stderr" "warning: blind spot: more (by /bin/a and 1 more); look again"
	has "$stderr" "warning: blind spot: setuid saw nothing; look again"
	# long lists are truncated, unless all names are requested
	blind outer-filter "$("$SCTRACE" list calls mount-family | cut -d' ' -f1 | jq -R . | jq -sc '. + ["openat", "x86:openat"]')" <cat.json >blind.json
	run -0 --separate-stderr "$SCTRACE" gen blind.json
	[[ $stderr =~ outer-filter\ hides:(\ [a-z0-9_:]+){12}\ and\ [0-9]+\ more ]]
	# openat is in the profile, but not on another ABI; this one has no umount
	has "$stderr" "the workload may need these, and $(($(jq '.blind_spots[0].calls | length' blind.json) - 2)) are not in the profile; --allow NAME adds one"
	run -0 --separate-stderr "$SCTRACE" gen -v blind.json
	has "$stderr" " umount2 x86:openat"
	run -0 --separate-stderr "$SCTRACE" gen --allow mount-family --arch x86 blind.json
	hasnt "$stderr" "may need"
	run -0 --separate-stderr "$SCTRACE" gen --deny fsopen blind.json
	has "$stderr" "1 blind spot, as reported when it was recorded: outer-filter"
	has "$stderr" "    denied of these: fsopen"
}

@test "gen --strict: blind spots are errors, unless they are accepted" {
	blind own-filter null <chmod.json | blind setuid null >blind.json
	blind io-uring null <cat.json >other.json
	local deny

	for deny in "" "--deny swap-family"; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr "$SCTRACE" gen --strict $deny -o p.json blind.json other.json
		is "$stderr" "sctrace: the recording has blind spots: io-uring, own-filter, setuid (--strict); accept each that does not matter with --accept KIND, or record again without them ('sctrace report' shows how)"
		run -1 test -e p.json
		# shellcheck disable=SC2086
		run -2 --separate-stderr gen --strict --accept own-filter --accept setuid $deny -o p.json blind.json other.json
		has "$stderr" "has blind spots: io-uring (--strict)"
		run -1 test -e p.json
		# shellcheck disable=SC2086
		run -0 --separate-stderr "$SCTRACE" gen --strict --accept own-filter --accept setuid $deny -o p.json blind.json
		has "$stderr" "accepted blind spot: own-filter saw nothing"
		has "$stderr" "accepted blind spot: setuid saw nothing"
		hasnt "$stderr" "warning: blind spot"
		hasnt "$stderr" "warning: own-filter"
		test -s p.json
		rm p.json
	done
	# accepted blind spots cause no warning without --strict either
	run -0 --separate-stderr gen --accept own-filter blind.json
	is "$stderr" "sctrace: warning: 1 blind spot, as reported when it was recorded: setuid ('sctrace report' shows it, and what to do)"
	run -0 --separate-stderr gen --strict --accept own-filter chmod.json
	is "$stderr" ""
}

@test "gen: a recording that was never completed is a blind spot, until it was" {
	jq '.runs[0].end = {running: 0} | .runs[0].seconds = 0' cat.json >half.json
	run -0 --separate-stderr gen half.json
	has "$stderr" "warning: blind spot: it was written while the workload ran, and never completed (was sctrace killed?) (by cat); record again"
	run -2 --separate-stderr gen --strict half.json
	has "$stderr" "has blind spots: unfinished (--strict)"
	run -0 gen --strict --accept unfinished half.json
	# the same run, in its last state
	run -0 --separate-stderr gen --strict half.json cat.json
	is "$stderr" ""
	run -2 gen --strict half.json chmod.json
}

@test "gen --action, --errno: how the rest is denied" {
	gen --errno EACCES -o p.json perl.json
	is "$(under perl -e 'rmdir "/no" or print $! + 0')" 13
	gen --errno 95 -o p.json perl.json
	is "$(under perl -e 'rmdir "/no" or print $! + 0')" 95
	gen --action kill-process -o p.json perl.json
	run -159 under perl -e 'rmdir "/no"'
	gen --action trap -o p.json perl.json
	run -159 under perl -e 'rmdir "/no"'
	gen --action log -o p.json perl.json
	is "$(under perl -e 'rmdir "/no" or print $! + 0')" 2
	is "$(gen --action kill-thread perl.json | jq -c '[.defaultAction, .defaultErrnoRet]')" '["SCMP_ACT_KILL_THREAD",null]'
}

@test "gen --allow: a call, or a family" {
	gen --allow rmdir -o p.json perl.json
	is "$(under perl -e 'rmdir "/no" or print $! + 0')" 2
	gen --allow unlink-family -o p.json perl.json
	is "$(under perl -e 'rmdir "/no" or print $! + 0, " "; unlink "/no" or print $! + 0')" "2 2"
	names p.json ALLOW >allowed
	"$SCTRACE" list calls unlink-family | cut -d' ' -f1 >family
	run -1 grep -vxFf allowed family
}

@test "gen --deny: a family is denied, all else is allowed" {
	gen --deny mkdir-family -o p.json
	is "$(jq -r .defaultAction p.json)" SCMP_ACT_ALLOW
	jq -e '.architectures | index("SCMP_ARCH_X86_64") and index("SCMP_ARCH_X86") and index("SCMP_ARCH_X32")' p.json
	is "$(names p.json ERRNO | grep '^mkdir' | tr '\n' ' ')" "mkdir mkdirat "
	is "$(under perl -e 'mkdir "/" or print $! + 0, " "; rmdir "/no" or print $! + 0, " "; syscall(258, -100, my $f = "/", 0) < 0 and print $! + 0')" "1 2 1"
	run -1 under mkdir d
	gen --deny mkdir-family --deny rmdir --errno EOPNOTSUPP -o p.json
	is "$(under perl -e 'mkdir "/" or print $! + 0, " "; rmdir "/no" or print $! + 0')" "95 95"
	gen --deny mkdir-family --allow mkdir -o p.json
	is "$(under perl -e 'mkdir "/" or print $! + 0, " "; syscall(258, -100, my $f = "/", 0) < 0 and print $! + 0')" "17 1"
	gen --deny mkdir-family --action kill-process -o p.json
	run -159 under perl -e 'mkdir "/"'
}

@test "gen --deny WORD:HOW: each word is denied in its own way" {
	gen --deny mkdir-family:EROFS --deny rmdir:kill-process --deny link-family --errno ENXIO -o p.json
	is "$(under perl -e 'mkdir "/" or print $! + 0, " "; link "/no", "/n" or print $! + 0')" "30 6"
	run -159 under perl -e 'rmdir "/no"'
	# io_uring makes directories, too: its setup is denied in a way with which programs continue
	verdict() { jq -c --arg call "$1" '[.syscalls[] | select(.names | index($call)) | [.action[9:], .errnoRet]] | unique[]' p.json; }
	is "$(verdict io_uring_setup)" '["ERRNO",38]'
	gen --deny io_uring_setup:EACCES --deny mkdir-family:EROFS -o p.json
	is "$(verdict io_uring_setup)" '["ERRNO",13]'
	gen --deny namespace-family --action kill-process -o p.json
	is "$(verdict unshare)" '["KILL_PROCESS",null]'
	is "$(verdict clone3)" '["ERRNO",38]'
	is "$(under perl -e 'wait if fork; print 1')" 11
}

@test "gen --deny WORD:HOW: an unclear request is an error" {
	wrong() { run -2 --separate-stderr gen "${@:2}"; has "$stderr" "$1"; }
	wrong "--errno is given more than once; write --deny WORD:EROFS" --deny mkdir --errno EACCES --deny rmdir --errno EROFS
	wrong "--action is given more than once" --action trap --action log chmod.json
	wrong "'mkdir' is denied twice, in different ways" --deny mkdir:EROFS --deny mkdir
	wrong "'mkdir' is denied twice, in different ways" --deny mkdir:EROFS --deny mkdir:EACCES
	wrong "unknown errno 'ENOPE'" --deny mkdir:ENOPE
	wrong "unknown errno ''" --deny mkdir:
	wrong "with errno 0 a denied call would seem to succeed" --deny mkdir:0
	wrong "the action 'allow' denies nothing" --deny mkdir:allow
	wrong "'mkdri' is neither a call nor a family" --deny mkdri:EROFS
	gen --deny mkdir:EROFS --deny mkdir:30 -o p.json
}

@test "gen --deny: without a base, what the engine's own profile denies is open, and that is reported" {
	run -0 --separate-stderr "$SCTRACE" gen --deny mount-family
	local line
	line=$(grep "replaces the engine's own" <<<"$stderr")
	[[ "$line" =~ allows\ ([0-9]+)\ calls\ that\ Docker\'s\ denies,\ ([0-9]+)\ of\ high\ risk ]]
	[ "${BASH_REMATCH[1]}" -gt 50 ] && [ "${BASH_REMATCH[2]}" -gt 10 ]
	has "$line" "--base docker-default"
	run -0 --separate-stderr "$SCTRACE" gen --deny mount-family --base docker-default
	hasnt "$stderr" "takes the place"
	run -0 --separate-stderr gen --deny mount-family
	is "$stderr" ""
}

@test "gen --base: conditions on the container are kept, and the profile is stricter for each container" {
	local base cap family
	gen --base docker-default --deny mount-family -o p.json
	jq -e '[.archMap[].architecture] | index("SCMP_ARCH_AARCH64") and index("SCMP_ARCH_LOONGARCH64")' p.json
	jq -e '[.syscalls[].includes.minKernel // empty] | index("4.8")' p.json
	# only a container with the capability may call those, and mount is not among them
	is "$(jq -r '[.syscalls[] | select(.includes.caps == ["CAP_SYS_ADMIN"]) | .names[]] | map(select(. == ("mount", "setns"))) | join(" ")' p.json)" setns
	for base in docker-default podman-default; do
		for family in mount-family user-namespace keys chmod-family; do
			gen --base "$base" --deny "$family" -o all.json
			for cap in none CAP_SYS_ADMIN CAP_AUDIT_WRITE; do
				gen --base "$base" --deny "$family" --cap "$cap" -o one.json
				run -0 "$SCTRACE" diff -q --cap "$cap" one.json all.json
			done
		done
	done
	# numbers are integers, as every runtime requires
	is "$(grep -c '[0-9]\.[0-9]' all.json)" "$(grep -c minKernel all.json)"
	run -0 --separate-stderr "$SCTRACE" gen --base docker-default --deny mount-family
	has "$stderr" "its conditions on capabilities, machine and kernel are kept"
	# other formats have no conditions: they are decided
	gen --base docker-default --deny mount-family -F oci -o oci.json
	run -1 grep includes oci.json
}

@test "gen --base: a deny-list with conditions on the container" {
	echo '{ "defaultAction": "SCMP_ACT_ALLOW", "archMap": [{ "architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"] }],
		"syscalls": [
			{ "names": ["swapon"], "action": "SCMP_ACT_ERRNO", "errnoRet": 5, "excludes": { "caps": ["CAP_SYS_ADMIN"] } },
			{ "names": ["mkdir"], "action": "SCMP_ACT_ALLOW", "includes": { "caps": ["CAP_SYS_ADMIN"] } },
			{ "names": ["acct"], "action": "SCMP_ACT_ERRNO", "errnoRet": 5 } ] }' >base.json
	gen --base base.json --deny mkdir-family -o p.json
	gen --base - --deny mkdir-family <base.json | cmp - p.json
	for cap in none CAP_SYS_ADMIN; do
		gen --base base.json --deny mkdir-family --cap "$cap" -o one.json
		run -0 "$SCTRACE" diff -q --cap "$cap" one.json p.json
		run -1 "$SCTRACE" explain p.json mkdir
	done
	jq -e '.syscalls[] | select(.names == ["swapon"]) | .excludes.caps == ["CAP_SYS_ADMIN"]' p.json
}

@test "gen --closed: the same denials as a list of all that is allowed" {
	gen --closed --deny mkdir-family -o p.json
	is "$(jq -c '[.defaultAction, .defaultErrnoRet]' p.json)" '["SCMP_ACT_ERRNO",38]'
	is "$(under perl -e 'mkdir "/" or print $! + 0, " "; rmdir "/no" or print $! + 0, " "; syscall(1000) < 0 and print $! + 0')" "1 2 38"
	gen --deny xattr-family -o open.json
	gen --closed --deny xattr-family -o closed.json
	# nothing more is allowed, and no named call less
	run -0 "$SCTRACE" diff -q --only added,widened open.json closed.json
	is "$("$SCTRACE" diff -q open.json closed.json | grep -E '^(removed|narrowed)' | tr -s ' ')" "removed all other calls high allowed -> denied with ENOSYS"
	names closed.json ALLOW >allowed
	run -1 grep -x setxattrat allowed
	run -2 --separate-stderr gen --closed chmod.json
	has "$stderr" "--closed requires --deny"
	run -2 --separate-stderr gen --closed --deny mkdir --base docker-default
	has "$stderr" "--closed cannot be combined with --base"
}

@test "gen --arch: an ABI that was not recorded lacks some calls, and that is reported" {
	"$SCTRACE" record -q -o poll.json -- perl -e '$path = "/"; syscall(21, $path, 0); syscall(7, 0, 0, 0)'
	run -0 --separate-stderr "$SCTRACE" gen --runtime none --arch aarch64 poll.json
	has "$stderr" "aarch64 was not recorded"
	has "$stderr" "access: faccessat or faccessat2"
	has "$stderr" "ppoll"
	run -0 --separate-stderr "$SCTRACE" gen --runtime none --arch aarch64 --allow faccessat poll.json
	hasnt "$stderr" "access: faccessat"
	run -0 --separate-stderr "$SCTRACE" gen --runtime none poll.json
	hasnt "$stderr" "was not recorded:"
}

@test "gen --deny: a single call names its siblings; what the workload would lose is reported" {
	run -0 --separate-stderr "$SCTRACE" gen --deny chmod
	has "$stderr" "'chmod' is denied by name"
	has "$stderr" "fchmodat2"
	run -0 --separate-stderr gen --deny chmod-family chmod.json
	has "$stderr" "warning: the workload used fchmodat 1 time (/"
	has "$stderr" "), which is denied"
	! "$SCTRACE" doctor -q unwinding || has "$stderr" "/chmod, through "
	cp chmod.json sctrace.json
	run -0 --separate-stderr gen --deny chmod-family
	has "$stderr" "the workload used fchmodat"
	run -0 --separate-stderr gen --deny swap-family
	is "$stderr" ""
}

@test "gen --deny --minimal: only what the others need, and what stays is reported" {
	run -0 --separate-stderr "$SCTRACE" gen --deny mount-family --minimal
	local minimal=$output left

	# every family has its effect denied: none of its rules is new
	names <(echo "$minimal") ERRNO >few
	names <(gen --deny mount-family) ERRNO >all
	run -1 grep -vxFf all few
	grep -qx mount few
	grep -qx move_mount few
	left=$(comm -23 <("$SCTRACE" list calls mount-family | cut -d' ' -f1 | LC_ALL=C sort) few)
	if [ -n "$left" ]; then
		has "$stderr" "mount-family: $(wc -l <<<"$left") calls stay possible"
	else
		has "$stderr" "mount-family: every call is useful by itself"
	fi
	run -2 --separate-stderr gen --minimal cat.json
	has "$stderr" "--minimal requires --deny"
}

@test "gen --deny: conditions are printed by name, losses with count, programs and ABI" {
	run -0 --separate-stderr "$SCTRACE" gen --deny namespace-family
	has "$stderr" "clone: when flags has "
	has "$stderr" "flags has CLONE_NEWUSER"
	jq '.calls = [{abi: "x86", name: "clone", number: 120, count: 3, seen: [
		{run: .runs[0].id, program: "/bin/b", count: 2, first: 0.1}, {run: .runs[0].id, program: "/bin/a", count: 1, first: 0.1}]},
		{abi: "x86_64", name: "setns", number: 308, count: 1, seen: [{run: .runs[0].id, program: "/bin/a", count: 1, first: 0.1}]}]' \
		cat.json >used.json
	run -0 --separate-stderr gen --deny namespace-family used.json
	has "$stderr" "the workload used clone on x86 3 times (/bin/a 1, /bin/b 2), which is denied when flags has "
	has "$stderr" "the workload used setns 1 time (/bin/a), which is denied"
}

@test "gen: a call that comes through a multiplexer is lost, too" {
	jq '.calls = [{abi: "x86", name: "socketcall", number: 102, count: 2, seen: [
		{run: .runs[0].id, program: "/bin/a", count: 2, first: 0.1}]}]' cat.json >used.json
	run -0 --separate-stderr gen --deny bind used.json
	has "$stderr" "the workload used socketcall on x86 2 times (/bin/a), which is denied when it is bind"
	printf '{"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
		"syscalls": [{"names": ["bind", "exit_group"], "action": "SCMP_ACT_ALLOW"}]}' >base.json
	run -0 --separate-stderr gen --base base.json --deny chmod used.json
	has "$stderr" "which is denied unless it is bind"
	# allowed before, by its rule for bind
	run -0 --separate-stderr gen --base base.json used.json
	has "$stderr" "socketcall on x86 2 times (/bin/a), which is denied"
	hasnt "$stderr" "as before"
}

# A small profile of each kind.
bases() {
	printf '{"defaultAction": "SCMP_ACT_ALLOW", "flags": ["SECCOMP_FILTER_FLAG_LOG"], "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
		"syscalls": [{"names": ["acct"], "action": "SCMP_ACT_ERRNO", "errnoRet": 5}]}' >open.json
	gen --allow unshare --allow mkdir-family --allow seccomp perl.json |
		jq '.flags = ["SECCOMP_FILTER_FLAG_LOG"] | .defaultErrnoRet = 95' >closed.json
}

@test "gen --base --deny: rules come on top, all else is kept" {
	bases
	run -0 --separate-stderr "$SCTRACE" gen --base open.json --deny mkdir-family -o p.json
	has "$stderr" "all else is as in open.json"
	is "$(jq -c '[.defaultAction, .flags, .architectures]' p.json)" \
		'["SCMP_ACT_ALLOW",["SECCOMP_FILTER_FLAG_LOG"],["SCMP_ARCH_X86_64","SCMP_ARCH_X86"]]'
	is "$(jq -r '.syscalls[] | select(.names | index("acct")) | .errnoRet' p.json)" 5
	is "$(under perl -e 'mkdir "/" or print $! + 0, " "; rmdir "/no" or print $! + 0')" "1 2"

	gen --base closed.json --deny mkdir-family -o p.json
	is "$(jq -c '[.defaultAction, .defaultErrnoRet, .flags]' p.json)" '["SCMP_ACT_ERRNO",95,["SECCOMP_FILTER_FLAG_LOG"]]'
	is "$(under perl -e 'mkdir "/" or print $! + 0, " "; rmdir "/no" or print $! + 0')" "1 95"
	run -1 grep -E '"mkdir(at)?"' <(names p.json ALLOW)
	diff <(names closed.json ALLOW | grep -v '^mkdir') <(names p.json ALLOW | grep -v '^mkdir')

	# with conditions: everything else stays allowed
	gen --base closed.json --deny namespace-family -o p.json
	is "$(under perl -e 'syscall(272, 0x10000000) < 0 and print $! + 0, " "; print syscall(272, 0x400)')" "1 0"
	is "$(under perl -e 'syscall(272, 0x10000400) < 0 and print $! + 0')" 1
	# an exemption only removes denials
	gen --base closed.json --deny mkdir-family --allow mkdir --allow rmdir -o p.json
	is "$(under perl -e 'mkdir "/" or print $! + 0, " "; rmdir "/no" or print $! + 0')" "17 95"
}

@test "gen --base without --deny: calls that the base allows and no program used are denied" {
	bases
	run -0 --separate-stderr "$SCTRACE" gen --base closed.json perl.json -o p.json
	has "$stderr" "stay allowed, because they were recorded or are needed"
	is "$(jq -c '[.defaultAction, .defaultErrnoRet]' p.json)" '["SCMP_ACT_ERRNO",95]'
	is "$(under perl -e 'mkdir "/" or print $! + 0, " "; rmdir "/no" or print $! + 0')" "17 95"
	run -1 grep -x unshare <(names p.json ALLOW)
	run -1 grep -vxFf <(names closed.json ALLOW) <(names p.json ALLOW)
	# a base that allows by default: its denials are kept, and the rest becomes an allow-list
	jq '.syscalls += [{names: ["mkdir"], action: "SCMP_ACT_ERRNO", errnoRet: 5}]' open.json >some.json
	run -0 --separate-stderr "$SCTRACE" gen --base some.json perl.json -o p.json
	has "$stderr" "the workload used mkdir 1 time ("
	has "$stderr" "which is denied, as before"
	is "$(jq -c '[.defaultAction, .defaultErrnoRet, .architectures]' p.json)" '["SCMP_ACT_ERRNO",1,["SCMP_ARCH_X86_64"]]'
	is "$(under perl -e 'mkdir "/" or print $! + 0, " "; rmdir "/no" or print $! + 0')" "5 1"
}

@test "gen --base: the containers that a base's rules are for, and useless options" {
	printf '{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["mount"], "action": "SCMP_ACT_ALLOW",
		"includes": {"caps": ["CAP_SYS_ADMIN"]}}, {"names": ["chroot"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_CHROOT"]}}]}' >caps.json
	# all of them, with what they are for; or decided for one kind of container
	gen --base caps.json --deny swap-family -o p.json
	is "$(jq -c '[.syscalls[] | [.names[0], .includes.caps[0]]]' p.json)" '[["mount","CAP_SYS_ADMIN"],["chroot","CAP_SYS_CHROOT"]]'
	is "$(names <(gen --base caps.json --deny swap-family -F oci) ALLOW)" chroot
	is "$(names <(gen --base caps.json --cap none --deny swap-family) ALLOW)" ""
	is "$(names <(gen --base caps.json --cap CAP_SYS_ADMIN --deny swap-family) ALLOW)" mount
	for words in "--cap CAP_NOPE --base caps.json --deny swap-family" "--cap none --deny swap-family" "--base caps.json --errno EACCES cat.json" \
		"--base caps.json --arch x86 --deny swap-family" "--base caps.json --arch x86 cat.json" "--base missing.json --deny swap-family"; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr gen $words
		is "$output" ""
	done
}

@test "gen --base: the profile that containers have by default" {
	local base=/usr/share/containers/seccomp.json family

	[ -e "$base" ] || miss "no $base here"
	for family in chmod namespace mount socket; do
		gen --base "$base" --deny "$family-family" -o p.json 2>err
		# setns is in the list of all, and denied without CAP_SYS_ADMIN
		run -1 grep -v "two rules that contradict each other for 'setns': the first one stays" err
		is "$(jq -c '[.defaultAction, .defaultErrnoRet, .archMap[0].architecture, .archMap[0].subArchitectures]' p.json)" \
			'["SCMP_ACT_ERRNO",38,"SCMP_ARCH_X86_64",["SCMP_ARCH_X86","SCMP_ARCH_X32"]]'
		# calls that the family denies unconditionally are no longer allowed
		run -0 comm -12 <(names p.json ALLOW) <(gen --deny "$family-family" |
			jq -r '.syscalls[] | select(.action == "SCMP_ACT_ERRNO" and (has("args") | not)) | .names[]' | LC_ALL=C sort)
		is "$output" ""
	done
	gen --base "$base" --deny chmod-family -o p.json 2>/dev/null
	: >f
	run -1 --separate-stderr "$SCTRACE" run -q -p p.json -- chmod +x f
	has "$stderr" "Operation not permitted"
	"$SCTRACE" run -q -p p.json -- mkdir d
}

@test "gen --runtime: the runtime's own calls are added, and none adds nothing" {
	gen --runtime none cat.json >plain
	names plain ALLOW >exact
	"$SCTRACE" report -F names cat.json >recorded
	run -1 grep -vxFf exact recorded
	local runtime

	for runtime in $("$SCTRACE" list runtimes | awk '{ print $1 }'); do
		names <(gen --runtime "$runtime" cat.json) ALLOW >with
		run -1 grep -vxFf with exact
		grep -qx execve with
		# crun:nnp makes three calls: cat makes two of those, and libc tries the third
		[ "$runtime" = none ] || [ "$runtime" = crun:nnp ] || test "$(wc -l <with)" -gt "$(wc -l <exact)"
	done
	names <(gen --runtime runc --runtime crun cat.json) ALLOW >both
	names <(gen --runtime auto cat.json) ALLOW | cmp - both
	names <(gen --runtime auto --runtime crun:exec cat.json) ALLOW | cmp - <(names <(gen --runtime podman cat.json) ALLOW)
	names <(gen --runtime runc cat.json) ALLOW >runc
	run -1 grep -vxFf both runc
	names <(gen --runtime docker cat.json) ALLOW | cmp - runc
	names <(gen --runtime containerd cat.json) ALLOW | cmp - runc
}

@test "gen: the runtime's own calls are allowed by default for containers, and that is printed" {
	local format added

	for format in docker oci; do
		run -0 --separate-stderr "$SCTRACE" gen -F "$format" -o p.json cat.json
		cmp p.json <(gen -F "$format" --runtime podman cat.json)
		added=$(LC_ALL=C comm -13 <(names <(gen --runtime none cat.json) ALLOW) <(names p.json ALLOW))
		has "$stderr" "$(wc -l <<<"$added") calls added, though not recorded: a container runtime makes them before the workload starts"
		has "$stderr" "they are: $(head -n 3 <<<"$added" | paste -sd ' ') "
		has "$stderr" "of medium or high risk: capset setgid setgroups setresgid setresuid setuid"
		is "$(grep -c "though not recorded: a container" <<<"$stderr")" 1
	done
	# each with its reason
	gen --annotate cat.json >annotated
	is "$(jq -r '.syscalls[] | select(.names == ["fstatfs"]) | .comment' annotated)" "runc checks /proc/self/fd"
	# the request counts, and nothing else is reported; text is exact
	run -0 --separate-stderr "$SCTRACE" gen --runtime none cat.json
	hasnt "$stderr" "container runtime"
	run -0 --separate-stderr "$SCTRACE" gen -F text cat.json
	hasnt "$stderr" "container runtime"
	hasnt "$output" fstatfs
	# mkdir is denied nevertheless
	run -1 --separate-stderr under mkdir d
	has "$stderr" "Operation not permitted"
	run -1 test -e d
}

@test "gen: the runtime whose filter began the recording is recognized, and its own calls are added" {
	began() { # program, no_new_privs
		jq --arg program "$1" --argjson nnp "$2" \
			'.runs[0].scope = "seccomp" | .runs[0].filter = {program: $program, no_new_privs: $nnp}' cat.json
	}
	text() { # arguments of gen
		gen -F text "$@"
	}

	began /usr/sbin/runc true >runc.json
	run -0 --separate-stderr "$SCTRACE" gen -F text runc.json
	is "$output" "$(text --runtime runc:nnp cat.json)"
	has "$stderr" "calls added, though not recorded: a container runtime makes them before the workload starts (--runtime runc:nnp"
	# once, for any number of such runs
	jq '.runs[0].id = "00000000000000aa" | (.. | .run? | strings) = "00000000000000aa"' runc.json >again.json
	run -0 --separate-stderr "$SCTRACE" gen -F text runc.json again.json
	is "$(grep -c "a container runtime makes them" <<<"$stderr")" 1

	began '/memfd:crun_cloned:/proc/self/exe (deleted)' false >crun.json
	cmp <(text crun.json) <(text --runtime crun cat.json)
	# a container that was recorded under one runtime starts under the other, too
	cmp <(gen crun.json) <(gen --runtime runc --runtime podman cat.json)
	# the option counts
	cmp <(text --runtime none runc.json) <(text cat.json)
	cmp <(gen --runtime none runc.json) <(gen --runtime none cat.json)
	cmp <(gen --runtime crun runc.json) <(gen --runtime crun cat.json)
	began /usr/bin/bwrap true >bwrap.json
	cmp <(text bwrap.json) <(text cat.json)
	run -0 --separate-stderr "$SCTRACE" gen bwrap.json
	has "$stderr" "began with a filter of /usr/bin/bwrap, which is not a known container runtime"
}

@test "gen --deny: the runtime's own calls stay allowed, and that is printed" {

	refuses() { # profile
		jq -r '.syscalls[] | select(has("args") | not) | .names[]' "$1" | LC_ALL=C sort
	}
	run -0 --separate-stderr "$SCTRACE" gen --deny statfs-family -o p.json
	has "$stderr" "warning: statfs-family: 'fstatfs' stays allowed, because runc starts no container without it; --runtime crun denies it as well"
	has "$stderr" "fstatfs: runc checks /proc/self/fd; with it a program can still read the size and type of an open file's file system"
	has "$stderr" "4 calls denied"
	is "$(refuses p.json | paste -sd ' ')" "fstatfs64 statfs statfs64 ustat"
	# runtimes that do not need it deny it
	for option in "--runtime crun" "--runtime none" "-F text"; do
		# shellcheck disable=SC2086
		run -0 --separate-stderr "$SCTRACE" gen $option --deny statfs-family
		has "$output" fstatfs
		hasnt "$output" '"fstatfs64"'$'\n'
		hasnt "$stderr" "stays allowed"
	done
	run -0 --separate-stderr "$SCTRACE" gen -q --deny stat-family --deny creds-family -o p.json
	has "$stderr" "stat-family: 2 calls stay allowed, because runc starts no container without them; --runtime crun or auto:nnp denies them as well"
	has "$stderr" "creds-family: 6 calls stay allowed, because crun and runc start no container without them; --runtime auto:nnp denies them as well"
	refuses p.json >refused
	run -1 grep -xE 'fstat|newfstatat|capset|set(res)?[ug]id|setgroups' refused
	grep -qx statx refused
	run -0 --separate-stderr "$SCTRACE" gen --runtime auto:nnp --deny stat-family --deny creds-family
	hasnt "$stderr" "stay allowed"
	# if nothing remains of a family
	run -0 --separate-stderr "$SCTRACE" gen --deny exec-family -o p.json
	has "$stderr" "'execve' stays allowed, because crun and runc start no container without it; only --runtime none, with which no container starts, denies it as well"
	has "$stderr" "denied, but not needed by a program that uses what stays allowed: execveat"
	# with --strict an uncertain denial is an error, and nothing is written
	rm p.json
	run -2 --separate-stderr "$SCTRACE" gen --strict --deny statfs-family -o p.json
	has "$stderr" "statfs-family: 'fstatfs' stays allowed"
	has "$stderr" "(--strict)"
	run -1 test -e p.json
	# an answer that the runtime tolerates needs no exception
	gen --deny chown-family | jq -e '[.syscalls[].names[]] | index("fchown")'
	gen --deny chown-family:ENOSYS 2>err | jq -e '[.syscalls[].names[]] | index("fchown") | not'
	has "$(cat err)" "'fchown' stays allowed"
}

@test "gen --deny: other arguments of a call are denied if the runtime uses few" {
	require_machine x86_64
	gen --deny open-family -o p.json 2>/dev/null
	# openat(2): to read, to write; to create, to truncate, to append, to read and write
	for flags in 0:2 1:2 0x80000:2 0x80001:2 0x41:1 0x201:1 0x401:1 2:1; do
		is "$flags $(under "$FIXTURES/probe-calls" 257 -100 0 "$((${flags%:*}))" | sed 's/errno 14/errno 2/')" "$flags errno ${flags#*:}"
	done
	gen --deny prctl -o p.json 2>/dev/null
	# prctl(2): PR_SET_KEEPCAPS, PR_CAPBSET_DROP, PR_CAP_AMBIENT; their neighbours and others
	for option in 8:22 24:22 47:22 7:1 9:1 23:1 25:1 46:1 48:1 15:1 38:1 0x7fffffff:1; do
		is "$option $(under "$FIXTURES/probe-calls" 157 "$((${option%:*}))" 99 99 99 99)" "$option errno ${option#*:}"
	done
}

@test "gen --arch: ABIs are covered, each once" {
	is "$(gen --arch x86_64 --arch x86 cat.json | jq -c .architectures)" '["SCMP_ARCH_X86_64","SCMP_ARCH_X86"]'
	is "$(gen --arch SCMP_ARCH_X86 --deny mkdir-family | jq -c .architectures)" '["SCMP_ARCH_X86"]'
	is "$(gen --arch aarch64 --deny mkdir-family | jq -c '.architectures')" '["SCMP_ARCH_AARCH64"]'
	gen --arch x86_64 --arch x86 -o p.json perl.json
	is "$(under perl -e 'rmdir "/no" or print $! + 0')" 1
}

@test "gen --annotate: each rule has its reason, and the profile works the same" {
	gen --annotate -o p.json perl.json
	jq -e 'all(.syscalls[]; .comment | length > 0)' p.json
	is "$(jq -r '.syscalls[] | select(.names | index("mkdir")) | .comment' p.json)" "perl once"
	diff <(names p.json ALLOW) <(names <(gen perl.json) ALLOW)
	is "$(under perl -e 'mkdir "/" or print $! + 0, " "; rmdir "/no" or print $! + 0')" "17 1"
	run -0 gen perl.json
	hasnt "$output" comment
}

@test "gen: an impossible number allows nothing, and is reported with the profile's answer" {
	require_machine x86_64
	"$SCTRACE" record -q -o odd.json -- "$FIXTURES/abis" number 3 -1 5000 0x40000fff
	run -0 --separate-stderr "$SCTRACE" gen --strict -o p.json odd.json
	has "$stderr" "left out: 2 numbers that no kernel has a call for (by $FIXTURES/abis); without the profile they fail with ENOSYS, with it they are denied with EPERM"
	has "$stderr" "they are: call_4294967295 call_5000"
	has "$stderr" "warning: left out: 1 number that no kernel has a call for (by $FIXTURES/abis); without the profile it fails with ENOSYS, with it it is killed"
	hasnt "$stderr" "high risk: call_"
	is "$(jq -c .architectures p.json)" '["SCMP_ARCH_X86_64"]'
	is "$("$SCTRACE" run -p p.json -- "$FIXTURES/abis" number 1 -1)" "-1: -1"
	run -0 "$SCTRACE" gen -q --action kill-process -o kills.json odd.json
	run -0 --separate-stderr "$SCTRACE" gen --action kill-process odd.json
	has "$stderr" "warning: left out: 2 numbers"

	# a recording of before: x32's
	jq '(.calls[] | select(.name == "call_4294967295")).abi = "x32"' odd.json >old.json
	"$SCTRACE" gen -q old.json | diff p.json - >&2
	is "$("$SCTRACE" report -F names old.json | grep -c x32)" 0
	is "$("$SCTRACE" report old.json | awk '$1 == "call_4294967295" { print $3 }')" none
}

@test "gen --strict: what a format cannot express is an error, otherwise a warning" {
	run -2 --separate-stderr gen --strict mark.json -o p.json
	has "$stderr" "'docker' cannot name a call that has only a number: the rule is left out ('call_1000') (--strict)"
	run -1 test -e p.json
	run -0 --separate-stderr gen mark.json
	has "$stderr" "warning: the format 'docker' cannot name a call that has only a number"
	hasnt "$output" call_1000
	run -0 --separate-stderr gen --strict -F text mark.json
	is "$stderr" ""
	has "$output" "call_1000"
	run -0 gen --strict chmod.json
}

@test "gen -F: docker and oci are the same object, text is a line for each rule" {
	gen -F docker chmod.json | cmp - <(gen chmod.json)
	cmp <(gen -F oci chmod.json | jq -S .) <(gen -F docker chmod.json | jq -S .)
	gen -F text chmod.json >text
	grep -qE '^allow +fchmodat	# chmod once$' text
	grep -qE '^errno EPERM +everything else$' text
	is "$(sed -n 's/^allow  *\([a-z0-9_]*\).*/\1/p' text)" "$(names <(gen --runtime none chmod.json) ALLOW)"
	LC_ALL=C sort -c <(sed '/^#/d; s/	.*//; s/^errno [A-Z]*/x/; s/^allow/x/; s/ on .*//; /everything/d' text | tr -s ' ')
	printf '{"linux": {"seccomp": %s}}' "$(gen -F oci perl.json)" >p.json
	is "$(under perl -e 'rmdir "/no" or print $! + 0')" 1
}

@test "gen: the same input gives the same bytes" {
	gen --annotate chmod.json cat.json perl.json >one
	gen --annotate chmod.json cat.json perl.json | cmp - one
	gen --deny mount-family --deny chmod-family >one
	gen --deny chmod-family --deny mount-family | cmp - one
}

@test "gen: wrong words are reported with valid ones, and nothing is written" {
	wrong() { # message, words...
		local message=$1

		shift
		run -2 --separate-stderr gen -o out.json "$@"
		has "$stderr" "$message"
		is "$output" ""
		run -1 test -e out.json
	}
	wrong "unknown action 'nonsense'" --action nonsense cat.json
	wrong "the action 'allow' denies nothing" --action allow cat.json
	wrong "unknown errno 'EFOO'" --errno EFOO cat.json
	wrong "--errno has no effect with --action trap" --action trap --errno EPERM cat.json
	wrong "unknown architecture 'abacus'" --arch abacus cat.json
	wrong "unknown runtime 'runk'" --runtime runk cat.json
	wrong "'chmood' is neither a call nor a family; the nearest is 'chmod'" --deny chmood
	wrong "nearest is 'mount-family'" --deny mont-family
	wrong "'chmood' is neither a call nor a family" --allow chmood cat.json
	wrong "unknown blind spot 'outer-filtre', the nearest is outer-filter; 'sctrace list blind-spots' prints them" --accept outer-filtre cat.json
	wrong "unknown format 'dokcer', the nearest is docker" -F dokcer cat.json
	wrong "No such file or directory" missing.json
	wrong "No such file or directory" cat.json missing.json
	rm -f sctrace.json
	wrong "there is no 'sctrace.json' here"
	echo '{"defaultAction": "SCMP_ACT_ALLOW"}' >profile.json
	wrong "not a recording of sctrace" profile.json
}

@test "gen: the output file is complete or untouched" {
	echo '{"defaultAction": "SCMP_ACT_ALLOW"}' >p.json
	run -2 gen --strict -o p.json mark.json
	is "$(cat p.json)" '{"defaultAction": "SCMP_ACT_ALLOW"}'
	gen -o p.json cat.json
	jq -e .defaultAction p.json
	run -2 --separate-stderr gen -o /dev/full cat.json
	has "$stderr" "No space left on device"
	run -2 gen -o no/such/place cat.json
	run -2 gen -o . cat.json
	run -1 compgen -G 'p.json.*'
	run -1 compgen -G '.sctrace-*'
}
