/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/signals/relay.h"

#include <stddef.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "base/attr.h"
#include "tracer/signals/witness.h"

/* All processes of a group get a signal within this time, in seconds. */
#define TOGETHER 0.05
/* Seconds to wait for the workload's copy of a signal before sending another one, and for the
 * witness if the machine is busy. */
#define PATIENCE 0.02
#define WITNESS_PATIENCE 1.0

static const int relayed[] = {
	SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT,
};

static bool is_job_control(int signal)
{
	return signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

struct receipt {
	volatile sig_atomic_t pending;	/* how often it came */
	int matched;		/* this many are known to have reached the workload, too */
	unsigned question;	/* to the witness; 0: not asked yet */
	pid_t sender;		/* 0: the kernel, for the terminal */
	double when, first;	/* first: of the pending ones */
};

static struct receipt ours[NSIG], theirs[NSIG];
static struct sigaction before[NSIG];
static sigset_t mask_before;
static struct itimerval timer_before;
static double tick;
static bool launching;		/* and not attached */
static bool started, ended;	/* ended: but not over */
static volatile sig_atomic_t hurrying;	/* the timer's period is PATIENCE, not the tick */

volatile sig_atomic_t relay_due, relay_spent;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void set_timer(double period)
{
	struct timeval t = { (time_t)period, (suseconds_t)((period - (double)(time_t)period) * 1e6) };

	setitimer(ITIMER_REAL, &(struct itimerval){ t, t }, NULL);
}

/* A signal may come between a check of relay_due and waitpid(): the timer makes sure that the loop
 * checks again. */
static void on_signal(int signal, siginfo_t *info, maybe_unused void *context)
{
	/* of several in a row the first one's time counts, or they would wait forever */
	if (!ours[signal].pending) {
		ours[signal].sender = info->si_code > 0 ? 0 : info->si_pid;
		ours[signal].when = ours[signal].first = now();
	}
	ours[signal].pending++;
	relay_due = 1;
	/* not again for each of many signals: the timer would never fire */
	if (!hurrying)
		set_timer(PATIENCE);
	hurrying = 1;
}

static void on_timer(maybe_unused int signal)
{
	relay_due = 1;
}

/* It comes again every second, up to the hard limit. */
static void on_spent(maybe_unused int signal)
{
	relay_spent = relay_due = 1;
	set_timer(PATIENCE);
	hurrying = 1;
}

static bool was_ignored(int signal)
{
	return before[signal].sa_handler == SIG_IGN && !(before[signal].sa_flags & SA_SIGINFO);
}

/* A shell without job control starts background commands with SIGINT and SIGQUIT ignored. With
 * --attach, these are for sctrace alone, and kill -INT ends the recording, as it ends strace -p. */
static bool is_ignored(int signal)
{
	return was_ignored(signal) && (launching || (signal != SIGINT && signal != SIGQUIT));
}

void relay_begin(bool launches)
{
	struct sigaction relay = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };
	struct sigaction timer = { .sa_handler = on_timer };
	/* SA_NOCLDSTOP avoids a SIGCHLD at every stop */
	struct sigaction child = { .sa_handler = SIG_DFL, .sa_flags = SA_NOCLDSTOP };
	sigset_t all;

	launching = launches;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &mask_before);
	/* an alarm outlives exec and was meant for the command; fork drops it */
	getitimer(ITIMER_REAL, &timer_before);
	sigfillset(&relay.sa_mask);
	for (int s = 1; s < NSIG; s++)
		sigaction(s, NULL, &before[s]);
	/* signals that were ignored at the start (nohup) stay ignored */
	for (size_t i = 0; i < countof(relayed); i++)
		if (!launching && is_job_control(relayed[i]))
			sigaction(relayed[i], &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
		else if (!is_ignored(relayed[i]) && (launching || relayed[i] != SIGCONT))
			sigaction(relayed[i], &relay, NULL);
	sigaction(SIGXCPU, &(struct sigaction){ .sa_handler = on_spent }, NULL);
	sigaction(SIGALRM, &timer, NULL);
	sigaction(SIGCHLD, &child, NULL);
	/* writing to a closed pipe is an error, and does not kill sctrace */
	sigaction(SIGPIPE, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
	sigaction(SIGXFSZ, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
}

static void restore_actions(void)
{
	for (int s = 1; s < NSIG; s++)
		if (s != SIGKILL && s != SIGSTOP)
			sigaction(s, &before[s], NULL);
}

static void restore_signals(void)
{
	restore_actions();
	sigprocmask(SIG_SETMASK, &mask_before, NULL);
}

void relay_restore(void)
{
	setitimer(ITIMER_REAL, &timer_before, NULL);
	restore_signals();
}

void relay_ignore(void)
{
	launching = false;
	for (size_t i = 0; i < countof(relayed); i++)
		sigaction(relayed[i], &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
}

void relay_start(double tick_seconds)
{
	sigset_t handled;

	tick = tick_seconds;
	started = true;
	sigemptyset(&handled);
	for (size_t i = 0; i < countof(relayed); i++)
		sigaddset(&handled, relayed[i]);
	if (launching)
		witness_start(&handled);
	sigaddset(&handled, SIGALRM);
	sigaddset(&handled, SIGXCPU);
	sigprocmask(SIG_SETMASK, &mask_before, NULL);
	sigprocmask(SIG_UNBLOCK, &handled, NULL);
	set_timer(tick);
}

void relay_borrow_timer(void (*fn)(int), double seconds)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = fn, .sa_flags = SA_RESTART }, NULL);
	set_timer(seconds);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void relay_return_timer(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = on_timer }, NULL);
	set_timer(hurrying ? PATIENCE : tick);
	if (started)
		sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void relay_tick(double seconds)
{
	tick = seconds;
	if (!hurrying)
		set_timer(tick);
}

