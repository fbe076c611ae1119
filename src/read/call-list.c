/* SPDX-License-Identifier: Apache-2.0 */
#include "read/call-list.h"

#include "base/mem.h"

static int by_call(const void *item, const void *call)
{
	return strcmp(((const struct listed *)item)->call, call);
}

void call_list_put(struct call_list *s, const struct listed *new)
{
	size_t i = lower_bound(new->call, s->items, s->count, sizeof *s->items, by_call);

	if (i == s->count || !streq(s->items[i].call, new->call)) {
		s->items = grow(s->items, s->count, &s->room, sizeof *s->items);
		memmove(&s->items[i + 1], &s->items[i], (s->count++ - i) * sizeof *s->items);
	}
	s->items[i] = *new;
}

void call_list_remove(struct call_list *s, const char *call)
{
	size_t i = lower_bound(call, s->items, s->count, sizeof *s->items, by_call);

	if (i < s->count && streq(s->items[i].call, call))
		memmove(&s->items[i], &s->items[i + 1], (--s->count - i) * sizeof *s->items);
}

const struct listed *call_list_find(const struct call_list *s, const char *call)
{
	size_t i = lower_bound(call, s->items, s->count, sizeof *s->items, by_call);

	return i < s->count && streq(s->items[i].call, call) ? &s->items[i] : NULL;
}

void call_list_clear(struct call_list *s)
{
	free(s->items);
	*s = (struct call_list){ 0 };
}
