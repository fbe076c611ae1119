/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/loop/leave.h"

#include <sys/ptrace.h>
#include "tracer/loop/follow.h"
#include "tracer/signals/relay.h"

/* Seconds that sctrace waits for tasks to be released, and between checks of the time. */
#define PATIENCE 2.0
#define LEAVING_TICK 0.1

/* A held task is stopped already. */
static void interrupt(void *self, struct task *task)
{
	if (task->held)
		follow_resume(self, task, 0);
	else
		ptrace(PTRACE_INTERRUPT, task->tid, 0, 0);
}

/* A task that waits for a vfork child or a disk cannot be interrupted; the exit of sctrace releases
 * it, which it does not notice. */
bool leave_is_over(const struct tracer *t)
{
	return t->leaving.active && census_elapsed(t->census) - t->leaving.since > PATIENCE;
}

void leave_begin(struct tracer *t)
{
	if (t->leaving.active)
		return;
	t->leaving.active = true;
	t->leaving.since = census_elapsed(t->census);
	relay_tick(LEAVING_TICK);
	t->census->stats.let_go = t->tasks.alive > 0;
	tasks_each(&t->tasks, interrupt, t);
}
