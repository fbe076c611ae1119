/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/state.h"

/*
 * Calls that affect the recording itself: a filter that will hide calls, a ring that replaces
 * calls, a tracer that conflicts with sctrace. sctrace also waits for their end, because only
 * successful ones count.
 */

/* The call begins; the task is stopped in it. */
void watched_begin(struct tracer *, struct task *, struct call *);

/* A call ended, if the task was in one. */
void watched_end(struct tracer *, struct task *);
void watched_done(struct tracer *);
