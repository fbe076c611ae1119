#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Profiles with their real consumers: runc and crun.  Real programs do
# their work in containers under profiles made from recordings, and a
# profile also denies calls to root there.
# One test is enough with sanitizers: what differs from test to test is the workload.
load ../lib/common
load ../lib/workloads
load ../lib/bundle
load ../lib/starts

# runtime, no_new_privs, gen's --runtime
SETTINGS="
runc true  runc:nnp
runc false runc
crun true  crun:nnp
crun false crun
"

in_containers() { # work
	local runtime nnp option pids=()

	require ret-trace
	require_work "$1"
	require_runtime runc
	require_runtime crun
	work_record "$1" 3
	while read -r runtime nnp option; do
		[ -n "$runtime" ] || continue
		"$SCTRACE" gen -q -F oci --runtime "$option" -o "$option.json" rec1.json rec2.json rec3.json
		mkdir "$option"
		(cd "$option" && in_container "$1" "$runtime" "$nnp" "../$option.json") 3>&- &
		pids+=($!)
	done <<<"$SETTINGS"
	wait_for_all "${pids[@]}"
}

# Each in a folder of its own, all at once.
in_container() { # work, runtime, no_new_privs, profile
	local status=0

	bundle_make "$2" "$3"
	# first a call that none of the programs makes, getitimer(99): EINVAL
	# without a profile that denies it
	# shellcheck disable=SC2016
	bundle_run "$2" "$4" bash -c '/fixtures/probe-calls 36 99; exec timeout -k 5 "$1" bash /workload.sh "$0"' "$1" "$HANG" \
		>out 2>err || status=$?
	if ! work_done "$1" "$status" || ! in_force "$4"; then
		echo "in $2, no_new_privs $3" >&2
		return 1
	fi
}

in_force() { # profile
	[ "$(uname -m)" = x86_64 ] || return 0
	is "$(jq '[.syscalls[] | select(.names | index("getitimer"))] | length' "$1")" 0 && is "$(head -n 1 out)" "errno 1"
}

@test "runtimes: containers: bash" {
	in_containers bash
}

# bats test_tags=slow
@test "runtimes: containers: find and xargs" {
	in_containers find
}

# bats test_tags=slow
@test "runtimes: containers: tar" {
	in_containers tar
}

# bats test_tags=slow
@test "runtimes: containers: git" {
	in_containers git
}

# bats test_tags=slow
@test "runtimes: containers: gcc" {
	in_containers gcc
}

# bats test_tags=slow
@test "runtimes: containers: python3" {
	in_containers python3
}

# bats test_tags=slow
@test "runtimes: containers: perl" {
	in_containers perl
}

# bats test_tags=slow
@test "runtimes: containers: sqlite3" {
	in_containers sqlite3
}

# bats test_tags=slow
@test "runtimes: containers: curl and a web server" {
	in_containers curl
}

# bats test_tags=slow
@test "runtimes: containers: nginx" {
	in_containers nginx
}

# bats test_tags=slow
@test "runtimes: containers: redis" {
	in_containers redis
}

# bats test_tags=slow
@test "runtimes: containers: node" {
	in_containers node
}

# bats test_tags=slow
@test "runtimes: containers: awk, sort and sed" {
	in_containers text
}

# bats test_tags=slow
@test "runtimes: containers: make" {
	in_containers make
}

# bats test_tags=slow
@test "runtimes: containers: openssl and ssh-keygen" {
	in_containers crypto
}

# bats test_tags=slow
@test "runtimes: containers: dd, cp and install" {
	in_containers files
}

# bats test_tags=slow
@test "runtimes: containers: gzip, bzip2 and xz" {
	in_containers pack
}

# The runtime's own calls.  All others kill, so that a missing one is
# noticed; those that depend on timing need several starts.

starts() { # runtime, profile, times
	local i

	for ((i = 1; i <= $3; i++)); do
		is "$(bundle_run "$1" "$2" /fixtures/quiet 2>&1)" started || return
	done
}

