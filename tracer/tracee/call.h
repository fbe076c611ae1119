/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <sys/types.h>
#include "tracer/arch/arch.h"

struct ptrace_syscall_info;

/* A system call of a task that is stopped in it. */
struct call {
	uint32_t arch, nr;
	uint64_t args[6];	/* only where `detailed` */
	bool detailed;
	bool under_way;		/* the task stands in it */
	bool refused;		/* by a filter of the workload's own that asks a tracer which is not there */
};

/* Which of the calls that the tracer treats each in its own way; cheap, for every call. */
enum machine_call call_kind(const struct call *);

/* Everything about the call that the stopped task is in, by PTRACE_GET_SYSCALL_INFO; -errno.
 * What it gives at the begin of a call, or at a filter's stop, fills a call. */
int call_ask(pid_t tid, struct ptrace_syscall_info *ret);
void call_fill(const struct ptrace_syscall_info *, struct call *ret);

/* The call that the task is stopped before is not made, and fails with this errno;
 * with 0 it seems to succeed. */
void call_cancel(pid_t tid, int error);
