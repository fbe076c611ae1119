/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include "out/breach/kinds.h"
#include "out/breach/phrases.h"
#include "out/breach/places.h"
#include "out/view.h"

static const struct sarif_rule *sarif_rule(size_t i)
{
	static struct sarif_rule rules[BREACH_KINDS];

	if (i >= BREACH_KINDS)
		return NULL;
	const struct breach_kind_info *k = breach_kind_info((enum breach_kind)i);

	rules[i] = (struct sarif_rule){ k->id, k->title, k->explanation, k->remedy, k->level };
	return &rules[i];
}

static void member_through(struct jsonw *w, const struct rec_frame *frame)
{
	struct buf t = { 0 };

	breach_frame(&t, frame);
	jsonw_member(w, "through", buf_str(&t));
	buf_done(&t);
}

static int emit(const struct shown *s, FILE *out, maybe_unused struct err *e)
{
	const struct breaches *all = s->breaches;
	struct jsonw w = { .file = out };

	sarif_begin(&w, sarif_rule);
	for (size_t i = 0; i < all->count; i++) {
		const struct breach *b = all->items[i];
		char *text = breach_line(all, b);
		const struct breach_kind_info *k = breach_kind_info(b->kind);
		struct sarif_result r = { .rule = b->kind, .id = k->id, .level = k->level, .text = text };

		breach_places(all, b, &r);
		sarif_result_begin(&w, &r);
		jsonw_member(&w, "call", b->name);
		jsonw_member(&w, "abi", breach_abi(b));
		jsonw_member(&w, "program", b->program);
		if (b->through)
			member_through(&w, b->through);
		sarif_result_end(&w);
		free(text);
	}
	sarif_end(&w, all->read_for);
	return 0;
}

const struct view view_breach_sarif = {
	.shows = SHOWS_BREACH,
	.name = "sarif",
	.suffix = ".sarif",
	.help = "SARIF 2.1.0, for code review and CI systems",
	.emit = emit,
};
