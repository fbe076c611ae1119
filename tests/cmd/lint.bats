#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `sctrace lint`: what is wrong with a profile, and that what it says is so, under
# the kernel, runc and crun. What each check finds is in tests/unit/test-lint.c.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154

load ../lib/common
load ../lib/workloads
load ../lib/bundle

CHECKS=$SRCDIR/tests/lint/checks
SEEDS=$SRCDIR/tests/lint/seeds
DOCKER=/usr/share/containers/seccomp.json

# "severity id", a line each, of those at least that severe
found() { # severity, profile
	"$SCTRACE" lint -F json --severity "$1" "$2" >found.json || [ $? -eq 1 ] || return 2
	jq -r '.findings[] | "\(.severity) \(.check)"' found.json
}

deny() { # rules as JSON, further members...: p.json
	jq -n --argjson rules "$1" --argjson more "${2-null}" '{ defaultAction: "SCMP_ACT_ALLOW",
		architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"], syscalls: $rules } + $more' >p.json
}

@test "lint --against: what a profile opens in comparison with an engine's own, with the risk" {
	echo '{ "defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
		"syscalls": [{ "names": ["acct"], "action": "SCMP_ACT_ERRNO" }] }' >p.json
	run -0 "$SCTRACE" lint p.json
	run -1 "$SCTRACE" lint --against docker-default p.json
	has "$output" "p.json:1: high: wider-than: docker-default denies 'bpf', "
	has "$output" "docker-default denies some uses of 'clone', which are allowed here: of medium risk"
	run -1 "$SCTRACE" lint --against docker-default -F json p.json
	run -1 "$SCTRACE" lint --against p.json p.json docker-default
	hasnt "$output" wider-than
	echo '{ "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38, "syscalls": [
		{ "names": ["read", "clone"], "action": "SCMP_ACT_ALLOW" },
		{ "names": ["keyctl"], "action": "SCMP_ACT_ALLOW" }] }' >allow.json
	run -1 "$SCTRACE" lint --against docker-default allow.json
	has "$output" "allow.json:3: high: wider-than: docker-default denies 'keyctl', which is allowed here: of high risk (syscalls[1])"
	run -2 "$SCTRACE" lint --against docker-default:1.0 p.json
	run -2 "$SCTRACE" lint --against no-such-file p.json
	# the engine's own made stricter opens nothing
	"$SCTRACE" gen -q --base docker-default --deny mount-family -o stricter.json
	"$SCTRACE" lint --against docker-default stricter.json >found || true
	run -1 grep wider-than found
}

@test "lint: a finding has place, severity, check and sentence, and the remedy beneath" {
	run -1 --separate-stderr "$SCTRACE" lint "$CHECKS/name-and-names.bad.json"
	is "${lines[0]}" "$CHECKS/name-and-names.bad.json:5: high: name-and-names: the rule has 'names', and 'name' beside it: syslog (syscalls[0].name)"
	is "${lines[1]}" "    Put all of them into 'names'."
	is "${lines[2]}" "1 finding: 1 high"
	is "${lines[3]}" "     1 name-and-names"
	is "$stderr" ""
	hasnt "$output" "read 'names' only"
	run -1 "$SCTRACE" lint -v "$CHECKS/name-and-names.bad.json"
	has "$output" "runc, crun and containerd read 'names' only"
}

@test "lint: the status is 0 when nothing is found, 1 when something is, 2 if sctrace fails" {
	run -0 "$SCTRACE" lint "$CHECKS/no-effect.good.json"
	is "$output" "no findings"
	run -1 "$SCTRACE" lint "$CHECKS/duplicate.bad.json"
	run -0 "$SCTRACE" lint --severity medium "$CHECKS/duplicate.bad.json"
	# findings for information must be requested
	run -0 "$SCTRACE" lint --runtime none "$CHECKS/older-libseccomp.bad.json"
	run -1 "$SCTRACE" lint --runtime none --severity info "$CHECKS/older-libseccomp.bad.json"
	run -0 "$SCTRACE" lint --ignore duplicate "$CHECKS/duplicate.bad.json"
	run -2 --separate-stderr "$SCTRACE" lint nowhere.json
	has "$stderr" "nowhere.json"
	is "$output" ""
	echo '{"defaultAction": "SCMP_ACT_ALOW"}' >bad.json
	run -2 --separate-stderr "$SCTRACE" lint bad.json
	has "$stderr" "bad.json:1: defaultAction: unknown action 'SCMP_ACT_ALOW'"
	# the others are read nevertheless
	run -2 --separate-stderr "$SCTRACE" lint bad.json "$CHECKS/duplicate.bad.json"
	has "$output" "duplicate: 'acct'"
	has "$stderr" "unknown action"
	run -2 "$SCTRACE" lint "$CHECKS/no-effect.good.json" -o /nowhere/x
}

