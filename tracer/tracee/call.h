/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <sys/types.h>
#include "tracer/arch/arch.h"

struct ptrace_syscall_info;

/* A system call of a task that is stopped in it. */
struct call {
	uint32_t arch, nr;
	uint64_t args[6];	/* only if `detailed` */
	bool detailed;
	bool under_way;		/* the task is in it already */
	bool refused;		/* by a filter of the workload itself that returns TRACE, without a tracer of its
				   own */
};

/* Which of the individually handled calls it is; cheap, for every call. */
enum machine_call call_kind(const struct call *);

/* Everything about the current call of a stopped task, by PTRACE_GET_SYSCALL_INFO; -errno. At the
 * begin of a call or at a filter's stop, call_fill() makes a call of it. */
int call_ask(pid_t tid, struct ptrace_syscall_info *ret);
void call_fill(const struct ptrace_syscall_info *, struct call *ret);

/* At a stop before a call: skip it, so that it fails with this errno, or succeeds if it is 0. */
void call_cancel(pid_t tid, int error);
