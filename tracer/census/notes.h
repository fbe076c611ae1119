/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/census/census.h"

/* What the tracer noticed beside the calls. There is one row for each kind, program and signal,
 * however often it happens. */
struct notes {
	struct census_note *items;
	size_t count, room;
};

void notes_add(struct notes *, const struct census_note *);	/* its count is 1 */
bool notes_has(const struct notes *, enum census_note_kind, unsigned program);
void notes_done(struct notes *);
