/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/state.h"

/*
 * Running processes: seized with all their threads, and released unharmed.
 *
 * Nothing is left in them: no filter, and no option that kills them with sctrace. If sctrace dies,
 * they go on.
 */

/* On failure, the exit of sctrace releases those that were seized already. */
int attach_all(struct tracer *, struct err *);

/* After each stop. When all seized threads have stopped once, looks again: a thread that was just
 * being created then exists now, and is not traced yet. Without new ones, reports that from now on
 * no call is missed. May drop tasks. */
void attach_go_on(struct tracer *);

/* Seize the processes that belong to the workload by now (sink.members). Those whose calls count at once, and those that
 * cannot be traced, are noted. */
void attach_members(struct tracer *);
bool attach_is_due(const struct tracer *);	/* it is time to look for them again */

/* All seized threads vanished before that: another thread executed a program in their place.
 * Returns whether it exists, and is seized now. Leaves errno ECHILD. */
bool attach_anew(struct tracer *);
