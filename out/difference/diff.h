/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdio.h>
#include "diff/difference.h"

/* Views of what is different between two files.  Like the policy formats: a row of
 * a table each. */
struct diff_files {
	const char *old, *now;		/* their paths; any text */
	bool recordings;		/* and not profiles */
	const char *read_for;		/* the container and machine; NULL: it does not matter */
};

struct diff_view {
	const char *name, *help;
	void (*emit)(const struct differences *, const struct diff_files *, FILE *);
};

const struct diff_view *diff_view_find(const char *name);	/* NULL: unknown */
const struct diff_view *diff_view_at(size_t i);			/* NULL past the end */
