/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * A signal to sctrace reaches the workload, once.
 *
 * Ctrl-C and timeout(1) signal a whole process group, including the workload; kill(1) signals
 * sctrace alone. To sctrace the two look the same, but as a tracer it sees what the workload
 * receives: a signal that the workload got from the same sender at about the same time is not sent
 * again.
 *
 * There is one relay, as a process has one set of signal handlers. It also has the timer that
 * interrupts waitpid() now and then.
 */

/* Block all signals, save their actions, and take them over. After attaching to a process, Ctrl-Z
 * and similar signals are ignored: a stopped sctrace would stop that process at its next call. */
void relay_begin(bool launching);

/* In the child: undo relay_begin(). Async-signal-safe. */
void relay_restore(void);

/* After relay_begin(): another handler for the timer's signal, with this period. */
void relay_borrow_timer(void (*fn)(int signal), double seconds);
void relay_return_timer(void);

/* In the parent, after fork. 0: no timer is needed. */
void relay_start(double tick_seconds);		/* 0: no timer is needed */

void relay_tick(double seconds);		/* from now on, another period */

/* After relay_begin(), in a detached tracer: ignore the signals that would be passed on. */
void relay_ignore(void);

/* Undo relay_begin(), but ignore the signals that would be passed on: a second Ctrl-C, or one just
 * after the workload's end, must not cost the recording. */
void relay_end(void);

/* Undo relay_begin() completely. */
void relay_over(void);

/* Something may be due; cheap, for every turn of the loop. */
extern volatile sig_atomic_t relay_due;

/* sctrace's CPU time is used up (SIGXCPU); what is due then is due soon. */
extern volatile sig_atomic_t relay_spent;

/* Is the signal one that is passed on? */
bool relay_minds(int signal);

/* A task of the workload is about to get such a signal. */
void relay_seen(const siginfo_t *);

/* Calls got() for each signal that came to sctrace: `alone`, or to the process `workload` as well.
 * 0: there is none, all signals are for sctrace. `when`: the time of the first of several. */
typedef void relay_got_fn(void *self, int signal, bool alone, double when);
void relay_forward(pid_t workload, relay_got_fn *got, void *self);

/* The workload's first process was stopped by this signal: if it was for sctrace, too (Ctrl-Z),
 * stop; returns when continued. */
void relay_stopped(int signal);
