/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdint.h>
#include <sys/types.h>

/*
 * A signal that a task ignores is dropped before the task wakes up, unless it is
 * traced: then the task wakes to let its tracer look.  Most calls are made again by
 * the kernel; a few answer EINTR, which they natively would not.
 *
 * Called in the stop for a signal, before it is handed on: such an answer becomes
 * "made again", where the call waits without a time limit.  With one, the limit would
 * begin anew, perhaps for ever: there the EINTR stays.  Not for a task that was stopped in
 * the call, for then it natively is EINTR, too.  `arch`, `nr`: the call that it made last.
 */
void unnoticed(pid_t tid, uint32_t arch, uint32_t nr, int signal);
