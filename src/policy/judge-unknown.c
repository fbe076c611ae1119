/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/judge-unknown.h"

#include "base/mem.h"
#include "policy/judge.h"

/* The calls that a multiplexer may stand for: one, or when its first argument is
 * open any of them. */
static bool stands_for(const struct question *q, const char *call)
{
	const char *inner = multiplexed(q->arch, q->call, q->args[0]);

	if (q->known & 1)
		return inner && streq(inner, call);
	for (uint64_t n = 0; n < MULTIPLEXED_MAX; n++)
		if ((inner = multiplexed(q->arch, q->call, n)) && streq(inner, call))
			return true;
	return false;
}

bool rule_concerns(const struct rule *rule, const struct question *q)
{
	return rule_on(rule, q->arch) && (streq(rule->call, q->call) || stands_for(q, rule->call));
}

enum holds rule_holds(const struct rule *rule, const struct question *q)
{
	bool through = !streq(rule->call, q->call);	/* a condition on argument 0 is lost then */
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

/* Outdone by a rule for the same call that decides alone. */
static bool is_outdone(const struct policy *p, const struct rule *rule, const struct question *q)
{
	const struct rule *alone = policy_decider(p, q->arch, rule->call);

	return alone && alone != rule;
}

static int by_strictness(const void *va, const void *vb)
{
	const struct rule *a = *(const struct rule *const *)va, *b = *(const struct rule *const *)vb;

	return verdict_stricter(b->verdict, a->verdict) - verdict_stricter(a->verdict, b->verdict);
}

static void add_maybe(struct answer *a, const struct rule *rule)
{
	a->maybe = grow(a->maybe, a->maybe_count, &a->maybe_room, sizeof *a->maybe);
	a->maybe[a->maybe_count++] = rule;
}

/* Only what is stricter than a rule that holds anyway can change the answer. */
static void drop_idle(struct answer *a)
{
	size_t kept = 0;

	for (size_t i = 0; i < a->maybe_count; i++)
		if (!a->by || verdict_stricter(a->maybe[i]->verdict, a->verdict))
			a->maybe[kept++] = a->maybe[i];
	a->maybe_count = kept;
	if (kept)
		qsort(a->maybe, kept, sizeof *a->maybe, by_strictness);
}

void policy_ask(const struct policy *p, const struct question *q, struct answer *ret)
{
	const struct rule *rule;
	uint32_t nr = 0;

	arch_call_number(q->arch, q->call, &nr);
	*ret = (struct answer){ .covered = policy_reaches(p, q->arch, nr), .verdict = { ACT_KILL_THREAD, 0 } };
	if (!ret->covered)
		return;
	ret->by = policy_decider(p, q->arch, q->call);
	for (size_t i = 0; !policy_decider(p, q->arch, q->call) && (rule = policy_rule(p, i)); i++) {
		enum holds holds = rule_concerns(rule, q) && !is_outdone(p, rule, q) ? rule_holds(rule, q) : HOLDS_NEVER;

		if (holds == HOLDS_MAYBE)
			add_maybe(ret, rule);
		else if (holds == HOLDS_ALWAYS && (!ret->by || verdict_stricter(rule->verdict, ret->by->verdict)))
			ret->by = rule;
	}
	ret->verdict = ret->by ? ret->by->verdict : policy_default(p);
	drop_idle(ret);
}

void answer_done(struct answer *a)
{
	free(a->maybe);
	*a = (struct answer){ 0 };
}

bool verdict_allows(struct verdict v)
{
	return v.action > ACT_ERRNO;
}

enum holds answer_allows(const struct answer *a)
{
	bool allowed = verdict_allows(a->verdict);

	for (size_t i = 0; i < a->maybe_count; i++)
		if (verdict_allows(a->maybe[i]->verdict) != allowed)
			return HOLDS_MAYBE;
	return allowed ? HOLDS_ALWAYS : HOLDS_NEVER;
}
