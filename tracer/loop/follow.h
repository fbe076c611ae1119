/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/state.h"

/* Following a task: into the table, on after a stop, out of the table. */

/* The task of this number; one that is new is added, with what it inherits. */
struct task *follow_task(struct tracer *, pid_t tid);

/* Go on from the stop, as the engine likes it, with this signal; while all are let go, let it go. */
void follow_resume(struct tracer *, struct task *, int signal);
void follow_let_go(struct tracer *, struct task *, int signal);

void follow_drop(struct tracer *, struct task *);	/* out of the table, and nothing else */
void follow_forget(struct tracer *, pid_t tid);		/* it ended, or was let go to end */

struct tracee follow_tracee(const struct tracer *, struct task *);	/* as the engine sees it */
