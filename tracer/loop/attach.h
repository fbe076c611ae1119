/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/state.h"

/*
 * Running processes: seized with all their threads, and let go unharmed.
 *
 * Nothing is left in them: no filter, no option that would kill them with us.  When
 * sctrace dies, by whatever, they go on.
 */

/* On failure those that were seized already are let go by our end. */
int attach_all(struct tracer *, struct err *);

/* After each stop.  When all that were seized have stopped once, look once more: a
 * thread that one of them was making just then is not ours, but is there now.  With no
 * more of them, tell that nothing is missed from now on.  Tasks may be dropped. */
void attach_go_on(struct tracer *);

/* All that were seized are gone before that: a thread that was not yet has executed a
 * program in their place.  Is it there, and seized now?  Leaves errno ECHILD. */
bool attach_anew(struct tracer *);
