#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# suite.sh NAME [UNIT [TEST...]]: the tests of a real program, as Debian ships
# them, in the current directory, which is empty.  What came of each is a line
# of the file `results`: "UNIT TEST: RESULT", sorted.
#
# A unit is one test program.  Chosen are those about processes, signals, threads,
# files, sockets and filters.  Units run side by side, for most of them wait.
set -euo pipefail

systemd=/usr/lib/systemd/tests
dbus=/usr/lib/dbus-1.0/debug-build/libexec/installed-tests/dbus
glib=/usr/libexec/installed-tests/glib

# By the name of the suite.  Left out though about these things, for they take too long
# (natively, recorded):
#   systemd  test-random-util: a million getrandom (1 s, 30 s); test-event: waits (11 s)
#   D-Bus    test-header-fields (1 s, 15 s); test-dbus-daemon: fails here, and leaves its
#            bus behind, for which a recording waits as it should
#   GLib     mutex, rec-mutex, rwlock, 1bit-mutex: a million contended locks (4 to 12 s,
#            more than 30 s); timeout, thread-deprecated, io-channel-basic: wait (13 to 20 s);
#            gapplication: by the clock, fails on a busy machine (natively 28 of 64, 32 at
#            once), and leaves its bus behind then
declare -A UNITS=(
[systemd]='
	test-async test-barrier test-bus-server test-bus-watch-bind test-capability test-cgroup-util
	test-chown-rec test-clock test-copy test-daemon test-env-util test-exec-util test-execve test-fd-util
	test-fileio test-fs-util test-io-util test-log test-loopback test-mmap-cache test-mountpoint-util
	test-namespace test-netlink test-path-util test-process-util test-procfs-util test-ratelimit
	test-rlimit-util test-rm-rf test-sched-prio test-sd-device-thread test-seccomp test-serialize
	test-sigbus test-signal-util test-sizeof test-sleep test-socket-util test-stat-util
	test-terminal-util test-tmpfile-util test-udev-device-thread test-umask-util test-umount
	test-user-util test-util test-varlink test-watch-pid test-xattr-util
'
[dbus]='
	test-assertions test-containers test-corrupt test-counter test-dbus-daemon-eavesdrop
	test-dbus-daemon-fork.sh test-fdpass test-loopback test-message test-monitor test-relay
	test-sd-activation test-server-oom test-sysdeps test-uid-permissions
'
[glib]='
	asyncqueue basic-application cancellable contexts credentials debugcontroller environment error
	gdbus-connection gdbus-exit-on-close gdbus-non-socket gdbus-peer gdbus-server-auth
	gsubprocess io-channel io-stream live-g-file logging mainloop network-address once onceinit pollable
	private proxy-test readwrite refcount signal-handler sleepy-stream socket socket-address
	socket-listener socket-service spawn-multithreaded spawn-path-search spawn-singlethread spawn-test
	srvtarget stream-rw_all task testing thread thread-pool timer unix unix-fd unix-streams utils
'
[cpython]='test_faulthandler test_os test_posix test_signal test_subprocess test_threading'
[cpython_user]='test_os test_posix'
[strace]='strace'
)

# Single tests of CPython that take too long, and why.
cpython_left_out='
	test_siginterrupt_off            waits for 30 s
	test_dump_traceback_later_twice  waits for 5 s
	test_check_output_timeout        waits for 3 s, three times
	test_leaking_fds_on_error        2000 processes that do nothing: 0.1 s become 3 s
	test_itimer_virtual              makes calls until it used 1 s of its own time: 36 s when recorded
'

# Bounded in time, for a unit that hangs on any machine; in a folder of its own, and with
# nothing of the environment of the tester.
alone() { # command...
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME="$PWD" XDG_RUNTIME_DIR="$PWD" LC_ALL=C.UTF-8 \
		timeout -k 5 900 "$@" >out 2>err </dev/null
}

# "/* test_name */" begins each test; the first that fails ends the program.
systemd_unit() { # program
	local status=0

	alone "$systemd/$1" || status=$?
	sed -n 's|/tmp/[^ )]*|FILE|g; s|^/\* \(.*\) \*/$|\1: begun|p' err
	echo "exit: $status"
}

# TAP: "ok 5 /name # SKIP why"
tap_results() {
	sed -nE 's|/seed:[0-9]+|/seed|; /^ *(ok|not ok) [0-9]+/ {
		s|^ *(.*) ([0-9]+) (- )?([^#]*[^# ]) *# *SKIP.*|\4: \1 skipped|
		s|^ *(.*) ([0-9]+) (- )?(.*[^ ]) *$|\4: \1|
		p
	}' out
}

dbus_unit() { # program
	local status=0

	alone env DBUS_TEST_DATA="$dbus/data" DBUS_TEST_EXEC="$dbus" "$dbus/$1" --tap || status=$?
	tap_results
	echo "exit: $status"
}

glib_unit() { # program
	local status=0

	alone env G_TEST_SRCDIR="$glib" G_TEST_BUILDDIR="$glib" "$glib/$1" --tap || status=$?
	tap_results
	echo "exit: $status"
}

cpython_unit() { # module [test...]
	local status=0 name options=() module=$1
	shift

	while read -r name _; do
		[ -z "$name" ] || options+=(-i "$name")
	done <<<"$cpython_left_out"
	for name; do
		options+=(-m "$name")
	done
	alone /usr/bin/python3 -m test --junit-xml results.xml "${options[@]}" "$module" || status=$?
	[ ! -e results.xml ] || /usr/bin/python3 - <<-'PYTHON'
		import xml.etree.ElementTree as tree
		for case in tree.parse("results.xml").iter("testcase"):
		    bad = [part.tag for part in case if part.tag in ("skipped", "failure", "error")]
		    print(case.get("name") + ": " + (bad or ["ok"])[0])
	PYTHON
	echo "exit: $status"
}

cpython_user_unit() { # module [test...]
	cpython_unit "$@"
}

strace_unit() { # program
	local status=0

	alone "$1" -f -o /dev/null true || status=$?
	echo "exit: $status"
}

# What one unit printed must not mix with another's.
run_unit() { # suite, unit [test...]
	local suite=$1 unit=$2
	shift 2

	mkdir "$unit"
	(cd "$unit" && "${suite}_unit" "$unit" "$@") | sed "s|^|$unit |" | LC_ALL=C sort >"$unit.results"
}

case $# in
0)
	exit 2
	;;
1)
	xargs -P 6 -n 1 bash "$0" "$1" <<<"${UNITS[$1]}"
	cat -- *.results | LC_ALL=C sort >results
	;;
*)
	ulimit -c 0
	run_unit "$@"
	;;
esac
