/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <linux/filter.h>
#include "tracer/task.h"

/*
 * An engine is one way of learning which calls a task makes.  The loop, the
 * task table, launching and signals are common to all; an engine says how the
 * tracee is prepared, how a call stop is read, and, when it counts somewhere
 * else, how those counts are brought in.
 */
struct call {
	uint32_t arch, nr;
};

struct engine {
	const char *name, *help;
	long options;		/* PTRACE_O_* beyond those every engine needs */
	int resume;		/* PTRACE_CONT, PTRACE_SYSCALL */

	/* In the child, just before the program is executed and not to be counted.
	 * Async-signal-safe; returns -errno.  *ret_nnp: no_new_privs had to be set. */
	int (*prepare)(bool *ret_nnp);

	/* Which call the task, in a STOP_CALL, is about to make; -ESRCH: it died.
	 * `careful`: filters may be at work that are not ours. */
	int (*read)(pid_t tid, bool careful, struct call *ret);

	/* Bring counts kept elsewhere into the programs' tallies; NULL: none are. */
	void (*collect)(struct tracer *);
};

extern const struct engine engine_seccomp;

/* The plain engine's filter, and what it hands over in SECCOMP_RET_DATA; false:
 * the call is not in there.  Pure: tests run the one and feed the other. */
const struct sock_filter *engine_seccomp_filter(size_t *ret_len);
bool engine_seccomp_decode(unsigned long data, struct call *ret);

const struct engine *engine_find(const char *name);	/* NULL: unknown */
const struct engine *engine_at(size_t i);		/* NULL past the end */
