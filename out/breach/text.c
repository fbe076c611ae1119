/* SPDX-License-Identifier: Apache-2.0 */
#include "out/breach/kinds.h"
#include "out/breach/phrases.h"
#include "out/breach/stale.h"
#include "out/view.h"

static void add_breach(struct buf *t, const struct breaches *all, const struct breach *b, bool verbose)
{
	buf_adds(t, "  ");
	if (b->kind == BREACH_STALE)
		breach_who(t, b);
	else
		breach_sentence(t, b, false);
	buf_adds(t, "\n");
	breach_details(t, all, b, "    ");
	for (size_t f = 0; verbose && f < b->depth; f++) {
		buf_adds(t, "      ");
		breach_frame(t, &b->frames[f]);
		buf_adds(t, "\n");
	}
}

static int emit(const struct shown *s, FILE *out, maybe_unused struct err *e)
{
	const struct breaches *all = s->breaches;
	struct buf t = { 0 };
	bool summed_up = false;
	int last = -1;

	for (size_t i = 0; i < all->count; i++) {
		const struct breach *b = all->items[i];

		if ((int)b->kind != last)
			buf_addf(&t, "%s:\n", b->kind == BREACH_REFUSED && all->audit ? "would be denied" : breach_kind_info(b->kind)->heading);
		last = (int)b->kind;
		if (!s->verbose && stale_is_summed_up(all, b))
			summed_up = true;
		else
			add_breach(&t, all, b, s->verbose);
	}
	if (summed_up)
		stale_add_families(&t, all);
	breaches_result(&t, all);
	fprintf(out, "%s\n", buf_str(&t));
	buf_done(&t);
	return 0;
}

const struct view view_breach_text = {
	.shows = SHOWS_BREACH,
	.name = "text",
	.suffix = ".txt",
	.help = "for people",
	.is_text = true,
	.emit = emit,
};
