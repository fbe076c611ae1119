/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/notes.h"

#include "base/mem.h"

void notes_add(struct notes *n, enum tracer_note_kind kind, unsigned program, double seconds)
{
	for (size_t i = 0; i < n->count; i++)
		if (n->items[i].kind == kind && n->items[i].program == program) {
			n->items[i].count++;
			return;
		}
	n->items = grow(n->items, n->count, &n->room, sizeof *n->items);
	n->items[n->count++] = (struct tracer_note){ kind, program, 1, seconds };
}

void notes_done(struct notes *n)
{
	free(n->items);
	*n = (struct notes){ 0 };
}
