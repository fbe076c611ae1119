/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop: wait for a stop, act on it, resume, until the last task is gone.
 *
 *   fork ──seize──> prepare (filter) ──> execve ┐  of this only the execve counts
 *   call stop      ─> count, resume             │
 *   signal stop    ─> resume with the signal    │  every task, in any order
 *   group stop     ─> LISTEN until SIGCONT      │
 *   child, started ─> into the table, resume    │
 *   exec stop      ─> other program             │
 *   exited, killed ─> out of the table          ┘  waitpid() says ECHILD: done
 */
#include "tracer/tracer.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/mem.h"
#include "tracer/loop/attach.h"
#include "tracer/loop/ending.h"
#include "tracer/loop/leave.h"
#include "tracer/loop/stops.h"
#include "tracer/loop/limits.h"
#include "tracer/arch/arch.h"
#include "tracer/loop/watched-calls.h"
#include "tracer/filter/outer-filter.h"
#include "tracer/signals/relay.h"
#include "tracer/stack/stack.h"
#include "tracer/signals/witness.h"

/* How often the timer interrupts the wait if nothing else needs it. */
#define SHORT_TICK 0.1

enum { RESERVE = 16 << 20 };		/* for ending the workload and writing the recording */

static void on_timer(struct tracer *t)
{
	/* after attaching, signals end the recording, whoever else got them */
	relay_forward(t->root, ending_signal, t);
	ending_enforce(t);
	if (t->opts.scope != SCOPE_ALL)
		stops_release_held(t);
	if (attach_is_due(t))
		attach_members(t);
	if (t->opts.tick > 0 && t->sink->tick && census_elapsed(t->census) >= t->next_tick) {
		t->next_tick = census_elapsed(t->census) + t->opts.tick;
		t->sink->tick(t->self, t);
	}
}

static double timer_period(const struct tracer_opts *o)
{
	double period = o->tick;

	if ((o->limit > 0 || o->scope != SCOPE_ALL) && (period <= 0 || period > SHORT_TICK))
		period = SHORT_TICK;
	if (o->members_every > 0 && (period <= 0 || period > o->members_every))
		period = o->members_every;
	return period;
}

/* Children whose parent's event came, but not yet their own stop. */
static bool is_anybody_due(const struct tracer *t)
{
	for (size_t i = 0; i < t->births.count; i++)
		if (t->births.items[i].what == BIRTH_EXPECTED)
			return true;
	return false;
}

/* The one that is polled along with the stops: no engine that has one attaches. */
static int descriptor(const struct tracer *t)
{
	if (t->engine->wait)
		return t->engine->wait(t->engine_state);
	return t->opts.members_every > 0 ? t->opts.members_fd : -1;
}

static void on_ready(struct tracer *t)
{
	if (t->engine->wait)
		t->engine->on_ready(t->engine_state);
	else
		attach_members(t);
}

static int loop(struct tracer *t, struct err *e)
{
	for (;;) {
		int status;
		pid_t tid = wait_next(&t->wait, descriptor(t), &status);

		if (tid == 0)
			on_ready(t);
		else if (tid > 0 && !witness_ended(tid))
			stops_take(t, stop_read(tid, status));
		else if (tid < 0 && errno == ECHILD && !attach_anew(t))
			return 0;
		else if (tid < 0 && errno != EINTR && errno != ECHILD)
			return err_sys(e, "waiting for the workload failed");
		attach_go_on(t);
		ending_look(t);
		if (relay_due)
			on_timer(t);
		if (leave_is_over(t))
			return 0;
		if (t->tasks.alive > 0)
			continue;
		/* then waitpid() returns: there are children to wait for, or none at all */
		witness_stop();
		if (t->has_others && !is_anybody_due(t))
			return 0;
	}
}

/* Children from before, of a shell that executed sctrace, are not part of the workload: do not wait
 * for them. */