started() {
	[ "$(cat out)" = started ]
}

# Like docker and podman: the container waits, under its filter, to be started.
starts_apart() { # runtime, profile, times
	local i id

	for ((i = 1; i <= $3; i++)); do
		id=sctrace-apart-$$-$i
		bundle_config "$2" /fixtures/quiet
		: >out
		timeout -k 5 "$HANG" bash -c "$(declare -f runtime)"'; runtime "$@"' bash "$1" create -b bundle "$id" </dev/null >out 2>&1
		runtime "$1" start "$id"
		wait_for started
		runtime "$1" delete -f "$id"
	done
}

# bats test_tags=slow
@test "runtimes: with their own calls allowed they start, whatever the timing" {
	local runtime nnp option

	require ret-trace
	require_runtime runc
	require_runtime crun
	"$SCTRACE" record -q -- "$FIXTURES/quiet" >/dev/null
	while read -r runtime nnp option; do
		[ -n "$runtime" ] || continue
		"$SCTRACE" gen -q -F oci --action kill-process --runtime "$option" -o p.json
		bundle_make "$runtime" "$nnp"
		echo "$runtime, no_new_privs $nnp:"
		starts "$runtime" p.json 10
		starts_apart "$runtime" p.json 4
	done <<<"$SETTINGS"
}

# bats test_tags=slow
@test "runtimes: without them they do not start" {
	local runtime nnp option

	require ret-trace
	require_runtime runc
	require_runtime crun
	"$SCTRACE" record -q -- "$FIXTURES/quiet" >/dev/null
	"$SCTRACE" gen -q -F oci --runtime none --action kill-process -o p.json
	while read -r runtime nnp option; do
		[ -n "$runtime" ] || continue
		bundle_make "$runtime" "$nnp"
		if starts "$runtime" p.json 1; then
			echo "$runtime, no_new_privs $nnp: started"
			return 1
		fi
	done <<<"$SETTINGS"
}

# The table of the runtimes' own calls: measured again, one start a row.

as_measured() { # runtimes...
	local status=0

	require ret-trace
	require_root
	require_machine x86_64
	require_tool python3 unshare script
	timeout -k 5 "$HANG" "$SRCDIR/scripts/measure-runtimes" --check --quick -n 1 -k 1 "$@" >out 2>&1 || status=$?
	cat out
	[ "$status" != 2 ] || skip "$(head -n 1 out)"
	return "$status"
}

# bats test_tags=slow
@test "runtimes: each call of the table is needed, and no other is: runc" {
	require_tool runc
	as_measured runc runc:nnp
}

# bats test_tags=slow
@test "runtimes: each call of the table is needed, and no other is: crun, and crun exec" {
	require_tool crun
	as_measured crun crun:nnp crun:exec
}

# bats test_tags=slow
@test "runtimes: each call of the table is needed, and no other is: with --init" {
	require_tool docker-init catatonit
	as_measured init
}

# bats test_tags=slow
@test "runtimes: a call that is missing in the table is found, and one too many" {
	local status=0

	require ret-trace
	require_root
	require_machine x86_64
	require_tool python3 unshare script crun
	awk '$1 == "crun:nnp" && $3 == "close" { sub(/close /, "mknod ") } { print }' "$SRCDIR/src/sysdb/runtimes.tbl" >table
	run ! diff -q table "$SRCDIR/src/sysdb/runtimes.tbl"
	"$SRCDIR/scripts/measure-runtimes" --check --quick -n 1 -k 1 --table table crun:nnp >out 2>&1 || status=$?
	cat out
	[ "$status" != 2 ] || skip "$(head -n 1 out)"
	is "$status" 1
	grep -qE '^- crun:nnp .* mknod ' out
	grep -qE '^\+ crun:nnp .* close .*\?$' out
}

