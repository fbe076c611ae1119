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
#include "tracer/loop/gate.h"
#include "tracer/loop/stops.h"
#include "tracer/loop/limits.h"
#include "tracer/arch/machine.h"
#include "tracer/loop/watched-calls.h"
#include "tracer/filter/outer-filter.h"
#include "tracer/signals/relay.h"
#include "tracer/stack/stack.h"
#include "tracer/census/values.h"
#include "tracer/signals/witness.h"

/* How often the timer interrupts the wait when nothing else asks for it. */
#define SHORT_TICK 0.1

enum { RESERVE = 16 << 20 };		/* to end the workload, and to write what was seen */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double tracer_elapsed(const struct tracer *t)
{
	return now() - t->start;
}

void tracer_note(struct tracer *t, enum tracer_note_kind kind, const struct program *program)
{
	tracer_note_signal(t, kind, program, 0);
}

void tracer_note_signal(struct tracer *t, enum tracer_note_kind kind, const struct program *program, int signal)
{
	notes_add(&t->notes, &(struct tracer_note){
		.kind = kind, .program = program->id, .signal = signal, .first = tracer_elapsed(t),
	});
}

static void on_timer(struct tracer *t)
{
	/* where we attached they end the recording, whoever got them, too */
	relay_forward(t->root, ending_signal, t);
	ending_enforce(t);
	if (t->opts.scope != SCOPE_ALL)
		stops_release_held(t);
	if (t->opts.tick > 0 && t->sink->tick && tracer_elapsed(t) >= t->next_tick) {
		t->next_tick = tracer_elapsed(t) + t->opts.tick;
		t->sink->tick(t->self, t);
	}
}

static double timer_period(const struct tracer_opts *o)
{
	if (o->limit > 0 || o->scope != SCOPE_ALL)
		return o->tick > 0 && o->tick < SHORT_TICK ? o->tick : SHORT_TICK;
	return o->tick;
}

/* A child that its parent told of, and that did not show up yet. */
static bool is_anybody_due(const struct tracer *t)
{
	for (size_t i = 0; i < t->births.count; i++)
		if (t->births.items[i].what == BIRTH_EXPECTED)
			return true;
	return false;
}

static int loop(struct tracer *t, struct err *e)
{
	for (;;) {
		int status;
		pid_t tid = wait_next(&t->wait, &status);

		if (tid > 0 && !witness_ended(tid))
			stops_take(t, stop_read(tid, status));
		else if (tid < 0 && errno == ECHILD && !attach_anew(t))
			return 0;
		else if (tid < 0 && errno != EINTR && errno != ECHILD)
			return err_sys(e, "waiting for the workload failed");
		attach_go_on(t);
		ending_look(t);
		if (relay_due)
			on_timer(t);
		if (attach_left(t))
			return 0;
		if (t->tasks.alive > 0)
			continue;
		/* then waitpid() is certain: it has children to wait for, or there are none */
		witness_stop();
		if (t->has_others && !is_anybody_due(t))
			return 0;
	}
}

/* Children that we had before, of a shell that became us by exec, are none of
 * the workload's: we do not wait for them. */
