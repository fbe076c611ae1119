/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <linux/audit.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/user.h>

/*
 * What is particular to the machine: the tokens of its own ABI and of the 32-bit one that the
 * same kernel serves, the numbers of the calls that the tracer knows, and where a task's
 * registers have what.  One folder for each machine.
 */
enum machine_abi { MACHINE_ABI_OWN, MACHINE_ABI_COMPAT, MACHINE_ABI_OTHER };

/* The kernel's tables of calls.  The third one has the token of the first and MACHINE_X32_BIT
 * in its numbers; machines other than x86 have none. */
enum machine_table { MACHINE_TABLE_OWN, MACHINE_TABLE_COMPAT, MACHINE_TABLE_X32, MACHINE_TABLES };

/* Numbers that kernels use are below. */
enum { MACHINE_NUMBERS = 1024 };

/* Calls that the tracer treats each in its own way. */
enum machine_call {
	CALL_OTHER, CALL_CLONE, CALL_CLONE3, CALL_CONNECT, CALL_EXECVE, CALL_EXECVEAT, CALL_IO_URING_ENTER,
	CALL_IO_URING_REGISTER, CALL_IO_URING_SETUP, CALL_PIDFD_OPEN, CALL_PRCTL, CALL_PTRACE, CALL_SECCOMP, CALL_COUNT
};

/* And those that it treats as others of their kind. */
enum machine_trait {
	MACHINE_MAPS = 1,		/* what is mapped where may be different after it */
	MACHINE_ACTS_ON_ZEROS = 2,	/* with zeros for arguments it does something */
	MACHINE_TRAMPOLINE = 4,		/* the kernel's: passes every filter, and kills a task that calls it from elsewhere */
	MACHINE_QUEUES = 8,		/* a task queues a signal by it */
};

/* A call that answers EINTR to every signal, and when it waits without a limit: which argument
 * says so, and how. */
enum machine_limit {
	LIMIT_NO_WAIT,			/* another call */
	LIMIT_NEVER,			/* always */
	LIMIT_INT,			/* if negative */
	LIMIT_POINTER,			/* if NULL */
	LIMIT_FLAG,			/* without MACHINE_ENTER_EXT_ARG */
};

#define MACHINE_ENTER_EXT_ARG 8u	/* IORING_ENTER_EXT_ARG */

struct machine_row {
	const char *name;
	uint16_t own, compat, x32;	/* its number in each table; 0: it is not there */
	enum machine_call call;
	unsigned traits;
	enum machine_limit limit;
	unsigned limit_arg;
};

/* The machine's, in any order. */
extern const struct machine_row machine_rows[];
extern const size_t machine_row_count;

/* A call's row, by token and number, whose bit for x32 is included; NULL: none.  Cheap, for every call. */
const struct machine_row *machine_row(uint32_t arch, uint32_t nr);
bool machine_has(uint32_t arch, uint32_t nr, enum machine_trait);

/* A call's number, x32's bit included. */
uint32_t machine_number(enum machine_call, enum machine_table);

/* For a child that tries: a 32-bit call; an x32 call.  0, or the errno that it fails with; without
 * such an ABI the first one may also die of a signal. */
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

/* Pointers in memory are 32 bits wide: of the 32-bit ABI, and of x32. */
static inline bool machine_has_narrow_pointers(uint32_t arch, uint32_t nr)
{
	return machine_abi(arch) == MACHINE_ABI_COMPAT || nr & MACHINE_X32_BIT;
}

/* In the stop for a signal: the task came with EINTR out of a call that waited without a limit. */
bool machine_waited_for_ever(const machine_regs *, uint32_t arch);

/* It comes from a call by which a task queues a signal, of whatever ABI. */
bool machine_in_queueing(const machine_regs *);
