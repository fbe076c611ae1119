/* SPDX-License-Identifier: Apache-2.0 */
/* Findings as text, as JSON, and as SARIF 2.1.0. */
#include "base/jsonw.h"
#include "base/sarif.h"
#include "base/term.h"
#include "lint/lint.h"

static size_t count_severity(const struct findings *all, enum severity s)
{
	const struct finding *f;
	size_t n = 0;

	for (size_t i = 0; (f = findings_at(all, i)); i++)
		n += f->severity == s;
	return n;
}

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
	fprintf(out, "\n%zu finding%s:", n, n == 1 ? "" : "s");
	for (int s = SEV_HIGH, said = 0; s >= SEV_INFO; s--)
		if ((some = count_severity(all, (enum severity)s)))
			fprintf(out, "%s %zu %s", said++ ? "," : "", some, severity_name((enum severity)s));
	fputc('\n', out);
	for (size_t i = 0; (c = check_at(i)); i++)
		if ((some = count_check(all, c)))
			fprintf(out, "  %4zu %s\n", some, c->id);
}

/* The same remedy in a row is said once. */
static void emit_text(const struct findings *all, bool verbose, FILE *out)
{
	const struct finding *f, *next;

	for (size_t i = 0; (f = findings_at(all, i)); i++) {
		fprintf(out, "%s:%u: ", f->file, f->line);
		paint_word(out, severity_paint(f->severity), severity_name(f->severity), 0);
		fprintf(out, ": %s: %s", f->check->id, f->text);
		fprintf(out, *f->path ? " (%s)\n" : "\n", f->path);
		next = findings_at(all, i + 1);
		if (next && next->check == f->check)
			continue;
		if (verbose)
			fprintf(out, "    %s\n", f->check->explanation);
		fprintf(out, "    %s\n", f->check->remedy);
	}
	emit_counts(all, out);
}

static void emit_finding(struct jsonw *w, const struct finding *f, bool verbose)
{
	jsonw_open(w, '{');
	jsonw_member(w, "file", f->file);
	jsonw_member_uint(w, "line", f->line);
	jsonw_member(w, "path", f->path);
	jsonw_member(w, "check", f->check->id);
	jsonw_member(w, "severity", severity_name(f->severity));
	jsonw_member(w, "text", f->text);
	if (verbose)
		jsonw_member(w, "explanation", f->check->explanation);
	jsonw_member(w, "remedy", f->check->remedy);
	jsonw_close(w, '}');
}

static void emit_json(const struct findings *all, bool verbose, FILE *out)
{
	struct jsonw w = { .file = out };
	const struct finding *f;

	jsonw_open(&w, '{');
	if (findings_host(all))
		jsonw_member(&w, "read_for", findings_host(all));
	jsonw_key(&w, "findings");
	jsonw_open(&w, '[');
	for (size_t i = 0; (f = findings_at(all, i)); i++)
		emit_finding(&w, f, verbose);
	jsonw_close(&w, ']');
	jsonw_key(&w, "counts");
	jsonw_open_inline(&w, '{');
	for (int s = SEV_HIGH; s >= SEV_INFO; s--)
		jsonw_member_uint(&w, severity_name((enum severity)s), count_severity(all, (enum severity)s));
	jsonw_close(&w, '}');
	jsonw_close(&w, '}');
	jsonw_end(&w);
}

static const char *sarif_level(enum severity s)
{
	return s == SEV_HIGH ? "error" : s == SEV_MEDIUM ? "warning" : "note";
}

static const struct sarif_rule *sarif_rule(size_t i)
{
	static struct sarif_rule one;
	const struct check *c = check_at(i);

	if (!c)
		return NULL;
	one = (struct sarif_rule){ c->id, c->title, c->explanation, c->remedy, sarif_level(c->severity) };
	return &one;
}

static size_t index_of(const struct check *c)
{
	size_t i = 0;

	while (check_at(i) != c)
		i++;
	return i;
}

static void emit_sarif(const struct findings *all, maybe_unused bool verbose, FILE *out)
{
	struct jsonw w = { .file = out };
	const struct finding *f;

	sarif_begin(&w, sarif_rule);
	for (size_t i = 0; (f = findings_at(all, i)); i++) {
		sarif_result_begin(&w, &(struct sarif_result){
			.rule = index_of(f->check), .id = f->check->id, .level = sarif_level(f->severity), .text = f->text,
			.place = { f->file, f->line, f->path },
		});
		jsonw_member(&w, "severity", severity_name(f->severity));
		sarif_result_end(&w);
	}
	sarif_end(&w);
}

static const struct lint_format formats[] = {
	{ "text", "a finding a line, with the remedy beneath", emit_text },
	{ "json", "for programs", emit_json },
	{ "sarif", "SARIF 2.1.0, for code review and CI systems", emit_sarif },
};

const struct lint_format *lint_format_at(size_t i)
{
	return i < countof(formats) ? &formats[i] : NULL;
}

const struct lint_format *lint_format_find(const char *name)
{
	for (size_t i = 0; i < countof(formats); i++)
		if (streq(formats[i].name, name))
			return &formats[i];
	return NULL;
}
