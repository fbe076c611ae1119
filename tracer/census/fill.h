/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/census/call-set.h"
#include "tracer/census/census.h"
#include "tracer/census/notes.h"
#include "tracer/census/programs.h"
#include "tracer/census/values.h"

/*
 * Filling the census, for the loop and the engines. An engine that counts in memory shared with the
 * workload lends that memory to a program's tally: see tally_lend().
 */
struct census {
	struct programs programs;
	struct notes notes;
	struct call_set hidden[CENSUS_HIDERS];
	struct values *values;		/* NULL: no values are wanted */
	struct census_stats stats;
	double start;			/* CLOCK_MONOTONIC */
};

struct census *census_new(const struct census_want *, size_t count);	/* copied */
void census_free(struct census *);		/* NULL is fine */

void census_start(struct census *);
double census_elapsed(const struct census *);	/* seconds since the start */

/* Count a call. Returns true if this program made it for the first time. */
bool census_count(struct census *, struct program *, uint32_t arch, uint32_t nr);

void census_add_note(struct census *, enum census_note_kind, const struct program *);
void census_add_signal_note(struct census *, enum census_note_kind, const struct program *, int signal);
