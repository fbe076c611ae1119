/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <linux/audit.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/user.h>

/*
 * What is particular to the machine we run on, a block for each: the audit tokens
 * of its own ABI and of the 32-bit one that the same kernel serves, the numbers of
 * the calls that the tracer minds, and where a task's registers have what.
 */
enum machine_abi { MACHINE_ABI_OWN, MACHINE_ABI_COMPAT, MACHINE_ABI_OTHER };

/* Numbers that kernels use are below. */
enum { MACHINE_NUMBERS = 1024 };

/* The calls that the tracer knows by name; see call_kind(). */
enum machine_call {
	CALL_OTHER, CALL_CLONE, CALL_CLONE3, CALL_CONNECT, CALL_EXECVE, CALL_EXECVEAT, CALL_IO_URING_ENTER, CALL_IO_URING_REGISTER,
	CALL_IO_URING_SETUP, CALL_PIDFD_OPEN,
	CALL_PRCTL, CALL_PTRACE, CALL_SECCOMP, CALL_COUNT
};

#if defined(__x86_64__)

#define MACHINE_ARCH   AUDIT_ARCH_X86_64
#define MACHINE_COMPAT AUDIT_ARCH_I386

/* x32 has the token of x86-64 and this bit in the number. */
#define MACHINE_X32_BIT 0x40000000u

/* by ABI: own, compat, x32 */
static const uint16_t machine_numbers[CALL_COUNT][3] = {
	[CALL_CLONE]          = { 56, 120, 56 },
	[CALL_CLONE3]         = { 435, 435, 435 },
	[CALL_CONNECT]        = { 42, 362, 42 },
	[CALL_EXECVE]         = { 59, 11, 520 },
	[CALL_EXECVEAT]       = { 322, 358, 545 },
	[CALL_IO_URING_ENTER] = { 426, 426, 426 },
	[CALL_IO_URING_REGISTER] = { 427, 427, 427 },
	[CALL_IO_URING_SETUP] = { 425, 425, 425 },
	[CALL_PIDFD_OPEN]     = { 434, 434, 434 },
	[CALL_PRCTL]          = { 157, 172, 157 },
	[CALL_PTRACE]         = { 101, 26, 521 },
	[CALL_SECCOMP]        = { 317, 354, 317 },
};

/* Kernel trampolines: they are let through every filter, and kill who calls them
 * from elsewhere. */
static inline bool machine_is_trampoline(uint32_t arch, uint32_t nr)
{
	return arch == MACHINE_ARCH && (nr == 335 || nr == 336);	/* uretprobe, uprobe */
}

/* What is mapped where may be different after it. */
static inline bool machine_maps(uint32_t arch, uint32_t nr)
{
	/* mmap munmap brk mremap shmat shmdt, and what they are called of old */
	static const uint32_t own[] = { 9, 11, 12, 25, 30, 67, 0, 0 }, compat[] = { 90, 192, 91, 45, 163, 397, 398, 117 };

	for (unsigned i = 0; i < 8; i++)
		if (nr && (nr & ~MACHINE_X32_BIT) == (arch == MACHINE_ARCH ? own : compat)[i])
			return true;
	return false;
}

/* With zeros for arguments these do something: acct, kexec_load, sethostname,
 * setdomainname. */
static inline bool machine_acts_on_zeros(uint32_t arch, uint32_t nr)
{
	static const uint32_t own[] = { 163, 246, 170, 171 }, compat[] = { 51, 283, 74, 121 };

	for (unsigned i = 0; i < 4; i++)
		if (nr == (arch == MACHINE_ARCH ? own : compat)[i])
			return true;
	return false;
}

/* Three calls of old can be made by jumping here; the kernel asks seccomp about
 * them, and ptrace's stops for calls do not happen. */
#define MACHINE_VSYSCALL 0xffffffffff600000ul

typedef unsigned long long machine_word;
typedef struct user_regs_struct machine_regs;

/* PTRACE_GETREGS has the 64-bit layout for 32-bit tasks, too, which
 * PTRACE_GETREGSET has not. */
