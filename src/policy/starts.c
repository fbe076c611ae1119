/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/starts.h"

#include "base/mem.h"
#include "policy/judge-unknown.h"
#include "policy/cubes.h"

/* With the condition, some uses are denied, and others allowed. */
static enum start start_partly(const struct runtime_call *c, const struct judgement *a)
{
	struct rule need = runtime_rule(c);
	scoped(rules_done) struct rules left = { 0 };
	bool allowed = !runtime_minds(c, a->verdict);

	if (!allowed)
		rules_add(&left, &need);
	for (size_t i = 0; i < a->maybe_count; i++)
		if (allowed && runtime_minds(c, a->maybe[i]->verdict))
			rules_add_within(&left, &need, a->maybe[i]);
		else if (!allowed && !runtime_minds(c, a->maybe[i]->verdict))
			rules_subtract(&left, a->maybe[i]);
	return left.count || left.too_many ? START_PARTLY : START_WORKS;
}

enum start policy_start(const struct policy *p, const struct arch *arch, const struct runtime_call *c)
{
	struct partial_call q = { .arch = arch, .call = c->call };
	uint32_t nr;

	/* a runtime does not make calls that the machine does not have */
	if (!arch_call_number(arch, c->call, &nr))
		return START_WORKS;
	if (c->arg >= 0 && (c->mask & UINT32_MAX) == UINT32_MAX) {
		q.known = 1u << c->arg;
		q.args[c->arg] = c->value;
	}
	scoped(judgement_done) struct judgement a;

	policy_judge_unknown(p, &q, &a);
	if (a.maybe_count == 0)
		return runtime_minds(c, a.verdict) ? START_FAILS : START_WORKS;
	return start_partly(c, &a);
}

static bool is_same(const struct rules *left, const struct rule *rule)
{
	return left->count == 1 && conditions_equal(&left->items[0], rule);
}

/* "Some of these bits differ from what is needed": a rule for each bit, which is readable. */
static void add_without_bits(struct rules *r, const struct rule *rule, const struct condition *need)
{
	for (uint64_t bit = 1; bit; bit <<= 1)
		if (need->mask & bit) {
			struct rule part = *rule;

			part.conditions = 1;
			part.when[0] = (struct condition){ .arg = need->arg, .op = CMP_MASKED_EQ, .mask = bit,
							   .value = ~need->value & bit };
			rules_add(r, &part);
		}
}

/* With more bits, the next need would split them into too many rules. */
enum { FEW_BITS = 8 };

/* Removes what the runtime needs from a denial. If that would take too many rules, the call is not
 * denied at all. */
static void spare_rule(struct policy *p, size_t i, const struct rule *need, struct spared *ret)
{
	struct rule rule = *policy_rule(p, i);
	scoped(rules_done) struct rules left = { 0 };

	if (rule.conditions == 0 && need->conditions == 1 && __builtin_popcountll(need->when[0].mask) <= FEW_BITS)
		add_without_bits(&left, &rule, &need->when[0]);
	else
		rules_add_without(&left, &rule, need);
	if (!is_same(&left, &rule)) {
		strlist_insert(&ret->calls, rule.call);
		policy_drop(p, policy_rule(p, i));
		for (size_t k = 0; !left.too_many && k < left.count; k++)
			policy_add_rule(p, &left.items[k]);
	}
}

static void spare_call(struct policy *p, const struct runtime_call *c, struct spared *ret)
{
	struct rule need = runtime_rule(c);
	size_t count = 0;

	while (policy_rule(p, count))
		count++;
	/* from the end: remainders of a rule are appended, and need no second look */
	for (size_t i = count; i-- > 0; )
		if (streq(policy_rule(p, i)->call, c->call) && runtime_minds(c, policy_rule(p, i)->verdict))
			spare_rule(p, i, &need, ret);
}

static bool is_refused_still(const struct policy *p, const char *call)
{
	const struct rule *r;

	for (struct rule_walk rules = policy_rules_of(p, call); (r = rule_next(&rules)); )
		if (!verdict_allows(r->verdict))
			return true;
	return false;
}

void policy_spare_runtime(struct policy *denied, const char *word, struct spared *ret)
{
	const struct runtime_call *c;

	for (size_t i = 0; (c = runtime_call_at(i)); i++)
		if (runtime_has(word, c->runtime))
			spare_call(denied, c, ret);
	for (size_t i = 0; i < ret->calls.count; i++)
		if (is_refused_still(denied, ret->calls.items[i]))
			strlist_insert(&ret->narrowed, ret->calls.items[i]);
	policy_sort(denied);
}

void spared_done(struct spared *s)
{
	strlist_done(&s->calls);
	strlist_done(&s->narrowed);
}
