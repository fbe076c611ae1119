/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * Signals that reach us reach the workload, once.
 *
 * Ctrl-C and timeout(1) signal a whole process group, the workload included;
 * kill(1) signals us alone.  The two look the same from here, but as its tracer
 * we see what the workload receives: a signal that it got from the same sender
 * at about the same time is not sent again.
 *
 * There is one relay, as there is one set of signal handlers in a process.
 * It also keeps the timer that interrupts waitpid() now and then.
 */

/* Block all signals, remember what they did, and take them over.  Where we attached
 * to a process, Ctrl-Z and its kin are ignored: stopped, we would stop that one at
 * its next call. */
void relay_begin(bool launching);

/* In the child: everything as it was before relay_begin().  Async-signal-safe. */
void relay_restore(void);

/* After relay_begin(): another handler for the timer's signal, so often. */
void relay_borrow_timer(void (*fn)(int signal), double seconds);
void relay_return_timer(void);

/* In the parent, after fork. */
void relay_start(double tick_seconds);		/* 0: no timer is needed */

void relay_tick(double seconds);		/* another period, from now on */

/* As before relay_begin(), but that what would be passed on is ignored: a second Ctrl-C,
 * or one that comes just after the workload's end, must not cost the recording. */
void relay_end(void);

/* All as before relay_begin(). */
void relay_over(void);

/* Something may be due; cheap, for every turn of the loop. */
extern volatile sig_atomic_t relay_due;

/* Our CPU time is used up (SIGXCPU); what is due is then due soon. */
extern volatile sig_atomic_t relay_spent;

/* Is the signal one that we pass on? */
bool relay_minds(int signal);

/* A task of the workload is being given such a signal. */
void relay_seen(const siginfo_t *);

/* Calls got() for each signal that came to us: `alone`, or to the process `workload` as
 * well.  0: there is none, all are meant for us.  `when`: of several at once the first. */
typedef void relay_got_fn(void *self, int signal, bool alone, double when);
void relay_forward(pid_t workload, relay_got_fn *got, void *self);

/* The workload's first process was stopped by this signal: when we were meant
 * too (Ctrl-Z), stop; returns when continued. */
void relay_stopped(int signal);