own_calls() { # runtime
	awk -v runtime="$1" '!/^#/ && ($1 == runtime || index($1, runtime ":") == 1) { print $3 }' "$SRCDIR/src/sysdb/runtimes.tbl" | sort -u
}

# bats test_tags=slow
@test "runtimes: the published base profiles agree, or it is known why they do not" {
	local name runtime where calls

	require ret-trace
	require_machine x86_64
	for runtime in runc crun; do
		require_runtime "$runtime"
		own_calls "$runtime" >"$runtime.own"
		bundle_make "$runtime" false
		echo '{ "defaultAction": "SCMP_ACT_ALLOW" }' >allow.json
		bundle_config allow.json /fixtures/quiet
		"$SCTRACE" record -q -o "$runtime.json" -- bash -c "$(declare -f runtime)"'; runtime "$@"' bash \
			"$runtime" run -b bundle "sctrace-test-$$-$BASHPID" </dev/null >/dev/null
		jq -r --arg runtime "$runtime" '.calls[] | select(any(.seen[]; .program | test($runtime))) | .name' "$runtime.json" | sort -u >"$runtime.all"
	done
	while read -r name where calls; do
		runtime=${name%%-*}
		tr ' ' '\n' <<<"$calls" | sort >listed
		case $where in
		both | ours) cat listed >>"$name.ours" && comm -23 listed "$runtime.own" ;;
		before) comm -12 listed "$runtime.own" && comm -23 listed "$runtime.all" ;;
		other) comm -12 listed "$runtime.all" ;;
		*) echo "$where" ;;
		esac | sed "s/^/$name $where: /"
	done < <(grep -v '^#' "$SRCDIR/tests/lib/baseprofiles.tbl") >wrong
	for name in *.ours; do
		runtime=${name%%-*}
		comm -13 <(sort "$name") "$runtime.own" | sed "s/^/$name lacks: /"
	done >>wrong
	is "$(cat wrong)" ""
	is "$(compgen -G '*.ours' | wc -l)" 3
}

# What is denied.  "host" is `sctrace run` in a new mount namespace.

confined() { # host, runc or crun, command...
	if [ "$1" = host ]; then
		unshare -m "$SCTRACE" run -q -p p.json -- "${@:2}" 2>&1
	else
		bundle_run "$1" p.json "${@:2}" 2>&1
	fi
}

# Prepares for confined(); dir is where to mount, probes where the fixtures are.
confine() { # host, runc or crun
	require_root
	require_tool mount chmod
	if [ "$1" = host ]; then
		require_tool unshare
		dir=$PWD/mnt
		probes=$FIXTURES
		mkdir -p mnt
	else
		require_runtime "$1"
		bundle_make "$1" false
		dir=/mnt
		probes=/fixtures
	fi
}

only() { # call, errno: the profile that is found everywhere
	jq -n --arg call "$1" '{ defaultAction: "SCMP_ACT_ALLOW", syscalls: [{ names: [$call], action: "SCMP_ACT_ERRNO" }] }' >p.json
}

deny_mount_alone() { # host, runc or crun
	confine "$1"
	only mount
	[ "$(uname -m)" != x86_64 ] || is "$(confined "$1" "$probes/probe-calls" 165 0)" "errno 1"
	is "$(confined "$1" "$probes/mount-new" "$dir")" mounted
}

deny_mount_family() { # host, runc or crun
	confine "$1"
	"$SCTRACE" gen -q -F oci --deny mount-family -o p.json
	[ "$(uname -m)" != x86_64 ] || is "$(confined "$1" "$probes/probe-calls" 165 0)" "errno 1"
	is "$(confined "$1" "$probes/mount-new" "$dir" || true)" "fsopen errno 1"
	run ! confined "$1" mount -t tmpfs tmpfs "$dir"
	run ! confined "$1" umount /proc
	has "$(confined "$1" ls /)" usr
}

# bats test_tags=slow
@test "runtimes: denied: mount alone does not stop a mount: sctrace run" {
	deny_mount_alone host
}

