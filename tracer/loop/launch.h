/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/engine/engine.h"

/*
 * Starting the workload under trace: fork, seize, then let the child prepare
 * itself and execute the program.  The child can make no system call to tell of
 * a failure once its filter is in place, so it writes to a shared page.
 */
struct launch;

/* What every engine needs of PTRACE_SEIZE. */
#define LAUNCH_OPTIONS (PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | \
			PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC)

/* On success the child is seized and goes on; stops follow. */
int launch_start(struct launch **ret, pid_t *ret_pid, const struct engine *, void *engine_state,
		 const struct tracer_opts *, struct err *);

/* After its death without an exec: why (-errno), or 0 when it simply died.
 * *ret_exec: it was the program that could not be executed. */
int launch_failure(const struct launch *, const struct tracer_opts *, bool *ret_exec, struct err *);
bool launch_set_nnp(const struct launch *);
bool launch_blind(const struct launch *);	/* to calls by the vsyscall page */

/* It was the engine that could not be prepared. */
bool launch_unprepared(const struct launch *);
void launch_free(struct launch *);	/* NULL is fine */