static bool has_children(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

static void use(struct tracer *t, const struct engine *engine)
{
	t->engine = engine;
	t->census->stats.engine = engine->name;
	t->census->stats.hidden_from = engine->hidden_from;
	t->tasks.engine_size = engine->task_size;
}

static int open_engine(struct tracer *t, struct err *e)
{
	const struct engine_env env = { &t->opts, t->sink, t->self, t->census };
	int r = t->engine->open ? t->engine->open(&env, &t->engine_state, e) : 0;

	t->engine_open = r == 0;
	return r;
}

static void close_engine(struct tracer *t)
{
	if (t->engine_open && t->engine->close)
		t->engine->close(take(t->engine_state));
	t->engine_open = false;
}

struct tracer *tracer_new(const struct tracer_opts *opts, const struct tracer_sink *sink, void *self)
{
	struct tracer *t = xcalloc(1, sizeof *t);

	t->opts = *opts;
	t->sink = sink;
	t->self = self;
	t->census = census_new(opts->wants, opts->want_count);
	t->tasks.stats = &t->census->stats;
	use(t, engine_choose(opts));
	t->launching = opts->path;
	t->census->stats.attached = !opts->path;
	t->census->stats.in_scope = opts->scope == SCOPE_ALL;
	t->wait.loadavg = -1;
	t->stacks = opts->stacks ? stacks_new() : NULL;
	return t;
}

/* Children whose parent's event came, and nothing else. */
static void note_lost(struct tracer *t)
{
	for (size_t i = 0; i < t->births.count && !t->census->stats.let_go; i++)
		if (t->births.items[i].what == BIRTH_EXPECTED)
			census_add_note(t->census, NOTE_LOST, t->census->programs.items[t->births.items[i].program]);
}

/* From the first stop to the last. */
static int follow(struct tracer *t, struct err *e)
{
	relay_start(timer_period(&t->opts));
	wait_init(&t->wait);

	int r = loop(t, e);

	wait_done(&t->wait);
	t->census->stats.seconds = census_elapsed(t->census);
	note_lost(t);
	return r;
}

static int launch(struct tracer *t, struct err *e)
{
	int r = open_engine(t, e);

	r = r < 0 ? r : launch_start(&t->launch, &t->root, t->engine, t->engine_state, &t->opts, t->sink->detached, t->self, e);
	if (r < 0)
		return r;
	t->first.pid = t->root;
	t->pidfds = t->opts.detached;		/* processes that are not traced wait for their ends */
	task_add(&t->tasks, t->root)->counted = t->opts.scope == SCOPE_ALL;	/* its program is known after exec */
	r = follow(t, e);
	return r < 0 ? r : launch_failure(t->launch, &t->opts, &t->census->stats.not_executed, e);
}

/* If an engine cannot be prepared, its alternative may work. */
static int launch_somehow(struct tracer *t, struct err *e)
{
	int r = launch(t, e);

	if (r < 0 && !t->opts.engine && !t->opts.detached && t->engine->otherwise && t->launch && launch_unprepared(t->launch)) {
		launch_free(take(t->launch));
		close_engine(t);
		use(t, t->engine->otherwise);
		t->first.gone = false;
		r = launch(t, e);
	}
	return r;
}

/* NULL if all threads vanished before they could be seized; then others exist, see attach_anew(). */
static const struct program *first_program(const struct tracer *t)
{
	struct programs *all = &t->census->programs;

	return all->count ? all->items[0] : program_of(all, t->first.pid, NULL);
}

static int attach(struct tracer *t, struct err *e)
{
	int r = open_engine(t, e);

	r = r < 0 ? r : attach_all(t, e);

	if (r < 0)
		return r;
	census_add_note(t->census, NOTE_NO_VSYSCALL, first_program(t));
	return follow(t, e);
}

/* The workload inherits sctrace's filters. They run first: what they deny is found by trying it. */
static void look_at_outer_filter(struct tracer *t)
{
	t->census->stats.outer_filter = prctl(PR_GET_SECCOMP, 0, 0, 0, 0) > 0;
	if (t->census->stats.outer_filter && t->engine->hidden_from)
		outer_filter_probe(&t->census->hidden[HIDER_OUTER]);
}

int tracer_run(struct tracer *t, int *ret_status, struct err *e)
{
	limits_raise();
	mem_keep_reserve(RESERVE);
	t->has_others = has_children();
	look_at_outer_filter(t);
	relay_begin(t->opts.path);
	census_start(t->census);

	int r = t->opts.path ? launch_somehow(t, e) : attach(t, e);
	relay_end();
	if (t->opts.detached && !t->root)
		*ret_status = -1;
	else if (r == 0)
		*ret_status = t->first.status;
	return r;
}

void tracer_free(struct tracer *t)
{
	if (!t)
		return;
	if (!t->opts.last)
		relay_over();
	tasks_done(&t->tasks);
	births_done(&t->births);
	watched_done(t);
	free(t->attaching.refused);
	stacks_free(t->stacks);
	census_free(t->census);
	close_engine(t);
	launch_free(t->launch);
	free(t);
}

const struct census *tracer_census(const struct tracer *t)
{
	return t->census;
}

struct stacks *tracer_stacks(const struct tracer *t)
{
	return t->stacks;
}
