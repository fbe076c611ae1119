/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/task.h"
#include "tracer/tracee/call.h"

/*
 * The call that a task stands in when it is attached to: it began before, and gives no
 * stop of its own.  Its registers still tell at the first stop which one it is.  The
 * kernel makes some such calls again by their number; those are the same call.
 */

/* At a seized task's first stop.  False: it was in no call. */
bool standing_call(const struct task *, struct call *ret, bool *ret_again);

/* What an attached process has that makes no call any more: is there an io_uring among its
 * descriptors, or in its memory? */
bool standing_ring(pid_t pid);
