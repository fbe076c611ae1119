/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Part of arch.h: tokens, and the layout of registers. */

#define MACHINE_ARCH   AUDIT_ARCH_X86_64
#define MACHINE_COMPAT AUDIT_ARCH_I386

/* x32 has the token of x86-64, and this bit in the number. */
#define MACHINE_X32_BIT 0x40000000u

typedef unsigned long long machine_word;
typedef struct user_regs_struct machine_regs;

/* PTRACE_GETREGS uses the 64-bit layout for 32-bit tasks, too; PTRACE_GETREGSET does not. */
#define MACHINE_GETREGS PTRACE_GETREGS
#define MACHINE_SETREGS PTRACE_SETREGS

static inline machine_word *machine_first_arg(machine_regs *regs, enum machine_abi abi)
{
	return abi == MACHINE_ABI_OWN ? &regs->rdi : &regs->rbx;
}

/* At a stop before a call: skip the call, and return this error. */
static inline void machine_skip_call(machine_regs *regs, int error)
{
	regs->orig_rax = (machine_word)-1;
	regs->rax = (machine_word)(long)-error;
}

static inline machine_word machine_arg(const machine_regs *r, enum machine_abi abi, unsigned i)
{
	const machine_word own[] = { r->rdi, r->rsi, r->rdx, r->r10, r->r8, r->r9 };
	const machine_word compat[] = { r->rbx, r->rcx, r->rdx, r->rsi, r->rdi, r->rbp };

	return abi == MACHINE_ABI_OWN ? own[i] : (uint32_t)compat[i];
}

/* The kernel will restart the call under its own number, unless a handler runs first: ERESTARTSYS,
 * ERESTARTNOINTR, ERESTARTNOHAND. */
static inline bool machine_is_made_again(const machine_regs *regs)
{
	return (long)regs->rax <= -512 && (long)regs->rax >= -514;
}

/* set_call: at a stop before a call, replace the call. rolled_back: at the signal stop after
 * seccomp denied the replacement, restore the original number. */
static inline void machine_set_call(machine_regs *regs, uint32_t nr)
{
	regs->orig_rax = nr;
}

static inline void machine_rolled_back(machine_regs *regs, uint32_t nr)
{
	regs->orig_rax = regs->rax = nr;
}

/* Instruction, stack and frame pointer in user mode, and the thread. */
static inline uint64_t machine_ip(const machine_regs *regs) { return regs->rip; }
static inline uint64_t machine_sp(const machine_regs *regs) { return regs->rsp; }
static inline uint64_t machine_fp(const machine_regs *regs) { return regs->rbp; }
static inline uint64_t machine_thread(const machine_regs *regs) { return regs->fs_base; }	/* as pthread_self() */
static inline bool machine_is_narrow(const machine_regs *regs) { return regs->cs == 0x23; }

#define MACHINE_DWARF_FP 6	/* the DWARF number of the frame pointer */

/* A register by its DWARF number; false if it was not saved. */
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

/* An address that no program can map. */
#define MACHINE_NOWHERE ((uint64_t)-4096)

static inline void machine_set_ip(machine_regs *regs, uint64_t ip)
{
	regs->rip = ip;
}

/* At a signal stop: the task was in a call, and did not fault. */
static inline bool machine_in_call(const machine_regs *regs)
{
	return (long)regs->orig_rax >= 0;
}

/* The number of that call, with the bit of x32. */
static inline uint32_t machine_call_number(const machine_regs *regs)
{
	return (uint32_t)regs->orig_rax;
}

static inline void machine_set_result(machine_regs *regs, long result)
{
	regs->rax = (machine_word)result;
}

static inline long machine_result(const machine_regs *regs)
{
	return (long)regs->rax;
}
