/* SPDX-License-Identifier: Apache-2.0 */
#include "out/policy/words.h"

#include <inttypes.h>

void words_verdict(struct buf *b, struct verdict v)
{
	const char *error = v.action == ACT_ERRNO ? errno_name(v.data) : NULL;

	if (error)
		buf_addf(b, "errno %s", error);
	else if (action_has_data(v.action))
		buf_addf(b, "%s %u", action_info(v.action)->name, v.data);
	else
		buf_adds(b, action_info(v.action)->name);
}

static void add_condition(struct buf *b, const struct condition *c, const char *before)
{
	if (c->op == CMP_MASKED_EQ)
		buf_addf(b, "%sarg%u & 0x%" PRIx64 " == 0x%" PRIx64, before, c->arg, c->mask, c->value);
	else
		buf_addf(b, "%sarg%u %s 0x%" PRIx64, before, c->arg, cmp_symbol(c->op), c->value);
}

void words_conditions(struct buf *b, const struct rule *rule)
{
	for (unsigned i = 0; i < rule->conditions; i++)
		add_condition(b, &rule->when[i], i == 0 ? " when " : " and ");
}

void words_arches(struct buf *b, const char *before, arch_set set)
{
	const struct arch *arch;

	for (size_t i = 0; (arch = arch_at(i)); i++)
		if (set & ARCH_BIT(arch)) {
			buf_addf(b, "%s%s", before, arch->name);
			before = ",";
		}
}

void words_rule(struct buf *b, const struct rule *rule)
{
	words_verdict(b, rule->verdict);
	buf_addf(b, " %s", rule->call);
	words_conditions(b, rule);
	words_arches(b, " on ", rule->arches);
	if (rule->because) {
		buf_adds(b, ": ");
		buf_add_clean(b, rule->because);
	}
}