static bool has_children(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

struct tracer *tracer_new(const struct tracer_opts *opts, const struct tracer_sink *sink, void *self)
{
	struct tracer *t = xcalloc(1, sizeof *t);

	t->opts = *opts;
	t->sink = sink;
	t->self = self;
	if (opts->gate)
		gate_init();
	t->engine = opts->gate ? &engine_gate : opts->engine ? engine_find(opts->engine) : opts->path ? &engine_seccomp : &engine_syscall;
	t->launching = opts->path;
	t->stats.attached = !opts->path;
	t->stats.in_scope = opts->scope == SCOPE_ALL;
	t->wait.loadavg = -1;
	t->values = values_new(opts->wants, opts->want_count);
	t->stacks = opts->stacks ? stacks_new() : NULL;
	return t;
}

/* What the parent told of and nobody saw. */
static void note_lost(struct tracer *t)
{
	for (size_t i = 0; i < t->births.count && !t->stats.let_go; i++)
		if (t->births.items[i].what == BIRTH_EXPECTED)
			tracer_note(t, NOTE_LOST, t->programs.items[t->births.items[i].program]);
}

/* From the first stop to the last. */
static int follow(struct tracer *t, struct err *e)
{
	relay_start(timer_period(&t->opts));
	wait_init(&t->wait);

	int r = loop(t, e);

	if (t->engine->collect)
		t->engine->collect(t);
	wait_done(&t->wait);
	t->stats.seconds = tracer_elapsed(t);
	note_lost(t);
	return r;
}

static int launch(struct tracer *t, struct err *e)
{
	int r = launch_start(&t->launch, &t->root, t->engine, &t->opts, e);

	if (r < 0)
		return r;
	t->first = t->root;
	task_add(&t->tasks, t->root)->counted = t->opts.scope == SCOPE_ALL;	/* its program is known when it is executed */
	r = follow(t, e);
	return r < 0 ? r : launch_failure(t->launch, &t->opts, &t->stats.not_executed, e);
}

/* Where no filter can be installed, PTRACE_SYSCALL can be there all the same. */
static int launch_somehow(struct tracer *t, struct err *e)
{
	int r = launch(t, e);

	if (r < 0 && !t->opts.engine && !t->opts.gate && t->launch && launch_unprepared(t->launch)) {
		launch_free(take(t->launch));
		t->engine = &engine_syscall;
		t->root_gone = false;
		r = launch(t, e);
	}
	return r;
}

static int attach(struct tracer *t, struct err *e)
{
	int r = attach_all(t, e);

	if (r < 0)
		return r;
	tracer_note(t, NOTE_NO_VSYSCALL, t->programs.items[0]);
	return follow(t, e);
}

/* Filters that we have, the workload has, too.  They come first: what they refuse is
 * found out by trying it. */
static void look_at_outer_filter(struct tracer *t)
{
	t->stats.outer_filter = prctl(PR_GET_SECCOMP, 0, 0, 0, 0) > 0;
	if (t->stats.outer_filter && t->engine->hidden_from)
		outer_filter_probe(&t->notes.hidden[HIDER_OUTER]);
}

int tracer_run(struct tracer *t, int *ret_status, struct err *e)
{
	limits_raise();
	mem_keep_reserve(RESERVE);
	t->has_others = has_children();
	look_at_outer_filter(t);
	relay_begin(t->opts.path);
	t->start = now();

	int r = t->opts.path ? launch_somehow(t, e) : attach(t, e);
	relay_end();
	if (r == 0)
		*ret_status = t->root_status;
	return r;
}

void tracer_free(struct tracer *t)
{
	if (!t)
		return;
	relay_over();
	tasks_done(&t->tasks);
	births_done(&t->births);
	notes_done(&t->notes);
	watched_done(t);
	programs_done(&t->programs);
	stacks_free(t->stacks);
	values_free(t->values);
	launch_free(t->launch);
	free(t);
}

struct tracer_stats tracer_stats(const struct tracer *t)
{
	struct tracer_stats s = t->stats;

	s.tasks = t->tasks.ever;
	s.processes = t->tasks.processes;
	if (s.seconds == 0)
		s.seconds = tracer_elapsed(t);
	return s;
}

const char *tracer_engine(const struct tracer *t)
{
	return t->engine->name;
}

const char *tracer_program(const struct tracer *t, unsigned program)
{
	return program < t->programs.count ? t->programs.items[program]->path : NULL;
}

struct tracer_values tracer_values(const struct tracer *t, size_t want)
{
	return values_at(t->values, want);
}

struct stacks *tracer_stacks(const struct tracer *t)
{
	return t->stacks;
}

bool tracer_is_hidden_from(const struct tracer *t)
{
	return t->engine->hidden_from;
}

static void note_any(void *self, maybe_unused uint32_t arch, maybe_unused uint32_t nr, maybe_unused uint64_t count)
{
	*(bool *)self = true;
}

bool tracer_program_in_scope(const struct tracer *t, unsigned program)
{
	bool any = t->programs.items[program]->execs > 0;

	tally_each(&t->programs.items[program]->tally, note_any, &any);
	return any;
}

uint64_t tracer_program_execs(const struct tracer *t, unsigned program)
{
	return t->programs.items[program]->execs;
}

struct each {
	tracer_count_fn *fn;
	void *self;
	unsigned program;
};

static void each_count(void *self, uint32_t arch, uint32_t nr, uint64_t count)
{
	struct each *each = self;

	each->fn(each->self, each->program, arch, nr, count);
}

void tracer_counts(struct tracer *t, tracer_count_fn *fn, void *self)
{
	if (t->engine->collect)
		t->engine->collect(t);
	for (size_t i = 0; i < t->programs.count; i++)
		tally_each(&t->programs.items[i]->tally, each_count, &(struct each){ fn, self, (unsigned)i });
}

bool tracer_note_at(const struct tracer *t, size_t i, struct tracer_note *ret)
{
	if (i >= t->notes.count)
		return false;
	*ret = t->notes.items[i];
	return true;
}

void tracer_hidden(const struct tracer *t, enum tracer_hider hider, tracer_number_fn *fn, void *self)
{
	for (unsigned abi = 0; abi < TALLY_ABIS; abi++)
		for (uint32_t nr = 0; nr < TALLY_NUMBERS; nr++)
			if (call_set_has(&t->notes.hidden[hider], abi, nr))
				fn(self, machine_arch(abi), nr);
}
