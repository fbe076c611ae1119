/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/tighten.h"

#include <errno.h>
#include "base/buf.h"
#include "base/mem.h"
#include "policy/judge-unknown.h"
#include "policy/judge.h"
#include "policy/says.h"
#include "policy/cubes.h"

struct join {
	const struct policy *base, *limit;
	struct verdict otherwise;	/* the default of the result */
	bool turned;			/* the base's default allows, and this one does not */
};

/* The rules that apply to the call on this ABI: one that decides alone, or all. */
static void effective(const struct policy *p, const struct arch *arch, const char *call, struct rules *ret)
{
	const struct rule *alone = policy_decider(p, arch, call), *rule;

	if (alone)
		rules_add(ret, alone);
	for (struct rule_walk rules = policy_rules_of(p, call); !alone && (rule = rule_next(&rules)); )
		if (rule_on(rule, arch))
			rules_add(ret, rule);
}

static bool is_alone(const struct rules *r)
{
	return r->count == 1 && r->items[0].conditions == 0;
}

static const struct rule *find_refusal(const struct rules *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (!verdict_allows(r->items[i].verdict))
			return &r->items[i];
	return NULL;
}

/* The base's rules for the call on this ABI. If the base allows by default and the result does not,
 * rules are added for what the default allows. */
static void base_rules(const struct join *j, const struct arch *arch, const char *call, struct rules *ret)
{
	scoped(rules_done) struct rules open = { 0 };

	effective(j->base, arch, call, ret);
	if (!j->turned || is_alone(ret))
		return;
	rules_add(&open, &(struct rule){ .call = call, .verdict = policy_default(j->base) });
	for (size_t i = 0; i < ret->count; i++)
		if (verdict_stricter(ret->items[i].verdict, policy_default(j->base)))
			rules_subtract(&open, &ret->items[i]);
	for (size_t i = 0; i < open.count; i++)
		rules_add(ret, &open.items[i]);
	ret->too_many |= open.too_many;
}

/* Does the base's default decide for some uses of the call? */
static bool is_open(const struct join *j, const struct rules *base)
{
	return verdict_allows(j->otherwise) && !is_alone(base);
}

/* A denial that differs from the default, because it must decide alone, and libseccomp would
 * combine others with the default. */
static struct verdict unlike_default(const struct join *j, struct verdict v)
{
	if (!verdict_equal(v, j->otherwise))
		return v;
	return (struct verdict){ ACT_ERRNO, verdict_equal(v, (struct verdict){ ACT_ERRNO, EPERM }) ? ENOSYS : EPERM };
}

static struct rule refuse_whole(const char *call, struct verdict v)
{
	return (struct rule){ .call = call, .verdict = v };
}

/* Deny the whole call; `by` NULL: by the default. */
static void limit_whole(const struct join *j, const struct rules *base, const struct rule *by, struct rules *ret)
{
	struct verdict v = by ? by->verdict : j->otherwise;
	bool open = is_open(j, base);

	for (size_t i = 0; open && i < base->count; i++)
		if (base->items[i].verdict.action < v.action)
			v = base->items[i].verdict;
	if (open) {
		struct rule rule = refuse_whole(by->call, v);

		rule.because = by->because;
		rules_add(ret, &rule);
		return;
	}
	for (size_t i = 0; i < base->count; i++) {
		struct rule rule = base->items[i];

		if (verdict_allows(rule.verdict)) {
			rule.verdict = v;
			rule.because = by ? by->because : rule.because;
		}
		if (!verdict_allows(base->items[i].verdict) || !verdict_equal(rule.verdict, j->otherwise))
			rules_add(ret, &rule);
	}
}

/* Add the part of an allowing rule that a conditional rule of the limit denies. */
static void add_refused_part(const struct join *j, const struct rule *rule, const struct rule *by, struct rules *ret)
{
	scoped(rules_done) struct rules part = { 0 };

	/* A default that is equal or stricter does this already. So does one that denies, for a
	 * call behind a multiplexer, which must get the same answer as the multiplexer. */
	if (verdict_equal(by->verdict, j->otherwise) || by->verdict.action > j->otherwise.action ||
	    (!verdict_allows(j->otherwise) && is_multiplexed_on(policy_covers(j->base), rule->call)))
		return;
	rules_add_within(&part, rule, by);
	for (size_t i = 0; i < part.count; i++) {
		part.items[i].verdict = by->verdict;
		part.items[i].because = by->because;
		rules_add(ret, &part.items[i]);
	}
	ret->too_many |= part.too_many;
}

