/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "rec/rec.h"

/*
 * Calls that depend on timing (timing.tbl): a kind of program makes them in one run and not in the
 * next, so that a recording without them proves nothing.
 */
struct timing {
	const char *class, *call;
	const char *programs;		/* base names, comma separated; "*": any */
	const char *company;		/* "a|b+c": a or b, and c */
	const char *reason;
};

const struct timing *timing_at(size_t i);	/* NULL past the end */

/* Did a program of the recording make all calls of the row's company on this ABI? */
bool timing_applies(const struct timing *, const struct rec *, const struct arch *);
