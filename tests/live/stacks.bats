#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Call stacks: the right functions, for programs of every kind; and what cannot be
# followed is marked and does no harm.
# shellcheck disable=SC2016,SC2030,SC2031,SC2119,SC2120,SC2154

load ../lib/common

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	"$CC" -O1 -o pie -pie -fPIE -pthread "$SRCDIR/tests/fixtures/stands.c"
	"$CC" -O1 -o fixed -no-pie -fno-pie -pthread "$SRCDIR/tests/fixtures/stands.c"
}

setup() {
	require ptrace
	require ret-trace
	require unwinding
	require_tool jq
	cd "$BATS_TEST_TMPDIR" && PATH=$BATS_FILE_TMPDIR:$PATH
}

compile() { # program, options...
	local program=$1
	shift
	"$CC" -O1 -o "$program" "$@" -pthread "$SRCDIR/tests/fixtures/stands.c" 2>cc.err
}

# The functions of the stack of call 1000, innermost first; "?" for one without a name.
stack_of() { # recording
	jq -r '[.calls[] | select(.name == "call_1000") | .sites[0].stack[] | .function // "?"] | join(" ")' "${1-r.json}"
}

through_of() { # name, recording
	jq -r --arg name "$1" '.calls[] | select(.name == $name) | .sites[0] | .stack[.through] | .function // "?"' "${2-r.json}"
}

is_partial() { # recording
	jq -r '.calls[] | select(.name == "call_1000") | .sites[0].partial // false' "${1-r.json}"
}

rec() { # command...
	timeout -k 5 "$HANG" "$SCTRACE" record -q -o r.json -- "$@"
}

@test "stacks: the functions that led to a call, in PIE and in fixed programs" {
	local program

	for program in pie fixed; do
		rec "$program" plain
		has " $(stack_of) " " syscall leaf act_plain middle outer main "
		is "$(through_of call_1000)" leaf
		is "$(is_partial)" false
		jq -e --arg p "$(realpath "$BATS_FILE_TMPDIR/$program")" '.calls[] | select(.name == "call_1000") |
			.sites | length == 1 and (.[0] | .program == $p and .stack[1].library == $p and .stack[1].offset < 64)' r.json
	done
}

@test "stacks: a static program's functions, and the ones below its own" {
	compile static -static || miss "no static libc"
	rec ./static plain
	has " $(stack_of) " " syscall leaf act_plain middle outer main "
	is "$(through_of call_1000)" leaf
	is "$(is_partial)" false
}

@test "stacks: a stripped program has offsets instead of names, and its libraries' names" {
	require_tool strip
	cp "$(command -v pie)" stripped
	strip stripped
	rec ./stripped plain
	has "$(stack_of) " "syscall ? ? ? ? ? "
	jq -e '.calls[] | select(.name == "call_1000") | .sites[0].stack[1] | (.library | endswith("/stripped")) and .offset > 4096' r.json
	is "$(is_partial)" false
}

@test "stacks: the names of a separate debug file are used" {
	require_tool objcopy strip
	cp "$(command -v pie)" parted
	objcopy --only-keep-debug parted parted.debug
	strip parted
	objcopy --add-gnu-debuglink=parted.debug parted
	rec ./parted plain
	has " $(stack_of) " " leaf act_plain middle outer main "
}

@test "stacks: without tables they are followed by frame pointers, and partial" {
	"$CC" -O1 -o framed -static -fno-asynchronous-unwind-tables -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer \
		-fno-stack-protector -nostartfiles -nostdlib -x c - <<-'C'
		#define KEPT __attribute__((__noinline__, __noclone__))
		static KEPT long leaf(long n) { long r; __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(0L) : "rcx", "r11", "memory"); return r; }
		static KEPT long middle(long n) { return leaf(n) + 1; }
		void _start(void) { middle(1000); leaf(231); for (;;); }
	C
	rec ./framed
	is "$(stack_of)" "leaf middle _start"
	is "$(is_partial)" true
	is "$(through_of call_1000)" middle
}

@test "stacks: a 32-bit program's are followed by frame pointers" {
	require compat
	"$CC" -m32 -O1 -o narrow -static -fno-pie -fno-omit-frame-pointer -fno-stack-protector -nostartfiles -nostdlib -x c - <<-'C' ||
		#define KEPT __attribute__((__noinline__, __noclone__))
		static KEPT long leaf(long n) { long r; __asm__ volatile("int $0x80" : "=a"(r) : "a"(n), "b"(0) : "memory"); return r; }
		static KEPT long middle(long n) { return leaf(n) + 1; }
		void _start(void) { middle(1000); leaf(1); for (;;); }
	C
		miss "no 32-bit compiler"
	rec ./narrow
	is "$(stack_of)" "leaf middle _start"
	is "$(is_partial)" true
}