#define MACHINE_GETREGS PTRACE_GETREGS
#define MACHINE_SETREGS PTRACE_SETREGS

static inline machine_word *machine_first_arg(machine_regs *regs, enum machine_abi abi)
{
	return abi == MACHINE_ABI_OWN ? &regs->rdi : &regs->rbx;
}

/* In a stop before the call: it is not made, and returns this. */
static inline void machine_skip_call(machine_regs *regs, int error)
{
	regs->orig_rax = (machine_word)-1;
	regs->rax = (machine_word)(long)-error;
}

/* Calls that answer EINTR to every signal, and when they wait without a limit: which
 * argument says so, and how. */
enum machine_limit { LIMIT_NEVER, LIMIT_INT, LIMIT_POINTER, LIMIT_FLAG };	/* none; unless < 0; unless NULL; by a bit */

static const struct machine_wait {
	uint32_t nr[2];		/* own, compat; 0: it has not */
	unsigned arg;
	enum machine_limit limit;
} machine_waits[] = {
	{ { 232, 256 }, 3, LIMIT_INT },		/* epoll_wait */
	{ { 281, 319 }, 3, LIMIT_INT },		/* epoll_pwait */
	{ { 441, 441 }, 3, LIMIT_POINTER },	/* epoll_pwait2 */
	{ { 128, 177 }, 2, LIMIT_POINTER },	/* rt_sigtimedwait */
	{ { 0, 421 }, 2, LIMIT_POINTER },	/* rt_sigtimedwait_time64 */
	{ { 65, 0 }, 0, LIMIT_NEVER },		/* semop; i386's is one of ipc's */
	{ { 220, 420 }, 3, LIMIT_POINTER },	/* semtimedop, semtimedop_time64 */
	{ { 208, 247 }, 4, LIMIT_POINTER },	/* io_getevents */
	{ { 426, 426 }, 3, LIMIT_FLAG },	/* io_uring_enter, with IORING_ENTER_EXT_ARG */
};

#define MACHINE_ENTER_EXT_ARG 8u

static inline const struct machine_wait *machine_wait(enum machine_abi abi, uint32_t nr)
{
	for (unsigned i = 0; abi != MACHINE_ABI_OTHER && i < sizeof machine_waits / sizeof *machine_waits; i++)
		if (nr && machine_waits[i].nr[abi] == nr)
			return &machine_waits[i];
	return NULL;
}

static inline machine_word machine_arg(const machine_regs *r, enum machine_abi abi, unsigned i)
{
	const machine_word own[] = { r->rdi, r->rsi, r->rdx, r->r10, r->r8, r->r9 };
	const machine_word compat[] = { r->rbx, r->rcx, r->rdx, r->rsi, r->rdi, r->rbp };

	return abi == MACHINE_ABI_OWN ? own[i] : (uint32_t)compat[i];
}

/* The kernel will make it again under its own number, unless a handler comes in between:
 * ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND. */
static inline bool machine_is_made_again(const machine_regs *regs)
{
	return (long)regs->rax <= -512 && (long)regs->rax >= -514;
}

/* The task came out of such a call with EINTR. */
static inline bool machine_waited_for_ever(const machine_regs *regs, enum machine_abi abi)
{
	const struct machine_wait *w = machine_wait(abi, (uint32_t)regs->orig_rax);

	if ((long)regs->rax != -4 || !w)
		return false;
	switch (w->limit) {
	case LIMIT_NEVER:   return true;
	case LIMIT_INT:     return (int)machine_arg(regs, abi, w->arg) < 0;
	case LIMIT_POINTER: return machine_arg(regs, abi, w->arg) == 0;
	case LIMIT_FLAG:    return !(machine_arg(regs, abi, w->arg) & MACHINE_ENTER_EXT_ARG);
	}
	return false;
}

/* In a stop before the call: another one is made instead.  In a signal's stop, after
 * seccomp did not let a call be made: it was this one. */
