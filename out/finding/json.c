/* SPDX-License-Identifier: Apache-2.0 */
#include "base/jsonw.h"
#include "lint/lint.h"
#include "out/view.h"

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

static int emit(const struct shown *s, FILE *out, maybe_unused struct err *e)
{
	const struct findings *all = s->findings;
	struct jsonw w = { .file = out };
	const struct finding *f;

	jsonw_open(&w, '{');
	if (findings_host(all))
		jsonw_member(&w, "read_for", findings_host(all));
	jsonw_key(&w, "findings");
	jsonw_open(&w, '[');
	for (size_t i = 0; (f = findings_at(all, i)); i++)
		emit_finding(&w, f, s->verbose);
	jsonw_close(&w, ']');
	jsonw_key(&w, "counts");
	jsonw_open_inline(&w, '{');
	for (int sev = SEV_HIGH; sev >= SEV_INFO; sev--)
		jsonw_member_uint(&w, severity_name((enum severity)sev), findings_count(all, (enum severity)sev));
	jsonw_close(&w, '}');
	jsonw_close(&w, '}');
	jsonw_end(&w);
	return 0;
}

const struct view view_finding_json = {
	.shows = SHOWS_FINDING,
	.name = "json",
	.suffix = ".json",
	.help = "machine-readable output",
	.emit = emit,
};