static void limit_partly(const struct join *j, const struct rules *base, const struct rules *limit, struct rules *ret)
{
	for (size_t i = 0; i < base->count; i++) {
		scoped(rules_done) struct rules left = { 0 };

		rules_add(&left, &base->items[i]);
		for (size_t l = 0; verdict_allows(base->items[i].verdict) && l < limit->count; l++) {
			if (verdict_allows(limit->items[l].verdict))
				continue;
			rules_subtract(&left, &limit->items[l]);
			if (!is_open(j, base))
				add_refused_part(j, &base->items[i], &limit->items[l], ret);
		}
		for (size_t k = 0; k < left.count; k++)
			if (!verdict_allows(left.items[k].verdict) || !verdict_equal(left.items[k].verdict, j->otherwise))
				rules_add(ret, &left.items[k]);
		ret->too_many |= left.too_many;
	}
	for (size_t l = 0; is_open(j, base) && l < limit->count; l++)
		if (!verdict_allows(limit->items[l].verdict))
			rules_add(ret, &limit->items[l]);
}

/* The limit allows only under conditions. */
static void limit_to(const struct join *j, const struct rules *base, const struct rules *limit, struct rules *ret)
{
	for (size_t i = 0; i < base->count; i++) {
		scoped(rules_done) struct rules part = { 0 };
		bool allowed = verdict_allows(base->items[i].verdict);

		if (!allowed)
			rules_add(&part, &base->items[i]);
		for (size_t l = 0; allowed && l < limit->count; l++)
			if (verdict_allows(limit->items[l].verdict))
				rules_add_within(&part, &base->items[i], &limit->items[l]);
		for (size_t l = 0; allowed && l < limit->count; l++)
			if (!verdict_allows(limit->items[l].verdict))
				rules_subtract(&part, &limit->items[l]);
		for (size_t k = 0; k < part.count; k++)
			if (!allowed || !verdict_equal(part.items[k].verdict, j->otherwise))
				rules_add(ret, &part.items[k]);
		ret->too_many |= part.too_many;
	}
}

/* The effect of the limit's rules for the calls behind a multiplexer. */
enum bearing { BEARS_NOT, BEARS_WHOLE, BEARS_PARTLY };

static enum bearing bearing_on_inner(const struct join *j, const struct arch *arch, const char *call,
				     struct verdict *ret)
{
	enum bearing worst = BEARS_NOT;

	for (uint64_t n = 0; n < MULTIPLEXED_MAX; n++) {
		const char *inner = multiplexed(arch, call, n);
		scoped(rules_done) struct rules limit = { 0 }, base = { 0 };

		if (!inner)
			continue;
		effective(j->limit, arch, inner, &limit);
		effective(j->base, arch, inner, &base);
		if (find_refusal(&limit)) {
			*ret = find_refusal(&limit)->verdict;
			if (worst == BEARS_NOT)
				worst = BEARS_WHOLE;
			if (!is_alone(&limit) && (is_open(j, &base) || base.count))
				worst = BEARS_PARTLY;
		}
	}
	return worst;
}

/* For socketcall and ipc, if the limit denies calls behind them but has no rule for themselves.
 * Rules for those calls affect the multiplexer, too, but lose their condition on argument 0, and a
 * rule for the multiplexer overrides them. */
static bool limit_multiplexer(const struct join *j, const struct arch *arch, const char *call,
			      const struct rules *base, struct rules *ret)
{
	struct verdict v = { ACT_ERRNO, EPERM };
	enum bearing how = bearing_on_inner(j, arch, call, &v);

	if (how == BEARS_NOT || (base->count && !verdict_allows(base->items[0].verdict) && is_alone(base)))
		return false;
	if (verdict_allows(j->otherwise) && base->count == 0)
		return false;
	if (how == BEARS_PARTLY || (verdict_allows(j->otherwise) && is_alone(base) &&
				    !verdict_equal(base->items[0].verdict, j->otherwise))) {
		struct rule whole = refuse_whole(call, unlike_default(j, v));

		whole.because = "denied whole: its calls cannot be distinguished where some of them have conditions";
		rules_add(ret, &whole);
		return true;
	}
	for (size_t i = 0; i < base->count; i++)
		if (!verdict_allows(base->items[i].verdict))
			rules_add(ret, &base->items[i]);
	return true;
}

