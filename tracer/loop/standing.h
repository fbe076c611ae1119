/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/task.h"
#include "tracer/tracee/call.h"

/*
 * The call that a task is in when sctrace attaches: it began before, so it has no stop of its own,
 * but the registers at the first stop show it. The kernel restarts some such calls under their
 * number; a restarted call is the same call.
 */

/* At a seized task's first stop. False if it was not in a call. */
bool standing_call(const struct task *, struct call *ret, bool *ret_again);

/* Does an attached process already have an io_uring, as a descriptor or mapped? */
bool standing_ring(pid_t pid);
