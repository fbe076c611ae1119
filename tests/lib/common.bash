# SPDX-License-Identifier: Apache-2.0
# Loaded by every bats file.  The working directory of a test is an empty folder,
# which is removed after it.
# shellcheck shell=bash
bats_require_minimum_version 1.5.0

# A sanitizer would disable core files, also for the workload.
export ASAN_OPTIONS=${ASAN_OPTIONS:-disable_coredump=0}

# Text is not wrapped, so that tests find sentences in it; tests of wrapping
# set the width.
export COLUMNS=1000
unset NO_COLOR CLICOLOR_FORCE

# A hanging command is ended after so many seconds (timeout -k 5 $HANG).  It does not measure
# speed: it must be enough for a machine with ten times its load.
export HANG=300

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# Skips the test if something is missing; with SCTRACE_REQUIRE=all, as in CI,
# that is a failure, so that no coverage is lost unseen.
miss() { # reason
	if [ "${SCTRACE_REQUIRE-}" = all ]; then
		echo "missing: $1" >&2
		return 1
	fi
	skip "$1"
}

# For abilities that a host may lack: a skip even then.
require() { # ability of `sctrace doctor`
	"$SCTRACE" doctor -q "$1" && return
	case $1 in
	compat | x32) skip "no ability: $1" ;;
	*) miss "no ability: $1" ;;
	esac
}

require_tool() { # program...
	local tool

	for tool; do
		command -v "$tool" >/dev/null || miss "no $tool here"
	done
}

require_root() {
	[ "$(id -u)" = 0 ] || miss "not root"
}

# For tests with numbers or programs of one machine.
require_machine() { # as uname says it
	[ "$(uname -m)" = "$1" ] || skip "this is of $1"
}

# Newer distributions lack it.
require_vsyscall() {
	grep -q '\[vsyscall\]' /proc/self/maps || skip "this kernel has no vsyscall page"
}

as_nobody() { # command...
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

# Lets all users enter the working directory, and goes to a new folder in it where
# all may write; sctrace is there.
open_folder() { # name
	local folder=$PWD

	require_root
	require_tool setpriv
	while chmod o+rx "$folder" && [ "$folder" != "$BATS_RUN_TMPDIR" ]; do
		folder=$(dirname "$folder")
	done
	mkdir -m 777 "$1" && cp "$SCTRACE" "$1/sctrace" && cd "$1" || return
	as_nobody test -x ./sctrace || miss "the temporary folder is closed to others"
}

# Until a command succeeds.  Fails only after twenty seconds and a thousand
# attempts, which take longer on a busy machine.
wait_for() { # command...
	local end=$((SECONDS + 20)) looks

	for ((looks = 0; looks < 1000 || SECONDS < end; looks++)); do
		if "$@" >/dev/null 2>&1; then
			return 0
		fi
		sleep 0.02
	done
	echo "waited in vain for: $*" >&2
	return 1
}

gone() { # pid
	! kill -0 "$1" 2>/dev/null
}

# A job of the test ends with this status.
ends_with() { # status, pid
	local status=0

	wait_for gone "$2"
	wait "$2" || status=$?
	is "$status" "$1"
}

# A state of /proc/PID/stat, as a letter or a pattern: R, S, T, t, Z.
has_state() { # pid letter
	# shellcheck disable=SC2053 # a pattern it is
	[[ $(sed 's/.*) //; s/ .*//' "/proc/$1/stat") == $2 ]]
}

# A profile whose denials all answer ENOTBLK, 15, which no kernel answers here.
marked() {
	jq '(.syscalls[] | select(.action == "SCMP_ACT_ERRNO")).errnoRet = 15'
}

# For waiting until something else is done, as --for: at least so many seconds,
# and ten times as many as recording the shortest program takes here and now.
at_least() { # seconds
	local began=$EPOCHREALTIME

	"$SCTRACE" record -q -o /dev/null -- true
	awk -v least="$1" -v began="$began" -v now="$EPOCHREALTIME" \
		'BEGIN { t = 10 * (now - began); printf "%.1f\n", (t > least ? t : least) }'
}

# No such signal is pending.
has_taken() { # pid, number of a signal
	local pending

	pending=$(sed -n 's/^ShdPnd:.//p' "/proc/$1/status") && ! ((16#$pending >> ($2 - 1) & 1))
}

# How often a call was made, by all programs and on all ABIs; 0: not at all.
count_of() { # name, recording
	jq --arg name "$1" '[.calls[] | select(.name == $name) | .count] | add // 0' "${2-sctrace.json}"
}

# Fails with both sides shown.
is() { # got, expected
	[ "$1" = "$2" ] && return
	printf 'got:      %s\nexpected: %s\n' "$1" "$2" >&2
	return 1
}

# Fails with the text shown.
has() { # text, part of it
	case $1 in *"$2"*) return 0 ;; esac
	printf 'no "%s" in: %s\n' "$2" "$1" >&2
	return 1
}

hasnt() { # text, what is not in it
	case $1 in *"$2"*) printf '"%s" in: %s\n' "$2" "$1" >&2; return 1 ;; esac
}
