#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Raw filters, C headers, pseudo code, minijail's policies: what is written, and what is read back.
# shellcheck disable=SC1003,SC2030,SC2031,SC2154

load ../lib/common

gen() {
	"$SCTRACE" gen -q "$@"
}

same() { # two profiles, options
	run -0 --separate-stderr "$SCTRACE" diff "$@"
	has "$stderr" "no difference"
}

# A program of 64-bit numbers, each an instruction as the kernel has it: code, jt, jf and k.
program() { # "CODE JT JF K"...
	local one

	for one; do
		# shellcheck disable=SC2086
		set -- $one
		python3 -c 'import struct, sys; sys.stdout.buffer.write(struct.pack("=HBBI", *(int(a, 0) for a in sys.argv[1:])))' "$@"
	done
}

@test "filters: bpf: what is read back means what was written, for all calls and arguments" {
	gen --deny mount-family --deny user-namespace --deny kill:EACCES -o d.json
	gen --deny mount-family --deny user-namespace --deny kill:EACCES -F bpf -o d.bpf
	[ "$(($(stat -c %s d.bpf) % 8))" -eq 0 ]
	same d.json d.bpf
	gen --base docker-default --deny chmod --cap docker -o b.json
	gen --base docker-default --deny chmod --cap docker -F bpf -o b.bpf
	same b.json b.bpf
	run -1 "$SCTRACE" diff -q d.bpf b.bpf
	# and the file is overwritten as one of its kind, which another file is not
	gen --deny mount-family -F bpf -o d.bpf
	run -2 "$SCTRACE" gen -q --deny mount-family -F bpf -o d.json
	has "$output" "d.json"
}

@test "filters: bpf: a filter is a profile for explain, lint, check, run and gen --base" {
	gen --deny chmod-family:EACCES -F bpf -o d.bpf
	run -1 "$SCTRACE" explain d.bpf chmod
	has "$output" "denied with EACCES"
	has "$output" "d.bpf:"
	has "$output" "instruction"
	run -0 "$SCTRACE" explain d.bpf read
	run "$SCTRACE" lint --severity high d.bpf
	hasnt "$output" "sibling-gap"
	gen --base d.bpf --deny mkdir -F text >more.txt
	grep -q '^errno EACCES *chmod' more.txt
	grep -q '^errno .*mkdir' more.txt
	require ret-trace
	: >f
	run -1 "$SCTRACE" run -q -p d.bpf -- chmod 700 f
	has "$output" "Permission denied"
	run -1 "$SCTRACE" check -q -p d.bpf -- chmod 700 f
	run -0 "$SCTRACE" check -q -p d.bpf -- true
}

@test "filters: bpf: it is not written to a terminal, and an option that it does not take is an error" {
	require_tool script
	run script -qec "'$SCTRACE' gen -q --deny mount-family -F bpf" /dev/null
	has "$output" "binary"
	run -2 "$SCTRACE" gen -q --deny mount-family -F bpf --name x
	has "$output" "--name"
}

