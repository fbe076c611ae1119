#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A program under `sctrace run` gets the answers of the profile: the
# kernel is the judge.  The numbers are those of x86-64.
load ../lib/common

# The call that is made: lseek(2) on a closed descriptor, errno 9 (EBADF) whatever
# the arguments are, so that only a profile can make a difference.
LSEEK=8 SYSINFO=99 EBADF=9

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	require_machine x86_64
	require seccomp
}

# A profile of rules, each "ACTION[:ERRNO] [INDEX OP VALUE [VALUETWO]]...", for lseek.
profile() { # default action, rule...
	local default=$1 rule

	shift
	for rule; do
		jq -n -c --arg rule "$rule" '
			($rule | split(" ")) as $w | ($w[0] | split(":")) as $a |
			{ names: ["lseek"], action: ("SCMP_ACT_" + $a[0]) }
			+ (if $a[1] then { errnoRet: ($a[1] | tonumber) } else {} end)
			+ { args: ([$w[1:] | range(0; length; 4) as $i | .[$i:$i + 4] |
				{ index: (.[0] | tonumber), op: ("SCMP_CMP_" + .[1]), value: ("@" + .[2]), valueTwo: ("@" + (.[3] // "0")) }]) }'
	done | jq -s --arg default "$default" '{ defaultAction: ("SCMP_ACT_" + $default),
		architectures: ["SCMP_ARCH_X86_64"], syscalls: . }' |
		sed 's/"@\([0-9]*\)"/\1/' >p.json	# jq would round numbers beyond 2^53
}

# Runs the probe under p.json; its exit status is appended when it is not 0.
probe() { # arguments of probe-calls
	local status=0 line

	line=$("$SCTRACE" run -q -p p.json -- "$FIXTURES/probe-calls" "$@" 2>err) || status=$?
	[ "$status" = 0 ] || line="${line:+$line, }status $status"
	echo "$line"
}

# A table: what is expected, the arguments of lseek.
lseek_table() {
	local expected args

	while IFS='|' read -r expected args; do
		# shellcheck disable=SC2086
		is "lseek$args: $(probe $LSEEK $args)" "lseek$args: ${expected%"${expected##*[! ]}"}" || return
	done
}

KILLED="status 159"	# 128 + SIGSYS

@test "oracle: without a rule the call is made" {
	profile ALLOW
	lseek_table <<-END
		errno $EBADF | 99 0 0
	END
	is "$(probe $SYSINFO 0)" "errno 14"
}

@test "oracle: an errno that is given, the default 1, 0, and the largest that libseccomp accepts" {
	profile ALLOW ERRNO:77
	is "$(probe $LSEEK 99)" "errno 77"
	profile ALLOW ERRNO
	is "$(probe $LSEEK 99)" "errno 1"
	profile ALLOW ERRNO:0
	is "$(probe $LSEEK 99)" "ok"
	profile ALLOW ERRNO:4094
	is "$(probe $LSEEK 99)" "errno 4094"
	is "$(probe $SYSINFO 0)" "errno 14"
}

@test "oracle: kill-process ends all threads" {
	profile ALLOW KILL_PROCESS
	is "$(probe $LSEEK 99)" "$KILLED"
	is "$(probe -t $LSEEK 99)" "$KILLED"
	is "$(probe -s $LSEEK 99)" "$KILLED"
	is "$(probe -t $SYSINFO 0)" "errno 14"
}

@test "oracle: kill-thread, and its older name kill, end the thread only" {
	profile ALLOW KILL_THREAD
	is "$(probe -t $LSEEK 99)" "gone"
	is "$(probe $LSEEK 99)" "$KILLED"
	profile ALLOW KILL
	is "$(probe -t $LSEEK 99)" "gone"
}

@test "oracle: trap gives SIGSYS, which can be handled" {
	profile ALLOW TRAP
	is "$(probe -s $LSEEK 99)" "sigsys $LSEEK errno 0"
	is "$(probe $LSEEK 99)" "$KILLED"
}

@test "oracle: log makes the call, trace without a tracer gives ENOSYS" {
	profile ALLOW LOG
	is "$(probe $LSEEK 99)" "errno $EBADF"
	profile ALLOW TRACE
	is "$(probe $LSEEK 99)" "errno 38"
}

@test "oracle: a missing supervisor is an error before the start" {
	profile ALLOW NOTIFY
	is "$(probe $LSEEK 99)" "status 125"
	has "$(cat err)" "SCMP_ACT_NOTIFY"
}

@test "oracle: EQ and NE compare all 64 bits" {
	profile ALLOW "ERRNO:77 1 EQ 4294967301"
	lseek_table <<-END
		errno 77     | 99 4294967301 0
		errno $EBADF | 99 5 0
		errno $EBADF | 99 8589934597 0
		errno $EBADF | 5 0 4294967301
	END
	profile ALLOW "ERRNO:77 1 NE 18446744073709551615"
	lseek_table <<-END
		errno $EBADF | 99 0xffffffffffffffff 0
		errno 77     | 99 0xffffffff 0
		errno 77     | 99 0xffffffff00000000 0
	END
}

@test "oracle: LT, LE, GT and GE are unsigned, on both halves" {
	profile ALLOW "ERRNO:77 1 LT 4294967301"
	lseek_table <<-END
		errno 77     | 99 0 0
		errno 77     | 99 4294967300 0
		errno 77     | 99 0xffffffff 0
		errno $EBADF | 99 4294967301 0
		errno $EBADF | 99 8589934592 0
		errno $EBADF | 99 0xffffffffffffffff 0
	END
	profile ALLOW "ERRNO:77 1 LE 4294967301"
	lseek_table <<-END
		errno 77     | 99 4294967301 0
		errno $EBADF | 99 4294967302 0
		errno $EBADF | 99 8589934592 0
	END
	profile ALLOW "ERRNO:77 1 GT 4294967301"
	lseek_table <<-END
		errno $EBADF | 99 4294967301 0
		errno $EBADF | 99 0xffffffff 0
		errno 77     | 99 4294967302 0
		errno 77     | 99 8589934592 0
	END
	profile ALLOW "ERRNO:77 1 GE 4294967301"
	lseek_table <<-END
		errno 77     | 99 4294967301 0
		errno $EBADF | 99 4294967300 0
		errno 77     | 99 8589934592 0
	END
}

@test "oracle: MASKED_EQ, with the mask in value and the value in valueTwo" {
	profile ALLOW "ERRNO:77 1 MASKED_EQ 65280 256"
	lseek_table <<-END
		errno 77     | 99 0x100 0
		errno 77     | 99 0xffffffffffff01ff 0
		errno $EBADF | 99 0x300 0
		errno $EBADF | 99 1 0
	END
	profile ALLOW "ERRNO:77 1 MASKED_EQ 18446744069414584320 4294967296"
	lseek_table <<-END
		errno 77     | 99 0x1ffffffff 0
		errno $EBADF | 99 0xffffffff 0
		errno $EBADF | 99 0x300000000 0
	END
}

@test "oracle: an int needs its low word compared, or high garbage gets past" {
	profile ALLOW "ERRNO:77 0 EQ 99"
	lseek_table <<-END
		errno 77     | 99
		errno $EBADF | 0x100000063
	END
	profile ALLOW "ERRNO:77 0 MASKED_EQ 4294967295 99"
	lseek_table <<-END
		errno 77     | 99
		errno 77     | 0x100000063
		errno $EBADF | 0x100000064
	END
}

@test "oracle: all conditions of a rule must be met, and one of two rules" {
	profile ALLOW "ERRNO:77 1 EQ 5 0 2 EQ 6 0" "ERRNO:77 1 EQ 7"
	lseek_table <<-END
		errno 77     | 99 5 6
		errno $EBADF | 99 5 7
		errno $EBADF | 99 6 6
		errno 77     | 99 7 0
	END
}

@test "oracle: the strictest matching rule with conditions decides" {
	profile ALLOW "ERRNO:77 1 GT 10" "ERRNO:78 1 GT 20" "TRAP 1 GT 30" "KILL_PROCESS 1 GT 40"
	lseek_table <<-END
		errno $EBADF | 99 10
		errno 77     | 99 11
		errno 77     | 99 21
		$KILLED      | 99 31
		$KILLED      | 99 41
	END
	is "$(probe -s $LSEEK 99 31)" "sigsys $LSEEK errno 0"
	is "$(probe -s $LSEEK 99 41)" "$KILLED"
}

# What the probe itself calls, for profiles that deny all else.  Whether it waits
# for its thread (futex) depends on timing; denied, that ends libc.
allow_probe() { # default action, more members of the profile
	"$SCTRACE" record -q -- "$FIXTURES/probe-calls" -t $LSEEK 99 >/dev/null
	"$SCTRACE" report -F names | jq -R . | jq -s --arg default "SCMP_ACT_$1" --argjson more "${2:-{\}}" '
		{ defaultAction: $default, architectures: ["SCMP_ARCH_X86_64"],
		  syscalls: [{ names: (. + ["exit", "exit_group", "rt_sigreturn", "futex"] - ["lseek"]), action: "SCMP_ACT_ALLOW" }] } + $more' >p.json
}

@test "oracle: the default denies, with EPERM or with defaultErrnoRet" {
	require ret-trace
	allow_probe ERRNO
	is "$(probe $LSEEK 99)" "errno 1"
	is "$(probe $SYSINFO 0)" "errno 1"
	allow_probe ERRNO '{"defaultErrnoRet": 38}'
	is "$(probe $LSEEK 99)" "errno 38"
	is "$(probe 600)" "errno 38"
	allow_probe ERRNO '{"defaultErrnoRet": 77}'
	is "$(probe -t $LSEEK 99)" "errno 77"
}

@test "oracle: the default kills, traps or logs" {
	require ret-trace
	allow_probe KILL_PROCESS
	is "$(probe -t $SYSINFO 0)" "$KILLED"
	allow_probe KILL_THREAD
	is "$(probe -t $SYSINFO 0)" "gone"
	allow_probe TRAP
	is "$(probe -t $SYSINFO 0)" "$KILLED"
	allow_probe LOG
	is "$(probe $SYSINFO 0)" "errno 14"
}

@test "oracle: an allow-list allows a call under conditions" {
	require ret-trace
	allow_probe ERRNO
	jq '.syscalls += [{ names: ["lseek"], action: "SCMP_ACT_ALLOW", args: [{ index: 1, op: "SCMP_CMP_EQ", value: 5 }] }]' p.json >q.json
	mv q.json p.json
	lseek_table <<-END
		errno $EBADF | 99 5
		errno 1      | 99 6
	END
}

@test "oracle: x32 calls do not get around a rule" {
	profile ALLOW ERRNO:77
	is "$(probe $((0x40000000 | LSEEK)) 99)" "$KILLED"
	jq '.architectures += ["SCMP_ARCH_X32"]' p.json >q.json
	mv q.json p.json
	is "$(probe $((0x40000000 | LSEEK)) 99)" "errno 77"
	is "$(probe $LSEEK 99)" "errno 77"
}
