/* SPDX-License-Identifier: Apache-2.0 */
#include "lint/lint.h"
#include "out/sarif.h"
#include "out/view.h"

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

static int emit(const struct shown *s, FILE *out, maybe_unused struct err *e)
{
	const struct findings *all = s->findings;
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
	sarif_end(&w, findings_host(all));
	return 0;
}

const struct view view_finding_sarif = {
	.shows = SHOWS_FINDING,
	.name = "sarif",
	.suffix = ".sarif",
	.help = "SARIF 2.1.0, for code review and CI systems",
	.emit = emit,
};
