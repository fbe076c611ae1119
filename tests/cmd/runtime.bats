#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `sctrace runtime`, by itself: what it passes on, what it records and keeps.  The runtime that does
# the work is a script here, whose containers are processes under a filter that denies chmod.
# shellcheck disable=SC2016,SC2030,SC2031,SC2094,SC2154

load ../lib/common

setup_file() {
	load ../lib/common
	require ptrace
	require ret-trace
	require_tool jq
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	RUNTIME=$(dirname "$SCTRACE")/sctrace-runtime
	# a sanitized sctrace that is traced itself cannot look for leaks, which needs ptrace
	export ASAN_OPTIONS=detect_leaks=0
	export RUNTIME SCTRACE_RUNTIME_CONF=$PWD/conf FILTER=$PWD/filter.json
	printf '# a comment\n\n dir = %s/rec\nreal=%s/fake\n' "$PWD" "$PWD" >conf
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["chmod", "fchmodat", "fchmodat2"], "action": "SCMP_ACT_ERRNO"}]}' >"$FILTER"
	mkdir bundle && bundle sh -c : && touch file
	# JOB is what the container does
	cat >fake <<-'END'
		#!/bin/sh
		printf '%s\n' "$0" "$@" >words
		case " $* " in
		*" create "* | *" run "* | *" exec "*) exec "$SCTRACE" run -q -p "$FILTER" -- sh -c "${JOB-:}" ;;
		esac
		echo "aside of $1" >&2
		exit 9
	END
	chmod +x fake
}

bundle() { # command...
	jq -n '{ process: { args: $ARGS.positional }, linux: { seccomp: { defaultAction: "SCMP_ACT_ALLOW" } } }' --args -- "$@" >bundle/config.json
}

# The tracer has written what it saw, and is gone.
is_done() { # container
	[ -s "rec/$1/recording.json" ] && flock -n -x "rec/$1/busy" true
}

@test "runtime: every word, the output and the status are passed on; what starts nothing is not recorded" {
	run -9 --separate-stderr "$RUNTIME" state --odd "two words" -x ''
	is "$stderr" "aside of state"
	is "$(<words)" "$PWD/fake"$'\nstate\n--odd\ntwo words\n-x'
	run -9 "$SCTRACE" runtime --dir "$PWD/other" -- --root /r delete --force web
	is "$(sed -n '2,$p' words | paste -sd ' ')" "--root /r delete --force web"
	run -9 "$SCTRACE" runtime --root /r kill web
	is "$(sed -n '2,$p' words | paste -sd ' ')" "--root /r kill web"
	run -9 "$RUNTIME" --version
	[ ! -e rec ] && [ ! -e other ]
}

@test "runtime: the engine waits for the runtime itself, with its number, session, output and status" {
	JOB='echo $$ $(ps -o pid=,sid= -p $$); echo aside >&2; exit 7' "$RUNTIME" run --bundle bundle web >out 2>err &
	pid=$!
	ends_with 7 $pid
	is "$(tr -s ' ' <out)" "$pid $pid $(ps -o sid= -p $$ | tr -d ' ')"
	is "$(<err)" aside
	wait_for is_done web
	is "$(jq -c '.runs[0] | [.command, .scope, .end]' rec/web/recording.json)" '[["sh","-c",":"],"seccomp",{"exited":7}]'
	is "$(stat -c %a rec rec/web rec/web/recording.json rec/web/container.json | paste -sd ' ')" "700 700 600 600"
}

@test "runtime: the filter lets every call pass, and the calls are those behind it; with --keep-filter it stays" {
	export JOB='chmod 600 file && echo changed'

	is "$("$RUNTIME" run -b bundle web)" changed
	wait_for is_done web
	is "$(jq '.blind_spots | length' rec/web/recording.json)" 0
	jq -e '[.calls[].name] | (index("fchmodat") or index("chmod")) and index("execve")' rec/web/recording.json
	run -1 "$SCTRACE" runtime --keep-filter run -b bundle kept
	hasnt "$output" changed
	wait_for is_done kept
	is "$(jq -r '.blind_spots[].kind' rec/kept/recording.json)" own-filter
}

