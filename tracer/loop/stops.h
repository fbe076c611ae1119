/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/state.h"

/* Act on a stop: what each kind means for the task, for others and for what is counted; then
 * the task is resumed, held, or gone. */
void stops_take(struct tracer *, struct stop);

void stops_count(struct tracer *, const struct task *, const struct call *);
void stops_resume(struct tracer *, struct task *, int signal);
struct task *stops_task(struct tracer *, pid_t tid);
void stops_drop(struct tracer *, struct task *);		/* out of the table, and nothing else */
void stops_forget(struct tracer *, pid_t tid);		/* it ended, or was let go to end */

/* Tasks whose parent was killed before it could report them are held for ever
 * otherwise: for every turn of the timer. */
void stops_release_held(struct tracer *);

/* This task, and with `group` all threads of its process, is in scope. */
void stops_enter_scope(struct tracer *, struct task *, bool group);
