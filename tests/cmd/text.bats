# SPDX-License-Identifier: Apache-2.0
# Text for terminals: colors, wrapped lines, ASCII; and the same as JSON.
load ../lib/common

setup_file() {
	export PROFILE=$SRCDIR/tests/seeds/mount-naive.json
}

longest_line() { # of standard input
	awk '{ if (length($0) > n) n = length($0) } END { print n + 0 }'
}

# The commands that print text without a recording.
texts() {
	"$SCTRACE" list calls "$@"
	"$SCTRACE" list blind-spots "$@"
	"$SCTRACE" explain mount "$@"
	"$SCTRACE" explain mount-family "$@"
	"$SCTRACE" explain "$PROFILE" mount "$@" || :
	"$SCTRACE" lint -v "$PROFILE" "$@" || :
	"$SCTRACE" diff "$PROFILE" "$SRCDIR/tests/seeds/mount-full.json" "$@" || :
}

escapes() { # in standard input
	grep -c $'\033' || :
}

@test "text: lines wrap at 80 columns without a terminal, at COLUMNS, and at the terminal's width" {
	# a path is not cut into pieces, and diff's table has a width of its own
	cp "$SRCDIR/tests/seeds/mount-naive.json" p.json
	unset COLUMNS
	[ "$("$SCTRACE" explain mount | longest_line)" -le 80 ]
	[ "$("$SCTRACE" lint -v p.json | longest_line)" -le 80 ]
	[ "$("$SCTRACE" list blind-spots | longest_line)" -le 80 ]
	[ "$("$SCTRACE" list calls | longest_line)" -le 80 ]
	[ "$(COLUMNS=50 "$SCTRACE" explain mount-family | longest_line)" -le 50 ]
	[ "$(COLUMNS=200 "$SCTRACE" explain mount-family | longest_line)" -gt 80 ]
	require_tool script
	script -qec "stty cols 60; exec '$SCTRACE' explain mount --color=never" /dev/null </dev/null >typed
	[ "$(tr -d '\r' <typed | longest_line)" -le 60 ]
	[ "$(tr -d '\r' <typed | longest_line)" -gt 50 ]
}

@test "text: wrapping loses no word" {
	is "$(COLUMNS=40 "$SCTRACE" list checks | tr -s ' \n' ' ')" "$(COLUMNS=100000 "$SCTRACE" list checks | tr -s ' \n' ' ')"
	is "$(COLUMNS=45 "$SCTRACE" explain mount | tr -s ' \n' ' ')" "$(COLUMNS=100000 "$SCTRACE" explain mount | tr -s ' \n' ' ')"
}

@test "text: colors: on a terminal, or as --color, NO_COLOR and CLICOLOR_FORCE say" {
	is "$(texts | escapes)" 0
	[ "$(texts --color=always | escapes)" -gt 10 ]
	[ "$(CLICOLOR_FORCE=1 texts | escapes)" -gt 10 ]
	is "$(NO_COLOR=1 CLICOLOR_FORCE=1 texts | escapes)" 0
	is "$(CLICOLOR_FORCE=1 texts --color=never | escapes)" 0
	require_tool script
	script -qec "TERM=xterm '$SCTRACE' explain mount" /dev/null </dev/null >typed
	[ "$(escapes <typed)" -gt 0 ]
	script -qec "TERM=dumb '$SCTRACE' explain mount" /dev/null </dev/null >typed
	is "$(escapes <typed)" 0
	run "$SCTRACE" explain mount --color=sometimes
	is "$status" 2
	has "$output" "auto, always and never"
}

@test "text: a risk of a recording has its color, and a file has none" {
	require ret-trace
	"$SCTRACE" record -q -- /bin/true
	has "$("$SCTRACE" report --color=always)" $'\033'
	CLICOLOR_FORCE=1 "$SCTRACE" report --color=auto -o report.txt
	CLICOLOR_FORCE='' "$SCTRACE" report -o plain.txt
	is "$(escapes <plain.txt)" 0
}

@test "text: colors do not change the width of a line" {
	"$SCTRACE" explain mount --color=always | sed 's/\x1b\[[0-9;]*m//g' >colored
	"$SCTRACE" explain mount --color=never >plain
	cmp colored plain
	COLUMNS=60 "$SCTRACE" list calls --color=always | sed 's/\x1b\[[0-9;]*m//g' >colored
	COLUMNS=60 "$SCTRACE" list calls --color=never >plain
	cmp colored plain
}

@test "text: where the locale is not UTF-8, text is plain ASCII" {
	require ret-trace
	mkdir n
	cp /bin/true "n/naïve"
	"$SCTRACE" record -q -- "n/naïve"
	has "$(LC_ALL=C.UTF-8 "$SCTRACE" report)" "naïve"
	has "$(LC_ALL=C "$SCTRACE" report)" 'na\xc3\xafve'
	is "$(LC_ALL=C texts | LC_ALL=C grep -c '[^ -~]')" 0
	# messages, too
	run env LC_ALL=C "$SCTRACE" report "n/ö.json"
	has "$output" 'n/\xc3\xb6.json'
	run env LC_ALL=C "$SCTRACE" check -p "$SRCDIR/tests/seeds/mount-naive.json" -- mount -t tmpfs "n/ö" /nowhere
	is "$(LC_ALL=C grep '[^ -~]' <<<"$output" | grep -v '^mount:' || :)" ""
	# JSON is UTF-8 everywhere
	has "$(LC_ALL=C "$SCTRACE" report --json)" "naïve"
}

@test "text: commands that answer can answer in JSON" {
	require ret-trace
	local list

	"$SCTRACE" record -q -- /bin/true
	for list in families formats calls actions arches blind-spots checks defaults runtimes ""; do
		# shellcheck disable=SC2086 # no word at all, too
		"$SCTRACE" list $list --json | jq -e 'length > 0 and all(.[]; .name | type == "string")'
	done
	is "$("$SCTRACE" list calls mount-family --json | jq -r '[.[] | select(.risk == "high")] | length > 3')" true
	"$SCTRACE" report --json | jq -e .
	"$SCTRACE" explain mount --json | jq -e .
	"$SCTRACE" doctor --json | jq -e . || [ "${PIPESTATUS[1]}" = 0 ]
	{ "$SCTRACE" lint --json "$PROFILE" || :; } | jq -e .
	{ "$SCTRACE" diff --json "$PROFILE" "$SRCDIR/tests/seeds/mount-full.json" || :; } | jq -e .
	"$SCTRACE" gen -q -o p.json
	"$SCTRACE" check -p p.json --json sctrace.json | jq -e .
}
