/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/loop/calls.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <linux/ptrace.h>	/* after <sys/ptrace.h>, because the two conflict */
#include "tracer/loop/follow.h"
#include "tracer/loop/watched-calls.h"
#include "tracer/stack/stack.h"

static void report_first(struct tracer *t, const struct task *task, const struct call *call)
{
	struct first_call first = {
		.program = task->program->id, .tid = task->tid,
		.arch = call->arch, .nr = call->nr, .seconds = t->census->stats.last_first,
	};

	if (!t->sink->first)
		return;
	first.stack = call->under_way ? stack_capture(t->stacks, task->tid) : NULL;
	t->sink->first(t->self, &first);
}

void calls_count(struct tracer *t, const struct task *task, const struct call *call)
{
	if (census_count(t->census, task->program, call->arch, call->nr))
		report_first(t, task, call);
}

/* The call that executed the program was counted after it had returned, without a stack: report the
 * stack when the program makes the same call itself. */
static void report_exec_stack(struct tracer *t, const struct task *task, const struct call *call)
{
	struct first_call late = { .program = task->program->id, .tid = task->tid, .arch = call->arch, .nr = call->nr };
	enum machine_abi abi = machine_abi(call->arch);

	if (abi == MACHINE_ABI_OTHER ||
	    call->nr != machine_number(CALL_EXECVE, abi == MACHINE_ABI_OWN ? MACHINE_TABLE_OWN : MACHINE_TABLE_COMPAT))
		return;
	task->program->lacks_exec_stack = false;
	late.stack = stack_capture(t->stacks, task->tid);
	if (late.stack && t->sink->late_stack)
		t->sink->late_stack(t->self, &late);
	else
		free(late.stack);
}

/*
 * The engine reads arguments only if it needs them itself. A task that was killed at its stop has
 * none (ESRCH, or already its last stop), and never makes the call, so nothing is hidden.
 */
static void keep_values(struct tracer *t, const struct task *task, struct call *call)
{
	struct ptrace_syscall_info info;
	bool refused = call->refused;

	if (!call->detailed) {
		int r = call_ask(task->tid, &info);

		if (r < 0 && r != -ESRCH)
			census_add_note(t->census, NOTE_UNREAD, task->program);
		if (r < 0 || info.op == PTRACE_SYSCALL_INFO_NONE)
			return;
		call_fill(&info, call);
		call->refused = refused;
		call->under_way = true;
	}
	values_add(t->census->values, call);
}

/* `it`: the meaning of the stop, see enum reading. */
static void call_begins(struct tracer *t, struct task *task, struct call *call, int it)
{
	bool same = task->again && task->arch == call->arch && task->nr == call->nr;
	bool counts = it & READ_COUNT && task->counted;

	task->again = false;
	task->arch = call->arch;
	task->nr = call->nr;
	task->was_stopped = false;
	call->under_way = true;
	if (counts && !same)
		calls_count(t, task, call);
	if (counts && values_wanted(t->census->values, call))
		keep_values(t, task, call);
	if (counts && task->program->lacks_exec_stack && t->stacks)
		report_exec_stack(t, task, call);
	if (t->stacks && machine_has(call->arch, call->nr, MACHINE_MAPS))
		stacks_stale(t->stacks);
	if (it & READ_WATCH)
		watched_begin(t, task, call);
}

/* Calls that the child makes to prepare itself do not count. */
void calls_stopped(struct tracer *t, struct stop stop)
{
	struct task *task = follow_task(t, stop.tid);
	struct tracee tracee = follow_tracee(t, task);
	struct call call = { 0 };
	int r = READ_NOTHING;

	if (t->engine->misses)
		stacks_stale(t->stacks);
	if (t->engine->on_call && !(t->launching && stop.tid == t->root))
		r = t->engine->on_call(t->engine_state, &tracee, &stop, &call);
	if (r < 0 && r != -ESRCH)
		census_add_note(t->census, NOTE_UNREAD, task->program);
	else if (r == READ_END)
		watched_end(t, task);
	else if (r > 0)
		call_begins(t, task, &call, r);
	if (call.refused)
		call_cancel(stop.tid, ENOSYS);
	follow_resume(t, task, 0);
}
