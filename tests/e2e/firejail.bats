#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Profiles of firejail: what is written, held against the real firejail.
# shellcheck disable=SC2016,SC2154

load ../lib/common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	require_tool firejail
	require_root
	firejail --quiet --noprofile true || miss "firejail does not start here"
}

jail() { # profile, command...
	timeout -k 5 "$HANG" firejail --quiet --profile="$PWD/$1" "${@:2}"
}

# The filter that a program has in the jail is what the policy says.
filter_is() { # profile, policy
	local pid status=0

	jail "$1" /bin/sleep 30001 &
	wait_for pgrep -fx '/bin/sleep 30001'
	pid=$(pgrep -fx '/bin/sleep 30001')
	# between the exec and this, firejail has put it there
	wait_for grep -q '^Seccomp:.2' "/proc/$pid/status"
	"$UNIT/live-filter" "$pid" "$2" || status=$?
	kill "$pid"
	wait || :
	[ "$status" != 77 ] || miss "the kernel does not show filters"
	return "$status"
}

both() { # name, arguments of gen...
	"$SCTRACE" gen -q -F firejail -o "$1.profile" "${@:2}"
	"$SCTRACE" gen -q -F docker --runtime none -o "$1.json" "${@:2}"
	filter_is "$1.profile" "$1.json"
}

@test "firejail: a program runs under the list that was made of it, as root and as a user" {
	local user

	echo 'mkdir d && echo text >d/f && cat d/f && rm -r d && sleep 0.01' >job
	"$SCTRACE" record -q -o job.rec -- /bin/sh job
	both allow job.rec
	both kill --action kill-thread --allow prctl --allow execveat job.rec
	"$SCTRACE" gen -q -F firejail --action kill-thread -o small.profile job.rec 2>err
	has "$(<err)" "answers EPERM to what firejail calls itself ('prctl')"
	is "$(jail small.profile /bin/sh job)" text
	is "$(jail allow.profile /bin/sh job)" text
	is "$(jail kill.profile /bin/sh job)" text
	run jail allow.profile chmod 700 .
	is "$status" 1
	has "$output" "Operation not permitted"
	run jail kill.profile chmod 700 .
	is "$status" 159
	for user in games daemon; do
		getent passwd "$user" >/dev/null || continue
		chmod 777 . && chmod o+rx .. ../.. ../../.. 2>/dev/null || :
		is "$(setpriv --reuid="$user" --regid="$user" --clear-groups firejail --quiet --profile="$PWD/allow.profile" /bin/echo works)" works
	done
}

@test "firejail: calls are denied one by one, by name or by number" {
	both deny --arch x86_64 --arch x86 --deny mkdir:EROFS --deny fchmodat --deny setxattrat --deny rmdir:EACCES --deny mseal:EIO \
		--deny mkdirat:kill-thread --deny getxattrat:kill-thread
	grep -q '^seccomp.drop .*\$462:EIO' deny.profile
	grep -q '^seccomp.drop .*\$464:kill' deny.profile
	run jail deny.profile mkdir d
	is "$status" 1
	has "$output" "Read-only file system"
	mkdir d
	run jail deny.profile rmdir d
	is "$status" 1
	has "$output" "Permission denied"
	run jail deny.profile chmod 700 d
	is "$status" 1
	has "$output" "Operation not permitted"
	# the last of two lines applies
	{ cat deny.profile; echo 'seccomp.drop fchmodat'; } >two.profile
	jail two.profile rmdir d
}

# What is written is made for these.
@test "firejail: what it cannot read it passes over in silence" {
	firejail --debug-syscalls >table
	is "$(grep -v "^$" table | tail -n 1)" $'440\t- process_madvise'
	echo 'seccomp.drop $462,futex_waitv,mkdir:5,fchmodat' >silent.profile
	jail silent.profile mkdir d
	is "$(jail silent.profile chmod 700 d 2>&1)" "chmod: changing permissions of 'd': Operation not permitted"
	echo 'int main(void) { return syscall(462, 0L, 0L, 1L) < 0 ? errno : 0; }' |
		"$CC" -include errno.h -include unistd.h -include sys/syscall.h -x c -o mseal -
	run ./mseal
	is "$status" 22
	run jail silent.profile ./mseal
	is "$status" 22
	sed -i 's/462/&:EIO/' silent.profile
	run jail silent.profile ./mseal
	is "$status" 5
}
