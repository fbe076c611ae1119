/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/state.h"

/*
 * PID 1 of a PID namespace gets only signals that it handles, and those of a crash, which the kernel
 * forces. If it is traced, the kernel drops the forced ones as well (force_sig_info_to_task() leaves it
 * SIGNAL_UNKILLABLE): the fault repeats forever, or the program goes on where natively it has died.
 *
 *   signal stop ─> repeat the instruction ┬─ the same fault ─> detach: untraced, it dies of the next one
 *                                         ├─ no such fault, SIGSEGV ─> the same, at an unmapped address
 *                                         └─ no such fault, others ─> SIGKILL, and a note
 *
 * So its end is as natively: signal, core file, and the end of its namespace.
 */

/* At a signal stop. True if the signal ends the task; then the task has been resumed here. */
bool pid1_crashes(struct tracer *, struct task *, int signal);

/* At any later stop of a task with a pending crash. True if the task has been resumed here. */
bool pid1_stopped(struct tracer *, struct task *, const struct stop *);
