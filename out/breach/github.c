/* SPDX-License-Identifier: Apache-2.0 */
/* Workflow commands of GitHub Actions. */
#include <stdlib.h>
#include "out/breach/kinds.h"
#include "out/breach/phrases.h"
#include "out/breach/places.h"
#include "out/escape.h"
#include "out/view.h"

static int emit(const struct shown *s, FILE *out, maybe_unused struct err *e)
{
	const struct breaches *all = s->breaches;
	struct buf t = { 0 };

	for (size_t i = 0; i < all->count; i++) {
		const struct breach *b = all->items[i];
		char *text = breach_line(all, b);

		struct sarif_result r = { 0 };

		breach_places(all, b, &r);
		fprintf(out, "::%s file=", breach_kind_info(b->kind)->annotation);
		escape_put(out, r.place.file, escape_github_property);
		fprintf(out, ",line=%u,title=", r.place.line);
		escape_put(out, b->name, escape_github_property);
		fprintf(out, " (%s)::", breach_kind_info(b->kind)->id);
		escape_put(out, text, escape_github);
		fputc('\n', out);
		free(text);
	}
	breaches_result(&t, all);
	fprintf(out, "::%s title=sctrace check::", breaches_failed(all) ? "error" : "notice");
	escape_put(out, buf_str(&t), escape_github);
	fputc('\n', out);
	buf_done(&t);
	return 0;
}

const struct view view_breach_github = {
	.shows = SHOWS_BREACH,
	.name = "github",
	.suffix = ".txt",
	.help = "annotations of a GitHub workflow",
	.emit = emit,
};
