/* SPDX-License-Identifier: Apache-2.0 */
/* A policy for people: one rule a line, its reason behind it. */
#include "out/policy/words.h"
#include "out/view.h"
#include "policy/policy.h"

static void print_verdict(struct verdict v, FILE *f)
{
	scoped(buf_done) struct buf b = { 0 };

	words_verdict(&b, v);
	fprintf(f, "%-14s", buf_str(&b));
}

static void print_rule(const struct rule *rule, FILE *f)
{
	scoped(buf_done) struct buf b = { 0 };

	print_verdict(rule->verdict, f);
	buf_addf(&b, " %s", rule->call);
	words_conditions(&b, rule);
	words_arches(&b, " on ", rule->arches);
	if (rule->because) {
		buf_adds(&b, "\t# ");
		buf_add_clean(&b, rule->because);
	}
	fprintf(f, "%s\n", buf_str(&b));
}

static int emit(const struct shown *s, FILE *f, maybe_unused struct err *e)
{
	scoped(buf_done) struct buf arches = { 0 };
	const struct rule *rule;

	words_arches(&arches, "# ABIs: ", policy_arches(s->policy));
	if (arches.len)
		fprintf(f, "%s\n", buf_str(&arches));
	for (size_t i = 0; (rule = policy_rule(s->policy, i)); i++)
		print_rule(rule, f);
	print_verdict(policy_default(s->policy), f);
	fputs(" everything else\n", f);
	return 0;
}

/* Nothing loads it: flags, which change no answer, are not part of it. */
const struct view view_policy_text = {
	.shows = SHOWS_POLICY,
	.name = "text",
	.suffix = ".txt",
	.help = "one rule a line with its reason, for reading and comparing",
	.is_text = true,
	.emit = emit,
	.can = CAN_ARGS | CAN_PER_ARCH | CAN_ERRNO | CAN_UNNAMED | CAN_REASONS,
	.actions = ANY_ACTION, .defaults = ANY_ACTION, .flags = ANY_FLAG,
};
