/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/jsonw.h"

/*
 * SARIF 2.1.0, what code review and CI systems read: rules, then results of them.
 */
struct sarif_rule {
	const char *id, *title, *explanation, *remedy;
	const char *level;		/* "error", "warning", "note" */
};

struct sarif_place {
	const char *file;		/* NULL: it is none */
	unsigned line;
	const char *path;		/* where in the file; "" is the whole */
};

struct sarif_result {
	size_t rule;			/* index of its rule */
	const char *id, *level, *text;
	struct sarif_place place, related;
};

/* The results are written between the two; after each member of the caller's own
 * may follow, in `properties`. */
void sarif_begin(struct jsonw *, const struct sarif_rule *(*next)(size_t i));	/* NULL ends the rules */
void sarif_result_begin(struct jsonw *, const struct sarif_result *);
void sarif_result_end(struct jsonw *);
void sarif_end(struct jsonw *);
