/* SPDX-License-Identifier: Apache-2.0 */
#include "base/term.h"
#include "out/colors.h"
#include "out/difference/phrases.h"
#include "out/view.h"

enum { COLUMNS = 100, NAME_MOST = 32 };

static void print_difference(const struct differences *all, const struct difference *d, int width, FILE *f)
{
	struct buf subject = { 0 }, note = { 0 };
	int indent;

	difference_subject(&subject, all, d);
	difference_note(&note, d);
	indent = fprintf(f, "%-8s  %-*s  ", change_name(d->change), width, buf_str(&subject)) + 8;
	paint_word(f, risk_paint(d->risk), difference_risk(d), 6);
	fputs("  ", f);
	if (indent + strlen(d->old) + strlen(d->now) + 4 <= COLUMNS)
		fprintf(f, "%s -> %s\n", d->old, d->now);
	else
		fprintf(f, "%s\n%*s-> %s\n", d->old, indent, "", d->now);
	if (note.len)
		fprintf(f, "%*s%s\n", indent, "", buf_str(&note));
	if (d->reason && d->risk == RISK_HIGH && difference_grows(d))
		fprintf(f, "%*s%s\n", indent, "", d->reason);
	buf_done(&subject);
	buf_done(&note);
}

static int emit(const struct shown *s, FILE *f, maybe_unused struct err *e)
{
	const struct differences *all = s->differences;
	const struct difference *d;
	struct buf counts = { 0 };
	size_t width = 0;

	for (size_t i = 0; (d = difference_at(all, i)); i++) {
		struct buf subject = { 0 };

		difference_subject(&subject, all, d);
		width = subject.len > width && subject.len <= NAME_MOST ? subject.len : width;
		buf_done(&subject);
	}
	for (size_t i = 0; (d = difference_at(all, i)); i++)
		print_difference(all, d, (int)width, f);
	differences_counts(&counts, all);
	if (counts.len)
		fprintf(f, "%s\n", buf_str(&counts));
	buf_done(&counts);
	return 0;
}

const struct view view_difference_text = {
	.shows = SHOWS_DIFFERENCE,
	.name = "text",
	.suffix = ".txt",
	.help = "a line for each difference",
	.is_text = true,
	.emit = emit,
};
