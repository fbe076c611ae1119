/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/engine.h"

/*
 * Starting the workload under trace: fork, seize, then let the child prepare
 * itself and execute the program.  The child can make no system call to tell of
 * a failure once its filter is in place, so it writes to a shared page.
 */
struct launch;

/* On success the child is seized and goes on; stops follow. */
int launch_start(struct launch **ret, pid_t *ret_pid, const struct engine *,
		 const struct tracer_opts *, struct err *);

/* After its death without an exec: why (-errno), or 0 when it simply died.
 * *ret_exec: it was the program that could not be executed. */
int launch_failure(const struct launch *, const struct tracer_opts *, bool *ret_exec, struct err *);
bool launch_set_nnp(const struct launch *);
void launch_free(struct launch *);	/* NULL is fine */