@test "lint: wrong words are reported, with the nearest right one" {
	run -2 "$SCTRACE" lint
	has "$output" "no profile is given"
	run -2 "$SCTRACE" lint --ignore sibling-gop p.json
	has "$output" "unknown check 'sibling-gop', the nearest is sibling-gap; 'sctrace list checks'"
	run -2 "$SCTRACE" lint --severity hihg p.json
	has "$output" "the nearest is high"
	run -2 "$SCTRACE" lint -F srif p.json
	has "$output" "the nearest is sarif"
}

@test "lint: a profile is read from standard input and from a bundle, and findings go to a file" {
	run -1 "$SCTRACE" lint - <"$CHECKS/duplicate.bad.json"
	has "${lines[0]}" "standard input:6: low: duplicate"
	jq '{ ociVersion: "1.0.2", linux: { seccomp: . } }' "$CHECKS/duplicate.bad.json" >config.json
	run -1 "$SCTRACE" lint -o findings config.json
	is "$output" ""
	has "$(cat findings)" "(linux.seccomp.syscalls[1].names[1])"
}

@test "lint: the catalogue is listed, and every check of it has its profiles" {
	local id

	"$SCTRACE" list checks >catalogue
	[ "$(wc -l <catalogue)" -ge 25 ]
	while read -r id _; do
		[ -s "$CHECKS/$id.bad.json" ]
		[ -s "$CHECKS/$id.good.json" ]
	done <catalogue
	is "$(find "$CHECKS" -name '*.bad.json' | wc -l)" "$(wc -l <catalogue)"
	has "$("$SCTRACE" lint --help)" "sctrace list checks"
}

@test "lint: JSON has what the text has, and the counts" {
	run -1 "$SCTRACE" lint -F json "$CHECKS/no-effect.bad.json"
	is "$(jq -r '.findings[0] | "\(.line) \(.severity) \(.check) \(.path)"' <<<"$output")" "3 low abi-gap architectures"
	is "$(jq -c .counts <<<"$output")" '{"high":6,"medium":0,"low":3,"info":0}'
	jq -e 'all(.findings[]; .text != "" and .remedy != "" and (has("explanation") | not))' <<<"$output"
	run -0 "$SCTRACE" lint -F json "$CHECKS/no-effect.good.json"
	is "$(jq -c .findings <<<"$output")" '[]'
}

@test "lint: SARIF 2.1.0: rules with help, results with rule, level, file and line; the same each time" {
	cp "$CHECKS/no-effect.bad.json" "a b:%.json"
	run -1 "$SCTRACE" lint -F sarif --severity info "a b:%.json" "$CHECKS/runtime-stub.bad.json"
	is "$("$SCTRACE" lint -F sarif --severity info "a b:%.json" "$CHECKS/runtime-stub.bad.json")" "$output"
	jq -e '.version == "2.1.0" and (."$schema" | endswith("sarif-2.1.0.json")) and (.runs | length == 1)' <<<"$output"
	jq -e '.runs[0].tool.driver | .name == "sctrace" and (.version | length > 0) and
		(.rules | length >= 25 and (map(.id) | . == unique)) and
		all(.rules[]; (.shortDescription.text | length > 0) and (.fullDescription.text | length > 0) and
			(.help.text | length > 0) and (.defaultConfiguration.level | IN("error", "warning", "note")))' <<<"$output"
	jq -e '.runs[0] as $run | $run.results | length > 9 and all(.[];
		$run.tool.driver.rules[.ruleIndex].id == .ruleId and (.level | IN("error", "warning", "note")) and
		(.message.text | length > 0) and (.locations | length == 1) and
		(.locations[0].physicalLocation | .region.startLine >= 1 and (.artifactLocation.uri | test("^[-A-Za-z0-9._~/:%]+$"))))' <<<"$output"
	is "$(jq -r '[.runs[0].results[].locations[0].physicalLocation.artifactLocation.uri] | unique | .[0]' <<<"$output")" "a%20b%3A%25.json"
	is "$(jq -r '[.runs[0].results[].level] | unique | join(" ")' <<<"$output")" "error note"
	# fields outside the schema would be an error for validators
	is "$(jq -r '[paths(type != "array") | map(select(type == "string")) | last] | unique | join(" ")' <<<"$output")" \
		"\$schema artifactLocation defaultConfiguration driver fullDescription fullyQualifiedName help id level locations logicalLocations message name physicalLocation properties region results ruleId ruleIndex rules runs severity shortDescription startLine text tool uri version"
}

