/* SPDX-License-Identifier: Apache-2.0 */
#include "out/difference/phrases.h"
#include "out/escape.h"
#include "out/view.h"

/* MARKDOWN_MOST: bytes; a comment can have 65,536 characters, and two reports may be in one */
enum { MARKDOWN_MOST = 30000 };

static void add_cell(struct buf *b, const char *s)
{
	escape_markdown(b, s);
	buf_adds(b, " |");
}

static void add_row(struct buf *b, const struct differences *all, const struct difference *d)
{
	struct buf subject = { 0 }, note = { 0 };

	difference_subject(&subject, all, d);
	difference_note(&note, d);
	buf_addf(b, "| %s | ", change_name(d->change));
	add_cell(b, buf_str(&subject));
	buf_addf(b, d->risk == RISK_HIGH ? " **%s**" : " %s", d->risk == RISK_NONE ? "" : risk_name(d->risk));
	if (d->reason && difference_grows(d)) {
		buf_adds(b, ": ");
		escape_markdown(b, d->reason);
	}
	buf_adds(b, " | ");
	add_cell(b, d->old);
	buf_adds(b, " ");
	escape_markdown(b, d->now);
	if (note.len) {
		buf_adds(b, "; ");
		escape_markdown(b, buf_str(&note));
	}
	buf_adds(b, " |\n");
	buf_done(&subject);
	buf_done(&note);
}

static void add_head(struct buf *b, const struct differences *all, const struct compared *files)
{
	struct buf counts = { 0 };

	differences_counts(&counts, all);
	buf_adds(b, "### System calls: ");
	escape_markdown(b, files->old);
	buf_adds(b, " → ");
	escape_markdown(b, files->now);
	buf_addf(b, "\n\n%s.\n", counts.len ? buf_str(&counts) :
		 files->recordings ? "The same calls and blind spots" : "No difference in meaning");
	if (counts.len)
		buf_adds(b, "\n| | call | risk | before | now |\n|---|---|---|---|---|\n");
	buf_done(&counts);
}

/* Complete rows, the most important first; a row that does not fit is skipped, shorter ones after
 * it are not. */
static int emit(const struct shown *s, FILE *f, maybe_unused struct err *e)
{
	const struct differences *all = s->differences;
	const struct difference *d;
	struct buf text = { 0 };
	size_t left_out = 0;

	add_head(&text, all, s->compared);
	for (size_t i = 0; (d = difference_at(all, i)); i++) {
		struct buf row = { 0 };

		add_row(&row, all, d);
		if (text.len + row.len <= MARKDOWN_MOST)
			buf_add(&text, buf_str(&row), row.len);
		else
			left_out++;
		buf_done(&row);
	}
	fputs(buf_str(&text), f);
	if (left_out)
		fprintf(f, "\n%zu more %s left out: a comment has no room for %s. `sctrace diff -F text` prints all.\n",
			left_out, plural_is(left_out), plural_them(left_out));
	buf_done(&text);
	return 0;
}

const struct view view_difference_markdown = {
	.shows = SHOWS_DIFFERENCE,
	.name = "markdown",
	.suffix = ".md",
	.help = "a table for a pull request",
	.emit = emit,
};