@test "runtime: without a filter, what counts begins with the container's program" {
	jq 'del(.linux) | .process.args = ["/bin/cat", "file"]' bundle/config.json >c && mv c bundle/config.json
	printf '#!/bin/sh\ncat file && ls >/dev/null; exit 3\n' >fake
	run -3 "$RUNTIME" create --bundle bundle web
	wait_for is_done web
	is "$(jq -r '.runs[0].scope' rec/web/recording.json)" exec:cat
	is "$(jq -r '.programs[].path' rec/web/recording.json | sed 's|.*/||' | paste -sd ' ')" cat
}

@test "runtime: what create leaves behind is followed to its end, without its pipes; with the tracer it ends" {
	export JOB='exec >/dev/null 2>&1; (until [ -e go ]; do sleep 0.02; done; chmod 600 file; sleep 300) & echo $! >left'
	local began=$SECONDS tracer

	# the substitution ends when nobody has the pipe any more
	is "$("$RUNTIME" create -b bundle web 2>&1)" ""
	[ $((SECONDS - began)) -lt 100 ]
	is "$("$SCTRACE" list containers | sed 's/  *-  *-  */ /')" "web being recorded"
	tracer=$(sed -n 's/^TracerPid:\t//p' "/proc/$(<left)/status")
	is "$(find "/proc/$tracer/fd" -lname 'pipe:*')" ""
	[ "$(ps -o sid= -p "$tracer" | tr -d ' ')" = "$tracer" ]
	run -125 --separate-stderr "$RUNTIME" --log log.json --log-format json checkpoint web
	has "$stderr" "container 'web' is being recorded"
	is "$(jq -r '.level' log.json)" error
	has "$(jq -r '.msg' log.json)" "sctrace: container 'web' is being recorded"
	kill "$tracer" && kill -INT "$tracer" && touch go
	wait_for eval '[ "$(stat -c %a file)" = 600 ]'
	kill -9 "$tracer"
	wait_for gone "$(<left)"
}

@test "runtime: restarts and what is executed are added; each container has a folder; --keep bounds them" {
	local id

	JOB='mkdir one' "$RUNTIME" run -b bundle web
	wait_for is_done web
	JOB='rmdir one' "$RUNTIME" run -b bundle web
	wait_for is_done web
	echo '{"args": ["from", "process.json"]}' >process.json
	JOB='touch two' "$RUNTIME" exec -d --process process.json web
	JOB='ln -s a three' "$RUNTIME" exec -e A=b web some words
	wait_for eval '[ "$(jq ".runs | length" rec/web/recording.json)" = 4 ]'
	is "$(jq -r '[.calls[].name] | map(select(. == "mkdir" or . == "rmdir" or . == "symlinkat" or . == "symlink")) | length' \
		rec/web/recording.json)" 3
	is "$(jq -c '[.runs[].command] | sort' rec/web/recording.json)" '[["from","process.json"],["sh","-c",":"],["sh","-c",":"],["some","words"]]'
	for id in a b c; do
		"$SCTRACE" runtime --keep 2 run -b bundle $id
		wait_for is_done $id
		touch -d "2026-01-01 00:0$((++n))" rec/$id/recording.json
	done
	is "$(find rec -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | wc -l)" 2
	[ -d rec/c ]
}

@test "runtime: containers started at once do not disturb each other" {
	local i pids=()

	for i in 1 2 3 4 5 6; do
		JOB="mkdir d$i; exit $i" "$RUNTIME" run -b bundle "c$i" &
		pids+=($!)
		JOB="mkdir e$i; exit $i" "$RUNTIME" exec same x &
		pids+=($!)
	done
	for i in 1 2 3 4 5 6; do
		ends_with $i "${pids[2 * i - 2]}"
		ends_with $i "${pids[2 * i - 1]}"
		wait_for is_done "c$i"
		is "$(count_of mkdir "rec/c$i/recording.json")" 1
	done
	wait_for eval '[ "$(count_of mkdir rec/same/recording.json)" = 6 ]'
}

