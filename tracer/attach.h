/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/inside.h"

/*
 * Running processes: seized with all their threads, and let go unharmed.
 *
 * Nothing is left in them: no filter, no option that would kill them with us.  When
 * sctrace dies, by whatever, they go on.
 */

/* On failure those that were seized already are let go by our end. */
int attach_all(struct tracer *, long options, struct err *);

/* Make everybody stop, so that each can be let go; see act_resume(). */
void attach_leave(struct tracer *);
