# SPDX-License-Identifier: Apache-2.0
# Programs whose set of calls depends on their timing, one of each kind.  For
# timing.bats, and for scripts/measure-timing.
# shellcheck shell=bash

# Fills COMMAND; builds programs in the working directory.
timing_command() { # kind
	local folder=$SRCDIR/tests/timing

	case $1 in
	bash | dash | zsh) COMMAND=("$1" "$folder/shell.sh") ;;
	busybox) COMMAND=(busybox sh "$folder/shell.sh") ;;
	threads) COMMAND=("$FIXTURES/timing") ;;
	go)
		[ -x work-go ] || GOCACHE=$PWD/go GO111MODULE=off HOME=$PWD go build -o work-go "$folder/work.go" || return
		COMMAND=(./work-go)
		;;
	node) COMMAND=(node "$folder/work.js") ;;
	python) COMMAND=(/usr/bin/python3 "$folder/work.py") ;;
	esac
}

# Records one run, and makes its profile.
timing_learn() { # kind, gen's options
	"$SCTRACE" record -q --flush 0 -o "$1.json" -- "${COMMAND[@]}" >/dev/null &&
		"$SCTRACE" gen -q "${@:2}" -o "$1-profile.json" "$1.json"
}

# Further runs at native speed that stay within the profile, or else the first report.
timing_runs() { # kind, times
	local i

	for ((i = 1; i <= $2; i++)); do
		if ! "$SCTRACE" check -q -p "$1-profile.json" -- "${COMMAND[@]}" >/dev/null 2>"$1.err"; then
			echo "run $i of $2 of $1 left its profile:"
			"$SCTRACE" check -p "$1-profile.json" --audit -- "${COMMAND[@]}" 2>&1 | head -n 5
			cat "$1.err"
			return 1
		fi
	done
}
