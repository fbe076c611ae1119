/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Part of arch.h: instructions of the machine, to recognize and to execute. */

/* Programs can make three old calls by jumping here. The kernel asks seccomp about them, but ptrace
 * reports no syscall stop. */
#define MACHINE_VSYSCALL 0xffffffffff600000ul

/* `bytes` are the eight bytes before `after`: the target of the call instruction at their end;
 * false if there is none. */
static inline bool machine_call_target(uint64_t after, uint64_t bytes, uint64_t *ret)
{
	*ret = after + (uint64_t)(int64_t)(int32_t)(bytes >> 32);
	return (bytes >> 24 & 0xff) == 0xe8;
}

/* `before`: the two bytes before a task's instruction pointer. The length of the instruction there
 * if it trapped (int3, int $3, icebp) or made a call (syscall, sysenter, int $0x80); negative if it
 * is another one. */
static inline int machine_trap_length(const uint8_t before[2])
{
	if (before[0] == 0xcd && before[1] == 3)
		return 2;
	return before[1] == 0xcc || before[1] == 0xf1 ? 1 : -1;
}

static inline int machine_call_length(const uint8_t before[2])
{
	return (before[0] == 0x0f && (before[1] == 0x05 || before[1] == 0x34)) || (before[0] == 0xcd && before[1] == 0x80) ? 2 : -1;
}

/* Make a call with the same value for every argument, by the instruction of the ABI, and touch
 * nothing else: no libc, no stack. The number can be anything. */
static inline void machine_offer_call(uint32_t arch, uint32_t nr, long value)
{
	unsigned long result;

	if (arch == MACHINE_COMPAT) {
		/* except the sixth, which is in the frame pointer */
		__asm__ volatile("int $0x80"
				 : "=a"(result) : "a"((unsigned long)nr), "b"(value), "c"(value), "d"(value), "S"(value),
				   "D"(value)
				 : "memory", "r8", "r9", "r10", "r11");
	} else {
		register long r10 __asm__("r10") = value, r8 __asm__("r8") = value, r9 __asm__("r9") = value;

		__asm__ volatile("syscall"
				 : "=a"(result) : "a"((unsigned long)nr), "D"(value), "S"(value), "d"(value), "r"(r10), "r"(r8),
				   "r"(r9)
				 : "rcx", "r11", "memory");
	}
}
