/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/loop/task.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/mem.h"

static struct task **bucket_of(struct tasks *all, pid_t tid)
{
	return &all->buckets[(unsigned)tid % countof(all->buckets)];
}

struct task *task_find(struct tasks *all, pid_t tid)
{
	if (all->last && all->last->tid == tid)
		return all->last;
	for (struct task *t = *bucket_of(all, tid); t; t = t->next)
		if (t->tid == tid)
			return all->last = t;
	return NULL;
}

/* The leader of a thread group is the thread whose tid is the group's: tgkill() needs one call,
 * while /proc needs three and parsing. */
static bool is_leader(pid_t tid)
{
	return syscall(SYS_tgkill, tid, tid, 0) == 0 || errno == EPERM;
}

struct task *task_add(struct tasks *all, pid_t tid)
{
	struct task *t = xcalloc(1, sizeof *t + all->engine_size), **bucket = bucket_of(all, tid);

	t->tid = tid;
	t->leader = is_leader(tid);
	t->next = *bucket;
	*bucket = t;
	all->alive++;
	all->stats->tasks++;
	all->stats->processes += t->leader;
	return t;
}

void task_drop(struct tasks *all, pid_t tid)
{
	for (struct task **at = bucket_of(all, tid); *at; at = &(*at)->next) {
		struct task *t = *at;

		if (t->tid != tid)
			continue;
		*at = t->next;
		all->alive--;
		all->stats->processes -= t->leader;
		if (all->last == t)
			all->last = NULL;
		free(t);
		return;
	}
}

void tasks_each(const struct tasks *all, void (*fn)(void *self, struct task *), void *self)
{
	for (size_t i = 0; i < countof(all->buckets); i++)
		for (struct task *t = all->buckets[i], *next; t; t = next) {
			next = t->next;
			fn(self, t);
		}
}

void task_set_leader(struct tasks *all, struct task *t)
{
	all->stats->processes += !t->leader;
	t->leader = true;
}

void tasks_done(struct tasks *all)
{
	for (size_t i = 0; i < countof(all->buckets); i++)
		while (all->buckets[i])
			task_drop(all, all->buckets[i]->tid);
}