@test "runtime: the ID is found behind the options of runc and crun, and of those to come" {
	local line n=0

	echo '{}' >process.json
	while read -r line; do
		# shellcheck disable=SC2086
		"$RUNTIME" $line >/dev/null
		wait_for is_done "id$((++n))" || { echo "$line" >&2; return 1; }
	done <<-'END'
		--root /r --log /dev/null --log-format json create --bundle bundle --pid-file p id1
		--root=/r --systemd-cgroup --rootless true --criu c create --bundle=bundle --no-pivot id2
		-root /r -debug run -b bundle -d --preserve-fds 3 --console-socket s --no-new-keyring id3
		--cgroup-manager=cgroupfs run -bbundle --keep id4
		--future run -b bundle id5
		--future value run -b bundle id6
		--future=value run -b bundle --later value id7
		exec -t -u 0:0 --cwd / -e A=b -c CAP_X --apparmor a --process-label l -g 5 --cgroup c --ignore-paused id8 sh -c x
		exec -dt -pprocess.json id9
		run -b bundle -- id10
	END
}

@test "runtime: what is not recorded leaves a line in the log, and what cannot be is an error for the engine" {
	printf '{"args": ["x"]}' >process.json
	run -9 "$RUNTIME" restore --bundle bundle web
	"$RUNTIME" run -b bundle ../web
	"$RUNTIME" exec --later value web sh
	"$RUNTIME" create -b missing web
	has "$(<rec/log)" "restore of container 'web' is not recorded: its processes come from a checkpoint"
	has "$(<rec/log)" "run of container '?' is not recorded: its command line has no valid ID"
	has "$(<rec/log)" "exec of container '?' is not recorded: its command line has an option that sctrace does not know"
	has "$(<rec/log)" "create of container 'web' is not recorded: cannot open 'missing/config.json'"
	is "$(find rec -mindepth 1 -type d)" ""

	run -125 --separate-stderr "$SCTRACE" runtime --dir /proc/none --log log run -b bundle web
	has "$stderr" "cannot make the folder '/proc/none'"
	has "$(<log)" "level=error msg=\"sctrace: cannot make the folder '/proc/none'"
	run -125 --separate-stderr "$SCTRACE" runtime --dir rec state web
	has "$stderr" "--dir needs an absolute path"
	run -125 --separate-stderr "$SCTRACE" runtime --real "$RUNTIME" state web
	has "$stderr" "is sctrace itself"
	run -125 --separate-stderr "$SCTRACE" runtime --real "$PWD/none" state web
	has "$stderr" "cannot find the runtime '$PWD/none'"
	rm words && chmod -x fake
	run -125 --separate-stderr "$RUNTIME" run -b bundle web
	has "$stderr" "cannot find the runtime '$PWD/fake'"
	[ ! -e words ]
}

@test "runtime: a runtime that cannot be executed is an error, with its reason" {
	printf '#!/none/such\n' >fake
	run -125 --separate-stderr "$RUNTIME" run -b bundle web
	has "$stderr" "cannot execute '$PWD/fake': No such file or directory (the interpreter that its first line names)"
	wait_for flock -n -x rec/web/busy true
}

@test "runtime: configuration: a wrong line is an error with its place" {
	local line

	while read -r line; do
		printf '\n%s\n' "${line%% -> *}" >conf
		run -125 --separate-stderr "$RUNTIME" state web
		has "$stderr" "$PWD/conf:2: ${line#* -> }"
	done <<-'END'
		colour=red -> 'colour' is not one of dir=, keep=, keep-filter= and real=
		real -> 'real' is not one of
		dir=rec -> dir: 'rec' is not an absolute path
		keep=0 -> keep: '0' is not a number of containers
		keep=9x -> keep: '9x' is not a number
		keep-filter=maybe -> keep-filter: 'maybe' is neither yes nor no
	END
	rm conf
	run -125 --separate-stderr "$RUNTIME" state web
	has "$stderr" "$PWD/conf"
}