@test "filters: bpf: a filter that is longer than the kernel takes is an error" {
	require_tool python3
	# each rule is another mask and value of an argument
	python3 - >long.json <<-'END'
		import json
		rules = [{"names": [name], "action": "SCMP_ACT_ERRNO", "errnoRet": 1 + i % 90,
		          "args": [{"index": i % 5, "op": "SCMP_CMP_MASKED_EQ", "value": 0xf0f << (i % 20), "valueTwo": 0x505 << (i % 20)}]}
		         for i in range(40) for name in ("mmap", "ioctl", "prctl", "fcntl", "clone", "socket", "sendto", "recvfrom")]
		print(json.dumps({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": rules}))
	END
	run -2 "$SCTRACE" gen -q --base long.json --deny chmod -F bpf -o long.bpf
	has "$output" "the kernel"
	[ ! -e long.bpf ]
}

@test "filters: bpf: what the kernel does not take is rejected, with the instruction" {
	require_tool python3
	program "0x20 0 0 0" "0x06 0 0 0x7fff0000" >good
	run -0 "$SCTRACE" explain good read
	program "0x20 0 0 64" "0x06 0 0 0" >outside
	run -2 "$SCTRACE" explain --read-as bpf outside read
	has "$output" "outside: instruction 1 (0x20): it loads from outside"
	program "0x15 5 0 1" "0x06 0 0 0" >jump
	run -2 "$SCTRACE" explain --read-as bpf jump read
	has "$output" "instruction 1 (0x15): it jumps behind the end"
	program "0x60 0 0 3" "0x16 0 0 0" >memory
	run -2 "$SCTRACE" explain --read-as bpf memory read
	has "$output" "memory that was not written"
	program "0x28 0 0 0" "0x06 0 0 0" >half
	run -2 "$SCTRACE" explain --read-as bpf half read
	has "$output" "does not know this instruction"
	program "0x20 0 0 0" >endless
	run -2 "$SCTRACE" explain --read-as bpf endless read
	has "$output" "does not return"
	printf 1234567 >short
	run -2 "$SCTRACE" explain --read-as bpf short read
	has "$output" "7 bytes are not a filter"
	# of another machine
	python3 -c 'import sys; b = open("good", "rb").read(); sys.stdout.buffer.write(b"".join(
		bytes([b[i+1], b[i], b[i+2], b[i+3], b[i+7], b[i+6], b[i+5], b[i+4]]) for i in range(0, len(b), 8)))' >swapped
	run -2 "$SCTRACE" explain swapped read
	has "$output" "other byte order"
	# a sum of arguments is nothing that a rule can express
	program "0x20 0 0 16" "0x04 0 0 1" "0x15 0 1 5" "0x06 0 0 0" "0x06 0 0 0x7fff0000" >sum
	run -2 "$SCTRACE" explain sum read
	has "$output" "sum: instruction 2: rules cannot express"
}

@test "filters: c: the header compiles as C and C++, installs the filter, and denies as it says" {
	require_tool gcc g++
	gen --deny mkdir:EROFS --deny chmod:EACCES --annotate -F c --name app -o app.h
	grep -q '#ifndef app_SECCOMP_FILTER' app.h
	has "$(<app.h)" "errno EROFS mkdir: asked for by name"
	cat >t.c <<-'END'
		#include "app.h"
		#include "app.h"
		#include <stdio.h>
		#include <sys/stat.h>

		int main(void)
		{
			if (app_install() != 0)
				return 2;
			if (mkdir("d", 0777) == 0 || errno != EROFS || chmod(".", 0700) == 0 || errno != EACCES)
				return 1;
			return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 3 : 0;
		}
	END
	for compiler in "gcc -std=c99" "gcc -std=c17 -pedantic" "g++ -x c++" "clang -std=c99" "clang++ -x c++"; do
		command -v "${compiler%% *}" >/dev/null || continue
		$compiler -Wall -Wextra -Werror -o t t.c
		if [ "$(id -u)" = 0 ]; then
			run -0 ./t
		else
			run -3 ./t
		fi
		[ ! -e d ]
	done
	if [ "$(id -u)" = 0 ]; then
		chmod 755 . && run -3 setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all "$PWD/t"
	fi
	run -2 "$SCTRACE" gen -q --deny mkdir -F c --name 'a b'
	has "$output" "cannot be a name in C"
	# an ABI that it kills is an error of the compiler
	if [ "$(uname -m)" = x86_64 ]; then
		gen --deny mkdir --arch x86_64 -F c -o own.h
		echo '#include "own.h"' >o.c
		run -0 gcc -Werror -c o.c
		run -1 gcc -Werror -mx32 -c o.c
		has "$output" "this filter kills every program"
	fi
}

@test "filters: c: nothing in a reason ends the comment, and flags are installed with the filter" {
	require_tool gcc jq
	jq -n '{ defaultAction: "SCMP_ACT_ALLOW", flags: ["SECCOMP_FILTER_FLAG_LOG"], syscalls: [
		{ names: ["mkdir"], action: "SCMP_ACT_ERRNO", errnoRet: 30, comment: "*/ #error \u001b[1m /* " }] }' >p.json
	gen --base p.json --deny chmod --annotate -F c -o p.h
	printf '#include "p.h"\nint main(void) { return sctrace_install(); }\n' >t.c
	gcc -std=c99 -Wall -Wextra -Werror -o t t.c
	g++ -x c++ -Wall -Wextra -Werror -o t t.c
	run -0 ./t
	grep -q 'SECCOMP_SET_MODE_FILTER, 0x2ul' p.h
	# a raw filter has none, and says so
	run -0 "$SCTRACE" gen --base p.json --deny chmod -F bpf -o p.bpf
	has "$output" "has no flags"
	run -2 "$SCTRACE" gen -q --strict --base p.json --deny chmod -F bpf -o p2.bpf
}

@test "filters: pfc: every call with an answer of its own, with reasons, is shown" {
	gen --deny mkdir:EROFS --deny user-namespace --annotate -F pfc -o p.pfc
	has "$(<p.pfc)" "# pseudo filter code start"
	has "$(<p.pfc)" '# filter for syscall "mkdir" (83)'
	has "$(<p.pfc)" "# asked for by name"
	has "$(<p.pfc)" "if (\$a0.lo32 & 0x10000000 != 0)"
	has "$(<p.pfc)" "action ERRNO(30);"
	has "$(<p.pfc)" "# invalid architecture action"
}

