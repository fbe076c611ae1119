/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/state.h"

/*
 * PID 1 of a PID namespace gets no signal for which it has no handler, but for those of a
 * crash, which the kernel forces on it.  When it is traced the kernel drops these as well
 * (force_sig_info_to_task() leaves it SIGNAL_UNKILLABLE): the fault repeats for ever, or
 * the program goes on where it natively is dead.
 *
 *   signal stop ─> repeat the instruction ┬─ the same fault ─> detach: untraced, it dies of the next one
 *                                         ├─ no such fault, SIGSEGV ─> the same, at an address that nobody has
 *                                         └─ no such fault, others ─> SIGKILL, and a note
 *
 * So its end is the native one: signal, core file, and the end of its namespace.
 */

/* In the stop for a signal.  True: it ends the task, and this file has resumed it. */
bool pid1_crashes(struct tracer *, struct task *, int signal);

/* In any later stop of a task of which the former was true, and which still has its crash.  True: resumed. */
bool pid1_stopped(struct tracer *, struct task *, const struct stop *);
