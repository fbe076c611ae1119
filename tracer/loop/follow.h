/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/state.h"

/* Following a task: into the table, on after a stop, out of the table. */

/* The task of this tid; a new one is added, with what it inherits. */
struct task *follow_task(struct tracer *, pid_t tid);

/* Resume from the stop as the engine requests, with this signal; detach instead if all are being
 * released. */
void follow_resume(struct tracer *, struct task *, int signal);
void follow_let_go(struct tracer *, struct task *, int signal);

void follow_drop(struct tracer *, struct task *);	/* only out of the table */
void follow_forget(struct tracer *, pid_t tid);		/* it ended, or was released to end */

struct tracee follow_tracee(const struct tracer *, struct task *);	/* as the engine sees it */
