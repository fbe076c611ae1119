/* SPDX-License-Identifier: Apache-2.0 */
/* tracer.c has the diagram. */
#include "tracer/loop/stops.h"

#include <signal.h>
#include <sys/ptrace.h>
#include "tracer/loop/calls.h"
#include "tracer/loop/ending.h"
#include "tracer/loop/exec.h"
#include "tracer/loop/follow.h"
#include "tracer/loop/pid1.h"
#include "tracer/loop/scope.h"
#include "tracer/loop/standing.h"
#include "tracer/signals/relay.h"
#include "tracer/signals/unnoticed.h"
#include "tracer/tracee/proc.h"

static void on_signal(struct tracer *t, struct stop stop)
{
	struct task *task = follow_task(t, stop.tid);
	struct tracee tracee = follow_tracee(t, task);
	siginfo_t info;

	if (relay_minds(stop.signal) && ptrace(PTRACE_GETSIGINFO, stop.tid, 0, &info) == 0) {
		if (t->root)
			relay_seen(&info);
		ending_delivers(t, task, &info);
	}
	if (t->engine->on_signal)
		t->engine->on_signal(t->engine_state, &tracee, stop.signal);
	if (pid1_crashes(t, task, stop.signal))
		return;
	if (!task->was_stopped)
		unnoticed(stop.tid, task->arch, task->nr, stop.signal);
	follow_resume(t, task, stop.signal);
}

/* A task that is detached in a group stop stays stopped. */
static void on_group_stop(struct tracer *t, struct stop stop)
{
	struct task *task = follow_task(t, stop.tid);

	task->was_stopped = true;
	if (t->leaving.active) {
		follow_let_go(t, task, 0);
		return;
	}
	ptrace(PTRACE_LISTEN, stop.tid, 0, 0);
	if (stop.tid == t->root)
		relay_stopped(stop.signal);
}

/* children */

/* The parent's event for its child, which may be there already, or gone. */
static void on_child(struct tracer *t, struct stop stop)
{
	struct task *parent = follow_task(t, stop.tid), *child;
	struct tracee tracee = follow_tracee(t, parent);
	unsigned long tid = 0;
	struct birth gone;

	parent->bore = true;
	ptrace(PTRACE_GETEVENTMSG, stop.tid, 0, &tid);
	if (tid && t->engine->on_child)
		t->engine->on_child(t->engine_state, &tracee, (pid_t)tid);
	child = task_find(&t->tasks, (pid_t)tid);
	if (child && child->early) {
		bool held = child->held;

		scope_inherit(t, child, parent->counted);
		if (held)
			follow_resume(t, child, 0);
	} else if (tid && !births_take(&t->births, (pid_t)tid, BIRTH_GONE, &gone)) {
		births_add(&t->births, &(struct birth){ (pid_t)tid, BIRTH_EXPECTED, parent->counted, parent->program->id });
	}
	follow_resume(t, parent, 0);
}

/* A task's first stop, the end of a group stop, or an interrupt by sctrace. */
static void on_started(struct tracer *t, struct stop stop)
{
	struct task *task = follow_task(t, stop.tid);

	task->held = task->early && t->opts.scope != SCOPE_ALL && !t->leaving.active;
	if (!task->held)
		follow_resume(t, task, 0);
}

/* Its parent was killed: it inherits from its process, or from its parent according to /proc. */
static void release_held(void *self, struct task *task)
{
	struct tracer *t = self;

	if (!task->held)
		return;
	if (!task->aged) {
		task->aged = true;
		return;
	}

	long group = proc_number(task->tid, "Tgid:"), parent = proc_number(task->tid, "PPid:");
	const struct task *from = task_find(&t->tasks, (pid_t)(group == task->tid ? parent : group));

	scope_inherit(t, task, from && from->counted);
	task->early = true;
	follow_resume(t, task, 0);
}

void stops_release_held(struct tracer *t)
{
	tasks_each(&t->tasks, release_held, t);
}

/* ends */

static void first_ended(struct tracer *t, int status)
{
	t->first.status = t->first.native_end ? t->first.native_end : status;
	t->first.gone = true;
}

static void on_end(struct tracer *t, struct stop stop)
{
	follow_forget(t, stop.tid);
	if (stop.tid == t->first.pid && !t->first.gone)
		first_ended(t, stop.status);
}

/* A traced task's exit is reported to its tracer before its parent, while its pidfd already shows
 * the end: a parent that waits for it then would find nothing. So the task is detached before,
 * except the one whose status tracer_run() returns, if it is a child of the tracer. */
static void on_ending(struct tracer *t, struct stop stop)
{
	struct task *task = follow_task(t, stop.tid);
	bool first = stop.tid == t->first.pid;
	unsigned long status = 0;

	if (first)
		ptrace(PTRACE_GETEVENTMSG, stop.tid, 0, &status);
	if ((first && !t->opts.detached) || ptrace(PTRACE_DETACH, stop.tid, 0, 0) < 0) {
		follow_resume(t, task, 0);
		return;
	}
	follow_forget(t, stop.tid);
	if (first)
		first_ended(t, (int)status);
}

static void on_other(struct tracer *t, struct stop stop)
{
	follow_resume(t, follow_task(t, stop.tid), 0);
}

/* Once for each process, whose first thread may have ended. */
static void look_for_ring(struct tracer *t, const struct task *task)
{
	pid_t group = task->leader ? task->tid : (pid_t)proc_number(task->tid, "Tgid:");

	if (!task->leader && (task_find(&t->tasks, group) || group == t->attaching.ring_group))
		return;
	t->attaching.ring_group = group;
	if (standing_ring(task->tid))
		census_add_note(t->census, NOTE_RING, task->program);
}

/* The first stop of a seized task, whatever it was doing. */
static void attached(struct tracer *t, struct task *task, enum stop_kind kind)
{
	struct call call;

	if (kind != STOP_STARTED && kind != STOP_GROUP && kind != STOP_SIGNAL && kind != STOP_CHILD)
		return;
	look_for_ring(t, task);
	if (!standing_call(task, &call, &task->again))
		return;
	task->arch = call.arch;
	task->nr = call.nr;
	if (!task->counted)
		return;
	calls_count(t, task, &call);
	if (values_wanted(t->census->values, &call))
		values_add(t->census->values, &call);
}

void stops_take(struct tracer *t, struct stop stop)
{
	static void (*const acts[])(struct tracer *, struct stop) = {
		[STOP_CALL] = calls_stopped, [STOP_SYSCALL] = calls_stopped, [STOP_SIGNAL] = on_signal,
		[STOP_GROUP] = on_group_stop, [STOP_STARTED] = on_started, [STOP_CHILD] = on_child,
		[STOP_EXEC] = exec_stopped,  [STOP_ENDING] = on_ending, [STOP_EXITED] = on_end,
		[STOP_KILLED] = on_end,      [STOP_OTHER] = on_other,
	};

	struct task *task = task_find(&t->tasks, stop.tid);

	if (task && task->fresh) {
		task->fresh = false;
		attached(t, task, stop.kind);
	}
	if (task && task->crash.signal && pid1_stopped(t, task, &stop))
		return;
	acts[stop.kind](t, stop);
}
