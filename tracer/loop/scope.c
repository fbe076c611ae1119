/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/loop/scope.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/attr.h"
#include "tracer/tracee/proc.h"

static void enter(struct tracer *t, struct task *task)
{
	task->counted = true;
	t->census->stats.in_scope = true;
}

void scope_inherit(struct tracer *t, struct task *child, bool counted)
{
	child->early = child->held = false;
	if (counted && !child->counted)
		enter(t, child);
}

struct entering {
	struct tracer *tracer;
	pid_t group;
};

static void enter_if_in_group(void *self, struct task *task)
{
	const struct entering *e = self;

	if (syscall(SYS_tgkill, e->group, task->tid, 0) == 0)
		enter(e->tracer, task);
}

/* Threads whose parent's event came before their own first stop. */
static void enter_expected(struct births *births, pid_t group)
{
	for (size_t i = 0; i < births->count; i++)
		if (births->items[i].what == BIRTH_EXPECTED && syscall(SYS_tgkill, group, births->items[i].tid, 0) == 0)
			births->items[i].counted = true;
}

static void enter_group(struct tracer *t, pid_t group)
{
	tasks_each(&t->tasks, enter_if_in_group, &(struct entering){ t, group });
	enter_expected(&t->births, group);
}

void scope_enter(struct tracer *t, struct task *task, bool group)
{
	pid_t process = (pid_t)proc_number(task->tid, "Tgid:");

	/* the program that we were started for is not what is recorded, and ends first */
	if (t->opts.detached && !t->census->stats.in_scope && process > 0)
		t->first.pid = process;
	enter(t, task);
	if (group)
		enter_group(t, process);
}

/* `name` is a path or a base name ("/usr/bin/nginx", "nginx"); for a script, the kernel keeps its
 * name, truncated. */
static bool is_program(const struct task *task, const char *name)
{
	const char *path = task->program->path;
	char comm[17];

	if (streq(path, name) || streq(base_name(path), name))
		return true;
	return !strchr(name, '/') && proc_comm(task->tid, comm) && strncmp(comm, name, 15) == 0;
}

bool scope_begins(const struct tracer *t, const struct task *task)
{
	if (task->counted)
		return false;
	if (t->opts.scope == SCOPE_MEMBERS)
		return t->sink->counts(t->self, task->program->path);
	return t->opts.scope == SCOPE_EXEC && is_program(task, t->opts.scope_name);
}