static inline void machine_set_call(machine_regs *regs, uint32_t nr)
{
	regs->orig_rax = nr;
}

static inline void machine_rolled_back(machine_regs *regs, uint32_t nr)
{
	regs->orig_rax = regs->rax = nr;
}

/* Where it stands: in user mode at the call, the stack's and the frame's pointer; which thread it is. */
static inline uint64_t machine_ip(const machine_regs *regs) { return regs->rip; }
static inline uint64_t machine_sp(const machine_regs *regs) { return regs->rsp; }
static inline uint64_t machine_fp(const machine_regs *regs) { return regs->rbp; }
static inline uint64_t machine_thread(const machine_regs *regs) { return regs->fs_base; }	/* as pthread_self() */
static inline bool machine_is_narrow(const machine_regs *regs) { return regs->cs == 0x23; }

/* Where the call led whose eight bytes end before `after`; false: none does. */
static inline bool machine_call_target(uint64_t after, uint64_t bytes, uint64_t *ret)
{
	*ret = after + (uint64_t)(int64_t)(int32_t)(bytes >> 32);
	return (bytes >> 24 & 0xff) == 0xe8;
}

/* A register by its number in DWARF; false: not kept. */
static inline bool machine_dwarf_register(const machine_regs *r, int number, uint64_t *ret)
{
	const machine_word in_order[] = {
		r->rax, r->rdx, r->rcx, r->rbx, r->rsi, r->rdi, r->rbp, r->rsp, r->r8, r->r9, r->r10, r->r11, r->r12,
		r->r13, r->r14, r->r15, r->rip,
	};

	if (number < 0 || number >= (int)(sizeof in_order / sizeof *in_order))
		return false;
	*ret = in_order[number];
	return true;
}

/* No program has anything there. */
#define MACHINE_NOWHERE ((uint64_t)-4096)

static inline void machine_set_ip(machine_regs *regs, uint64_t ip)
{
	regs->rip = ip;
}

/* In the stop for a signal: the task comes from a call, and not from a fault. */
static inline bool machine_in_call(const machine_regs *regs)
{
	return (long)regs->orig_rax >= 0;
}

/* Which one; x32's bit included. */
static inline uint32_t machine_call_number(const machine_regs *regs)
{
	return (uint32_t)regs->orig_rax;
}

/* Of the bytes before where a task stands: how many are the instruction that trapped (int3, int $3,
 * icebp), or made a call (syscall, sysenter, int $0x80); negative: none is. */
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

/* It comes from a call by which a task queues a signal, of whatever ABI. */
static inline bool machine_in_queueing(const machine_regs *regs)
{
	/* rt_sigqueueinfo, rt_tgsigqueueinfo; pidfd_send_signal */
	static const uint32_t numbers[] = { 129, 297, 178, 335, 524 | MACHINE_X32_BIT, 536 | MACHINE_X32_BIT, 424, 424 | MACHINE_X32_BIT };

	for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (regs->orig_rax == numbers[i])
			return true;
	return false;
}

static inline void machine_set_result(machine_regs *regs, long result)
{
	regs->rax = (machine_word)result;
}

/* Make a call with the same value for every argument, by the instruction of the
 * ABI, and touch nothing else: no libc, no stack.  The number may be any. */
static inline void machine_offer_call(uint32_t arch, uint32_t nr, long value)
{
	unsigned long result;

	if (arch == MACHINE_COMPAT) {
		/* but for the sixth, which is in the frame pointer */
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

#else
#error "this machine needs a block here"
#endif

static inline uint32_t machine_arch(enum machine_abi abi)
{
	return abi == MACHINE_ABI_OWN ? MACHINE_ARCH : MACHINE_COMPAT;
}

static inline enum machine_abi machine_abi(uint32_t arch)
{
	if (arch == MACHINE_ARCH)
		return MACHINE_ABI_OWN;
	return arch == MACHINE_COMPAT ? MACHINE_ABI_COMPAT : MACHINE_ABI_OTHER;
}