# In the grammar that minijail0 and its compiler share.
in_grammar() { # options of minijail.py, files
	run python3 "$SRCDIR/tests/lib/minijail.py" "$@"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "filters: minijail: policies are in its grammar, and read back they allow the same" {
	require_tool python3
	for base in docker-default podman-default; do
		gen --base "$base" --deny kill -F text -o "$base.txt"
		gen --base "$base" --deny kill -o "$base.json"
		gen --base "$base" --deny kill -F minijail -o "$base.policy"
		in_grammar "$base.policy"
		# nothing gets farther, and what is allowed stays allowed
		run -0 "$SCTRACE" diff -q --arch x86_64 --only added,widened "$base.json" "$base.policy"
		run "$SCTRACE" diff -q --only removed,narrowed "$base.json" "$base.policy"
		hasnt "$(grep -v 'x86: \|x32\|x86 ' <<<"$output" | grep 'x86_64' || true)" "removed"
	done
	run -0 "$SCTRACE" gen --base docker-default --deny kill -F minijail -o again.policy
	has "$output" "has no errno for calls without a rule: they kill the process"
	has "$output" "for the ABI of the machine"
	has "$output" "minijail0 -n -S again.policy"
	hasnt "$output" "1023 bytes"
	run -0 "$SCTRACE" gen --base docker-default --deny kill --action kill-thread -F minijail
	has "$output" "cannot kill a thread alone"
	run -2 "$SCTRACE" gen -q --strict --base docker-default --deny kill -F minijail
	run -2 "$SCTRACE" gen -q --deny kill -F minijail
	has "$output" "cannot express the default action 'allow'"
}

@test "filters: minijail: counts are those of the recording" {
	require ptrace
	require_tool python3
	"$SCTRACE" record -q -- "$FIXTURES/marked" main 3
	gen -F minijail-frequency -o app.frequency
	in_grammar --frequency app.frequency
	"$SCTRACE" report --json >report.json
	while IFS=': ' read -r call count; do
		[ "$call" = '#' ] || [[ $call == '#'* ]] || grep -q "\"$call\"" report.json
		[[ $call == '#'* ]] || [ "$count" -gt 0 ]
	done <app.frequency
	rm sctrace.json
	run -2 "$SCTRACE" gen -q --deny mount-family -F minijail-frequency
	has "$output" "needs a recording"
}

@test "filters: minijail: what its policies can say is read" {
	mkdir more
	cat >app.policy <<-'END'
		# the app
		@include ./more/base.policy
		@frequency ./app.frequency
		{open, openat[arch=x86_64,arm64]}: 1
		close[arch=mips]: 1
		mkdir: return EROFS
		ioctl: arg1 == TCGETS || arg1 == 0x5413; return 25
		mmap: arg2 in ~PROT_EXEC && arg3 > 1
		prctl: { arg0 == PR_SET_NAME, arg0 == (3|4); return EINVAL, \
			trap }
	END
	printf 'read: allow\nwrite: 1\n@default kill-thread\n' >more/base.policy
	run -0 "$SCTRACE" explain app.policy read
	run -1 "$SCTRACE" explain app.policy mkdir
	has "$output" "denied with EROFS"
	has "$output" "app.policy:6: mkdir"
	if [ "$(uname -m)" = x86_64 ]; then
		run -0 "$SCTRACE" explain app.policy openat
		run -1 "$SCTRACE" explain app.policy close
		run -0 "$SCTRACE" explain app.policy ioctl 0 TCGETS
		run -1 "$SCTRACE" explain app.policy ioctl 0 5
		has "$output" "denied with ENOTTY"
		run -0 "$SCTRACE" explain app.policy mmap 0 0 1 2
		run -1 "$SCTRACE" explain app.policy mmap 0 0 4 2
		run -1 "$SCTRACE" explain app.policy prctl 7
		has "$output" "denied with EINVAL"
		run -1 "$SCTRACE" explain app.policy prctl 8
		has "$output" "SIGSYS"
	fi
	run -1 "$SCTRACE" explain app.policy mount
	has "$output" "base.policy:3: @default"
	printf '@denylist\nmkdir: return 30\n' >deny.policy
	run -0 "$SCTRACE" explain deny.policy read
	run -1 "$SCTRACE" explain deny.policy mkdir
}

@test "filters: minijail: errors have their line" {
	wrong() { # what is said, the policy's lines
		printf '%s\n' "${@:2}" >p.policy
		run -2 "$SCTRACE" explain --read-as minijail p.policy read
		has "$output" "p.policy:$1"
	}
	wrong "2: unknown call 'raed'" "write: 1" "raed: 1"
	wrong "1: ':' is missing" "read"
	wrong "1: an action is expected" "read: maybe"
	wrong "1: unknown constant 'O_NONSENSE'" "open: arg1 == O_NONSENSE"
	wrong "2: arg0 to arg5" "read: 1" "open: arg1 == 1 || arg7 == 1"
	wrong "1: an operator is expected" "open: arg1 = 1"
	wrong "1: unexpected word 'x'" "read: 1 x"
	wrong "1: unexpected character '%'" "read: %"
	wrong "1: the last line goes on" 'read: 1 \'
	wrong "1: @include takes a path" "@include base"
	wrong "2: with @denylist" "@denylist" "read: 1"
	wrong "1: groups of calls" "io@group: 1"
	echo '@include ./p.policy' >p.policy
	run -2 "$SCTRACE" explain p.policy read
	has "$output" "nested too deep"
	echo '@include ./none.policy' >p.policy
	run -2 "$SCTRACE" explain p.policy read
	has "$output" "none.policy"
}