# Two of a name, and IDs that begin alike.
@test "runtime: --container: by name, by ID, or the beginning of one; what is meant must be certain" {
	local id annotations='{"io.kubernetes.cri.container-name": "web\u001b[1m", "io.kubernetes.cri.sandbox-name": "pod-1",
		"io.kubernetes.cri.sandbox-namespace": "prod", "io.kubernetes.cri.image-name": "docker.io/nginx:1"}'

	for id in aabb aacc; do
		JOB="mkdir $id" "$RUNTIME" run -b bundle $id
	done
	jq --argjson a "$annotations" '.annotations = $a' bundle/config.json >c && mv c bundle/config.json
	JOB="chmod 600 file" "$RUNTIME" run -b bundle ddee
	for id in aabb aacc ddee; do
		wait_for is_done $id
	done
	is "$("$SCTRACE" list containers | sed -n 's/  */ /g; s/ 20.*//; $p')" 'ddee prod/pod-1/web\x1b[1m docker.io/nginx:1'
	is "$("$SCTRACE" list containers --json | jq -r '.[2] | .id, .pod, .namespace, .state, .recording')" \
		$'ddee\npod-1\nprod\nrecorded\n'"$PWD/rec/ddee/recording.json"
	diff <("$SCTRACE" report --container dd) <("$SCTRACE" report rec/ddee/recording.json)
	"$SCTRACE" report --container 'web\x1b[1m' | grep chmod
	"$SCTRACE" report -F names --container aab --container aacc >names
	diff names <("$SCTRACE" report -F names rec/aabb/recording.json rec/aacc/recording.json)
	"$SCTRACE" gen -q --container ddee -o p.json
	"$SCTRACE" check -q -p p.json --container ddee
	run -1 "$SCTRACE" check -p p.json --container aabb
	has "$output" mkdir
	run -1 "$SCTRACE" diff --container aabb --container ddee
	has "$output" mkdir
	run -2 --separate-stderr "$SCTRACE" report --container aa
	has "$stderr" "'aa' can be each of the containers aabb, aacc"
	run -2 --separate-stderr "$SCTRACE" gen --container zz
	has "$stderr" "no container 'zz' is recorded in '$PWD/rec'"
	is "$("$SCTRACE" list containers "$PWD/none")" ""
	rm rec/aabb/recording.json
	run -2 --separate-stderr "$SCTRACE" report --container aabb
	has "$stderr" "container 'aabb' has no recording yet"
}

@test "runtime: install: prints what an engine needs; --write merges it, once, and keeps the old file" {
	local engine

	for engine in docker containerd podman kubernetes; do
		run -0 --separate-stderr "$SCTRACE" runtime install $engine
		has "$stderr" "to take it back: "
	done
	is "$("$SCTRACE" runtime install docker 2>/dev/null | jq -r .runtimes.sctrace.path)" "$RUNTIME"
	echo '{"debug": true, "max": 10, "runtimes": {"own": {"path": "/own"}}}' >daemon.json
	cp daemon.json before
	"$SCTRACE" runtime install docker --write --file daemon.json
	cmp before daemon.json.old
	is "$(jq -c . daemon.json)" '{"debug":true,"max":10,"runtimes":{"own":{"path":"/own"},"sctrace":{"path":"'"$RUNTIME"'"}}}'
	cp daemon.json once
	run -0 "$SCTRACE" runtime install docker --write --file daemon.json
	has "$output" "already in daemon.json"
	cmp once daemon.json
	cp before daemon.json
	run -125 "$SCTRACE" runtime install docker --write --file daemon.json
	has "$output" "'daemon.json.old', which exists"
	cmp before daemon.json
	echo '[]' >list.json
	run -125 "$SCTRACE" runtime install --write docker --file list.json
	has "$output" "list.json: not a JSON object"

	printf '  version  = 2\nroot = "/r"\n' >config.toml
	"$SCTRACE" runtime install containerd --write --file config.toml
	is "$(head -n 2 config.toml)" $'  version  = 2\nroot = "/r"'
	is "$(grep -c BinaryName config.toml)" 1
	run -0 "$SCTRACE" runtime install containerd --write --file config.toml
	has "$output" "already in"
	echo 'version = 3' >three.toml
	"$SCTRACE" runtime install containerd --write --file three.toml
	has "$(<three.toml)" '[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.sctrace]'
	echo 'root = "/r"' >one.toml
	run -125 "$SCTRACE" runtime install containerd --write --file one.toml
	has "$output" "no line 'version = 2'"

	"$SCTRACE" runtime install podman --write --file new/folder/sctrace.conf
	is "$(<new/folder/sctrace.conf)" $'[engine.runtimes]\nsctrace = ["'"$RUNTIME"'"]'
	run -125 "$SCTRACE" runtime install kubernetes --write
	has "$output" "kubectl apply -f -"
	run -125 "$SCTRACE" runtime install dokcer
	has "$output" "the nearest is docker"
}
