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
int attach_all(struct tracer *, struct err *);

/* A task stopped for the first time since it was seized, or ended: a thread that it was
 * making just then is not ours, but is there now. */
void attach_stopped(struct tracer *, struct task *);

/* When it was the last of them, look once more; tasks may be dropped. */
void attach_again(struct tracer *);

/* Make everybody stop, so that each can be let go; see act_resume(). */
void attach_leave(struct tracer *);
bool attach_left(const struct tracer *);	/* waiting for the rest of them has no sense */
