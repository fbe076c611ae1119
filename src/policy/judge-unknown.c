/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/judge-unknown.h"

#include "base/mem.h"
#include "policy/judge.h"

struct found {
	const struct rule **rules;
	size_t count, room;
};

static void find_rules(const struct policy *p, const struct arch *arch, const char *call, struct found *ret)
{
	const struct rule *rule;

	for (struct rule_walk rules = policy_rules_of(p, call); (rule = rule_next(&rules)); )
		if (!arch || rule_on(rule, arch)) {
			ret->rules = grow(ret->rules, ret->count, &ret->room, sizeof *ret->rules);
			ret->rules[ret->count++] = rule;
		}
}

static int by_place(const void *va, const void *vb)
{
	const struct rule *a = *(const struct rule *const *)va, *b = *(const struct rule *const *)vb;

	return a < b ? -1 : a > b;
}

/* If its first argument is unknown, a multiplexer may stand for any of its calls. */
const struct rule **policy_rules_about(const struct policy *p, const struct partial_call *q, size_t *ret_count)
{
	uint64_t first = q->known & 1 ? q->args[0] : 0, count = q->known & 1 ? 1 : MULTIPLEXED_MAX;
	struct found found = { 0 };
	const char *inner;

	find_rules(p, q->arch, q->call, &found);
	for (uint64_t n = 0; q->arch && is_multiplexer(q->call) && n < count; n++)
		if ((inner = multiplexed(q->arch, q->call, first + n)))
			find_rules(p, q->arch, inner, &found);
	sort_items(found.rules, found.count, sizeof *found.rules, by_place);
	*ret_count = found.count;
	return found.rules;
}

enum holds rule_holds(const struct rule *rule, const struct partial_call *q)
{
	bool through = !streq(rule->call, q->call);	/* then a condition on argument 0 is lost */
	enum holds holds = through && !(q->known & 1) ? HOLDS_MAYBE : HOLDS_ALWAYS;

	for (unsigned i = 0; i < rule->conditions; i++) {
		struct rule one = { .conditions = 1, .when = { rule->when[i] } };

		if (through && one.when[0].arg == 0)
			continue;
		if (!(q->known & 1u << one.when[0].arg))
			holds = HOLDS_MAYBE;
		else if (!rule_matches(&one, q->arch, q->args))
			return HOLDS_NEVER;
	}
	return holds;
}

bool rule_is_outdone(const struct rule *rule, const struct policy *p, const struct arch *arch)
{
	const struct rule *alone = policy_decider(p, arch, rule->call);

	return alone && alone != rule;
}

static int by_strictness(const void *va, const void *vb)
{
	const struct rule *a = *(const struct rule *const *)va, *b = *(const struct rule *const *)vb;

	return verdict_stricter(b->verdict, a->verdict) - verdict_stricter(a->verdict, b->verdict);
}

static void add_maybe(struct judgement *a, const struct rule *rule)
{
	a->maybe = grow(a->maybe, a->maybe_count, &a->maybe_room, sizeof *a->maybe);
	a->maybe[a->maybe_count++] = rule;
}

/* Only rules stricter than one that matches anyway can change the answer. */
static void drop_idle(struct judgement *a)
{
	size_t kept = 0;

	for (size_t i = 0; i < a->maybe_count; i++)
		if (!a->by || verdict_stricter(a->maybe[i]->verdict, a->verdict))
			a->maybe[kept++] = a->maybe[i];
	a->maybe_count = kept;
	sort_items(a->maybe, kept, sizeof *a->maybe, by_strictness);
}

void policy_judge_unknown(const struct policy *p, const struct partial_call *q, struct judgement *ret)
{
	uint32_t nr = 0;
	size_t count;

	arch_call_number(q->arch, q->call, &nr);
	*ret = (struct judgement){ .covered = policy_reaches(p, q->arch, nr), .verdict = { ACT_KILL_THREAD, 0 } };
	if (!ret->covered)
		return;
	scoped(freep) const struct rule **rules = policy_rules_about(p, q, &count);
	bool alone = (ret->by = policy_decider(p, q->arch, q->call));

	for (size_t i = 0; !alone && i < count; i++) {
		enum holds holds = rule_is_outdone(rules[i], p, q->arch) ? HOLDS_NEVER : rule_holds(rules[i], q);

		if (holds == HOLDS_MAYBE)
			add_maybe(ret, rules[i]);
		else if (holds == HOLDS_ALWAYS && rule_outranks(rules[i], ret->by))
			ret->by = rules[i];
	}
	ret->verdict = ret->by ? ret->by->verdict : policy_default(p);
	drop_idle(ret);
}

void judgement_done(struct judgement *a)
{
	free(a->maybe);
	*a = (struct judgement){ 0 };
}

bool verdict_allows(struct verdict v)
{
	return v.action > ACT_ERRNO;
}

enum holds judgement_allows(const struct judgement *a)
{
	bool allowed = verdict_allows(a->verdict);

	for (size_t i = 0; i < a->maybe_count; i++)
		if (verdict_allows(a->maybe[i]->verdict) != allowed)
			return HOLDS_MAYBE;
	return allowed ? HOLDS_ALWAYS : HOLDS_NEVER;
}