# bats test_tags=slow
@test "runtimes: denied: mount alone does not stop a mount: runc" {
	deny_mount_alone runc
}

# bats test_tags=slow
@test "runtimes: denied: mount alone does not stop a mount: crun" {
	deny_mount_alone crun
}

# bats test_tags=slow
@test "runtimes: denied: the mount family stops every mount, and ls works: sctrace run" {
	deny_mount_family host
}

# bats test_tags=slow
@test "runtimes: denied: the mount family stops every mount, and ls works: runc" {
	deny_mount_family runc
}

# bats test_tags=slow
@test "runtimes: denied: the mount family stops every mount, and ls works: crun" {
	deny_mount_family crun
}

deny_chmod() { # host, runc or crun
	local change='umask 0; : >x$$; chmod 600 x$$ 2>/dev/null; echo $?; stat -c %a x$$'

	confine "$1"
	only chmod
	is "$(confined "$1" bash -c "$change" | tail -n 2 | paste -s -d' ')" "0 600"
	"$SCTRACE" gen -q -F oci --deny chmod-family -o p.json
	is "$(confined "$1" bash -c "$change" | tail -n 2 | paste -s -d' ')" "1 666"
}

# bats test_tags=slow
@test "runtimes: denied: chmod alone does not stop chmod(1), its family does: sctrace run" {
	deny_chmod host
}

# bats test_tags=slow
@test "runtimes: denied: chmod alone does not stop chmod(1), its family does: runc" {
	deny_chmod runc
}

# bats test_tags=slow
@test "runtimes: denied: chmod alone does not stop chmod(1), its family does: crun" {
	deny_chmod crun
}

# bats test_tags=slow
@test "runtimes: denied: Docker's older key, name, is understood by sctrace run" {
	require_machine x86_64
	confine host
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"name": "chmod", "action": "SCMP_ACT_ERRNO"}]}' >p.json
	is "$("$FIXTURES/probe-calls" 90 0)" "errno 14"
	is "$(confined host "$FIXTURES/probe-calls" 90 0)" "errno 1"
}

# ENOTBLK, 15, is an answer of no kernel here: it shows that seccomp was asked, and
# not by the check for CAP_SYS_ADMIN, which says EPERM.
# bats test_tags=slow
@test "runtimes: denied: seccomp is asked before capabilities are: sctrace run" {
	local drop=(setpriv --bounding-set -sys_admin)

	confine host
	require_tool setpriv
	"$SCTRACE" gen -q --deny mount-family --errno ENOTBLK -o p.json
	is "$(unshare -m "${drop[@]}" "$FIXTURES/mount-new" "$dir" || true)" "fsopen errno 1"
	is "$(confined host "$FIXTURES/mount-new" "$dir" || true)" "fsopen errno 15"
	is "$("${drop[@]}" "$SCTRACE" run -q -p p.json -- "$FIXTURES/mount-new" "$dir" || true)" "fsopen errno 15"
}

# bats test_tags=slow
@test "runtimes: denied: seccomp is asked before capabilities are: runc and crun" {
	local runtime

	for runtime in runc crun; do
		confine "$runtime"
		"$SCTRACE" gen -q -F oci --deny mount-family --errno ENOTBLK -o p.json
		is "$(confined "$runtime" /fixtures/mount-new /mnt || true)" "fsopen errno 15"
		jq '.process.capabilities[] -= ["CAP_SYS_ADMIN"]' bundle/plain.json >plain
		mv plain bundle/plain.json
		is "$(confined "$runtime" /fixtures/mount-new /mnt || true)" "fsopen errno 15"
		only chmod
		is "$(confined "$runtime" /fixtures/mount-new /mnt || true)" "fsopen errno 1"
	done
}

