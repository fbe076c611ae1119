#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# SARIF of all commands: the requirements of the format that other programs rely on.
# Text in single quotes is for the command's shell; each test is a subshell.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
load ../lib/common

# The problems of a log, a line each.
problems() { # file
	iconv -f UTF-8 -t UTF-8 "$1" | jq -r -f "$SRCDIR/tests/lib/sarif.jq"
}

is_sarif() { # file
	local found
	found=$(problems "$1")
	is "$found" ""
}

texts() { # file
	jq -r '.runs[].results[].message.text' "$1"
}

uris() { # file
	jq -r '[.runs[].results[].locations[].physicalLocation.artifactLocation.uri] | unique[]' "$1"
}

setup() {
	require_tool jq iconv
	cd "$BATS_TEST_TMPDIR" || return
}

# Refuses some calls, one by its argument.
profile() { # file
	cat >"$1" <<-'END'
		{"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{"names": ["mkdir"], "action": "SCMP_ACT_ERRNO"},
		{"names": ["clone3", "vfork"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38},
		{"names": ["socket"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": 16, "op": "SCMP_CMP_EQ"}]}]}
	END
}

@test "sarif: the test finds mistakes" {
	local change

	"$SCTRACE" lint -F sarif -o good.sarif "$SRCDIR/tests/lint/checks/no-effect.bad.json" || [ $? -eq 1 ]
	is_sarif good.sarif
	for change in 'del(.version)' '.runs = []' '.runs[0].results[0].ruleIndex = 1000' '.runs[0].results[0].ruleIndex += 1' \
		'.runs[0].results[0].level = "high"' '.runs[0].results[0].message = {}' '.runs[0].results[0].locations = []' \
		'.runs[0].results[0].severity = "high"' 'del(.runs[0].tool.driver.name)' \
		'.runs[0].results[0].message.text = "a {0}"' '.runs[0].results[0].message.text = "see [x](http://y)"' \
		'.runs[0].results[0].locations[0].physicalLocation.region = {}' \
		'.runs[0].results[0].locations[0].physicalLocation.region.startLine = 0' \
		'.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = "a b"' \
		'.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = "a%b"' \
		'.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = "a#b"' \
		'.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = "é"' \
		'.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = "c:d"' \
		'.runs[0].tool.driver.rules[0].help.text = ""' '.runs[0].tool.driver.rules[1].id = .runs[0].tool.driver.rules[0].id'; do
		jq "$change" good.sarif >bad.sarif
		[ -n "$(problems bad.sarif)" ] || { echo "not found: $change"; return 1; }
	done
}

@test "sarif: of every check of lint, and of none" {
	local file

	for file in "$SRCDIR"/tests/lint/checks/*.json "$SRCDIR"/tests/seeds/*.json; do
		echo "# $file"
		"$SCTRACE" lint -F sarif --severity info -o found.sarif "$file" || [ $? -eq 1 ]
		is_sarif found.sarif
	done
	# one check needs --against, and two --target
	"$SCTRACE" lint -F sarif --severity info --against docker-default --target libseccomp=2.5.4 --target docker=20.10 --target runc=1.1.5 -o found.sarif "$SRCDIR"/tests/lint/checks/*.bad.json || [ $? -eq 1 ]
	is_sarif found.sarif
	is "$(jq -r '.runs[0] | [.results[].ruleId] | unique | length' found.sarif)" "$(jq '.runs[0].tool.driver.rules | length' found.sarif)"
	"$SCTRACE" lint -F sarif -o none.sarif "$SRCDIR/tests/lint/checks/duplicate.good.json"
	is_sarif none.sarif
	is "$(jq -c '.runs[0].results' none.sarif)" '[]'
}

@test "sarif: paths are URIs" {
	local bad=$SRCDIR/tests/lint/checks/no-effect.bad.json pair

	mkdir 'a b#%é'
	while read -r -d ' ' pair; do
		mkdir -p "$(dirname "./${pair%%=*}")" && cp "$bad" "./${pair%%=*}"
		"$SCTRACE" lint -F sarif -o found.sarif "${pair%%=*}" || [ $? -eq 1 ]
		is_sarif found.sarif
		is "$(uris found.sarif)" "${pair#*=}"
	done <<<"x.json=x.json a:b.json=a%3Ab.json http://x.json=http%3A//x.json a%20#?.json=a%2520%23%3F.json 1[2]{3}.json=1%5B2%5D%7B3%7D.json "
	cp "$bad" 'a b#%é/p.json'
	"$SCTRACE" lint -F sarif -o found.sarif 'a b#%é/p.json' "$PWD/a b#%é/p.json" || [ $? -eq 1 ]
	is_sarif found.sarif
	is "$(uris found.sarif)" "a%20b%23%25%C3%A9/p.json
file://$PWD/a%20b%23%25%C3%A9/p.json"
	cp "$bad" $'\xff\n\e.json'
	"$SCTRACE" lint -F sarif -o found.sarif $'\xff\n\e.json' - <"$bad" || [ $? -eq 1 ]
	is_sarif found.sarif
}

@test "sarif: all that check finds, for commands and for recordings" {
	require ptrace
	require seccomp
	require ret-trace
	require_root
	require_tool perl setpriv
	local work='mkdir "/"; socket(S, 16, 3, 0); `true`; chown 0, 0, "/"; syscall 1000'

	profile 'p q.json'
	run -1 "$SCTRACE" check -p 'p q.json' -F sarif -o run.sarif -- perl -e "$work"
	is_sarif run.sarif
	is "$(uris run.sarif)" p%20q.json
	run -1 "$SCTRACE" check --audit --explain-errors -p 'p q.json' -F sarif -o audit.sarif -- perl -e "$work"
	is_sarif audit.sarif
	run -0 "$SCTRACE" check --explain-errors -p 'p q.json' -F sarif -o kernel.sarif -- \
		setpriv --bounding-set -sys_chroot perl -e 'chroot "/"; exit 0'
	is_sarif kernel.sarif
	run -0 "$SCTRACE" check -p 'p q.json' -F sarif -o absent.sarif -- "$FIXTURES/probe-calls" -t 99 0
	is_sarif absent.sarif
	run -0 "$SCTRACE" check -p 'p q.json' -F sarif -o none.sarif -- true
	is_sarif none.sarif
	is "$(jq -c '.runs[0].results' none.sarif)" '[]'
	"$SCTRACE" record -q -o r.json -- perl -e "$work"
	"$SCTRACE" record -q --args none --stacks none -o bare.json -- perl -e "$work"
	run -1 "$SCTRACE" check -p 'p q.json' -F sarif -o recorded.sarif r.json bare.json
	is_sarif recorded.sarif
	"$SCTRACE" gen -q -o g.json r.json
	run -0 "$SCTRACE" check --stale -p g.json -F sarif -o stale.sarif -- true
	is_sarif stale.sarif
	run -1 "$SCTRACE" check -p - -F sarif -o in.sarif r.json <'p q.json'
	is_sarif in.sarif
	# each kind was there
	is "$(jq -r '.runs[].results[].ruleId' ./*.sarif | sort -u | paste -sd ' ')" \
		"depends-on-arguments kernel-refusal never-used outside-profile told-absent"
}

@test "sarif: the name of a program is neither an argument nor a link" {
	require ptrace
	require seccomp
	require ret-trace
	local name=$'[x](http:a)\e{0}<b>'

	profile p.json
	cp "$FIXTURES/probe-calls" "$name"
	run -1 "$SCTRACE" check -p p.json -F sarif -o found.sarif -- "./$name" 83 0
	is_sarif found.sarif
	has "$(texts found.sarif)" '\[x\](http:a)\\x1b{{0}}<b>: EPERM'
	is "$(jq -r '.runs[0].results[0].properties.program' found.sarif)" "$(realpath .)/[x](http:a)\\x1b{0}<b>"
}
