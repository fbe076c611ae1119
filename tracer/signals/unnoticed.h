/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdint.h>
#include <sys/types.h>

/*
 * A signal that a task ignores is dropped before the task wakes up, unless it is traced: then the
 * task wakes up for its tracer. The kernel restarts most calls; a few return EINTR, which they
 * would not do natively.
 *
 * Called at a signal stop, before the signal is delivered: changes such an EINTR to a restart if
 * the call waits without a time limit. With a limit, the restart would begin it anew, perhaps
 * forever: there the EINTR remains. Not for a task that was stopped in the call, which returns
 * EINTR natively, too. `arch`, `nr`: its last call.
 */
void unnoticed(pid_t tid, uint32_t arch, uint32_t nr, int signal);

/* The same in a stop that PTRACE_INTERRUPT made, without a signal. */
void unnoticed_stop(pid_t tid);
