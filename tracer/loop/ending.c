/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/loop/ending.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/mem.h"
#include "tracer/loop/leave.h"
#include "tracer/loop/state.h"
#include "tracer/tracee/proc.h"
#include "tracer/signals/relay.h"

/* Seconds between checks of the time. */
#define SHORT_TICK 0.1
/* Two signals within this time are one request: timeout(1) sends two. */
#define APART 0.3
/* A signal reaches all processes of a workload within this time, and impatient users repeat it. */
#define ONE_REQUEST 2.0
/* The sink hears of remaining processes this long after the end of the first one. */
#define LEFT_AFTER 10.0

struct group {
	pid_t pid;
	bool led;
};

static void find_leader(void *self, struct task *task)
{
	struct group *g = self;

	g->led |= task->leader && syscall(SYS_tgkill, g->pid, task->tid, 0) == 0;
}

/* If a first thread ended and was released because of its pidfd, another one of its process
 * represents it. */
static void stand_in(void *self, struct task *task)
{
	struct tracer *t = self;
	struct group g = { task->leader ? 0 : (pid_t)proc_number(task->tid, "Tgid:"), false };

	if (g.pid <= 0 || task_find(&t->tasks, g.pid))
		return;
	tasks_each(&t->tasks, find_leader, &g);
	if (!g.led)
		task_set_leader(&t->tasks, task);
}

static void signal_leader(void *self, struct task *task)
{
	if (task->leader)
		kill(task->tid, *(const int *)self);
}

static void kill_all(struct tracer *t, int signal)
{
	if (t->pidfds)
		tasks_each(&t->tasks, stand_in, t);
	tasks_each(&t->tasks, signal_leader, &signal);
}

/* processes that are left */

static void add_left(void *self, struct task *task)
{
	struct rest *rest = self;

	if (!task->leader)
		return;
	if (rest->count < TRACER_LEFT_MAX) {
		rest->items[rest->count].pid = task->tid;
		if (!proc_comm(task->tid, rest->items[rest->count].name))
			*rest->items[rest->count].name = '\0';
	}
	rest->count++;
}

static struct rest look_at_rest(const struct tracer *t)
{
	struct rest rest = { 0 };

	tasks_each(&t->tasks, add_left, &rest);
	return rest;
}

size_t tracer_left(const struct tracer *t, struct tracer_left ret[static TRACER_LEFT_MAX])
{
	struct rest rest = t->ending.terminated ? t->ending.rest : look_at_rest(t);

	memcpy(ret, rest.items, sizeof rest.items);
	return rest.count;
}

/* ending */

/* Of several signals in a row, the time of the first one counts. */
static void asked_to_end(struct tracer *t)
{
	double s = census_elapsed(t->census);

	if (t->census->stats.asked_to_end <= 0 || s - t->ending.asked_last > ONE_REQUEST)
		t->census->stats.asked_to_end = s;
	t->ending.asked_last = s;
}

/* SIGHUP makes many services read their configuration; from the kernel it means that the terminal
 * is gone. */
static bool asks_to_end(const siginfo_t *info)
{
	return info->si_signo == SIGINT || info->si_signo == SIGTERM || info->si_signo == SIGQUIT ||
	       (info->si_signo == SIGHUP && info->si_code > 0);
}

void ending_delivers(struct tracer *t, const struct task *task, const siginfo_t *info)
{
	if (task->counted && asks_to_end(info) && (info->si_code > 0 || !task_find(&t->tasks, info->si_pid)))
		asked_to_end(t);
}

/* A stopped task cannot end. */
static void begin(struct tracer *t, enum census_cut cut)
{
	if (t->ending.terminated)
		return;
	t->ending.terminated = census_elapsed(t->census);
	t->census->stats.cut = cut;
	if (!t->root) {
		leave_begin(t);
		return;
	}
	asked_to_end(t);
	t->ending.rest = look_at_rest(t);
	t->census->stats.cut_processes = t->ending.rest.count;
	relay_tick(SHORT_TICK);
	kill_all(t, SIGTERM);
	kill_all(t, SIGCONT);
}

/* To the first process while it lives, then to every remaining process. Attached processes are not
 * signalled: they are released. */
static void pass_on(struct tracer *t, int signal)
{
	if (!t->root)
		leave_begin(t);
	else if (!t->first.gone)
		kill(t->root, signal);
	else
		kill_all(t, signal);
}

/* A program that handles Ctrl-C (a debugger, a shell) gets it from the terminal as often as the
 * user likes: that does not concern sctrace. */
static bool asks_for_the_end(const struct tracer *t, int signal, bool alone)
{
	return t->root && (signal == SIGINT || signal == SIGTERM) &&
	       (alone || t->first.gone || proc_has_signal(t->root, "SigIgn:", signal));
}

void ending_signal(void *tracer, int signal, bool alone, double when)
{
	struct tracer *t = tracer;

	if (asks_for_the_end(t, signal, alone)) {
		if (t->ending.asked && when - t->ending.asked >= APART) {
			begin(t, CUT_SIGNAL);
			return;
		}
		t->ending.asked = t->ending.asked ? t->ending.asked : when;
	}
	if (alone)
		pass_on(t, signal);
}

/* Before the kernel kills sctrace, and the workload with it: the recording can be saved. */
static void give_up(struct tracer *t, enum census_cut cut)
{
	begin(t, cut);
	t->census->stats.cut = cut;
	t->ending.terminated = census_elapsed(t->census) - t->opts.grace;
	if (t->root)
		kill_all(t, SIGKILL);
}

void ending_look(struct tracer *t)
{
	if (mem_is_low() && t->census->stats.cut != CUT_MEMORY)
		give_up(t, CUT_MEMORY);
	if (!t->root || !t->first.gone || t->ending.rest_since)
		return;
	t->ending.rest_since = census_elapsed(t->census);
	t->census->stats.first_ended = true;
	relay_tick(SHORT_TICK);
	relay_due = 1;
}

static void report_rest(struct tracer *t)
{
	struct ending *e = &t->ending;

	if (!e->rest_since || e->rest_reported || census_elapsed(t->census) - e->rest_since < LEFT_AFTER || t->tasks.alive == 0)
		return;
	e->rest_reported = true;
	if (t->sink->left)
		t->sink->left(t->self, t);
}

void ending_enforce(struct tracer *t)
{
	double s = census_elapsed(t->census);

	if (relay_spent && t->census->stats.cut != CUT_CPU && t->census->stats.cut != CUT_MEMORY)
		give_up(t, CUT_CPU);
	if (t->ending.terminated && t->root && s - t->ending.terminated >= t->opts.grace)
		kill_all(t, SIGKILL);
	else if (t->opts.limit > 0 && s >= t->opts.limit)
		begin(t, CUT_LIMIT);
	else if (t->opts.until_exit && t->ending.rest_since && t->tasks.alive > 0)
		begin(t, CUT_REST);
	report_rest(t);
}
