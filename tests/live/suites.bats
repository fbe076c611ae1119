#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The tests of real programs, as Debian packages them, come to the same under
# `sctrace record` as without it: each single one.
load ../lib/common
load ../lib/suites

setup_file() {
	load ../lib/common
	require ptrace
	require ret-trace
	require_tool jq timeout xargs
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	AS_USER=()
	suite_folder
}

as_ordinary_user() {
	require_root
	require_tool setpriv
	getent passwd nobody >/dev/null || miss "no user nobody"
	AS_USER=(setpriv --reuid="$(id -u nobody)" --regid="$(id -g nobody)" --clear-groups)
	"${AS_USER[@]}" test -x ./sctrace || miss "the temporary folder is closed to others"
}

@test "suites: a test that traces differs, and the recording shows why" {
	require_suite strace
	same_results strace 1
}

@test "suites: systemd" {
	require_suite systemd
	same_results systemd 400
}

@test "suites: systemd, as an ordinary user" {
	require_suite systemd
	as_ordinary_user
	same_results systemd 400
}

# bats test_tags=slow
@test "suites: D-Bus" {
	require_suite dbus
	same_results dbus 80
}

# bats test_tags=slow
@test "suites: GLib" {
	require_suite glib
	same_results glib 300
}

# bats test_tags=slow
@test "suites: CPython" {
	require_suite cpython
	same_results cpython 1000
}

# bats test_tags=slow
@test "suites: CPython, as an ordinary user" {
	require_suite cpython_user
	as_ordinary_user
	same_results cpython_user 400
}

@test "suites: a script compares a folder of programs, and lists flaky ones separately" {
	require ret-trace
	require_tool strace jq
	local tool=$SRCDIR/scripts/check-suites

	mkdir programs
	printf '#!/bin/sh\nls / | sort | head -n 2\nexit 7\n' >programs/same
	printf '#!/bin/sh\nod -An -tx4 -N8 /dev/urandom | tr 0-9 g-p\n' >programs/random
	printf '#!/bin/sh\nstrace -o /dev/null true 2>/dev/null\necho $?\n' >programs/tracer
	echo text >programs/data
	chmod +x programs/same programs/random programs/tracer
	run -1 "$tool" programs
	has "$output" "same     same"
	has "$output" "flaky    random"
	has "$output" "differs  tracer: < 0 > 1"
	hasnt "$output" "data"
	has "$output" "1 same, 1 differ, 0 with other calls, 1 flaky"
	run -0 "$tool" -e syscall programs same
	is "$output" "same     same
1 same, 0 differ, 0 with other calls, 0 flaky"
	# a recorder that misses a call is noticed
	cat >blind <<-'END'
		#!/bin/sh
		status=0
		"$REAL" "$@" || status=$?
		while [ "$1" != -o ]; do shift; done
		jq 'del(.calls[] | select(.name == "read"))' "$2" >"$2.new" && mv "$2.new" "$2"
		exit $status
	END
	chmod +x blind
	export REAL=$SCTRACE
	SCTRACE=$PWD/blind run -1 "$tool" programs same
	has "$output" "calls    same: lacks read"
	run -2 "$tool" nowhere
}
