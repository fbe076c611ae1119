/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <linux/audit.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/user.h>

/*
 * What is particular to the machine we run on, a block for each: the audit tokens
 * of its own ABI and of the 32-bit one that the same kernel serves, the numbers of
 * clone(2) there, and where the first argument of a call is.
 */
enum machine_abi { MACHINE_ABI_OWN, MACHINE_ABI_COMPAT, MACHINE_ABI_OTHER };

#if defined(__x86_64__)

#define MACHINE_ARCH   AUDIT_ARCH_X86_64
#define MACHINE_COMPAT AUDIT_ARCH_I386
#define MACHINE_CLONE  56
#define MACHINE_PRCTL  157
#define MACHINE_SECCOMP 317
#define MACHINE_COMPAT_CLONE 120
#define MACHINE_COMPAT_PRCTL 172
#define MACHINE_COMPAT_SECCOMP 354

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

#else
#error "this machine needs a block here"
#endif

static inline uint32_t machine_arch(enum machine_abi abi)
{
	return abi == MACHINE_ABI_OWN ? MACHINE_ARCH : MACHINE_COMPAT;
}

static inline uint32_t machine_clone(enum machine_abi abi)
{
	return abi == MACHINE_ABI_OWN ? MACHINE_CLONE : MACHINE_COMPAT_CLONE;
}

static inline enum machine_abi machine_abi(uint32_t arch)
{
	if (arch == MACHINE_ARCH)
		return MACHINE_ABI_OWN;
	return arch == MACHINE_COMPAT ? MACHINE_ABI_COMPAT : MACHINE_ABI_OTHER;
}

static inline bool machine_is_prctl(uint32_t arch, uint32_t nr)
{
	return nr == (machine_abi(arch) == MACHINE_ABI_OWN ? MACHINE_PRCTL : MACHINE_COMPAT_PRCTL);
}

/* The two calls by which a task can put a filter on itself. */
static inline bool machine_may_filter(uint32_t arch, uint32_t nr)
{
	return machine_is_prctl(arch, nr) ||
	       nr == (machine_abi(arch) == MACHINE_ABI_OWN ? MACHINE_SECCOMP : MACHINE_COMPAT_SECCOMP);
}

/* prctl(PR_SET_SECCOMP), seccomp(SECCOMP_SET_MODE_STRICT or _FILTER). */
static inline bool machine_sets_filter(uint32_t arch, uint32_t nr, uint64_t first_arg)
{
	return machine_is_prctl(arch, nr) ? first_arg == 22 : first_arg <= 1;
}