@test "stacks: in threads, in signal handlers, on stacks of their own" {
	rec pie thread
	has " $(stack_of) " " syscall leaf in_thread "
	is "$(is_partial)" false
	for way in signal alternate; do
		rec pie "$way"
		has " $(stack_of) " " syscall leaf on_signal "
		has " $(stack_of) " " middle outer main "
		is "$(is_partial)" false
	done
}

@test "stacks: a deep one is truncated and partial" {
	rec pie deep
	has "$(stack_of)" "syscall leaf deep deep deep"
	is "$(is_partial)" true
	is "$(stack_of | wc -w)" 48
	"$SCTRACE" report r.json >/dev/null
}

@test "stacks: odd stack pointers do no harm" {
	local way

	for way in file nowhere circle; do
		rec pie "$way"
		is "$(count_of call_1000 r.json)" 1
		is "$(through_of call_1000)" with_pointers
	done
	rec pie nowhere
	is "$(is_partial)" true
}

@test "stacks: broken tables do no harm" {
	require_tool objcopy
	local i

	for i in 1 2 3 4 5 6 7 8; do
		"$CC" -O1 -o broken -pthread "$SRCDIR/tests/fixtures/stands.c"
		objcopy -O binary --only-section=.eh_frame broken frames
		# its last three quarters, at random but the same each time
		awk -v seed="$i" -v n="$(wc -c <frames)" 'BEGIN { srand(seed); for (i = 0; i < n; i++) printf "\\x%02x", rand() * 256 }' >noise
		{ head -c $(($(wc -c <frames) / 4)) frames; printf '%b' "$(cat noise)"; } | head -c "$(wc -c <frames)" >bad || :
		objcopy --update-section .eh_frame=bad broken
		rec ./broken plain
		is "$(count_of call_1000 r.json)" 1
		is "$(stack_of | cut -d' ' -f1,2)" "syscall leaf"
	done
}

@test "stacks: a library's function, of an interpreter" {
	require_tool /usr/bin/python3
	rec /usr/bin/python3 -c 'import socket; socket.socket(socket.AF_UNIX)'
	jq -e '.calls[] | select(.name == "socket") | .sites[0].stack | any(.function == "socket") and length > 5' r.json
	jq -e '.calls[] | select(.name == "socket") | .sites[0] | .stack[.through] | .function == "<module>" and .line == 1' r.json
}

@test "stacks: a Go program's functions, also when it was stripped" {
	require_tool runc
	rec runc --version >/dev/null
	jq -e '[.calls[].sites[]?.stack[] | select(.function == "runtime.main" or .function == "main.main")] | length > 0' r.json
	hasnt "$(through_of write)" "syscall."
}

@test "stacks: none if they are not requested, and none in old recordings" {
	timeout -k 5 "$HANG" "$SCTRACE" record -q -o r.json --stacks none -- pie plain
	is "$(jq '[.calls[] | select(has("sites"))] | length' r.json)" 0
	"$SCTRACE" report r.json >text
	hasnt "$(cat text)" through
	run -125 --separate-stderr "$SCTRACE" record --stacks all -- true
	has "$stderr" "unknown --stacks 'all'"
}

@test "stacks: each program and each ABI has its own" {
	rec sh -c 'pie plain; fixed plain'
	is "$(jq '.calls[] | select(.name == "call_1000") | .sites | length' r.json)" 2
	jq -e '.calls[] | select(.name == "execve") | .sites | length == 1' r.json
}

@test "stacks: the report names the functions that made calls of high risk" {
	rec pie plain
	"$SCTRACE" report r.json >text
	sed -n '/^calls of high risk were made through:$/,/^$/p' text >through
	grep -qE '^  call_1000 +leaf \(pie\)$' through
	"$SCTRACE" report -F json r.json | jq -e '.calls[] | select(.name == "call_1000") | .sites[0].stack | length > 4'
}

@test "stacks: the engine syscall reports the same" {
	rec pie plain
	cp r.json one.json
	timeout -k 5 "$HANG" "$SCTRACE" record -q -o r.json --engine syscall -- pie plain
	is "$(stack_of)" "$(stack_of one.json)"
}

@test "stacks: no file stays open: its file system can be unmounted" {
	require_root
	require_tool unshare mount
	rec unshare -m sh -c 'mount -t tmpfs none /mnt && cp "$0" /mnt/here && /mnt/here plain && umount /mnt' "$(command -v pie)"
	has " $(stack_of) " " leaf act_plain "
}