@test "lint: the profiles of the guides: the siblings that they forgot" {
	local seed sibling

	while read -r seed sibling; do
		run -1 "$SCTRACE" lint "$SEEDS/$seed.json"
		echo "$output" >out
		grep -q "sibling-gap.*'$sibling'.* allowed" out || { echo "$seed: $sibling"; cat out; return 1; }
	done <<-END
		five-calls fsopen
		five-calls move_mount
		five-calls fchmodat
		five-calls fchmodat2
		five-calls unlinkat
		five-calls linkat
		five-calls fstatfs
		chmod-mkdir fchmodat
		chmod-mkdir mkdirat
		chmod-siblings-mkdir fchmodat2
		mount-legacy fsmount
		mount-legacy open_tree
		move-mount mount
		new-mount-api open_tree_attr
		ptrace-kexec process_vm_writev
		ptrace-kexec kexec_file_load
		unshare clone3
	END
	# valid JSON has no comments: the guide's text is not a profile
	run -2 "$SCTRACE" lint "$SEEDS/docker-default-doc.json"
	has "$output" "not valid JSON"
}

@test "lint: Docker's default profile as Debian ships it has only findings that matter to an expert" {
	[ -e "$DOCKER" ] || miss "no $DOCKER (golang-github-containers-common)"
	is "$(found high "$DOCKER")" ""
	# setns is in the list of all and denied without CAP_SYS_ADMIN: a slip of its authors;
	# other medium findings are allowed on purpose, though dangerous
	is "$(found medium "$DOCKER" | sort -u)" "medium contradiction
medium dangerous-allow"
	is "$(jq -r '.findings[] | select(.check == "contradiction").text' found.json)" \
		"'setns' is SCMP_ACT_ALLOW in syscalls[1].names[289] and SCMP_ACT_ERRNO (EPERM) here, under the same conditions: the first applies"
	has "$(jq -r '.findings[].text' found.json)" "'fsopen'"
}

@test "lint: a profile that gen makes from a recording has no finding above info" {
	require ptrace
	"$SCTRACE" record -q -o a.json -- sh -c ': >f; chmod +x f; ls -l /usr | sort | head -n 3; exec sleep 0' >/dev/null
	"$SCTRACE" record -q -o b.json -- "$FIXTURES/marked" main 3
	for more in --args "--arch x86_64" "--arch x86" "--runtime runc" "--runtime crun:nnp" "--action kill-process" "--errno EACCES" \
		"-F oci" "--annotate"; do
		# shellcheck disable=SC2086
		"$SCTRACE" gen -q $more -o p.json a.json b.json
		# impossible numbers of the test's program are not calls; one runtime is not all
		ignored='^low no-effect$'
		[[ $more != --runtime* ]] || ignored+='|^(high|medium) runtime-calls$'
		is "$more: $(found low p.json | grep -vE "$ignored" || :)" "$more: "
	done
}

