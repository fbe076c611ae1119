/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/census/notes.h"

#include "base/mem.h"

static bool is_same(const struct census_note *a, const struct census_note *b)
{
	return a->kind == b->kind && a->program == b->program && a->signal == b->signal;
}

void notes_add(struct notes *n, const struct census_note *note)
{
	for (size_t i = 0; i < n->count; i++)
		if (is_same(&n->items[i], note)) {
			n->items[i].count++;
			return;
		}
	n->items = grow(n->items, n->count, &n->room, sizeof *n->items);
	n->items[n->count] = *note;
	n->items[n->count++].count = 1;
}

bool notes_has(const struct notes *n, enum census_note_kind kind, unsigned program)
{
	for (size_t i = 0; i < n->count; i++)
		if (n->items[i].kind == kind && n->items[i].program == program)
			return true;
	return false;
}

void notes_done(struct notes *n)
{
	free(n->items);
	*n = (struct notes){ 0 };
}
