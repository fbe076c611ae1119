/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/jsonw.h"

/*
 * SARIF 2.1.0, for code review and CI systems: rules, then their results.
 */
struct sarif_rule {
	const char *id, *title, *explanation, *remedy;
	const char *level;		/* "error", "warning", "note" */
};

struct sarif_place {
	const char *file;		/* NULL: no file */
	unsigned line;
	const char *path;		/* the place in the file; "": all of it */
};

struct sarif_result {
	size_t rule;			/* index of its rule */
	const char *id, *level, *text;
	struct sarif_place place, related;
};

/* Write the results between these two; after each field, the caller may add its own in
 * `properties`. `next`: NULL ends the rules. */
void sarif_begin(struct jsonw *, const struct sarif_rule *(*next)(size_t i));
void sarif_result_begin(struct jsonw *, const struct sarif_result *);
void sarif_result_end(struct jsonw *);
/* `read_for`: of the run, for which container and machine the profile was read; NULL: it does not matter. */
void sarif_end(struct jsonw *, const char *read_for);
