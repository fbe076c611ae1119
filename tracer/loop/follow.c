/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/loop/follow.h"

#include <sys/ptrace.h>
#include "tracer/loop/scope.h"

struct tracee follow_tracee(const struct tracer *t, struct task *task)
{
	return (struct tracee){ task->tid, task->program, t->careful, task->engine_state };
}

void follow_drop(struct tracer *t, struct task *task)
{
	struct tracee tracee = follow_tracee(t, task);

	if (t->engine->on_gone)
		t->engine->on_gone(t->engine_state, &tracee);
	task_drop(&t->tasks, task->tid);
}

/* Detach with the signal of the current stop, so that it is not lost. */
void follow_let_go(struct tracer *t, struct task *task, int signal)
{
	if (ptrace(PTRACE_DETACH, task->tid, 0, signal) == 0)
		follow_drop(t, task);
}

/* See on_ending() in stops.c. */
static void ask_for_end(const struct tracer *t, struct task *task)
{
	long options = t->engine->options | LAUNCH_OPTIONS | (t->root ? PTRACE_O_EXITKILL : 0);

	task->reports_end = ptrace(PTRACE_SETOPTIONS, task->tid, 0, options | PTRACE_O_TRACEEXIT) == 0;
}

/* PTRACE_SYSCALL if the end of the call matters. */
static int how_to_resume(const struct tracer *t, struct task *task)
{
	struct tracee tracee = follow_tracee(t, task);

	if (task->watched.kind)
		return PTRACE_SYSCALL;
	return t->engine->resume ? t->engine->resume(t->engine_state, &tracee) : t->engine->request;
}

/* A task that was killed at its stop answers ESRCH; its death is reported later. */
void follow_resume(struct tracer *t, struct task *task, int signal)
{
	if (t->pidfds && !task->reports_end)
		ask_for_end(t, task);
	if (t->leaving.active && !task->watched.kind)
		follow_let_go(t, task, signal);
	else
		ptrace((enum __ptrace_request)how_to_resume(t, task), task->tid, 0, signal);
}

/* A task enters the table at its own first stop, and not at its parent's event: it may have ended
 * by then, and its tid may be in use again. */
struct task *follow_task(struct tracer *t, pid_t tid)
{
	struct task *task = task_find(&t->tasks, tid);
	struct birth b;

	if (task)
		return task;
	task = task_add(&t->tasks, tid);
	task->program = program_of(&t->census->programs, tid, NULL);
	task->counted = t->opts.scope == SCOPE_ALL;
	if (births_take(&t->births, tid, BIRTH_EXPECTED, &b))
		scope_inherit(t, task, b.counted);
	else
		task->early = true;
	return task;
}

void follow_forget(struct tracer *t, pid_t tid)
{
	struct task *task = task_find(&t->tasks, tid);
	struct birth b;

	if (task ? task->early : !births_take(&t->births, tid, BIRTH_EXPECTED, &b))
		births_add(&t->births, &(struct birth){ .tid = tid, .what = BIRTH_GONE });
	if (task)
		follow_drop(t, task);
}
