/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/says.h"

#include "base/mem.h"
#include "policy/judge.h"

static int by_call(const void *va, const void *vb)
{
	const struct rule *a = *(const struct rule *const *)va, *b = *(const struct rule *const *)vb;
	int c = strcmp(a->call, b->call);

	return c ? c : a < b ? -1 : a > b;
}

void rule_index_init(struct rule_index *s, const struct policy *p)
{
	const struct rule *rule;

	*s = (struct rule_index){ .policy = p };
	for (size_t i = 0; (rule = policy_rule(p, i)); i++) {
		s->rules = grow(s->rules, s->count, &s->room, sizeof *s->rules);
		s->rules[s->count++] = rule;
	}
	if (s->count)
		qsort(s->rules, s->count, sizeof *s->rules, by_call);
}

void rule_index_done(struct rule_index *s)
{
	free(s->rules);
	*s = (struct rule_index){ 0 };
}

static size_t first_rule(const struct rule_index *s, const char *call)
{
	size_t low = 0, high = s->count;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (strcmp(s->rules[mid]->call, call) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct rule *rule_index_decider(const struct rule_index *s, const struct arch *arch, const char *call)
{
	for (size_t i = first_rule(s, call); i < s->count && streq(s->rules[i]->call, call); i++)
		if (s->rules[i]->conditions == 0 && rule_on(s->rules[i], arch))
			return s->rules[i];
	return NULL;
}

static void add_say(struct says *says, const struct say *one)
{
	says->items = grow(says->items, says->count, &says->room, sizeof *says->items);
	says->items[says->count++] = *one;
}

/* The rules for that name: one that decides alone, or all. */
static void add_says(struct says *says, const struct rule_index *s, const struct arch *arch, const struct say *like,
		     const char *call, const struct rule **ret_alone)
{
	*ret_alone = rule_index_decider(s, arch, call);
	for (size_t i = first_rule(s, call); i < s->count && streq(s->rules[i]->call, call); i++) {
		struct say one = *like;

		one.rule = s->rules[i];
		if (*ret_alone ? one.rule == *ret_alone : rule_on(one.rule, arch))
			add_say(says, &one);
	}
}

static int weakest_first(const void *va, const void *vb)
{
	const struct say *a = va, *b = vb;
	int c = verdict_stricter(a->rule->verdict, b->rule->verdict) - verdict_stricter(b->rule->verdict, a->rule->verdict);

	if (c || a->rule == b->rule)
		return c ? c : a->arg0 < b->arg0 ? -1 : a->arg0 > b->arg0;
	return a->rule > b->rule ? -1 : 1;	/* in words those that are equal stand as they were written */
}

/* As the judge has it. */
void says_find(struct says *says, const struct rule_index *s, const struct arch *arch, const char *call)
{
	const struct rule *ignored;

	*says = (struct says){ 0 };
	add_says(says, s, arch, &(struct say){ .through = NULL }, call, &says->alone);
	for (uint64_t n = 0; is_multiplexer(call) && !says->alone && n < MULTIPLEXED_MAX; n++) {
		const char *inner = multiplexed(arch, call, n);

		if (inner)
			add_says(says, s, arch, &(struct say){ .through = inner, .arg0 = n }, inner, &ignored);
	}
	if (says->count)
		qsort(says->items, says->count, sizeof *says->items, weakest_first);
}

void says_done(struct says *says)
{
	free(says->items);
	*says = (struct says){ 0 };
}

space_node says_answers(struct space *space, const struct rule_index *s, const struct says *says)
{
	space_node node = space_constant(space, says->alone ? says->alone->verdict : policy_default(s->policy));

	for (size_t i = 0; !says->alone && i < says->count && !space_is_lost(space); i++) {
		const struct say *say = &says->items[i];

		node = space_rule(space, say->rule, say->through ? 1 : 0, say->through ? &say->arg0 : NULL, node);
	}
	return node;
}