@test "lint: what gen denies, family by family and two at a time, has no finding above info" {
	local family last=

	# except calls that a container's runtime needs, which gen leaves and lint names
	others() {
		found low p.json >/dev/null
		jq -r '.findings[] | select((.check == "sibling-gap" and
			(.text | contains("runtime needs"))) | not) | "\(.severity) \(.check)"' found.json
	}
	for family in $("$SCTRACE" list families | sed 's/ .*//'); do
		"$SCTRACE" gen -q --deny "$family" -o p.json 2>/dev/null
		is "$family: $(others)" "$family: "
		"$SCTRACE" gen -q --minimal --deny "$family" -o p.json 2>/dev/null
		is "$family, minimal: $(others)" "$family, minimal: "
		"$SCTRACE" gen -q --deny "$family" ${last:+--deny "$last"} -F oci -o p.json 2>/dev/null
		is "$family $last: $(others)" "$family $last: "
		last=$family
	done
	"$SCTRACE" gen -q --deny statfs-family -o p.json 2>/dev/null
	is "$(found low p.json)" "low sibling-gap"
	has "$(jq -r '.findings[].text' found.json)" "'fstatfs' is allowed, with the same effect; a container's runtime needs that to start it"
	[ -n "$last" ]
	# killing a call that libc only tries would break threads
	"$SCTRACE" gen -q --deny fork-family --action kill-process -o p.json
	is "$(found low p.json)" ""
	"$SCTRACE" gen -q --deny fork-family --deny clone3 --action kill-process -o p.json
	is "$(found low p.json)" "medium errno-breaks-fallback"
	has "$(jq -r '.findings[].text' found.json)" "'clone3' is answered with SCMP_ACT_KILL_PROCESS"
}

@test "lint: a family of which one call is allowed again has a gap, and lint reports it" {
	"$SCTRACE" gen -q --deny chmod-family --allow fchmodat2 -o p.json
	has "$(found high p.json)" "high sibling-gap"
	has "$(jq -r '.findings[].text' found.json)" "but 'fchmodat2' is allowed"
	"$SCTRACE" gen -q --deny link-family --allow io_uring_setup -o p.json
	is "$(found high p.json)" "high io-uring-bypass"
}

@test "lint: the default profile of Docker 20.10: no high finding, and the later corrections" {
	local moby=$SRCDIR/tests/lint/docker/moby-20.10.json

	is "$(found high "$moby")" ""
	is "$(found medium "$moby" | sort -u)" "medium dangerous-allow
medium errno-breaks-fallback
medium sibling-gap"
	# allowed until 25.0
	jq -e '.findings[] | select(.check == "dangerous-allow" and (.text | contains("io_uring_setup")))' found.json
	# not yet named there, so that libc got EPERM
	jq -e '.findings[] | select(.check == "errno-breaks-fallback" and (.text | contains("fchmodat2")))' found.json
}

@test "lint: a profile for another machine is judged by the ABIs that it lists" {
	deny '[{ "names": ["unlinkat"], "action": "SCMP_ACT_ERRNO" }, { "names": ["io_uring_setup"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38 }]' \
		'{ "architectures": ["SCMP_ARCH_AARCH64"] }'
	# there is neither unlink nor rmdir; 32-bit programs are forgotten
	is "$(found low p.json)" "low abi-gap"
	jq -e '.findings[0].text | startswith("SCMP_ARCH_ARM not covered")' found.json
	jq '.architectures += ["SCMP_ARCH_ARM"]' p.json >q.json
	is "$(found low q.json)" "high abi-gap"
	has "$(jq -r '.findings[].text' found.json)" "'rmdir' and 'unlink' are allowed on another ABI"
}

# The result of a perl program: 0 or the errno.
call() { # number, arguments...
	"$SCTRACE" run -p p.json -- perl -e '@n = map { $_ + 0 } @ARGV; $r = syscall(shift @n, @n); print $r == -1 ? $! + 0 : 0' "$@"
}

