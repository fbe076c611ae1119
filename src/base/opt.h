/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include "base/buf.h"
#include "base/err.h"

/*
 * A table for each command describes its options: opt_parse() parses argv with it, opt_help()
 * prints it, shells complete with it, and tests compare it with the manual. A table ends with
 * opt_end() and can have headings. Values are stored where the rows point; without the option, the
 * old value remains.
 */
enum opt_kind { OPT_END, OPT_HEADING, OPT_FLAG, OPT_COUNT, OPT_STRING, OPT_LIST };

/* The words that a value accepts; NULL ends them. They can share one buffer: a word is valid until
 * the next call. */
typedef const char *opt_words(size_t i, const void *data);

/* The type of a value without words. If a row does not set it, it follows from `arg`: see
 * opt_value(). */
enum opt_value { OPT_ANY, OPT_FILE, OPT_PID, OPT_USER };

struct opt {
	enum opt_kind kind;
	char letter;			/* 0: no short form */
	const char *name;		/* long form, without dashes */
	const char *arg;		/* "FILE", or NULL for a flag */
	const char *help;		/* '\n' starts a new line of help */
	void *value;
	opt_words *words;		/* completions for the value; `data` is NULL */
	enum opt_value is;
	bool maybe;			/* OPT_STRING: --name or --name=VALUE; without a value it is "" */
};

/* The compiler checks the type of the destination. After the help, more fields can be set:
 * opt_string('F', "format", "FORMAT", &arg, "...", .words = format_name) */
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
 * Parse argv[1..] with `count` tables. With `stop_early`, options end at the first word that is not
 * one; otherwise options and operands can be mixed, and argv is reordered. Returns the index of the
 * first operand, or -EINVAL with one line that has the wrong word and the nearest option.
 */
int opt_parse(const struct opt *const *tables, size_t count, bool stop_early,
	      int argc, char **argv, struct err *e);

/* How many words of argv[0..argc) are argv[0] and long or single-letter options of the tables, with their
 * values and a "--" that ends them: what follows belongs to another program's command line. */
int opt_count_own(const struct opt *const *tables, size_t count, int argc, char *const *argv);

/* Print a table as aligned help, 80 columns. */
void opt_help(const struct opt *table, FILE *);

/* Does the word after it belong to it?  Not if it has no value, or one that follows "=" only. */
bool opt_needs_value(const struct opt *);

/* The type of a row's value, for shells: FILE, PROFILE and RECORDING are files, PID is a process,
 * unless the row says otherwise. */
enum opt_value opt_value(const struct opt *);

/* The most similar of the words; NULL if none is similar enough. */
const char *opt_nearest(const char *word, opt_words *, const void *data);

/* "90", "1.5s", "2m", "1h", "250ms" -> seconds; -EINVAL otherwise. */
int opt_duration(const char *text, double *ret_seconds, struct err *e);
