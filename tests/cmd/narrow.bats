#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Families that are a part of another: one kind of namespace, one domain of sockets.
# Every way to the effect is denied, and similar calls work as before.
load ../lib/common

deny() { # family
	"$SCTRACE" gen -q --deny "$1-family" | marked >p.json
}

narrow() { # command in front..., -- fixture's arguments
	unshare --mount --uts --ipc "${@}" 2>&1
}

setup_file() {
	load ../lib/common
	require_root
	require_machine x86_64
	require_tool jq
}

@test "narrow: every family that is a part of another is tried" {
	is "$("$FIXTURES/narrow" families)" "$(sed -n 's/^\([a-z-]*\)  *part .*/\1/p' "$SRCDIR/src/sysdb/families.tbl")"
}

@test "narrow: every way to the effect is denied, and the review lists other losses" {
	local family way errno
	"$FIXTURES/narrow" families | while read -r family; do
		deny "$family"
		narrow "$SCTRACE" run -q -p p.json -- "$FIXTURES/narrow" "$family" >got
		test "$(wc -l <got)" -ge 7
		while read -r way errno; do
			# a kernel without the 32-bit ABI faults, and has nothing to deny
			[ "$errno" = 15 ] || { [ "$errno" = 255 ] && ! "$SCTRACE" doctor -q compat; } || echo "$family $way $errno"
		done <got
	done >wrong
	is "$(cat wrong)" ""
}

@test "narrow: the ways work if they are not denied" {
	local family
	for family in ipc-namespace mount-namespace network-namespace pid-namespace user-namespace uts-namespace; do
		narrow "$FIXTURES/narrow" "$family" >got
		grep -qx "unshare 0" got
		grep -qx "clone 0" got
		grep -qx "clone3 0" got
	done
	for family in inet-socket netlink-socket packet-socket; do
		narrow "$FIXTURES/narrow" "$family" >got
		grep -qx "socket 0" got
		grep -qx "socket-dirty 0" got
	done
}

@test "narrow: similar calls work as before" {
	local family neighbour
	"$FIXTURES/narrow" families | while read -r family; do
		for neighbour in uts-namespace ipc-namespace inet-socket netlink-socket; do
			[ "$neighbour" != "$family" ] && [ "${neighbour##*-}" = "${family##*-}" ] || continue
			deny "$family"
			narrow "$FIXTURES/narrow" "$neighbour" exact >natively
			narrow "$SCTRACE" run -q -p p.json -- "$FIXTURES/narrow" "$neighbour" exact >got
			diff natively got >&2 || echo "$neighbour under $family"
		done
	done >wrong
	is "$(cat wrong)" ""
}
