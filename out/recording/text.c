/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include "base/mem.h"
#include "base/term.h"
#include "out/colors.h"
#include "out/escape.h"
#include "out/recording/facts.h"
#include "out/view.h"
#include "rec/saturation.h"
#include "rec/spots.h"
#include "sysdb/args.h"
#include "sysdb/sysdb.h"

enum { RUNS_SHOWN = 20 };

/*
 * The table. Columns are as wide as needed; the list of programs gets the rest of the terminal, and
 * ends in "…". If too little is left, the column of families is dropped.
 */
enum { RISK_WIDTH = 6, FAMILY_WIDTH = 12, PROGRAMS_LEAST = 10, COLUMNS_DEFAULT = 100 };

struct widths {
	unsigned name, count, family, programs;		/* no family: 0 */
};

static unsigned digits(uint64_t n)
{
	unsigned d = 1;

	while (n /= 10)
		d++;
	return d;
}

static unsigned greater(unsigned a, size_t b)
{
	return b > a ? (unsigned)b : a;
}

static struct widths measure(const struct rec *rec, unsigned columns)
{
	struct widths w = { .name = 4, .count = 5, .family = FAMILY_WIDTH };
	unsigned used;
	const struct rec_call *c;

	for (size_t i = 0; (c = rec_call_at(rec, i)); i++) {
		struct buf name = { 0 };

		recording_call_name(c, &name);
		w.name = greater(w.name, name.len);
		w.count = greater(w.count, digits(c->count));
		buf_done(&name);
	}
	used = w.name + 1 + w.count + 1 + RISK_WIDTH + 1;
	if (used + FAMILY_WIDTH + 1 + PROGRAMS_LEAST > columns)
		w.family = 0;
	used += w.family ? FAMILY_WIDTH + 1 : 0;
	w.programs = columns > used + 1 ? columns - used : 1;
	return w;
}

static void join_programs(const struct rec_call *c, struct buf *ret)
{
	struct strlist paths = { 0 }, names = { 0 };

	recording_programs(c, &paths);
	for (size_t i = 0; i < paths.count; i++)
		strlist_insert(&names, base_name(paths.items[i]));
	for (size_t i = 0; i < names.count; i++)
		buf_addf(ret, "%s%s", i ? " " : "", names.items[i]);
	strlist_done(&paths);
	strlist_done(&names);
}

