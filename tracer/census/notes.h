/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/census/call-set.h"
#include "tracer/tracer.h"

/* What the tracer noticed beside the calls: the matter of blind spots.  One row a
 * kind, program and signal, however often it happens. */
struct notes {
	struct tracer_note *items;
	size_t count, room;
	struct call_set hidden[TRACER_HIDERS];
};

void notes_add(struct notes *, const struct tracer_note *);	/* its count is 1 */
bool notes_has(const struct notes *, enum tracer_note_kind, unsigned program);
void notes_done(struct notes *);
