/* SPDX-License-Identifier: Apache-2.0 */
#include "diff/difference.h"

#include "base/mem.h"

struct differences {
	struct arena *arena;
	arch_set arches;
	struct difference *items;
	size_t count, room;
};

static const char *const change_names[CHANGE_COUNT] = {
	[CHANGE_ADDED] = "added",       [CHANGE_WIDENED] = "widened", [CHANGE_REMOVED] = "removed",
	[CHANGE_NARROWED] = "narrowed", [CHANGE_OTHER] = "changed",  [CHANGE_WEAKER] = "weaker",
	[CHANGE_STRONGER] = "stronger",
};

const char *change_name(enum change c)
{
	return change_names[c];
}

bool change_find(const char *name, enum change *ret)
{
	for (size_t i = 0; i < CHANGE_COUNT; i++)
		if (streq(change_names[i], name)) {
			*ret = (enum change)i;
			return true;
		}
	return false;
}

struct differences *differences_new(arch_set arches)
{
	struct differences *d = xcalloc(1, sizeof *d);

	d->arena = arena_new();
	d->arches = arches;
	return d;
}

void differences_free(struct differences *d)
{
	if (!d)
		return;
	arena_free(d->arena);
	free(d->items);
	free(d);
}

arch_set differences_arches(const struct differences *d)
{
	return d->arches;
}

const struct difference *difference_at(const struct differences *d, size_t i)
{
	return i < d->count ? &d->items[i] : NULL;
}

void differences_keep(struct differences *d, unsigned changes)
{
	size_t kept = 0;

	if (changes & 1u << CHANGE_WIDENED)
		changes |= 1u << CHANGE_ADDED;
	if (changes & 1u << CHANGE_NARROWED)
		changes |= 1u << CHANGE_REMOVED;
	for (size_t i = 0; i < d->count; i++)
		if (changes & 1u << d->items[i].change)
			d->items[kept++] = d->items[i];
	d->count = kept;
}

static int by_weight(const void *va, const void *vb)
{
	const struct difference *a = va, *b = vb;

	if (a->change != b->change)
		return a->change < b->change ? -1 : 1;
	if (a->subject != b->subject)
		return a->subject < b->subject ? -1 : 1;
	if (a->risk != b->risk)
		return a->risk > b->risk ? -1 : 1;
	int c = a->call && b->call ? strcmp(a->call, b->call) : a->spot && b->spot ? strcmp(a->spot, b->spot) : 0;

	return c ? c : a->arches < b->arches ? -1 : a->arches > b->arches;
}

void differences_sort(struct differences *d)
{
	sort_items(d->items, d->count, sizeof *d->items, by_weight);
}

static bool is_same_elsewhere(const struct difference *a, const struct difference *b)
{
	return a->change == b->change && a->subject == SUBJECT_CALL && b->subject == SUBJECT_CALL &&
	       streq(a->call, b->call) && streq(a->old, b->old) && streq(a->now, b->now) && a->guessed == b->guessed;
}

static const char *const *copy_list(struct arena *arena, const char *const *list)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	const char **copy = list ? arena_alloc(arena, (n + 1) * sizeof *copy) : NULL;

	for (size_t i = 0; i < n; i++)
		copy[i] = arena_strdup(arena, list[i]);
	return copy;
}

void differences_add(struct differences *d, const struct difference *one)
{
	/* differences of one call are adjacent */
	for (size_t i = d->count; i-- > 0 && one->call && d->items[i].call && streq(d->items[i].call, one->call);)
		if (is_same_elsewhere(&d->items[i], one)) {
			d->items[i].arches |= one->arches;
			return;
		}
	d->items = grow(d->items, d->count, &d->room, sizeof *d->items);
	struct difference *copy = &d->items[d->count++];

	*copy = *one;
	copy->call = one->call ? arena_strdup(d->arena, one->call) : NULL;
	copy->spot = one->spot ? arena_strdup(d->arena, one->spot) : NULL;
	copy->hidden = copy_list(d->arena, one->hidden);
	copy->old = arena_strdup(d->arena, one->old);
	copy->now = arena_strdup(d->arena, one->now);
}

const char *difference_reason(const char *call)
{
	const struct sysdb_call *c = sysdb_find(call);

	return c && *c->why ? risk_reason(c->why) : NULL;
}