void relay_end(void)
{
	sigset_t all;

	witness_stop();
	set_timer(0);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	restore_actions();
	for (size_t i = 0; i < countof(relayed); i++)
		if (!is_job_control(relayed[i]) && relayed[i] != SIGCONT)
			sigaction(relayed[i], &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
	sigaction(SIGXCPU, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
	sigprocmask(SIG_SETMASK, &mask_before, NULL);
	ended = true;
}

void relay_over(void)
{
	if (ended)
		restore_signals();
	/* CPU time that is used up stays so */
	if (ended && relay_spent)
		sigaction(SIGXCPU, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
	ended = false;
}

bool relay_minds(int signal)
{
	for (size_t i = 0; i < countof(relayed); i++)
		if (relayed[i] == signal)
			return true;
	return false;
}

static bool came_to_both(int signal)
{
	return theirs[signal].when >= ours[signal].when - TOGETHER &&
	       theirs[signal].sender == ours[signal].sender;
}

/* Matched at once: a signal that the workload sends to itself next (as less(1) does at Ctrl-Z)
 * takes the place of this receipt. */
void relay_seen(const siginfo_t *info)
{
	int signal = info->si_signo;

	theirs[signal].sender = info->si_code > 0 ? 0 : info->si_pid;
	theirs[signal].when = now();
	if (ours[signal].pending && came_to_both(signal))
		ours[signal].matched = ours[signal].pending;
}

/* How many receipts of a signal the workload got as well: those that it was seen to get, or, if it
 * is in sctrace's group, those that were for the group. The witness also knows about signals that
 * the workload takes by sigwait() or signalfd, unseen. */
static int shared(int s, pid_t workload)
{
	int group = (int)witness_take(s), matched = came_to_both(s) ? ours[s].pending : ours[s].matched;

	return getpgid(workload) == getpgrp() && group > matched ? group : matched;
}

/* Can it be decided yet? */
static bool is_ripe(struct receipt *r)
{
	double age = now() - r->when;

	if (!r->question)
		r->question = witness_ask();
	return age >= PATIENCE && (witness_answered(r->question) || age >= WITNESS_PATIENCE);
}

/* Handles one receipt; true if it has to be checked again soon. */
static bool settle(int s, pid_t workload, relay_got_fn *got, void *self)
{
	struct receipt *r = &ours[s];

	if (!r->pending)
		return false;
	if (!is_ripe(r))
		return true;

	int both = workload ? shared(s, workload) : 0;

	if (both)
		got(self, s, false, r->first);
	r->pending = r->pending > both ? r->pending - both : 0;
	r->matched = 0;
	r->question = 0;
	if (!r->pending)
		return false;
	/* one at a time: the kernel merges two that are pending */
	r->pending--;
	r->when = now();
	got(self, s, true, r->first);
	return r->pending > 0;
}

void relay_forward(pid_t workload, relay_got_fn *got, void *self)
{
	bool waiting = false;
	sigset_t all, before_it;

	/* signals that come meanwhile are received afterwards */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before_it);
	relay_due = 0;
	for (size_t i = 0; i < countof(relayed); i++)
		waiting |= settle(relayed[i], workload, got, self);
	if (!waiting) {
		hurrying = 0;
		set_timer(tick);
	}
	sigprocmask(SIG_SETMASK, &before_it, NULL);
}

void relay_stopped(int signal)
{
	bool meant = signal != SIGSTOP && now() - ours[signal].when < 1;

	if (meant)
		raise(SIGSTOP);
}
