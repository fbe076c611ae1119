#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# systemd's units and drop-ins: what is read in them, and what is written, held against a real systemd.
# shellcheck disable=SC2154

load ../lib/common
load ../lib/workloads
load ../lib/bundle
load ../lib/starts
load ../lib/systemd

@test "systemd: the table of groups is what the installed version prints" {
	local version table=$SRCDIR/src/sysdb/systemd-groups.tbl

	require_tool systemd-analyze
	version=$(systemd-analyze --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')
	grep -q "[ ,]$version\(,\|\$\)" "$table" || miss "the table has no version $version"
	awk -v version="$version" '!/^#/ && ($3 == "-" || index("," $3 ",", "," version ",")) { print $1, $2 }' "$table" >table
	"$SRCDIR/scripts/systemd-groups" / | awk '{ print $1, $2 }' >installed
	[ -s installed ]
	diff table installed
}

@test "systemd: what is read in a unit is the filter that systemd puts on its service" {
	require_systemd
	require_tool pgrep
	mapfile -t units < <(find /lib/systemd/system -type f -name '*.service' -exec grep -l '^SystemCallFilter' {} +)
	[ "${#units[@]}" -gt 0 ] || miss "no unit with a filter here"
	world units_are_as_read "$SRCDIR"/tests/systemd/*.service "${units[@]}"
}
