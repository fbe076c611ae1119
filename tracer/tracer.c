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
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>
#include <linux/ptrace.h>	/* after <sys/ptrace.h>, which it would break */
#include "base/mem.h"
#include "tracer/engine.h"
#include "tracer/launch.h"
#include "tracer/machine.h"
#include "tracer/place.h"
#include "tracer/relay.h"
#include "tracer/stop.h"
#include "tracer/untraced.h"

/* How often the timer interrupts the wait when nothing else asks for it. */
#define LIMIT_TICK 0.1

struct tracer {
	struct tracer_opts opts;
	const struct tracer_sink *sink;
	void *self;
	const struct engine *engine;

	struct tasks tasks;
	struct programs programs;
	struct place place;
	struct launch *launch;
	pid_t root;			/* the first process */
	int root_status;
	bool careful;			/* the workload may have filters: trust no data of theirs */
	bool launching;			/* the root has not executed the program yet */
	bool root_gone;
	bool has_others;		/* children that are not the workload's */

	double start, next_tick;
	double terminated;		/* when the limit's SIGTERM was sent; 0: not yet */
	struct tracer_stats stats;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double elapsed(const struct tracer *t)
{
	return now() - t->start;
}

/* A task that was killed in its stop answers ESRCH, and its death is reported. */
static void resume(const struct tracer *t, pid_t tid, int signal)
{
	ptrace((enum __ptrace_request)t->engine->resume, tid, 0, signal);
}

static struct task *task_get(struct tracer *t, pid_t tid)
{
	struct task *task = task_find(&t->tasks, tid);

	if (!task) {
		task = task_add(&t->tasks, tid);
		task->program = program_of(&t->programs, tid);
	}
	return task;
}

static void tell_first(struct tracer *t, const struct task *task, const struct call *call)
{
	struct first_call first = {
		.program = task->program->id, .tid = task->tid,
		.arch = call->arch, .nr = call->nr, .seconds = elapsed(t),
	};

	t->stats.firsts++;
	t->stats.last_first = first.seconds;
	if (t->sink->first)
		t->sink->first(t->self, &first);
}

static void count(struct tracer *t, const struct task *task, const struct call *call)
{
	int64_t before = tally_add(&task->program->tally, call->arch, call->nr);

	t->stats.calls++;
	if (before == 0)
		tell_first(t, task, call);
	else if (before < 0)
		t->stats.overflows++;
}

/* A filter of the workload's own may answer TRACE as well, with data that are not
 * ours: from now on they are not believed. */
static void note_filter(struct tracer *t, pid_t tid, const struct call *call)
{
	struct ptrace_syscall_info info;

	t->careful = true;
	if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof info, &info) > 0 &&
	    machine_sets_filter(call->arch, call->nr, info.seccomp.args[0]))
		t->stats.own_filters++;
}

/* The task made a child, or could not: its next stop says that the call is over. */
static void put_back(struct task *task)
{
	if (task->restore)
		restore_flag(task->tid, task->restore);
	task->restore = 0;
}

static void on_child(struct tracer *t, struct stop stop)
{
	put_back(task_get(t, stop.tid));
	resume(t, stop.tid, 0);
}

/* What the child does to prepare itself is ours and not counted. */
static void on_call(struct tracer *t, struct stop stop)
{
	struct task *task = task_get(t, stop.tid);
	bool ours = t->launching && stop.tid == t->root;
	struct call call;

	put_back(task);
	int r = ours ? -ECANCELED : t->engine->read(stop.tid, t->careful, &call);

	if (r == 0)
		count(t, task, &call);
	else if (!ours && r != -ESRCH)
		t->stats.unread++;
	if (r == 0 && makes_child(&call) && !keep_traced(stop.tid, &call, &task->restore))
		t->stats.untraced++;
	if (r == 0 && machine_may_filter(call.arch, call.nr))
		note_filter(t, stop.tid, &call);
	resume(t, stop.tid, 0);
}

static void on_signal(struct tracer *t, struct stop stop)
{
	siginfo_t info;

	if (relay_minds(stop.signal) && ptrace(PTRACE_GETSIGINFO, stop.tid, 0, &info) == 0)
		relay_seen(&info);
	resume(t, stop.tid, stop.signal);
}

static void on_group_stop(struct tracer *t, struct stop stop)
{
	ptrace(PTRACE_LISTEN, stop.tid, 0, 0);
	if (stop.tid == t->root)
		relay_stopped(stop.signal);
}

/* A setuid or setgid file, or one with capabilities, has no effect under
 * no_new_privs. */
static void note_privilege(struct tracer *t, pid_t tid)
{
	char exe[64];
	struct stat st;

	snprintf(exe, sizeof exe, "/proc/%d/exe", tid);
	if (t->stats.no_new_privs &&
	    ((stat(exe, &st) == 0 && (st.st_mode & (S_ISUID | S_ISGID))) ||
	     getxattr(exe, "security.capability", NULL, 0) > 0))
		t->stats.privileged_execs++;
}

/* The program is there.  The call that executed it is part of what it needs. */
static void launched(struct tracer *t, const struct task *task)
{
	t->launching = false;
	t->stats.no_new_privs = launch_set_nnp(t->launch);
	count(t, task, &(struct call){ MACHINE_ARCH, SYS_execve });
}

/* Executed from a thread, the program goes on under the leader's tid, and the
 * event's message is the tid that the thread had. */