static bool allows_some(const struct policy *p, const struct arch *arch, const char *call)
{
	const struct rule *rule;

	for (struct rule_walk rules = policy_rules_of(p, call); (rule = rule_next(&rules)); )
		if (rule_on(rule, arch) && verdict_allows(rule->verdict))
			return true;
	return false;
}

/* Does the base allow some calls through the multiplexer, also by rules for the calls behind it? */
static bool base_reaches(const struct join *j, const struct arch *arch, const char *call)
{
	bool reaches = j->turned || allows_some(j->base, arch, call);
	const char *inner;

	for (uint64_t n = 0; !reaches && n < MULTIPLEXED_MAX; n++)
		reaches = (inner = multiplexed(arch, call, n)) && allows_some(j->base, arch, inner);
	return reaches;
}

/* The limit denies the multiplexer itself, or some uses: only a denial of all of it overrides the
 * rules for the calls behind it. */
static bool refuse_multiplexer(const struct join *j, const struct arch *arch, const struct rules *base,
			       const struct rules *limit, const char *call, struct rules *ret)
{
	const struct rule *by = find_refusal(limit);
	struct rule whole;

	if (verdict_allows(j->otherwise) || !by || (is_alone(base) && find_refusal(base)) || !base_reaches(j, arch, call))
		return false;
	whole = refuse_whole(call, unlike_default(j, by->verdict));
	whole.because = by->because;
	rules_add(ret, &whole);
	return true;
}

/* One call on one ABI. */
static void limit_call(const struct join *j, const struct arch *arch, const char *call, struct rules *ret)
{
	scoped(rules_done) struct rules base = { 0 }, limit = { 0 };
	bool mux = is_multiplexer(call);

	base_rules(j, arch, call, &base);
	effective(j->limit, arch, call, &limit);
	ret->too_many |= base.too_many;
	if (mux && (limit.count || !verdict_allows(policy_default(j->limit)) ?
		    refuse_multiplexer(j, arch, &base, &limit, call, ret) : limit_multiplexer(j, arch, call, &base, ret)))
		;
	else if (limit.count == 0 && !verdict_allows(policy_default(j->limit)))
		limit_whole(j, &base, NULL, ret);
	else if (is_alone(&limit) && !verdict_allows(limit.items[0].verdict))
		limit_whole(j, &base, &limit.items[0], ret);
	else if (!verdict_allows(policy_default(j->limit)) && !is_alone(&limit))
		limit_to(j, &base, &limit, ret);
	else if (find_refusal(&limit))
		limit_partly(j, &base, &limit, ret);
	else
		for (size_t i = 0; i < base.count; i++)
			rules_add(ret, &base.items[i]);
}

static bool same_rule(const struct rule *a, const struct rule *b)
{
	return verdict_equal(a->verdict, b->verdict) && conditions_equal(a, b);
}

/* Merge the rules of one ABI with those of others. */
static void gather(struct rules *all, const struct rules *one, const struct arch *arch)
{
	for (size_t i = 0; i < one->count; i++) {
		size_t k = 0;

		while (k < all->count && !same_rule(&all->items[k], &one->items[i]))
			k++;
		if (k == all->count) {
			rules_add(all, &one->items[i]);
			all->items[k].arches = 0;
		}
		if (k < all->count)
			all->items[k].arches |= ARCH_BIT(arch);
	}
	all->too_many |= one->too_many;
}

static bool has_call(const struct arch *arch, const char *call)
{
	uint32_t nr;

	return arch_call_number(arch, call, &nr) || is_multiplexed(arch, call);
}

/* Strictest first: of two rules with the same conditions the first one is kept. */
static int by_strictness(const void *va, const void *vb)
{
	const struct rule *a = va, *b = vb;

	return verdict_stricter(b->verdict, a->verdict) - verdict_stricter(a->verdict, b->verdict);
}

static int limit_everywhere(const struct join *j, struct policy *p, const char *call, struct err *e)
{
	scoped(rules_done) struct rules all = { 0 };
	const struct arch *arch;
	arch_set there = 0;
	int r = 0;

	for (size_t i = 0; (arch = arch_at(i)); i++) {
		scoped(rules_done) struct rules one = { 0 };

		if (!(policy_covers(j->base) & ARCH_BIT(arch)) || !has_call(arch, call))
			continue;
		there |= ARCH_BIT(arch);
		limit_call(j, arch, call, &one);
		gather(&all, &one, arch);
	}
	if (all.too_many)
		r = err_set(e, EOPNOTSUPP, "the rules of the base for '%s' and the denials cannot be combined: that would "
			    "take too many rules; deny all of it with --deny %s", call, call);
	sort_items(all.items, all.count, sizeof *all.items, by_strictness);
	for (size_t i = 0; r == 0 && i < all.count; i++) {
		all.items[i].call = call;
		if (all.items[i].arches == there)
			all.items[i].arches = 0;
		policy_add_rule(p, &all.items[i]);
	}
	return r;
}

