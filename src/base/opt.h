/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include "base/buf.h"
#include "base/err.h"

/*
 * One table per command says everything about its options: opt_parse() reads
 * argv by it, opt_help() prints it, and tests compare it with the manual.
 * A table ends with opt_end() and may hold headings.  Values go where the rows
 * point; they keep what they held when the option is absent.
 */
enum opt_kind { OPT_END, OPT_HEADING, OPT_FLAG, OPT_COUNT, OPT_STRING, OPT_LIST };

struct opt {
	enum opt_kind kind;
	char letter;			/* 0: no short form */
	const char *name;		/* long form, without dashes */
	const char *arg;		/* "FILE", or NULL for a flag */
	const char *help;		/* '\n' starts a new line of help */
	void *value;
};

/* The destination's type is checked by the compiler. */
#define opt_heading(text)         { OPT_HEADING, 0, NULL, NULL, text, NULL }
#define opt_flag(l, n, v, h)      { OPT_FLAG, l, n, NULL, h, 1 ? (v) : (bool *)0 }
#define opt_count(l, n, v, h)     { OPT_COUNT, l, n, NULL, h, 1 ? (v) : (int *)0 }
#define opt_string(l, n, a, v, h) { OPT_STRING, l, n, a, h, 1 ? (v) : (const char **)0 }
#define opt_list(l, n, a, v, h)   { OPT_LIST, l, n, a, h, 1 ? (v) : (struct strlist *)0 }
#define opt_end()                 { OPT_END, 0, NULL, NULL, NULL, NULL }

/*
 * Read argv[1..] by `count` tables.  With `stop_early` the options end at the
 * first word that is not one; otherwise options and operands may mix and argv
 * is reordered.  Returns the index of the first operand, or -EINVAL with one
 * line that names the culprit and the nearest real option.
 */
int opt_parse(const struct opt *const *tables, size_t count, bool stop_early,
	      int argc, char **argv, struct err *e);

/* The rows of a table as aligned help, 80 columns. */
void opt_help(const struct opt *table, FILE *);

/* The nearest of the names that `next(i)` lists (NULL ends them), or NULL when
 * none is near enough to be what was meant. */
const char *opt_nearest(const char *word, const char *(*next)(size_t i, const void *), const void *data);

/* "90", "1.5s", "2m", "1h", "250ms" -> seconds; -EINVAL otherwise. */
int opt_duration(const char *text, double *ret_seconds, struct err *e);
