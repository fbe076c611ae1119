/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <linux/filter.h>
#include "tracer/loop/state.h"

/*
 * A program under filters that answer TRACE where they would refuse: see struct
 * tracer_gate.  Each such call stops once, and gets the answer that it is told.
 *
 * Killing and SIGSYS are the kernel's own doing: in front of the filters is one of
 * ours, with a few numbers that no call has, chosen anew in each run, for which it kills
 * or traps.  The number of a call that is to end so is replaced by one of these, and the
 * kernel asks the filters again.
 *
 * The same filter stops the calls that are watched (watched-calls.h) and would pass.
 */
enum gate_answer { GATE_KILL_PROCESS, GATE_KILL_THREAD, GATE_TRAP, GATE_ANSWERS };

enum { GATE_GUARD_MAX = 96 };

/* Pure: the filter for numbers from `first` on; returns its length. */
size_t gate_guard(uint32_t first, struct sock_filter ret[static GATE_GUARD_MAX]);

extern const struct engine engine_gate;	/* not one to choose by name */

/* Before launching. */
void gate_init(void);

/* A stop in a call, not of the launching; the caller resumes. */
void gate_on_call(struct tracer *, struct task *, const struct stop *);

/* In the stop for a signal: make a SIGSYS tell of the call that was made. */
void gate_on_signal(struct task *, int signal);