@test "lint: findings on conditions agree with the kernel, and so do the remedies" {
	require_tool perl jq
	local query=4294967295 wide=8589934591		# personality(2), and bit 32 beside it

	# wide-compare: a bit above the 32nd gets past the rule, but not past the masked one
	deny '[{ "names": ["personality"], "action": "SCMP_ACT_ERRNO", "args": [{ "index": 0, "op": "SCMP_CMP_EQ", "value": 4294967295 }] }]'
	has "$(found high p.json)" "high wide-compare"
	is "$(call 135 $query) $(call 135 $wide)" "1 0"
	deny '[{ "names": ["personality"], "action": "SCMP_ACT_ERRNO", "args": [{ "index": 0, "op": "SCMP_CMP_MASKED_EQ", "value": 4294967295, "valueTwo": 4294967295 }] }]'
	is "$(found low p.json)" ""
	is "$(call 135 $query) $(call 135 $wide)" "1 1"

	# conditions-or: between 1 and 5, thought the author
	deny '[{ "names": ["getpriority"], "action": "SCMP_ACT_ERRNO", "args": [
		{ "index": 0, "op": "SCMP_CMP_GE", "value": 1 }, { "index": 0, "op": "SCMP_CMP_LE", "value": 5 }] }]'
	has "$(found medium p.json)" "medium conditions-or"
	is "$(call 140 0 0)" 1

	# no-effect: the rule without conditions decides alone, wherever it is
	deny '[{ "names": ["personality"], "action": "SCMP_ACT_ERRNO", "args": [{ "index": 0, "op": "SCMP_CMP_MASKED_EQ", "value": 4294967295, "valueTwo": 4294967295 }] },
		{ "names": ["personality"], "action": "SCMP_ACT_LOG" }]'
	has "$(found high p.json)" "high no-effect"
	is "$(call 135 $query)" 0

	# sibling-gap: the same thing by another name, and no more
	deny '[{ "names": ["link"], "action": "SCMP_ACT_ERRNO" }]'
	has "$(found high p.json)" "high sibling-gap"
	: >one
	"$SCTRACE" run -p p.json -- perl -e '($a, $b) = ("one", "two"); syscall(265, -100, $a, -100, $b, 0) == 0 or die'
	test -e two
}

@test "lint: a call of an ABI that is not covered kills, even where everything is allowed, as abi-gap says" {
	require_tool perl jq
	local x32='$! = 0; syscall(0x40000000 + 39) > 0 || $!{ENOSYS} or die'

	perl -e "$x32"
	deny '[{ "names": ["acct"], "action": "SCMP_ACT_ERRNO" }]' '{ "architectures": ["SCMP_ARCH_X86_64"] }'
	is "$(found low p.json)" "low abi-gap"
	run -159 "$SCTRACE" run -p p.json -- perl -e "$x32"
	deny '[{ "names": ["acct"], "action": "SCMP_ACT_ERRNO" }]'
	is "$(found low p.json)" ""
	"$SCTRACE" run -p p.json -- perl -e "$x32"
	require compat
	# mov $1, %eax; xor %ebx, %ebx; int $0x80: exit(0) of i386, in an ELF header for x86-64
	perl -e 'print pack("H*", "7f454c46020101" . "00" x 9 . "02003e00010000007800400000000000" . "40" . "00" x 19 .
		"40003800010000000000" . "00" x 2 . "0100000005000000" . "00" x 8 . "0000400000000000" x 2 . "8100000000000000" x 2 .
		"0010000000000000" . "b80100000031dbcd80")' >int80
	chmod +x int80
	./int80
	deny '[{ "names": ["acct"], "action": "SCMP_ACT_ERRNO" }]' '{ "architectures": ["SCMP_ARCH_X86_64"] }'
	run -159 "$SCTRACE" run -p p.json -- ./int80
	deny '[{ "names": ["acct"], "action": "SCMP_ACT_ERRNO" }]'
	"$SCTRACE" run -p p.json -- ./int80
}

# Which errno counts if it is repeated, or also there in another case?
readers() { # runc or crun, what mkdir says to it
	local rest syscalls

	for rest in '"errnoRet": 30, "errnoRet": 1' '"errnoRet": 30, "errnoret": 1'; do
		syscalls="\"syscalls\": [{ \"names\": [\"mkdir\", \"mkdirat\"], \"action\": \"SCMP_ACT_ERRNO\", $rest }]"
		echo '{ "defaultAction": "SCMP_ACT_ALLOW" }' >p.json
		bundle_config p.json mkdir /tmp/d
		# jq would drop one of them
		sed -i "s/\"defaultAction\": \"SCMP_ACT_ALLOW\"/&, $syscalls/" bundle/config.json
		run -1 timeout -k 5 "$HANG" bash -c "$(declare -f runtime)"'; runtime "$@"' bash "$1" run -b bundle "sctrace-test-$$-$BASHPID"
		has "$output" "$2"
	done
}

# Does a runtime accept the profile? Prints its message if not.
taken_by() { # runc or crun, profile
	local status=0

	bundle_run "$1" "$2" true >out 2>&1 || status=$?
	[ "$status" -eq 0 ] || { cat out; return 1; }
}

