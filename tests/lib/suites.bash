# SPDX-License-Identifier: Apache-2.0
# The test suites of lib/suite.sh, natively and recorded.
# shellcheck shell=bash

# Differences that cannot be avoided, and the kind of blind spot that reports them.
declare -gA UNAVOIDABLE=(
	["strace exit"]=nested-tracer		# a task has one tracer
)

# For each suite, a file of its package.
declare -gA SUITE_NEEDS=(
	[systemd]=/usr/lib/systemd/tests/test-process-util
	[dbus]=/usr/lib/dbus-1.0/debug-build/libexec/installed-tests/dbus/test-fdpass
	[glib]=/usr/libexec/installed-tests/glib/gsubprocess
	[cpython]=/usr/lib/python3.11/test/test_signal.py
	[cpython_user]=/usr/lib/python3.11/test/test_signal.py
	[strace]=/usr/bin/strace
)

require_suite() { # suite
	[ -e "${SUITE_NEEDS[$1]}" ] || miss "no tests of $1 here"
}

# Everything in one folder that all users can enter.
suite_folder() {
	local folder=$PWD

	while chmod o+rx "$folder" && [ "$folder" != "$BATS_RUN_TMPDIR" ]; do
		folder=$(dirname "$folder")
	done
	mkdir runs
	chmod 777 runs
	cp "$SCTRACE" runs/sctrace
	cp "$SRCDIR/tests/lib/suite.sh" runs/
	cd runs || return
}

# Runs suite.sh in a new folder N.native and another N.recorded, side by side.  The other
# gets a minute and ten times the time of the first.
# AS_USER: the words that run it as another user.
both() { # N, arguments of suite.sh...
	local n=$1 began=$SECONDS native recorded status=0
	shift

	"${AS_USER[@]}" mkdir "$n.native" "$n.recorded"
	(cd "$n.native" && exec env --default-signal=INT,QUIT "${AS_USER[@]}" bash ../suite.sh "$@") 3>&- &
	native=$!
	(cd "$n.recorded" && exec env --default-signal=INT,QUIT "${AS_USER[@]}" ../sctrace record -q -o r.json -- bash ../suite.sh "$@") 3>&- &
	recorded=$!
	wait "$native" || status=$?
	end_after $((60 + 10 * (SECONDS - began))) "$recorded" || status=1
	wait "$recorded" && [ "$status" = 0 ]
}

# Ends a job that is still there after so many seconds.
end_after() { # seconds, pid
	local end=$((SECONDS + $1))

	while ! gone "$2"; do
		if [ "$SECONDS" -ge "$end" ]; then
			echo "not over $1 s after the native run" >&2
			kill -TERM "$2"
			return 1
		fi
		sleep 0.1
	done
}

# "UNIT TEST" of tests with different results.
differing() { # N
	LC_ALL=C comm -3 <(cat "$1.native"/*.results | LC_ALL=C sort) \
		<(cat "$1.recorded"/*.results | LC_ALL=C sort) | sed 's/^\t//; s/: [^:]*$//' | sort -u
}

# A difference that vanishes when the unit runs alone is due to the load, and one
# between two native runs is due to the test.
again() { # suite, unit, tests...
	local n

	for n in again-1 again-2 again-3; do
		both "$2.$n" "$@" || return
		if [ -z "$(differing "$2.$n")" ] ||
		   [ -n "$(LC_ALL=C comm -13 0.native/results "$2.$n.native/$2.results")" ]; then
			echo "# $2 was not the same at first: ${*:3}" >&3
			return 0
		fi
	done
	return 1
}

# Shows the remaining difference.
explain() { # N, "UNIT TEST"
	printf 'natively: %s\nrecorded: %s\n' "$(grep -F "$2: " "$1.native/results")" \
		"$(grep -F "$2: " "$1.recorded/results")" >&2
	tail -n 5 "$1.recorded/${2%% *}/out" "$1.recorded/${2%% *}/err" >&2
}

# The results are equal, except those in UNAVOIDABLE, which must differ.
same_results() { # suite, how many at least
	local unit name kinds failed=0 seen=() tests

	both 0 "$1" || return
	[ "$(wc -l <0.native/results)" -ge "$2" ] || { echo "too few results" >&2; return 1; }
	kinds=$(jq -r '.blind_spots[].kind' 0.recorded/r.json)
	while read -r name; do
		seen+=("$name")
	done < <(differing 0)
	for name in "${!UNAVOIDABLE[@]}"; do
		grep -qF "$name: " 0.native/results || continue
		has "$(printf '%s\n' "${seen[@]}")" "$name" && has "$kinds" "${UNAVOIDABLE[$name]}" || return
	done
	for unit in $(printf '%s\n' "${seen[@]}" | sed 's/ .*//' | sort -u); do
		tests=()
		for name in "${seen[@]}"; do
			[ "${name%% *}" != "$unit" ] || [ -n "${UNAVOIDABLE[$name]-}" ] || tests+=("${name#* }")
		done
		[ ${#tests[@]} -gt 0 ] || continue
		if [ ${#tests[@]} -gt 20 ] || ! again "$1" "$unit" "${tests[@]}"; then
			explain 0 "$unit ${tests[0]}"
			failed=1
		fi
	done
	return "$failed"
}
