/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/loop/exec.h"

#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <unistd.h>
#include "tracer/loop/calls.h"
#include "tracer/loop/follow.h"
#include "tracer/loop/privilege.h"
#include "tracer/loop/scope.h"
#include "tracer/loop/standing.h"
#include "tracer/stack/stack.h"
#include "tracer/tracee/proc.h"

/* Tracing is the cause if it needed no_new_privs, or if sctrace has no right to trace a more
 * privileged task. */
static void note_privilege(struct tracer *t, const struct task *task)
{
	if ((t->census->stats.no_new_privs || geteuid() != 0) && privilege_lost(task->tid))
		census_add_note(t->census, NOTE_POWERLESS, task->program);
}

/* A program needs the call that executed it: this counts it for the first program, which sctrace
 * executed, and where calls did not count before. */
static void count_exec(struct tracer *t, const struct task *task)
{
	task->program->lacks_exec_stack = true;
	calls_count(t, task, &(struct call){ .arch = task->arch, .nr = task->nr });
}

/* The call itself was not seen: by a child of sctrace before its first stop, or by a process that was seized in it. */
static void assume_execve(struct task *task)
{
	task->arch = MACHINE_ARCH;
	task->nr = machine_number(CALL_EXECVE, MACHINE_TABLE_OWN);
}

static void launched(struct tracer *t, struct task *task)
{
	t->launching = false;
	t->census->stats.no_new_privs = launch_set_nnp(t->launch);
	t->filters_begun = proc_number(task->tid, "Seccomp_filters:");
	assume_execve(task);
	if (launch_blind(t->launch))
		census_add_note(t->census, NOTE_NO_VSYSCALL, task->program);
	if (standing_ring(task->tid))
		census_add_note(t->census, NOTE_RING, task->program);	/* inherited from sctrace's own parent */
	if (t->opts.scope == SCOPE_ALL)
		count_exec(t, task);
}

static void drop_vanished(void *self, struct task *task)
{
	struct tracer *t = self;

	if (!task->leader && kill(task->tid, 0) < 0 && errno == ESRCH)
		follow_drop(t, task);
}

/* If a thread executes a program, it goes on under the tid of the leader, and the event's message
 * is its former tid. The other threads vanish. */
static struct task *leader_after_exec(struct tracer *t, pid_t tid)
{
	struct task *task = follow_task(t, tid), *thread;
	unsigned long former;

	if (ptrace(PTRACE_GETEVENTMSG, tid, 0, &former) == 0 && (pid_t)former != tid) {
		thread = task_find(&t->tasks, (pid_t)former);
		if (thread) {
			task->counted = thread->counted;
			task->arch = thread->arch;
			task->nr = thread->nr;
			follow_drop(t, thread);
		}
	}
	if (t->tasks.alive > t->census->stats.processes) {
		tasks_each(&t->tasks, drop_vanished, t);
		births_forget_vanished(&t->births);
	}
	task->watched = (struct watched){ 0 };
	task->restore = 0;
	return task;
}

void exec_stopped(struct tracer *t, struct stop stop)
{
	struct task *task = leader_after_exec(t, stop.tid);

	task->program = program_of(&t->census->programs, stop.tid, task->program);
	stacks_stale(t->stacks);

	struct tracee tracee = follow_tracee(t, task);

	if (t->engine->on_exec)
		t->engine->on_exec(t->engine_state, &tracee);
	if (t->launching && stop.tid == t->root)
		launched(t, task);
	if (scope_begins(t, task)) {
		scope_enter(t, task, false);
		if (!task->arch)
			assume_execve(task);
		count_exec(t, task);
	}
	task->program->execs += task->counted;
	note_privilege(t, task);
	if (task->counted && t->sink->executed)
		t->sink->executed(t->self, t, task->program->id, stop.tid);
	follow_resume(t, task, 0);
}