@test "lint: runc and crun reject and skip what lint says" {
	local id

	require_runtime runc
	bundle_make runc true
	for id in errno-without-errno docker-only duplicate unknown-key contradiction pointer-compare no-effect; do
		taken_by runc "$CHECKS/$id.good.json"
	done
	# the names are dropped: the denied calls are made nevertheless
	deny '[{ "name": "mkdirat", "action": "SCMP_ACT_KILL_PROCESS" }, { "name": "mkdir", "action": "SCMP_ACT_KILL_PROCESS" }]'
	has "$(found medium p.json)" "medium docker-only"
	bundle_run runc p.json mkdir /tmp/d
	deny '[{ "names": ["mkdirat", "mkdir"], "action": "SCMP_ACT_ERRNO" }]'
	run ! bundle_run runc p.json mkdir /tmp/d
	# repeated fields, and a field in another case
	[ "$(found high "$CHECKS/repeated-key.bad.json" | sort -u)" = "high repeated-key" ]
	[ "$(found high "$CHECKS/key-case.bad.json" | sort -u)" = "high key-case" ]
	readers runc "Operation not permitted"
	# the first of two counts
	deny '[{ "names": ["mkdirat", "mkdir"], "action": "SCMP_ACT_ERRNO", "errnoRet": 30 },
		{ "names": ["mkdirat", "mkdir"], "action": "SCMP_ACT_KILL_PROCESS" }]'
	has "$(found medium p.json)" "medium contradiction"
	run ! bundle_run runc p.json mkdir /tmp/d
	has "$output" "Read-only file system"
	deny '[{ "names": ["acct"], "action": "SCMP_ACT_ERRNO" }]' '{ "flags": ["SECCOMP_FILTER_FLAG_LOG"] }'
	run ! bundle_run runc p.json true
	has "$output" "flags"
	# architectures that its libseccomp does not know, and integers
	deny '[{ "names": ["acct"], "action": "SCMP_ACT_ERRNO" }]' '{ "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_VAX"] }'
	has "$(found high p.json)" "high unknown-arch"
	run ! bundle_run runc p.json true
	has "$output" "SCMP_ARCH_VAX"
	deny '[{ "names": ["", "acct"], "action": "SCMP_ACT_ERRNO" }]' '{ "architectures": ["SCMP_ARCH_X86_64", "x86"] }'
	is "$(found high p.json)" "high unknown-arch
high no-effect"
	run ! bundle_run runc p.json true
	has "$output" "x86 is not a valid arch"
	deny '[{ "names": ["", "acct"], "action": "SCMP_ACT_ERRNO" }]'
	run ! bundle_run runc p.json true
	has "$output" "empty string is not a valid syscall"
	deny '[{ "names": ["<unknown>", "acct"], "action": "SCMP_ACT_ERRNO" }]' '{ "_comment": "a", "$schema": "b" }'
	[ "$(found medium p.json | sort -u)" = "high no-effect" ]
	bundle_run runc p.json true
	sed 's/"SCMP_ACT_ERRNO"/&, "errnoRet": 1e0/' p.json >q.json
	run -2 "$SCTRACE" lint q.json
	has "$output" "syscalls[0].errnoRet: should be a whole number in digits only"
	# jq would write 1 again
	bundle_config p.json true
	sed -i 's/"SCMP_ACT_ERRNO"/&, "errnoRet": 1e0/' bundle/config.json
	run ! timeout -k 5 "$HANG" bash -c "$(declare -f runtime)"'; runtime "$@"' bash runc run -b bundle "sctrace-test-$$-$BASHPID"
	has "$output" "errnoRet"
	deny '[{ "names": ["write"], "action": "SCMP_ACT_NOTIFY" }]' '{ "listenerPath": "/nowhere" }'
	run ! bundle_run runc p.json true
	has "$output" "SCMP_ACT_NOTIFY cannot be used for the write syscall"
	deny '[{ "names": ["acct"], "action": "SCMP_ACT_NOTIFY" }]'
	run ! bundle_run runc p.json true
	has "$output" "listenerPath"

	require_runtime crun
	bundle_make crun true
	readers crun "Read-only file system"
	run ! bundle_run crun "$CHECKS/errno-without-errno.bad.json" true
	has "$output" "errno value specified"
	taken_by crun "$CHECKS/errno-without-errno.good.json"
	deny '[{ "names": ["acct"], "action": "SCMP_ACT_ERRNO" }]' '{ "flags": ["SECCOMP_FILTER_FLAG_LOG"] }'
	taken_by crun p.json
}
