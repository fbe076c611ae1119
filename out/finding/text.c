/* SPDX-License-Identifier: Apache-2.0 */
#include "base/term.h"
#include "lint/lint.h"
#include "out/colors.h"
#include "out/view.h"

static size_t count_check(const struct findings *all, const struct check *c)
{
	const struct finding *f;
	size_t n = 0;

	for (size_t i = 0; (f = findings_at(all, i)); i++)
		n += f->check == c;
	return n;
}

static size_t count_all(const struct findings *all)
{
	size_t n = 0;

	while (findings_at(all, n))
		n++;
	return n;
}

static void emit_counts(const struct findings *all, FILE *out)
{
	const struct check *c;
	size_t n = count_all(all), some;

	if (n == 0) {
		fputs("no findings\n", out);
		return;
	}
	fprintf(out, "\n%zu finding%s:", n, plural(n));
	for (int s = SEV_HIGH, said = 0; s >= SEV_INFO; s--)
		if ((some = findings_count(all, (enum severity)s)))
			fprintf(out, "%s %zu %s", said++ ? "," : "", some, severity_name((enum severity)s));
	fputc('\n', out);
	for (size_t i = 0; (c = check_at(i)); i++)
		if ((some = count_check(all, c)))
			fprintf(out, "  %4zu %s\n", some, c->id);
}

/* A remedy that is repeated in successive findings is printed once. */
static int emit(const struct shown *s, FILE *out, maybe_unused struct err *e)
{
	const struct findings *all = s->findings;
	const struct finding *f, *next;

	for (size_t i = 0; (f = findings_at(all, i)); i++) {
		fprintf(out, "%s:%u: ", f->file, f->line);
		paint_word(out, severity_paint(f->severity), severity_name(f->severity), 0);
		fprintf(out, ": %s: %s", f->check->id, f->text);
		fprintf(out, *f->path ? " (%s)\n" : "\n", f->path);
		next = findings_at(all, i + 1);
		if (next && next->check == f->check)
			continue;
		if (s->verbose)
			fprintf(out, "    %s\n", f->check->explanation);
		fprintf(out, "    %s\n", f->check->remedy);
	}
	emit_counts(all, out);
	return 0;
}

const struct view view_finding_text = {
	.shows = SHOWS_FINDING,
	.name = "text",
	.suffix = ".txt",
	.help = "a finding a line, with the remedy beneath",
	.is_text = true,
	.emit = emit,
};
