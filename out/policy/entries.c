/* SPDX-License-Identifier: Apache-2.0 */
#include "out/policy/entries.h"

static bool same_text(const char *a, const char *b)
{
	return streq(a ? a : "", b ? b : "");
}

/* Rules that differ only in their call are one entry. */
static bool same_entry(const struct rule *a, const struct rule *b, bool reasons)
{
	return verdict_equal(a->verdict, b->verdict) && conditions_equal(a, b) &&
	       (!reasons || same_text(a->because, b->because));
}

/* In this format a rule applies to all ABIs. If the policy has two for one call, each for some
 * ABIs, the weaker one is written, and view_losses() reports it. */
static bool is_outdone(const struct policy *p, const struct rule *rule)
{
	const struct rule *r;

	for (struct rule_walk rules = policy_rules_of(p, rule->call); rule->arches && (r = rule_next(&rules)); )
		if (r->conditions == 0 && verdict_stricter(rule->verdict, r->verdict))
			return true;
	return false;
}

static bool is_said(const struct policy *p, const struct rule *r)
{
	return !starts_with(r->call, "call_") && !is_outdone(p, r);
}

bool entry_begins(const struct policy *p, size_t i, bool reasons)
{
	const struct rule *r = policy_rule(p, i);

	for (size_t j = 0; j < i; j++)
		if (is_said(p, policy_rule(p, j)) && same_entry(policy_rule(p, j), r, reasons))
			return false;
	return is_said(p, r);
}

void entry_calls(const struct policy *p, size_t first, bool reasons, struct strlist *ret)
{
	const struct rule *r, *rule = policy_rule(p, first);

	for (size_t i = first; (r = policy_rule(p, i)); i++)
		if (is_said(p, r) && same_entry(r, rule, reasons) && !(ret->count && streq(ret->items[ret->count - 1], r->call)))
			strlist_add(ret, r->call);
}
