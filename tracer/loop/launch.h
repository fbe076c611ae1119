/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/engine/engine.h"

/*
 * Starting the workload under trace: fork, seize, then the child prepares itself and executes the
 * program. With its filter installed the child cannot make a call to report a failure, so it writes
 * to a shared page.
 */
struct launch;

/* The options of PTRACE_SEIZE that every engine needs. */
#define LAUNCH_OPTIONS (PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | \
			PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC)

/* On success the child is seized and runs; stops follow.  With opts.detached the caller becomes the child,
 * and this returns in the tracer, which was made for it, with the caller's number; in the caller it returns only
 * if the program could not be executed, and *ret_pid is 0 then.  `detached` is called first in the tracer. */
int launch_start(struct launch **ret, pid_t *ret_pid, const struct engine *, void *engine_state,
		 const struct tracer_opts *, void (*detached)(void *self), void *self, struct err *);

/* After it died without an exec: why (-errno), or 0 if it simply died. *ret_exec: the program could
 * not be executed. */
int launch_failure(const struct launch *, const struct tracer_opts *, bool *ret_exec, struct err *);
bool launch_set_nnp(const struct launch *);
bool launch_blind(const struct launch *);	/* calls through the vsyscall page are not seen */

/* The engine could not be prepared. */
bool launch_unprepared(const struct launch *);
void launch_free(struct launch *);	/* NULL is fine */
