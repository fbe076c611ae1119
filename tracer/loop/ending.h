/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <signal.h>
#include "tracer/loop/task.h"
#include "tracer/tracer.h"

/*
 * Ending the workload before its own end: when the time is up, when the command has ended
 * and left others behind, when a second signal asks for it, when our CPU time or memory is used up.
 * First SIGTERM to every process, then, after the grace time, SIGKILL.  What we attached
 * to is let go instead.
 */

/* A signal came to us, to us alone or to the workload as well; see relay_forward(). */
void ending_signal(void *tracer, int signal, bool alone, double when);

/* A task of the workload is about to get a signal. One that asks for the end, and that
 * nobody in the workload sent, is remembered in stats.asked_to_end. */
void ending_delivers(struct tracer *, const struct task *, const siginfo_t *);

/* After each stop: has the first process ended, is there memory left? */
void ending_look(struct tracer *);

/* For every turn of the timer. */
void ending_enforce(struct tracer *);