/* Characters, not bytes: continuation bytes have no width. */
static unsigned width_of(const char *s)
{
	unsigned n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static void print_cut(const char *s, unsigned width, FILE *f)
{
	unsigned all = width_of(s), shown = 0;

	for (; *s; s++) {
		if (((unsigned char)*s & 0xc0) != 0x80 && all > width && ++shown == width) {
			fputs("…", f);
			return;
		}
		fputc(*s, f);
	}
}

static void print_row(const struct widths *w, const char *name, const char *count, const char *risk,
		      enum paint color, const char *family, const char *programs, FILE *f)
{
	fprintf(f, "%-*s %*s ", (int)w->name, name, (int)w->count, count);
	paint_word(f, color, risk, RISK_WIDTH);
	fputc(' ', f);
	if (w->family)
		fprintf(f, "%-*s ", (int)w->family, family);
	print_cut(programs, w->programs, f);
	fputc('\n', f);
}

static void print_call(const struct rec_call *c, const struct widths *w, FILE *f)
{
	const struct sysdb_call *known = sysdb_find(c->name);
	struct buf name = { 0 }, programs = { 0 };
	char family[FAMILY_WIDTH + 1] = "-", count[32];
	const char *families = known ? known->families : "";

	recording_call_name(c, &name);
	join_programs(c, &programs);
	list_next(&families, family, sizeof family);
	snprintf(count, sizeof count, "%" PRIu64, c->count);
	print_row(w, buf_str(&name), count, risk_name(rec_risk(c)), risk_paint(rec_risk(c)), family, buf_str(&programs), f);
	buf_done(&name);
	buf_done(&programs);
}

/* Why it ended early; a newer sctrace may have other reasons. */
static void print_cutting(const struct rec_run *run, FILE *f)
{
	static const struct { const char *cut, *text; } cuts[] = {
		{ "for", "--for ended" }, { "until-exit", "--until-exit ended" }, { "signal", "a second signal ended" },
		{ "cpu-limit", "the end of sctrace's own CPU time ended" }, { "memory", "the end of sctrace's own memory ended" },
	};

	for (size_t i = 0; i < countof(cuts); i++)
		if (streq(cuts[i].cut, run->cut) && run->end == REC_LEFT)
			fprintf(f, "; %s the recording", cuts[i].text);
		else if (streq(cuts[i].cut, run->cut))
			fprintf(f, "; %s %" PRIu64 " process%s", cuts[i].text, run->cut_processes, plural_es(run->cut_processes));
}

static void print_run(const struct rec_run *run, FILE *f)
{
	static const struct { const char *with_value, *alone; } ends[] = {
		[REC_EXITED] = { "exit status", "" },
		[REC_KILLED] = { "killed by signal", "" },
		[REC_RUNNING] = { "", "still running when it was written" },
		[REC_LEFT] = { "", "left running" },
	};

	fprintf(f, "run %s:", run->id);
	for (size_t w = 0; run->command[w]; w++) {
		struct buf word = { 0 };

		escape_shell(&word, run->command[w]);
		fprintf(f, " %s", buf_str(&word));
		buf_done(&word);
	}
	fprintf(f, "\n  %s, %.1f s, %" PRIu64 " call%s, %" PRIu64 " task%s, ", run->start, run->seconds,
		run->calls, plural(run->calls), run->tasks, plural(run->tasks));
	if (*ends[run->end].with_value)
		fprintf(f, "%s %u", ends[run->end].with_value, run->end_value);
	else
		fputs(ends[run->end].alone, f);
	print_cutting(run, f);
	fputc('\n', f);
}

/* A merged recording may have thousands of runs: prints some, and the number of failures among the
 * others. */
static void print_runs(const struct rec *rec, FILE *f)
{
	const struct rec_run *run;
	size_t shown = 0, more = 0, failed = 0;

	for (size_t i = 0; (run = rec_run_at(rec, i)); i++) {
		if (shown < RUNS_SHOWN) {
			print_run(run, f);
			shown++;
		} else {
			more++;
			failed += run->end != REC_EXITED || run->end_value;
		}
	}
	if (more)
		fprintf(f, "and %zu more run%s, of which %zu did not end with exit status 0\n", more, plural(more), failed);
}

/* Prints words in lines that fit, indented by `indent` columns except the first line, which already
 * has `used` columns. */
static void print_words(const char *text, unsigned indent, unsigned used, unsigned columns, FILE *f)
{
	unsigned at = used;

	while (*text) {
		scoped(freep) char *word = xstrndup(text, strcspn(text, " "));
		unsigned width = width_of(word);

		if (at > indent && at + 1 + width > columns) {
			fprintf(f, "\n%*s", (int)indent, "");
			at = indent;
		} else if (at > indent) {
			fputc(' ', f);
			at++;
		}
		print_cut(word, columns > at + 1 ? columns - at : 1, f);
		at += width;
		text += strlen(word);
		text += strspn(text, " ");
	}
	fputc('\n', f);
}

static void print_through(const struct rec *rec, const struct widths *w, unsigned columns, FILE *f)
{
	const struct rec_call *c;
	bool any = false;

	for (size_t i = 0; (c = rec_call_at(rec, i)); i++) {
		struct strlist places = { 0 };
		struct buf name = { 0 };

		if (rec_risk(c) == RISK_HIGH)
			rec_through(c, &places);
		if (places.count && !any)
			fputs("\ncalls of high risk were made through:\n", f);
		recording_call_name(c, &name);
		for (size_t p = 0; p < places.count; p++) {
			fprintf(f, "  %-*s ", (int)w->name, p ? "" : buf_str(&name));
			print_cut(places.items[p], columns > w->name + 4 ? columns - w->name - 3 : 1, f);
			fputc('\n', f);
			any = true;
		}
		buf_done(&name);
		strlist_done(&places);
	}
}

/* "domain AF_UNIX AF_INET", "cmd 0x5401…0x89ff (more than are kept)" */
static void add_arg(const struct rec_call *c, const struct rec_arg *a, struct buf *ret)
{
	static const struct arg_info plain = { .name = "argument", .type = ARG_LONG, .set = "" };
	const struct arg_info *info = sysdb_arg_on(c->arch, c->name, a->arg);

	if (!info || info->type == ARG_NONE)
		info = &plain;
	buf_addf(ret, "%s ", info->name);
	values_print(ret, info, a->mask, a->values, a->value_count);
	if (!a->summary)
		return;
	buf_adds(ret, info->flags ? "of " : "from ");
	const_print(ret, info, info->flags ? a->bits : a->least);
	if (!info->flags) {
		buf_adds(ret, " to ");
		const_print(ret, info, a->greatest);
	}
	buf_adds(ret, " (a summary: more values than are kept)");
}

static void print_args(const struct rec *rec, const struct widths *w, unsigned columns, FILE *f)
{
	const struct rec_call *c;
	bool any = false;

	for (size_t i = 0; (c = rec_call_at(rec, i)); i++) {
		struct buf name = { 0 };

		recording_call_name(c, &name);
		for (size_t a = 0; a < c->arg_count; a++) {
			struct buf text = { 0 };

			add_arg(c, &c->args[a], &text);
			fprintf(f, "%s  %-*s ", any ? "" : "\narguments that were seen:\n", (int)w->name, a ? "" : buf_str(&name));
			print_words(buf_str(&text), w->name + 3, w->name + 3, columns, f);
			buf_done(&text);
			any = true;
		}
		buf_done(&name);
	}
}

static void print_field(const char *what, const struct strlist *words, unsigned columns, FILE *f)
{
	enum { INDENT = 9 };
	struct buf text = { 0 };

	if (words->count == 0)
		return;
	for (size_t i = 0; i < words->count; i++)
		buf_addf(&text, "%s%s", i ? " " : "", words->items[i]);
	fprintf(f, "  %-*s", INDENT - 2, what);
	print_words(buf_str(&text), INDENT, INDENT, columns, f);
	buf_done(&text);
}

static void print_blind_spot(const struct rec_blind_spot *s, unsigned columns, FILE *f)
{
	struct strlist programs = { 0 }, hidden = { 0 }, remedy = { 0 };

	spot_programs(s, &programs);
	for (size_t i = 0; s->calls && s->calls[i]; i++)
		strlist_add(&hidden, s->calls[i]);
	if (*s->remedy)
		strlist_add(&remedy, s->remedy);
	fputs("\nblind spot:", f);
	scoped(freep) char *headline = xprintf("%s: %s", s->kind, s->detail);

	print_words(headline, 2, width_of("blind spot:"), columns, f);
	print_field("by", &programs, columns, f);
	if (s->seen_count)
		fprintf(f, "  first  after %.1f s\n", recording_first_seen(s->seen, s->seen_count));
	print_field("hides", &hidden, columns, f);
	print_field("to do", &remedy, columns, f);
	strlist_done(&programs);
	strlist_done(&hidden);
	strlist_done(&remedy);
}

static void print_saturation(const struct rec *rec, unsigned columns, FILE *f)
{
	const struct saturation s = rec_saturation(rec);
	scoped(freep) char *text = saturation_text(&s);
	scoped(freep) char *line = xprintf("%s%s", text, s.looks_unfinished ? ": this looks unfinished" : "");

	if (!*text)
		return;
	fputs("  ", f);
	print_words(line, 2, 2, columns, f);
}

static int emit(const struct shown *s, FILE *f, maybe_unused struct err *e)
{
	const struct rec *rec = s->rec;
	unsigned columns = s->columns ? s->columns : COLUMNS_DEFAULT;
	const struct widths w = measure(rec, columns);
	const struct rec_call *c;
	const struct rec_blind_spot *spot;

	print_runs(rec, f);
	print_saturation(rec, columns, f);
	fputc('\n', f);
	print_row(&w, "CALL", "COUNT", "RISK", PAINT_NONE, "FAMILY", "PROGRAMS", f);
	for (size_t i = 0; (c = rec_call_at(rec, i)); i++)
		print_call(c, &w, f);
	print_through(rec, &w, columns, f);
	print_args(rec, &w, columns, f);
	for (size_t i = 0; (spot = rec_blind_spot_at(rec, i)); i++)
		print_blind_spot(spot, columns, f);
	return 0;
}

const struct view view_recording_text = {
	.shows = SHOWS_RECORDING,
	.name = "text",
	.suffix = ".txt",
	.help = "a table",
	.is_text = true,
	.emit = emit,
};
