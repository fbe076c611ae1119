/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/says.h"

#include "base/mem.h"
#include "policy/judge.h"

static void add_say(struct says *says, const struct say *one)
{
	says->items = grow(says->items, says->count, &says->room, sizeof *says->items);
	says->items[says->count++] = *one;
}

/* Adds the rules for this name: one that decides alone, or all. */
static void add_says(struct says *says, const struct policy *p, const struct arch *arch, const struct say *like,
		     const char *call, const struct rule **ret_alone)
{
	struct say one = *like;

	*ret_alone = policy_decider(p, arch, call);
	for (struct rule_walk rules = policy_rules_of(p, call); (one.rule = rule_next(&rules)); )
		if (*ret_alone ? one.rule == *ret_alone : rule_on(one.rule, arch))
			add_say(says, &one);
}

static int weakest_first(const void *va, const void *vb)
{
	const struct say *a = va, *b = vb;
	int c = verdict_stricter(a->rule->verdict, b->rule->verdict) - verdict_stricter(b->rule->verdict, a->rule->verdict);

	if (c || a->rule == b->rule)
		return c ? c : a->arg0 < b->arg0 ? -1 : a->arg0 > b->arg0;
	return a->rule > b->rule ? -1 : 1;	/* equal ones remain in their written order */
}

/* As in the judge. */
void says_find(struct says *says, const struct policy *p, const struct arch *arch, const char *call)
{
	const struct rule *ignored;

	*says = (struct says){ 0 };
	add_says(says, p, arch, &(struct say){ .through = NULL }, call, &says->alone);
	for (uint64_t n = 0; is_multiplexer(call) && !says->alone && n < MULTIPLEXED_MAX; n++) {
		const char *inner = multiplexed(arch, call, n);

		if (inner)
			add_says(says, p, arch, &(struct say){ .through = inner, .arg0 = n }, inner, &ignored);
	}
	sort_items(says->items, says->count, sizeof *says->items, weakest_first);
}

void says_done(struct says *says)
{
	free(says->items);
	*says = (struct says){ 0 };
}

diagram_node says_answers(struct diagram *diagram, const struct policy *p, const struct says *says)
{
	diagram_node node = diagram_constant(diagram, says->alone ? says->alone->verdict : policy_default(p));

	for (size_t i = 0; !says->alone && i < says->count && !diagram_is_lost(diagram); i++) {
		const struct say *say = &says->items[i];

		node = diagram_rule(diagram, say->rule, say->through ? 1 : 0, say->through ? &say->arg0 : NULL, node);
	}
	return node;
}
