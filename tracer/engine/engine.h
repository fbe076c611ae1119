/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <linux/filter.h>
#include "tracer/tracee/call.h"
#include "tracer/tracee/stop.h"
#include "tracer/tracer.h"

/*
 * An engine is one way of learning which calls a task makes.  The loop, the
 * task table, launching and signals are common to all; an engine says how the
 * tracee is prepared and how a call stop is read.
 */

/* What a stop in a call means. */
enum reading { READ_BEGIN, READ_END, READ_NOTHING };	/* or a negative errno; -ESRCH: it died */

struct engine {
	const char *name, *help;
	long options;		/* PTRACE_O_* beyond those every engine needs */
	int resume;		/* PTRACE_CONT, PTRACE_SYSCALL */
	bool attaches;		/* it needs nothing prepared: running processes can be traced */
	bool hidden_from;	/* filters that refuse a call keep it from being seen */

	/* In the child, just before the program is executed and not to be counted.
	 * Async-signal-safe; returns -errno.  *ret_nnp: no_new_privs had to be set;
	 * *ret_blind: calls by the vsyscall page will not be seen. */
	int (*prepare)(const struct tracer_opts *, bool *ret_nnp, bool *ret_blind);

	/* Which call the task, in this stop, is about to make.  `careful`: filters
	 * may be at work that are not ours. */
	int (*read)(const struct stop *, bool careful, struct call *ret);
};

/* Calls by way of the vsyscall page: only seccomp is asked about them.  A filter that
 * stops them and nothing else, with `data` in SECCOMP_RET_DATA; async-signal-safe,
 * returns -errno.  And is the stop one for such a call? */
int engine_mind_vsyscall(uint16_t data);
bool engine_by_vsyscall(const struct ptrace_syscall_info *);

extern const struct engine engine_seccomp, engine_syscall;

/* The plain engine's filter, and what it hands over in SECCOMP_RET_DATA; false:
 * the call is not in there.  Pure: tests run the one and feed the other. */
const struct sock_filter *engine_seccomp_filter(size_t *ret_len);
bool engine_seccomp_decode(unsigned long data, struct call *ret);

const struct engine *engine_find(const char *name);	/* NULL: unknown */
