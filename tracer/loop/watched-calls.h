/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/state.h"

/*
 * Calls that do something to the recording itself: a filter that will hide calls, a
 * ring that makes calls unneeded, a tracer that we are in the way of.  For those we
 * wait for the end, too: only what succeeded counts.
 */

/* The call begins; the task is stopped in it. */
void watched_begin(struct tracer *, struct task *, struct call *);

/* It ended, if the task was in one. */
void watched_end(struct tracer *, struct task *);
void watched_done(struct tracer *);
