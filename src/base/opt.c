/* SPDX-License-Identifier: Apache-2.0 */
#include "base/opt.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdint.h>
#include "base/mem.h"

enum { ROWS_MAX = 64, LONG_ONLY = 256, MARK = 1 };

/* The tables as getopt_long() needs them. */
struct request {
	const struct opt *rows[ROWS_MAX];
	size_t count;
	struct option names[ROWS_MAX + 1];
	char letters[3 * ROWS_MAX + 3];
};

static void add_row(struct request *q, const struct opt *row)
{
	assert(q->count < ROWS_MAX);
	struct option *o = &q->names[q->count];

	o->name = row->name;
	o->has_arg = row->maybe ? optional_argument : row->arg ? required_argument : no_argument;
	o->val = LONG_ONLY + (int)q->count;
	if (row->letter) {
		const char letter[] = { row->letter, row->arg ? ':' : '\0', '\0' };

		strcat(q->letters, letter);
	}
	q->rows[q->count++] = row;
}

static const struct opt *find_row(const struct request *q, int val)
{
	if (val >= LONG_ONLY)
		return q->rows[val - LONG_ONLY];
	for (size_t i = 0; i < q->count; i++)
		if (q->rows[i]->letter == val)
			return q->rows[i];
	return NULL;
}

static void store(const struct opt *row, const char *arg)
{
	switch (row->kind) {
	case OPT_FLAG:   *(bool *)row->value = true; break;
	case OPT_COUNT:  ++*(int *)row->value; break;
	case OPT_STRING: *(const char **)row->value = arg ? arg : ""; break;
	case OPT_LIST:   strlist_add(row->value, arg + (*arg == MARK)); break;
	case OPT_HEADING:
	case OPT_END:    break;
	}
}

static const char *row_name(size_t i, const void *data)
{
	const struct request *q = data;

	return i < q->count ? q->rows[i]->name : NULL;
}

/* optopt is 0 for an unknown long option, a letter for an unknown short one, and the option's value
 * if its argument is missing or not allowed. */
static int complain(const struct request *q, int code, char **argv, int index, struct err *e)
{
	const struct opt *row = optopt ? find_row(q, optopt) : NULL;
	const char *word = argv[index];

	if (row && code == ':')
		return err_set(e, EINVAL, "option '--%s' needs a value: %s", row->name, row->arg);
	if (row)
		return err_set(e, EINVAL, "option '--%s' takes no value", row->name);
	if (optopt)
		return err_set(e, EINVAL, "unknown option '-%c'", optopt);

	scoped(freep) char *name = xstrndup(word + 2, strcspn(word + 2, "="));
	const char *near = opt_nearest(name, row_name, q);

	if (near)
		return err_set(e, EINVAL, "unknown option '--%s'; the nearest is '--%s'", name, near);
	return err_set(e, EINVAL, "unknown option '--%s'", name);
}

/* No option is a digit, so "-1" is an operand: during parsing it has a mark in front. */
static bool is_negative(const char *word)
{
	return word[0] == '-' && word[1] >= '0' && word[1] <= '9';
}

static void mark_numbers(int argc, char **argv)
{
	for (int i = 1; i < argc && !streq(argv[i], "--"); i++)
		if (is_negative(argv[i]))
			argv[i] = xprintf("%c%s", MARK, argv[i]);
}

static void unmark_numbers(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (argv[i][0] == MARK && is_negative(argv[i] + 1))
			memmove(argv[i], argv[i] + 1, strlen(argv[i]));
}

static int parse_marked(const struct opt *const *tables, size_t count, bool stop_early,
			int argc, char **argv, struct err *e)
{
	struct request q = { 0 };

	strcpy(q.letters, stop_early ? "+:" : ":");
	for (size_t t = 0; t < count; t++)
		for (const struct opt *row = tables[t]; row->kind != OPT_END; row++)
			if (row->kind != OPT_HEADING)
				add_row(&q, row);

	optind = 0;			/* GNU: start afresh */
	opterr = 0;
	for (;;) {
		int index = optind ? optind : 1;
		int val = getopt_long(argc, argv, q.letters, q.names, NULL);

		if (val == -1)
			return optind;
		if (val == '?' || val == ':')
			return complain(&q, val, argv, optopt && optopt < LONG_ONLY ? index : optind - 1, e);
		store(find_row(&q, val), optarg);
	}
}

/* Words after the command are not changed. */
int opt_parse(const struct opt *const *tables, size_t count, bool stop_early,
	      int argc, char **argv, struct err *e)
{
	int r;

	if (!stop_early)
		mark_numbers(argc, argv);
	r = parse_marked(tables, count, stop_early, argc, argv, e);
	if (!stop_early)
		unmark_numbers(argc, argv);
	return r;
}

