/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include "base/buf.h"
#include "base/err.h"

/*
 * One table per command says everything about its options: opt_parse() reads
 * argv by it, opt_help() prints it, shells complete by it, and tests compare it
 * with the manual.
 * A table ends with opt_end() and can contain headings.  Values go where the rows
 * point; without the option they keep their value.
 */
enum opt_kind { OPT_END, OPT_HEADING, OPT_FLAG, OPT_COUNT, OPT_STRING, OPT_LIST };

/* The words that a value accepts, one by one; NULL ends them.  All can share one
 * buffer: a word is valid until the next call. */
typedef const char *opt_words(size_t i, const void *data);

/* What a value is if there are no words.  If a row does not say it either, its
 * `arg` does: see opt_value(). */
enum opt_value { OPT_ANY, OPT_FILE, OPT_PID, OPT_USER };

struct opt {
	enum opt_kind kind;
	char letter;			/* 0: no short form */
	const char *name;		/* long form, without dashes */
	const char *arg;		/* "FILE", or NULL for a flag */
	const char *help;		/* '\n' starts a new line of help */
	void *value;
	opt_words *words;		/* what shells offer for the value, called with NULL */
	enum opt_value is;
};

/* The destination's type is checked by the compiler.  What a value is may follow
 * the help: opt_string('F', "format", "FORMAT", &arg, "...", .words = format_name) */
#define opt_row(k, l, n, a, h, ...) { .kind = k, .letter = l, .name = n, .arg = a, .help = h, __VA_ARGS__ }
#define opt_heading(text)       opt_row(OPT_HEADING, 0, NULL, NULL, text)
#define opt_flag(l, n, v, h)    opt_row(OPT_FLAG, l, n, NULL, h, .value = 1 ? (v) : (bool *)0)
#define opt_count(l, n, v, h)   opt_row(OPT_COUNT, l, n, NULL, h, .value = 1 ? (v) : (int *)0)
#define opt_string(l, n, a, v, h, ...) \
	opt_row(OPT_STRING, l, n, a, h, .value = 1 ? (v) : (const char **)0, __VA_ARGS__)
#define opt_list(l, n, a, v, h, ...) \
	opt_row(OPT_LIST, l, n, a, h, .value = 1 ? (v) : (struct strlist *)0, __VA_ARGS__)
#define opt_end()               { .kind = OPT_END }

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

/* What a row's value is, for shells: a value called FILE, PROFILE or RECORDING is a
 * file, and a PID is one, unless the row says otherwise. */
enum opt_value opt_value(const struct opt *);

/* The nearest of the words, or NULL if none is near enough. */
const char *opt_nearest(const char *word, opt_words *, const void *data);

/* "90", "1.5s", "2m", "1h", "250ms" -> seconds; -EINVAL otherwise. */
int opt_duration(const char *text, double *ret_seconds, struct err *e);
