/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/loop/births.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include "base/mem.h"

void births_add(struct births *all, const struct birth *b)
{
	all->items = grow(all->items, all->count, &all->room, sizeof *all->items);
	all->items[all->count++] = *b;
}

static void drop(struct births *all, size_t i)
{
	all->items[i] = all->items[--all->count];
}

bool births_take(struct births *all, pid_t tid, enum birth_state what, struct birth *ret)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].tid == tid && all->items[i].what == what) {
			*ret = all->items[i];
			drop(all, i);
			return true;
		}
	return false;
}

void births_forget_vanished(struct births *all)
{
	for (size_t i = all->count; i > 0; i--)
		if (all->items[i - 1].what == BIRTH_EXPECTED && kill(all->items[i - 1].tid, 0) < 0 && errno == ESRCH)
			drop(all, i - 1);
}

void births_done(struct births *all)
{
	free(all->items);
	*all = (struct births){ 0 };
}
