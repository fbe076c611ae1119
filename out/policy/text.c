/* SPDX-License-Identifier: Apache-2.0 */
/* A policy for people: one rule a line, its reason behind it. */
#include <inttypes.h>
#include "out/view.h"
#include "policy/policy.h"

static void print_verdict(struct verdict v, FILE *f)
{
	const char *error = v.action == ACT_ERRNO ? errno_name(v.data) : NULL;
	char text[64];

	if (v.action == ACT_ERRNO && error)
		snprintf(text, sizeof text, "errno %s", error);
	else if (action_has_data(v.action))
		snprintf(text, sizeof text, "%s %u", action_info(v.action)->name, v.data);
	else
		snprintf(text, sizeof text, "%s", action_info(v.action)->name);
	fprintf(f, "%-14s", text);
}

static void print_condition(const struct condition *c, const char *before, FILE *f)
{
	if (c->op == CMP_MASKED_EQ)
		fprintf(f, "%sarg%u & 0x%" PRIx64 " == 0x%" PRIx64, before, c->arg, c->mask, c->value);
	else
		fprintf(f, "%sarg%u %s 0x%" PRIx64, before, c->arg, cmp_symbol(c->op), c->value);
}

static void print_arches(arch_set set, const char *before, FILE *f)
{
	const struct arch *arch;

	for (size_t i = 0; (arch = arch_at(i)); i++)
		if (set & ARCH_BIT(arch)) {
			fprintf(f, "%s%s", before, arch->name);
			before = ",";
		}
}

static void print_rule(const struct rule *rule, FILE *f)
{
	print_verdict(rule->verdict, f);
	fprintf(f, " %s", rule->call);
	for (unsigned i = 0; i < rule->conditions; i++)
		print_condition(&rule->when[i], i == 0 ? " when " : " and ", f);
	print_arches(rule->arches, " on ", f);
	if (rule->because) {
		struct buf clean = { 0 };

		buf_add_clean(&clean, rule->because);
		fprintf(f, "\t# %s", buf_str(&clean));
		buf_done(&clean);
	}
	fputc('\n', f);
}

static int emit(const struct shown *s, FILE *f, maybe_unused struct err *e)
{
	const struct rule *rule;

	if (policy_arches(s->policy))
		print_arches(policy_arches(s->policy), "# ABIs: ", f), fputc('\n', f);
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