static void on_exec(struct tracer *t, struct stop stop)
{
	struct task *task = task_get(t, stop.tid);
	unsigned long former;

	if (ptrace(PTRACE_GETEVENTMSG, stop.tid, 0, &former) == 0 && (pid_t)former != stop.tid)
		task_drop(&t->tasks, (pid_t)former);
	task->program = program_of(&t->programs, stop.tid);
	task->program->execs++;
	if (t->launching && stop.tid == t->root)
		launched(t, task);
	note_privilege(t, stop.tid);
	resume(t, stop.tid, 0);
}

static void on_end(struct tracer *t, struct stop stop)
{
	task_drop(&t->tasks, stop.tid);
	if (stop.tid == t->root) {
		t->root_status = stop.status;
		t->root_gone = true;
	}
}

/* Only here a task enters the table, and not at its parent's event: by then it may
 * have come and gone, and its tid may be somebody else's. */
static void on_started(struct tracer *t, struct stop stop)
{
	task_get(t, stop.tid);
	resume(t, stop.tid, 0);
}

static void on_other(struct tracer *t, struct stop stop)
{
	resume(t, stop.tid, 0);
}

static void act_on(struct tracer *t, struct stop stop)
{
	static void (*const acts[])(struct tracer *, struct stop) = {
		[STOP_CALL] = on_call,       [STOP_SIGNAL] = on_signal, [STOP_GROUP] = on_group_stop,
		[STOP_STARTED] = on_started, [STOP_CHILD] = on_child,   [STOP_EXEC] = on_exec,
		[STOP_EXITED] = on_end,      [STOP_KILLED] = on_end,    [STOP_OTHER] = on_other,
	};

	acts[stop.kind](t, stop);
}

/* To the first process while it lives, then to every process that is left. */
static void send_signal(void *self, int signal)
{
	struct tracer *t = self;

	if (!t->root_gone) {
		kill(t->root, signal);
		return;
	}
	for (size_t i = 0; i < countof(t->tasks.buckets); i++)
		for (struct task *task = t->tasks.buckets[i]; task; task = task->next)
			if (task->leader)
				kill(task->tid, signal);
}

static void kill_all(struct tracer *t, int signal)
{
	bool gone = t->root_gone;

	t->root_gone = true;
	send_signal(t, signal);
	t->root_gone = gone;
}

/* The limit ends the whole workload, not only the process it began with. */
static void enforce_limit(struct tracer *t)
{
	double s = elapsed(t);

	if (t->opts.limit <= 0 || s < t->opts.limit)
		return;
	if (!t->terminated) {
		t->terminated = s;
		t->stats.limited = true;
		kill_all(t, SIGTERM);
		kill_all(t, SIGCONT);	/* a stopped task cannot end */
	} else if (s - t->terminated >= t->opts.grace) {
		kill_all(t, SIGKILL);
	}
}

static void on_timer(struct tracer *t)
{
	relay_forward(t->root, send_signal, t);
	enforce_limit(t);
	if (t->opts.tick > 0 && t->sink->tick && elapsed(t) >= t->next_tick) {
		t->next_tick = elapsed(t) + t->opts.tick;
		t->sink->tick(t->self, t);
	}
}

static double timer_period(const struct tracer_opts *o)
{
	if (o->limit > 0)
		return o->tick > 0 && o->tick < LIMIT_TICK ? o->tick : LIMIT_TICK;
	return o->tick;
}

static int loop(struct tracer *t, struct err *e)
{
	for (;;) {
		int status;
		pid_t tid = place_wait(&t->place, &status);

		if (tid > 0)
			act_on(t, stop_read(tid, status));
		else if (errno == ECHILD)
			return 0;
		else if (errno != EINTR)
			return err_sys(e, "waiting for the workload failed");
		if (relay_due)
			on_timer(t);
		if (t->has_others && t->tasks.alive == 0)
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
	t->engine = opts->engine ? engine_find(opts->engine) : engine_at(0);
	t->launching = true;
	t->place.loadavg = -1;
	return t;
}

static int follow(struct tracer *t, struct err *e)
{
	t->start = now();
	task_add(&t->tasks, t->root);		/* its program is known when it is executed */
	relay_start(timer_period(&t->opts));
	place_init(&t->place);

	int r = loop(t, e);

	if (t->engine->collect)
		t->engine->collect(t);
	place_done(&t->place);
	t->stats.seconds = elapsed(t);
	return r < 0 ? r : launch_failure(t->launch, &t->opts, &t->stats.not_executed, e);
}

int tracer_run(struct tracer *t, int *ret_status, struct err *e)
{
	t->has_others = has_children();
	t->stats.outer_filter = prctl(PR_GET_SECCOMP, 0, 0, 0, 0) > 0;
	relay_begin();

	int r = launch_start(&t->launch, &t->root, t->engine, &t->opts, e);
	if (r == 0)
		r = follow(t, e);
	relay_end();
	if (r == 0)
		*ret_status = t->root_status;
	return r;
}

void tracer_free(struct tracer *t)
{
	if (!t)
		return;
	tasks_done(&t->tasks);
	programs_done(&t->programs);
	launch_free(t->launch);
	free(t);
}

struct tracer_stats tracer_stats(const struct tracer *t)
{
	struct tracer_stats s = t->stats;

	s.tasks = t->tasks.ever;
	s.processes = t->tasks.processes;
	if (s.seconds == 0)
		s.seconds = elapsed(t);
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

static const struct engine *const engines[] = { &engine_seccomp };

const struct engine *engine_at(size_t i)
{
	return i < countof(engines) ? engines[i] : NULL;
}

const struct engine *engine_find(const char *name)
{
	for (size_t i = 0; i < countof(engines); i++)
		if (streq(engines[i]->name, name))
			return engines[i];
	return NULL;
}