/* Rules for names that none of these ABIs has have no effect here: they are kept for other hosts,
 * unless they allow something that was never seen. */
static void keep_unknown(const struct join *j, struct policy *p)
{
	const struct rule *rule;
	const struct arch *arch;

	for (size_t i = 0; (rule = policy_rule(j->base, i)); i++) {
		bool known = false;

		for (size_t a = 0; (arch = arch_at(a)); a++)
			known |= (policy_covers(j->base) & ARCH_BIT(arch)) && has_call(arch, rule->call);
		if (!known && (verdict_allows(policy_default(j->limit)) || !verdict_allows(rule->verdict)))
			policy_add_rule(p, rule);
	}
}

static void add_calls(const struct policy *p, struct strlist *ret)
{
	const struct rule *rule;

	for (size_t i = 0; (rule = policy_rule(p, i)); i++)
		strlist_insert(ret, rule->call);
}

struct policy *policy_copy(const struct policy *from, arch_set arches)
{
	struct policy *p = policy_new(policy_default(from));
	const struct rule *rule;

	policy_add_arches(p, arches);
	policy_add_flags(p, policy_flags(from));
	for (size_t i = 0; (rule = policy_rule(from, i)); i++)
		if (!rule->arches || (rule->arches & policy_covers(p)))
			policy_add_rule(p, rule);
	return p;
}

/* Can the call get farther than in the limit, as far as the diagrams show? */
static bool gets_farther(struct diagram *diagram, const struct policy *limit, const struct policy *p,
			 const struct arch *arch, const char *call)
{
	scoped(says_done) struct says may, does;
	uint64_t args[6];
	unsigned known;

	says_find(&may, limit, arch, call);
	says_find(&does, p, arch, call);
	diagram_begin(diagram, arch);
	diagram_node a = says_answers(diagram, limit, &may), b = says_answers(diagram, p, &does);

	return diagram_is_lost(diagram) || diagram_farther(diagram, a, b, args, &known) || diagram_is_lost(diagram);
}

/* Rules for a multiplexer are not split: denials of the base for its calls may be lost. */
static const char *find_farther(const struct policy *limit, const struct policy *p)
{
	scoped(diagram_freep) struct diagram *diagram = diagram_new();
	const struct arch *arch;
	const char *call, *found = NULL;

	for (size_t i = 0; !found && (call = multiplexer_at(i)); i++)
		for (size_t a = 0; !found && (arch = arch_at(a)); a++)
			if ((policy_covers(p) & ARCH_BIT(arch)) && call_exists_on(call, ARCH_BIT(arch)) &&
			    gets_farther(diagram, limit, p, arch, call))
				found = call;
	return found;
}

int policy_tighten(const struct policy *base, const struct policy *limit, struct policy **ret, struct err *e)
{
	struct join j = { .base = base, .limit = limit, .otherwise = policy_default(base) };
	scoped(strlist_done) struct strlist calls = { 0 };
	const char *farther;
	struct policy *p;
	int r = 0;

	if (verdict_allows(j.otherwise) && !verdict_allows(policy_default(limit))) {
		j.otherwise = policy_default(limit);
		j.turned = true;
	}
	p = policy_new(j.otherwise);
	policy_add_arches(p, policy_arches(base));
	policy_add_flags(p, policy_flags(base));
	add_calls(base, &calls);
	add_calls(limit, &calls);
	/* calls of the base may be affected by the limit's rules for other names */
	for (size_t i = 0; multiplexer_at(i); i++)
		strlist_insert(&calls, multiplexer_at(i));
	for (size_t i = 0; r == 0 && i < calls.count; i++)
		r = limit_everywhere(&j, p, calls.items[i], e);
	keep_unknown(&j, p);
	if (r == 0 && ((farther = find_farther(base, p)) || (farther = find_farther(limit, p))))
		r = err_set(e, EOPNOTSUPP, "the base and the denials cannot be combined: the rules for '%s' and for the "
			    "calls behind it contradict each other", farther);
	if (r < 0) {
		policy_free(p);
		return r;
	}
	policy_sort(p);
	*ret = p;
	return 0;
}