static const struct opt *find_own(const struct opt *const *tables, size_t count, const char *word)
{
	const char *name = starts_with(word, "--") ? word + 2 : "";
	size_t len = strcspn(name, "=");

	for (size_t i = 0; i < count; i++)
		for (const struct opt *row = tables[i]; row->kind != OPT_END; row++) {
			const char letter[] = { '-', row->letter, '\0' };

			if (row->name && len && strlen(row->name) == len && strncmp(row->name, name, len) == 0)
				return row;
			if (row->letter && streq(word, letter))
				return row;
		}
	return NULL;
}

int opt_count_own(const struct opt *const *tables, size_t count, int argc, char *const *argv)
{
	int i = 1;

	while (i < argc && !streq(argv[i], "--")) {
		const struct opt *row = find_own(tables, count, argv[i]);

		if (!row)
			return i;
		i += opt_needs_value(row) && !strchr(argv[i], '=') ? 2 : 1;
	}
	return i < argc ? i + 1 : argc;
}

/* "  -o, --output FILE       write the recording to FILE": the help text has its own column, and
 * begins on the next line if the option is too long. */
static void print_row(const struct opt *row, FILE *f)
{
	enum { HELP_COLUMN = 26 };
	scoped(buf_done) struct buf left = { 0 };

	if (row->letter)
		buf_addf(&left, "  -%c, --%s", row->letter, row->name);
	else
		buf_addf(&left, "      --%s", row->name);
	if (row->arg)
		buf_addf(&left, row->maybe ? "[=%s]" : " %s", row->arg);

	bool fits = left.len < HELP_COLUMN;

	fputs(buf_str(&left), f);
	if (!fits)
		fputc('\n', f);
	int pad = fits ? HELP_COLUMN - (int)left.len : HELP_COLUMN;

	for (const char *line = row->help; line; pad = HELP_COLUMN) {
		size_t len = strcspn(line, "\n");

		fprintf(f, "%*s%.*s\n", pad, "", (int)len, line);
		line = line[len] ? line + len + 1 : NULL;
	}
}

void opt_help(const struct opt *table, FILE *f)
{
	for (; table->kind != OPT_END; table++)
		if (table->kind == OPT_HEADING)
			fprintf(f, "\n%s\n", table->help);
		else
			print_row(table, f);
}

/* Levenshtein distance, for words of at most 63 bytes. */
static size_t distance(const char *a, const char *b)
{
	size_t row[64], n = strlen(b);

	if (strlen(a) >= countof(row) || n >= countof(row))
		return SIZE_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < n; j++) {
			size_t swap = diagonal + (a[i] != b[j]);

			diagonal = row[j + 1];
			row[j + 1] = diagonal + 1;
			if (row[j] + 1 < row[j + 1])
				row[j + 1] = row[j] + 1;
			if (swap < row[j + 1])
				row[j + 1] = swap;
		}
	}
	return row[n];
}

bool opt_needs_value(const struct opt *row)
{
	return row->arg && !row->maybe;
}

enum opt_value opt_value(const struct opt *row)
{
	static const struct { const char *arg; enum opt_value is; } usual[] = {
		{ "FILE", OPT_FILE }, { "PROFILE", OPT_FILE }, { "RECORDING", OPT_FILE }, { "PID", OPT_PID },
	};

	for (size_t i = 0; row->arg && row->is == OPT_ANY && !row->words && i < countof(usual); i++)
		if (streq(row->arg, usual[i].arg))
			return usual[i].is;
	return row->is;
}

const char *opt_nearest(const char *word, opt_words *next, const void *data)
{
	const char *name;
	size_t least = strlen(word) / 3 + 2;	/* more distant words are not similar */
	size_t best = SIZE_MAX;			/* not a pointer: next() may use one buffer for all */

	for (size_t i = 0; (name = next(i, data)); i++) {
		/* a truncated word counts as one typing mistake */
		size_t d = starts_with(name, word) && strlen(word) >= 3 ? 1 : distance(word, name);

		if (d < least) {
			least = d;
			best = i;
		}
	}
	return best == SIZE_MAX ? NULL : next(best, data);
}

int opt_duration(const char *text, double *ret_seconds, struct err *e)
{
	static const struct { const char *unit; double seconds; } units[] = {
		{ "", 1 }, { "s", 1 }, { "ms", 1e-3 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 },
	};
	char *end;
	double n = strtod(text, &end);

	for (size_t i = 0; end != text && i < countof(units); i++)
		if (streq(end, units[i].unit) && isfinite(n) && n >= 0 && n * units[i].seconds < 1e9) {
			*ret_seconds = n * units[i].seconds;
			return 0;
		}
	return err_set(e, EINVAL, "'%s' is not a duration; write 30, 1.5s, 250ms, 2m or 1h", text);
}
