/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/loop/task.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
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

/* A thread group's leader is the thread whose tid is the group's: asking by
 * tgkill() is one call, where /proc would be three and text. */
static bool is_leader(pid_t tid)
{
	return syscall(SYS_tgkill, tid, tid, 0) == 0 || errno == EPERM;
}

struct task *task_add(struct tasks *all, pid_t tid)
{
	struct task *t = xcalloc(1, sizeof *t), **bucket = bucket_of(all, tid);

	t->tid = tid;
	t->leader = is_leader(tid);
	t->next = *bucket;
	*bucket = t;
	all->alive++;
	all->ever++;
	all->processes += t->leader;
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
		all->processes -= t->leader;
		if (all->last == t)
			all->last = NULL;
		free(t);
		return;
	}
}

void tasks_each(struct tasks *all, void (*fn)(void *self, struct task *), void *self)
{
	for (size_t i = 0; i < countof(all->buckets); i++)
		for (struct task *t = all->buckets[i], *next; t; t = next) {
			next = t->next;
			fn(self, t);
		}
}

void task_set_leader(struct tasks *all, struct task *t)
{
	all->processes += !t->leader;
	t->leader = true;
}

void tasks_done(struct tasks *all)
{
	for (size_t i = 0; i < countof(all->buckets); i++)
		while (all->buckets[i])
			task_drop(all, all->buckets[i]->tid);
}

struct program *program_get(struct programs *all, const char *path)
{
	for (size_t i = 0; i < all->count; i++)
		if (streq(all->items[i]->path, path))
			return all->items[i];

	struct program *p = xcalloc(1, sizeof *p);

	p->id = (unsigned)all->count;
	p->path = xstrdup(path);
	all->items = grow(all->items, all->count, &all->room, sizeof *all->items);
	return all->items[all->count++] = p;
}

static struct program *nameless(struct programs *all, const char *link, struct program *former)
{
	struct stat st;

	if (stat(link, &st) < 0)
		return NULL;
	for (size_t i = 0; i < all->alias_count; i++)
		if (all->aliases[i].device == st.st_dev && all->aliases[i].inode == st.st_ino)
			return all->aliases[i].program;
	if (former) {
		all->aliases = grow(all->aliases, all->alias_count, &all->alias_room, sizeof *all->aliases);
		all->aliases[all->alias_count++] = (struct alias){ st.st_dev, st.st_ino, former };
	}
	return former;
}

struct program *program_of(struct programs *all, pid_t tid, struct program *former)
{
	char link[64], path[PATH_MAX];
	struct program *known;

	snprintf(link, sizeof link, "/proc/%d/exe", tid);
	ssize_t n = readlink(link, path, sizeof path - 1);
	if (n < 0)
		n = snprintf(path, sizeof path, "(unknown)");
	path[n] = '\0';
	if (streq(path, "/") && (known = nameless(all, link, former)))
		return known;
	return program_get(all, path);
}

void programs_done(struct programs *all)
{
	for (size_t i = 0; i < all->count; i++) {
		tally_done(&all->items[i]->tally);
		free(all->items[i]->path);
		free(all->items[i]);
	}
	free(all->items);
	free(all->aliases);
	*all = (struct programs){ 0 };
}
