/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/census/programs.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/mem.h"

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
