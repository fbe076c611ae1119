/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <linux/audit.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/user.h>

/*
 * The machine-dependent part: the audit tokens of the native ABI and of the 32-bit ABI that the
 * same kernel serves, the numbers of the calls that the tracer knows, and the layout of a task's
 * registers. Each machine has a folder.
 */
enum machine_abi { MACHINE_ABI_OWN, MACHINE_ABI_COMPAT, MACHINE_ABI_OTHER };

/* The kernel's tables of calls. The third one has the token of the first, and MACHINE_X32_BIT in
 * its numbers; only x86 has it. */
enum machine_table { MACHINE_TABLE_OWN, MACHINE_TABLE_COMPAT, MACHINE_TABLE_X32, MACHINE_TABLES };

/* All numbers that kernels use are below this. */
enum { MACHINE_NUMBERS = 1024 };

/* Calls that the tracer handles individually. */
enum machine_call {
	CALL_OTHER, CALL_CLONE, CALL_CLONE3, CALL_CONNECT, CALL_EXECVE, CALL_EXECVEAT, CALL_IO_URING_ENTER,
	CALL_IO_URING_REGISTER, CALL_IO_URING_SETUP, CALL_PIDFD_OPEN, CALL_PRCTL, CALL_PTRACE, CALL_SECCOMP, CALL_COUNT
};

/* Properties that several calls share. */
enum machine_trait {
	MACHINE_MAPS = 1,		/* may change the memory map */
	MACHINE_ACTS_ON_ZEROS = 2,	/* has an effect even if all arguments are 0 */
	MACHINE_TRAMPOLINE = 4,		/* for code of the kernel only: passes every filter, and kills a task
					   that calls it from elsewhere */
	MACHINE_QUEUES = 8,		/* a task queues a signal by it */
};

/* Calls that answer EINTR to every signal: which argument says that the call waits without a limit,
 * and how. */
enum machine_limit {
	LIMIT_NO_WAIT,			/* does not wait like this */
	LIMIT_NEVER,			/* there is never a limit */
	LIMIT_INT,			/* no limit if negative */
	LIMIT_POINTER,			/* no limit if NULL */
	LIMIT_FLAG,			/* no limit without MACHINE_ENTER_EXT_ARG */
};

#define MACHINE_ENTER_EXT_ARG 8u	/* IORING_ENTER_EXT_ARG */

struct machine_row {
	const char *name;
	uint16_t own, compat, x32;	/* its number in each table; 0: not in this table */
	enum machine_call call;
	unsigned traits;
	enum machine_limit limit;
	unsigned limit_arg;
};

/* The rows of this machine, in any order. */
extern const struct machine_row machine_rows[];
extern const size_t machine_row_count;

/* The row of a call, by token and number (with the bit of x32); NULL if there is none. Cheap enough
 * for every call. */
const struct machine_row *machine_row(uint32_t arch, uint32_t nr);
bool machine_has(uint32_t arch, uint32_t nr, enum machine_trait);

/* The number of a call, with the bit of x32. */
uint32_t machine_number(enum machine_call, enum machine_table);

/* Make a 32-bit or an x32 call, in a child process that may crash: 0, or the errno of the call.
 * Without a 32-bit ABI the first one may also die of a signal. */
int machine_try_compat(void);
int machine_try_x32(void);

#if defined(__x86_64__)
#include "tracer/arch/x86_64/registers.h"
#include "tracer/arch/x86_64/instructions.h"
#else
#error "this machine needs a folder here"
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

/* Pointers in memory have 32 bits: the 32-bit ABI and x32. */
static inline bool machine_has_narrow_pointers(uint32_t arch, uint32_t nr)
{
	return machine_abi(arch) == MACHINE_ABI_COMPAT || nr & MACHINE_X32_BIT;
}

/* At a signal stop: the task was in a call without a time limit, which now returns EINTR. */
bool machine_waited_for_ever(const machine_regs *, uint32_t arch);

/* The call of these registers is one that queues a signal, of any ABI. */
bool machine_in_queueing(const machine_regs *);
