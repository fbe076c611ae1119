#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The tests of real programs, as Debian packages them, come to the same under
# `sctrace record` as without it: each single one.
load lib/common
load lib/suites

setup_file() {
	load lib/common
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

@test "suites: a test that traces differs, and the recording tells" {
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