# bats test_tags=slow
@test "runtimes: a profile that gen made stricter works in runc and crun" {
	require ret-trace
	require_work bash
	require_runtime runc
	require_runtime crun
	require_machine x86_64
	local base=/usr/share/containers/seccomp.json runtime

	[ -e "$base" ] || miss "no $base here"
	"$SCTRACE" gen -q --base "$base" --cap CAP_SYS_ADMIN --deny namespace-family --deny chmod-family \
		--deny alg-socket-family -F oci -o p.json
	"$SCTRACE" gen -q --base "$base" --cap CAP_SYS_ADMIN --deny swap-family -F oci -o plain.json
	for runtime in runc crun; do
		bundle_make "$runtime" true
		# unshare: nothing, a namespace, both with dirt that the kernel does not look at; chmod; getitimer;
		# sockets; AF_ALG is denied as in the base
		# shellcheck disable=SC2016
		bundle_run "$runtime" p.json bash -c 'for call in "272 0x400" "272 0x20000" "272 0x20400" "90 0 0" "36 99" \
			"41 1 1" "41 38 5" "41 0x100000026 5"; do /fixtures/probe-calls $call; done; unshare -U true || echo "no namespace"' >out 2>err
		is "$(paste -sd ' ' out)" "ok errno 1 errno 1 errno 1 errno 22 ok errno 38 errno 38 no namespace"
		# shellcheck disable=SC2016
		bundle_run "$runtime" plain.json bash -c 'for call in "272 0x400" "272 0x20000" "90 0 0"; do
			/fixtures/probe-calls $call; done' >out 2>err
		is "$(paste -sd ' ' out)" "ok ok errno 14"
	done
}

# bats test_tags=slow
@test "runtimes: a base that is reduced to a recording still starts the container" {
	require ret-trace
	require_work bash
	require_runtime runc
	local base=/usr/share/containers/seccomp.json status=0

	[ -e "$base" ] || miss "no $base here"
	work_record bash 3
	"$SCTRACE" gen -q --base "$base" --cap CAP_SYS_ADMIN --runtime runc:nnp -F oci -o p.json rec1.json rec2.json rec3.json
	bundle_make runc true
	# shellcheck disable=SC2016
	bundle_run runc p.json bash -c '/fixtures/probe-calls 36 99; exec timeout -k 5 "$1" bash /workload.sh "$0"' bash "$HANG" \
		>out 2>err || status=$?
	work_done bash "$status"
	# the base's own answer
	[ "$(uname -m)" != x86_64 ] || is "$(head -n 1 out)" "errno $(jq .defaultErrnoRet "$base")"
}

# bats test_tags=slow
@test "runtimes: a closed list denies calls that the runtime cannot name; a deny-list does not, and run warns" {
	require_runtime runc
	require_runtime crun
	require_machine x86_64
	local runtime

	# open_tree_attr(2) with invalid addresses: EFAULT shows that the call was made
	[ "$("$FIXTURES/probe-calls" 467)" = "errno 14" ] || skip "the kernel has no open_tree_attr"
	"$SCTRACE" gen -q --deny mount-family -F oci -o open.json
	"$SCTRACE" gen -q --deny mount-family --closed -F oci -o closed.json
	run -0 --separate-stderr "$SCTRACE" run -p open.json -- "$FIXTURES/probe-calls" 467
	is "$output" "errno 1"
	# shellcheck disable=SC2154
	has "$stderr" "has no name for open_tree_attr" || skip "this libseccomp knows every call"
	for runtime in runc crun; do
		bundle_make "$runtime" false
		bundle_run "$runtime" open.json bash -c '/fixtures/probe-calls 467; /fixtures/probe-calls 165; /fixtures/probe-calls 36 99' >out
		is "$(paste -sd ' ' out)" "errno 14 errno 1 errno 22"
		# mount is denied as before, and getitimer works as before
		bundle_run "$runtime" closed.json bash -c '/fixtures/probe-calls 467; /fixtures/probe-calls 165; /fixtures/probe-calls 36 99' >out
		is "$(paste -sd ' ' out)" "errno 38 errno 1 errno 22"
	done
}
