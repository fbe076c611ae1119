/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <signal.h>
#include "tracer/loop/task.h"
#include "tracer/tracer.h"

/*
 * Ending the workload early: if the time is up, if the command has ended and left other processes,
 * if a second signal asks for it, if sctrace's CPU time or memory is used up. First SIGTERM to
 * every process, then, after the grace time, SIGKILL. Attached processes are released instead.
 */

/* sctrace got a signal, alone or together with the workload; see relay_forward(). */
void ending_signal(void *tracer, int signal, bool alone, double when);

/* A task of the workload is about to get a signal. If it asks for the end, and was not sent by the
 * workload, it is remembered in stats.asked_to_end. */
void ending_delivers(struct tracer *, const struct task *, const siginfo_t *);

/* After each stop: has the first process ended, is there memory left? */
void ending_look(struct tracer *);

/* For every turn of the timer. */
void ending_enforce(struct tracer *);
