# SPDX-License-Identifier: Apache-2.0
# The real programs of lib/workload.sh: what they need, what they must print,
# and how they are started, recorded and confined.
# shellcheck shell=bash

# By the name of the work: the programs it needs, and the last line it prints.
declare -gA WORK_NEEDS=(
	[bash]="bash diff" [crypto]="openssl ssh-keygen" [curl]="curl /usr/bin/python3"
	[files]="dd cp install" [find]="find xargs" [gcc]="gcc ar strip" [git]="git" [make]="make"
	[nginx]="nginx curl" [node]="node" [pack]="gzip xz bzip2" [perl]="perl"
	[python3]="/usr/bin/python3" [redis]="redis-server redis-benchmark redis-cli"
	[sqlite3]="sqlite3" [tar]="tar gzip" [text]="awk sort sed join xargs"
)
declare -gA WORK_PRINTS=(
	[bash]="bash: 20101 3ONE,THREE"
	[crypto]="crypto: same subject=CN = test 256 test"
	[curl]="curl: 1 404"
	[files]="files: 2048 4750-86400 640-262144 10 0 moved/link"
	[find]="find: 3 1.c,2.c,3.c left 1"
	[gcc]="gcc: 64 works"
	[git]="git: second,first 0 v1"
	[make]="make: 1+2+3+4 stale"
	[nginx]="nginx: 5 404"
	[node]="node: 42 0 piped0 copy,deep,file text sync false"
	[pack]="pack: 32e8d2bb gone"
	[perl]="perl: key1:value1,key2:value2,key3:value3 4 1 1970 5 3"
	[python3]="python3: 50 32 ['1', '2', '3'] 7 ['x.json'] over"
	[redis]="redis: 4 value"
	[sqlite3]="sqlite3: wal,delete 1500|row 999 ok"
	[tar]="tar: 7 751 ../numbers"
	[text]="text: 4501500 zero 2996 2 part.aa part.ab part.ac 5"
)
WORK_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# Without the environment of the tester.
clean() { # command...
	env -i PATH="$WORK_PATH" HOME=/tmp LC_ALL=C.UTF-8 "$@"
}

# The command that does the work, bounded in time.
work_command() { # name
	WORK_COMMAND=(timeout -k 5 "${WORK_SECONDS-$HANG}" bash "$(realpath "$SRCDIR")/tests/lib/workload.sh" "$1")
}

require_work() { # name
	local tool

	for tool in ${WORK_NEEDS[$1]}; do
		PATH=$WORK_PATH require_tool "$tool"
	done
}

# In an empty directory; what was printed is left in the file `out`.
work_under() { # name, command that runs it...
	local dir status=0

	work_command "$1"
	dir=$(mktemp -d "$PWD/work.XXXX")
	(cd "$dir" && clean "${@:2}" "${WORK_COMMAND[@]}") >out 2>err </dev/null || status=$?
	rm -rf "$dir"
	work_done "$1" "$status"
}

work_done() { # name, exit status
	if [ "$2" != 0 ] || [ "$(tail -n 1 out)" != "${WORK_PRINTS[$1]}" ]; then
		echo "$1 ended with status $2 and the line: $(tail -n 1 out)" >&2
		tail -n 5 err >&2
		return 1
	fi
}

# Calls that depend on chance (locks) occur in one of several runs.
work_record() { # name, times: rec1.json, rec2.json ...
	local i

	for ((i = 1; i <= $2; i++)); do
		work_under "$1" "$SCTRACE" record -q -o "$PWD/rec$i.json"
	done
}
