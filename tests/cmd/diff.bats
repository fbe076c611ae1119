#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `sctrace diff`: what two profiles mean differently, or what two recordings saw.
# tests/unit/test-differences.c compares the results with the judge, for random policies.
# shellcheck disable=SC2016,SC2030,SC2031,SC2094,SC2154

load ../lib/common

# A profile that denies with EPERM, and has these rules.
profile() { # rules, comma separated: JSON
	printf '{"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"], "syscalls": [%s]}\n' "$1"
}

allow() { # name [condition]
	printf '{"names": ["%s"], "action": "SCMP_ACT_ALLOW"%s}' "$1" "${2:+, \"args\": [$2]}"
}

when() { # argument op value [mask: then the value is what is under it]
	if [ -n "${4-}" ]; then
		printf '{"index": %s, "op": "SCMP_CMP_%s", "value": %s, "valueTwo": %s}' "$1" "$2" "$4" "$3"
	else
		printf '{"index": %s, "op": "SCMP_CMP_%s", "value": %s}' "$1" "$2" "$3"
	fi
}

diff_is() { # status, changes as "change call" lines
	run -"$1" --separate-stderr "$SCTRACE" diff --json old.json new.json
	is "$(jq -r '.differences[] | "\(.change) \(.call // .subject)"' <<<"$output" | LC_ALL=C sort)" "$2"
	is "$(jq .different <<<"$output")" "$([ "$1" = 1 ] && echo true || echo false)"
}

@test "diff: added, removed, widened, narrowed and changed, with the risk beside each" {
	profile "$(allow read), $(allow mkdir), $(allow socket "$(when 0 EQ 1)"), $(allow personality "$(when 0 LE 8)"),
	         $(allow getpid)" >old.json
	profile "$(allow read), $(allow mount), $(allow socket "$(when 0 LE 2)"), $(allow personality "$(when 0 EQ 8)"),
	         {\"names\": [\"getpid\"], \"action\": \"SCMP_ACT_LOG\"}" >new.json
	run -1 --separate-stderr "$SCTRACE" diff old.json new.json
	is "$stderr" ""
	grep -qE '^added +mount +high +denied with EPERM -> allowed$' <<<"$output"
	grep -qE '^removed +mkdir +low +allowed -> denied with EPERM$' <<<"$output"
	grep -qE '^widened +socket +low +allowed if domain is AF_UNIX; else denied with EPERM$' <<<"$output"
	grep -qE '^ +-> allowed if domain <= AF_INET; else denied with EPERM$' <<<"$output"
	has "$output" "for example socket(domain=AF_UNSPEC)"
	grep -qE '^narrowed +personality +[a-z]+ ' <<<"$output"
	grep -qE '^changed +getpid +none +allowed -> logged and allowed$' <<<"$output"
	is "$(tail -n 1 <<<"$output")" "1 added, 1 widened, 1 removed, 1 narrowed, 1 changed"
	diff_is 1 "$(printf '%s\n' 'added mount' 'changed getpid' 'narrowed personality' 'removed mkdir' 'widened socket')"
}

@test "diff: only the meaning of a profile matters, not how it is written" {
	profile "$(allow read), $(allow socket "$(when 0 EQ 1)"), $(allow socket "$(when 0 EQ 2)"), $(allow kill "$(when 1 LT 10)")" >old.json
	profile "$(allow kill "$(when 1 LE 9)"), $(allow socket "$(when 0 EQ 2)"), $(allow socket "$(when 0 EQ 1)"),
	         $(allow socket "$(when 0 EQ 2), $(when 1 GE 7)"), $(allow read), $(allow read "$(when 0 EQ 5)"),
	         {\"names\": [\"mount\"], \"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": 1}" >new.json
	diff_is 0 ""
	run -0 "$SCTRACE" diff old.json new.json
	is "$output" "sctrace: no difference in meaning"
	# a mask that leaves one value, on the other side of one bit
	profile "$(allow kill "$(when 1 LT 16)")" >old.json
	profile "$(allow kill "$(when 1 MASKED_EQ 0 18446744073709551600)")" >new.json
	diff_is 0 ""
	profile "$(allow kill "$(when 1 MASKED_EQ 0 18446744073709551584)")" >new.json
	diff_is 1 "widened kill"
	is "$(jq -r '.differences[0].example.text' <<<"$output")" "kill(sig=SIGSTKFLT)"
	is "$(jq -c '.differences[0].example.arguments' <<<"$output")" '{"1":16}'
}

@test "diff: calls through a multiplexer are compared, too" {
	profile "$(allow listen)" >old.json
	profile "$(allow listen "$(when 1 LT 5)")" >new.json
	diff_is 1 "$(printf '%s\n' 'narrowed listen' 'narrowed socketcall')"
	run -1 "$SCTRACE" diff old.json new.json
	grep -qE '^narrowed +socketcall \[x86\] +low +allowed if it is listen; else ' <<<"$output"
	grep -qE '^ +-> allowed if it is listen and (backlog|argument 1) < 5; else ' <<<"$output"
	has "$output" "for example socketcall(call=SYS_LISTEN, args=0x5)"
}

@test "diff: one call can be wider and narrower" {
	profile "$(allow socket "$(when 0 EQ 1)")" >old.json
	profile "$(allow socket "$(when 0 EQ 2)")" >new.json
	diff_is 1 "$(printf '%s\n' 'narrowed socket' 'widened socket')"
	run -1 "$SCTRACE" diff --only widened old.json new.json
	has "$output" "for example socket(domain=AF_INET)"
	hasnt "$output" narrowed
	run -1 "$SCTRACE" diff --only narrowed old.json new.json
	has "$output" "for example socket(domain=AF_UNIX)"
}

@test "diff: the example of a widening passes the new profile and not the old one" {
	require seccomp
	require_tool perl
	local pid='"args": [{"index": 1, "op": "SCMP_CMP_EQ", "value": 0}]'
	base='{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["kill"], "action": "SCMP_ACT_ERRNO", "errnoRet": 95'
	echo "$base}]}" >old.json
	echo "$base, ${pid/EQ/NE}}]}" >new.json
	run -1 "$SCTRACE" diff --json old.json new.json
	echo "$output" >json
	is "$(jq -r '.differences[] | "\(.change) \(.call) \(.example.text)"' json)" "added kill kill(sig=0)"
	local sig
	sig=$(jq '.differences[0].example.arguments["1"]' json)
	is "$("$SCTRACE" run -q -p old.json -- perl -e 'print kill(shift, $$) ? "made" : $! + 0' "$sig")" 95
	is "$("$SCTRACE" run -q -p new.json -- perl -e 'print kill(shift, $$) ? "made" : $! + 0' "$sig")" made
}

@test "diff: the default, the ABIs and the flags are compared" {
	profile "$(allow read)" >old.json
	jq '.defaultAction = "SCMP_ACT_KILL_PROCESS"' old.json >new.json
	diff_is 1 "changed default"
	jq '.defaultAction = "SCMP_ACT_ALLOW"' old.json >new.json
	diff_is 1 "added default"
	run -1 "$SCTRACE" diff old.json new.json
	grep -qE '^added +all other calls +high +denied with EPERM -> allowed$' <<<"$output"
	jq '.architectures = ["SCMP_ARCH_X86_64"]' old.json >new.json
	diff_is 1 "removed abi"
	is "$(jq -c '.differences[0].abis' <<<"$output")" '["x86"]'
	run -1 "$SCTRACE" diff new.json old.json
	grep -qE '^added +the ABI x86 +' <<<"$output"
	has "$output" "1 call is allowed"
	jq '.flags = ["SECCOMP_FILTER_FLAG_LOG"]' old.json >new.json
	diff_is 1 "changed flags"
}

@test "diff: --only is a gate: an added call counts as widened, too" {
	profile "$(allow read)" >old.json
	profile "$(allow read), $(allow mount)" >new.json
	run -1 "$SCTRACE" diff --only widened old.json new.json
	run -1 "$SCTRACE" diff --only added old.json new.json
	run -0 "$SCTRACE" diff -q --only removed,narrowed old.json new.json
	is "$output" ""
	run -1 "$SCTRACE" diff --only removed --only added old.json new.json
	run -0 "$SCTRACE" diff --only widened new.json old.json
	has "$output" "no difference of that kind"
	run -1 "$SCTRACE" diff --only narrowed new.json old.json
	run -1 "$SCTRACE" diff --only removed new.json old.json
	run -2 "$SCTRACE" diff --only widenned old.json new.json
	has "$output" "unknown change 'widenned', the nearest is widened"
	run -2 "$SCTRACE" diff --only '' old.json new.json
	run -2 "$SCTRACE" diff --only changed, old.json missing.json
}

@test "diff: a profile is no different from itself, however it is written out" {
	local profile

	for profile in "$SRCDIR"/tests/golden/*/docker.json "$SRCDIR"/tests/seeds/*.json; do
		echo "# $profile"
		run -0 "$SCTRACE" diff -q "$profile" "$profile"
		is "$output" ""
	done
	for profile in args basic ranges deny-chmod deny-mount derived; do
		"$SCTRACE" diff -q "$SRCDIR/tests/golden/$profile/docker.json" "$SRCDIR/tests/golden/$profile/oci.json"
	done
	# and a denial only makes a profile narrower
	"$SCTRACE" gen -q --deny mount-family -o new.json
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]}' >old.json
	run -0 "$SCTRACE" diff -q --only widened,changed old.json new.json
	run -1 "$SCTRACE" diff -q --only removed old.json new.json
	grep -qE '^removed +mount +high ' <<<"$output"
}

@test "diff: --cap decides includes and excludes" {
	profile "$(allow read)" >old.json
	jq '.syscalls += [{names: ["mount"], action: "SCMP_ACT_ALLOW", includes: {caps: ["CAP_SYS_ADMIN"]}}]' old.json >new.json
	diff_is 0 ""
	run -1 "$SCTRACE" diff --cap CAP_SYS_ADMIN old.json new.json
	has "$output" mount
	run -2 "$SCTRACE" diff --cap CAP_SYS_ADMlN old.json new.json
}

@test "diff: a comparison that is too large does not pass" {
	local rules=() bit

	# each tests another pair of bits: together they have no small diagram
	for bit in {0..23}; do
		rules+=("$(allow lseek "$(when 1 MASKED_EQ $((1 << bit)) $((1 << bit))), $(when 2 MASKED_EQ $((1 << bit)) $((1 << bit)))")")
	done
	profile "$(IFS=, && echo "${rules[*]}")" >old.json
	profile "$(IFS=, && echo "${rules[*]:1}")" >new.json
	diff_is 1 "$(printf '%s\n' 'narrowed lseek' 'widened lseek')"
	is "$(jq -c '[.differences[] | .guessed, has("example")]' <<<"$output")" '[true,false,true,false]'
	run -1 "$SCTRACE" diff old.json new.json
	has "$output" "too many conditions to compare: it may be so"
	# except for what is written in the same way
	cp old.json new.json
	diff_is 0 ""
}

@test "diff: a comparison that is too large in one direction is reported once for each direction" {
	pairs() { # the other argument: of the sizes that are too much for both ways one after another
		local rules=() bit

		for bit in {0..13}; do
			rules+=("$(allow lseek "$(when 1 MASKED_EQ $((1 << bit)) $((1 << bit))), $(when "$1" MASKED_EQ $((1 << bit)) $((1 << bit)))")")
		done
		profile "$(IFS=, && echo "${rules[*]}")"
	}
	pairs 2 >old.json
	pairs 3 >new.json
	diff_is 1 "$(printf '%s\n' 'narrowed lseek' 'widened lseek')"
	is "$(jq -c '[.differences[] | .change, (.guessed // false)]' <<<"$output")" '["widened",false,"narrowed",true]'
}

@test "diff: markdown is a table, and nothing in a name gets out of it" {
	profile "$(allow read)" >old.json
	profile "$(allow mount), $(allow read), $(allow unshare "$(when 0 MASKED_EQ 0 $((0x30000000)))")" >'new|`<b>@x.json'
	run -1 "$SCTRACE" diff -F markdown old.json 'new|`<b>@x.json'
	is "${lines[0]}" '### System calls: old.json → new\|\`&#60;b&#62;&#64;x.json'
	is "${lines[1]}" '2 added.'
	is "${lines[2]}" '| | call | risk | before | now |'
	has "$output" '| added | mount | **high**: '
	has "$output" '| denied with EPERM | allowed |'
	has "$output" 'CLONE\_NEWUSER\|CLONE\_NEWPID'
	# each row has the same cells
	is "$(grep '^|' <<<"$output" | sed 's/\\|//g; s/[^|]//g' | sort -u)" '||||||'
	mkdir https:
	cp old.json https:/old.json
	run -0 "$SCTRACE" diff -q -F markdown old.json https://old.json
	is "${lines[0]}" '### System calls: old.json → https&#58;//old.json'
	run -0 "$SCTRACE" diff -q -F markdown old.json old.json
	is "${lines[1]}" "No difference in meaning."
}

@test "diff: markdown fits into a comment twice: rows are left out, and their number is reported" {
	require_tool iconv
	local most=30200 shown told

	# characters of more than one byte, at every offset
	printf '{"format": "sctrace-recording", "version": 1, "runs": [], "programs": [], "calls": [], "blind_spots": []}\n' >old.json
	jq -c '[range(1000; 1600) as $n | {abi: "x86_64", name: "call_\($n)", number: $n, count: 1,
		seen: [{program: ("/bin/" + "é→𝄞" * ($n % 7) + "x"), run: "r", first: 0.5, count: 1}]}] as $calls
		| .calls = $calls' old.json >new.json
	"$SCTRACE" diff --json old.json new.json >all.json || [ $? -eq 1 ]
	is "$(jq '.differences | length' all.json)" 600
	run -1 --separate-stderr "$SCTRACE" diff -F markdown old.json new.json
	printf '%s\n' "$output" >out.md
	[ "$(wc -c <out.md)" -le "$most" ] && [ "$(wc -c <out.md)" -gt $((most - 1500)) ]
	iconv -f UTF-8 -t UTF-8 out.md | cmp - out.md
	is "$(sed -n 3p out.md)" "600 added."
	shown=$(grep -c '^| added | call' out.md)
	[ "$shown" -gt 100 ]
	told=$(tail -n 1 out.md)
	is "$told" "$((600 - shown)) more are left out: a comment has no room for them. \`sctrace diff -F text\` prints all."
	is "$(grep '^|' out.md | sed 's/[^|]//g' | sort -u)" '||||||'
	is "$(tail -n 2 out.md | head -n 1)" ""
	# the note is text with all in it
	is "$("$SCTRACE" diff old.json new.json | grep -c '^added  *call')" 600
	# the most important rows come first, and are kept
	jq -c '.calls = [.calls[0] | .name = "mkdir" | .number = 83]' new.json >one.json
	run -1 --separate-stderr "$SCTRACE" diff -F markdown new.json one.json
	has "${lines[4]}" "| added | mkdir |"
	has "${lines[-1]}" " more are left out"
	# a row that is longer than the whole room: the others are kept
	jq -c '.calls[0].seen[0].program = "/bin/" + "<" * 7000' new.json >long.json
	run -1 --separate-stderr "$SCTRACE" diff -F markdown old.json long.json
	hasnt "$output" "call\\_1000 "
	has "$output" "call\\_1001 "
}

@test "diff: two recordings: the calls that only one has seen" {
	require ptrace
	require ret-trace
	require_tool jq
	"$SCTRACE" record -q -o old.json -- "$FIXTURES/marked" main 3
	"$SCTRACE" record -q -o new.json -- sh -c '"$0" main 2; mkdir d' "$FIXTURES/marked"
	run -0 "$SCTRACE" diff old.json old.json
	has "$output" "no difference"
	run -1 --separate-stderr "$SCTRACE" diff old.json new.json
	grep -qE '^added +mkdir +low +not seen -> made 1 time by mkdir( through .*)?$' <<<"$output"
	hasnt "$output" call_1000
	run -1 --separate-stderr "$SCTRACE" diff --only removed new.json old.json
	grep -qE '^removed +mkdir +low +made 1 time by mkdir( through .*)? -> not seen$' <<<"$output"
	is "$("$SCTRACE" diff --json --only added old.json new.json | jq -r '.kind, (.differences[].call)' | LC_ALL=C sort)" \
		"$( (echo recording; comm -13 <("$SCTRACE" report -F names old.json) <("$SCTRACE" report -F names new.json)) | LC_ALL=C sort)"
	# the ABI belongs to the call
	jq '.calls |= map(if .name == "mkdir" then .abi = "x86" | .number = 39 else . end)' new.json >other.json
	run -1 "$SCTRACE" diff other.json new.json
	has "$output" "mkdir [x86]"
	# from a pipe, and the name of a program remains text
	jq '.calls[].seen[].program |= "/bin/\u001b[31m|<b>"' new.json >evil.json
	run -1 "$SCTRACE" diff -F markdown old.json - <evil.json
	hasnt "$output" $'\e'
	hasnt "$output" '<b>'
	is "$(grep '^|' <<<"$output" | sed 's/\\|//g; s/[^|]//g' | sort -u)" '||||||'
}

@test "diff: for recordings, the function that made a call is named" {
	require ptrace
	require ret-trace
	require unwinding
	"$CC" -O1 -o stands -pthread "$SRCDIR/tests/fixtures/stands.c"
	"$SCTRACE" record -q -o old.json -- true
	"$SCTRACE" record -q -o new.json -- ./stands plain
	run -1 --separate-stderr "$SCTRACE" diff --only added old.json new.json
	grep -qE '^added +call_1000 +high +not seen -> made 1 time by stands through leaf \(stands\)$' <<<"$output"
}

@test "diff: for recordings, values of arguments are compared" {
	require ptrace
	require ret-trace
	require_tool jq perl
	sockets_of() { "$SCTRACE" record -q -o "$1" -- perl -MSocket -e 'socket($s, $_, SOCK_DGRAM, 0) or 1 for @ARGV' "${@:2}"; }
	sockets_of old.json 1
	sockets_of new.json 1 2
	run -0 "$SCTRACE" diff old.json old.json
	run -1 --separate-stderr "$SCTRACE" diff --only widened old.json new.json
	grep -qE '^widened +socket +low +domain was AF_UNIX -> domain was AF_UNIX, AF_INET$' <<<"$output"
	run -1 --separate-stderr "$SCTRACE" diff --only narrowed new.json old.json
	grep -qE '^narrowed +socket +low +domain was AF_UNIX, AF_INET -> domain was AF_UNIX$' <<<"$output"
	run -0 "$SCTRACE" diff --only widened new.json old.json
	# more than can be kept, and nothing kept
	jq '(.calls[] | select(.name == "socket") | .args[0]) |= (del(.values) | .summary = {least: 1, greatest: 70, bits: 127})' new.json >many.json
	run -1 --separate-stderr "$SCTRACE" diff new.json many.json
	has "$output" "domain was many values from 0x1 to 0x46"
	run -0 "$SCTRACE" diff --only widened many.json new.json
	jq 'del(.calls[].args)' new.json >none.json
	run -0 "$SCTRACE" diff none.json new.json
}

# A recording without calls that has these blind spots.
blind() { # blind spots (JSON), comma separated
	printf '{"format": "sctrace-recording", "version": 1, "runs": [], "programs": [], "calls": [], "blind_spots": [%s]}\n' "$1"
}

spot() { # kind [calls (JSON)]
	printf '{"kind": "%s", "detail": "it is so|<b>", "remedy": "none"%s}' "$1" "${2:+, \"calls\": [$2]}"
}

@test "diff: with a new blind spot a recording is weaker evidence, and without one stronger" {
	blind "$(spot io-uring)" >old.json
	blind "$(spot io-uring), $(spot outer-filter '"mkdir", "mount", "x86:swapon"')" >new.json
	run -0 "$SCTRACE" diff new.json new.json
	diff_is 1 "weaker blind-spot"
	is "$(jq -c '.differences[0] | .spot, .hidden, .risk, .old, .new' <<<"$output" | paste -sd ' ')" \
		'"outer-filter" ["mkdir","mount","x86:swapon"] "high" "no such blind spot" "it is so|<b>; 3 calls are hidden"'
	run -1 --separate-stderr "$SCTRACE" diff old.json new.json
	grep -qE '^weaker +blind spot outer-filter +high +no such blind spot -> it is so\|<b>; 3 calls are hidden$' <<<"$output"
	has "${lines[1]}" "  hides now: mkdir, mount, x86:swapon"
	is "${lines[-1]}" "1 weaker"
	run -1 --separate-stderr "$SCTRACE" diff -F markdown old.json new.json
	has "$output" '| weaker | blind spot outer-filter | **high** | no such blind spot | it is so\|&#60;b&#62;; 3 calls are hidden; hides now: mkdir, mount, x86:swapon |'
	run -1 --separate-stderr "$SCTRACE" diff new.json old.json
	grep -qE '^stronger +blind spot outer-filter +high ' <<<"$output"
	has "$output" "hides no longer: mkdir, mount, x86:swapon"
	# what it hides, if that is known; without known calls no risk is shown
	blind "$(spot io-uring), $(spot outer-filter '"mkdir"')" >some.json
	run -1 --separate-stderr "$SCTRACE" diff some.json new.json
	has "$output" "hides now: mount, x86:swapon"
	run -1 "$SCTRACE" diff -q --only stronger some.json old.json
	blind "$(spot outer-filter '"mkdir"')" >other.json
	run -1 --separate-stderr "$SCTRACE" diff other.json some.json
	grep -qE '^weaker +blind spot io-uring +no such blind spot -> it is so' <<<"$output"
	is "$("$SCTRACE" diff --json other.json some.json | jq -c '.differences[0] | has("risk"), has("hidden"), has("abis")' | paste -sd ' ')" "false false false"
	blind "$(spot outer-filter)" >unknown.json
	run -1 --separate-stderr "$SCTRACE" diff --only weaker other.json unknown.json
	# a gate; it makes no difference which program made it
	run -0 "$SCTRACE" diff -q --only widened,stronger old.json new.json
	run -1 "$SCTRACE" diff -q --only widened,weaker old.json new.json
	run -0 "$SCTRACE" diff -q --only weaker new.json old.json
	jq '.blind_spots[].seen = [{"program": "/bin/x", "run": "r", "first": 0.5, "count": 3}]' old.json >seen.json
	jq -e '.blind_spots[0] | has("seen")' seen.json
	run -0 "$SCTRACE" diff old.json seen.json
}

@test "diff: for real recordings, the blind spot of the newer one is reported" {
	require ptrace
	require ret-trace
	require_tool jq
	"$SCTRACE" record -q -o old.json -- "$FIXTURES/guards" state
	"$SCTRACE" record -q -o new.json -- "$FIXTURES/guards" errno 2
	run -1 --separate-stderr "$SCTRACE" diff --only weaker old.json new.json
	grep -qE '^weaker +blind spot own-filter ' <<<"$output"
}

@test "diff: a recording cannot be compared with a profile, or with an unreadable file" {
	profile "$(allow read)" >p.json
	printf '{"format": "sctrace-recording", "version": 1, "runs": [], "programs": [], "calls": [], "blind_spots": []}\n' >r.json
	run -2 "$SCTRACE" diff r.json p.json
	has "$output" "'r.json' is a recording, and 'p.json' is not"
	run -2 "$SCTRACE" diff p.json r.json
	run -2 "$SCTRACE" diff p.json
	has "$output" "give two files to compare"
	run -2 "$SCTRACE" diff p.json p.json p.json
	run -2 "$SCTRACE" diff p.json missing.json
	has "$output" missing.json
	run -2 "$SCTRACE" diff - - <p.json
	run -2 "$SCTRACE" diff -F jsno p.json p.json
	has "$output" "the nearest is json"
	run -2 "$SCTRACE" diff --json -F text p.json p.json
	run -2 "$SCTRACE" diff --cap none r.json r.json
	echo '{"defaultAction": "SCMP_ACT_ALOW"}' >bad.json
	run -2 "$SCTRACE" diff p.json bad.json
	has "$output" "bad.json:1"
	# and a recording is not overwritten
	run -2 "$SCTRACE" diff -o r.json p.json p.json
	run -0 "$SCTRACE" diff -q - p.json <p.json
}

@test "diff: thousands of conditions take limited time, and do not pass" {
	require_tool jq
	rules() { # seed
		jq -nc --argjson seed "$1" '[range(60) as $i | {names: ["prctl", "keyctl", "futex"], action: "SCMP_ACT_ALLOW",
		    args: [range(3) as $k | {index: (($i + $k) % 6), op: "SCMP_CMP_MASKED_EQ",
		        value: ((($i + 3) * ($k + 5) * 7919 * $seed * 104729) % 4294967296), valueTwo: (($i + $seed) * ($k + 1) * 15485863 % 4294967296)}]}]
		  | {defaultAction: "SCMP_ACT_ERRNO", syscalls: .}'
	}
	rules 3 >old.json
	rules 7 >new.json
	run -1 timeout -k 5 "$HANG" "$SCTRACE" diff --only widened old.json new.json
	run -0 timeout -k 5 "$HANG" "$SCTRACE" diff old.json old.json
}
