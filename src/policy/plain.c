/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/plain.h"

#include "base/mem.h"
#include "policy/judge.h"

/* The answers so far: one, or the weakest of several. */
struct answers {
	struct plain_call *call;
	bool any;
};

static void add_answer(struct answers *a, struct verdict v, const char *because, bool *differs)
{
	if (a->any && !verdict_equal(v, a->call->verdict))
		*differs = true;
	if (!a->any || verdict_stricter(a->call->verdict, v)) {
		a->call->verdict = v;
		a->call->because = because;
	}
	a->any = true;
}

/* On one ABI: the rule that decides alone, or all rules that may decide. */
static struct plain_call on_arch(const struct policy *p, const struct arch *arch, const char *call)
{
	struct plain_call ret = { .call = call };
	struct answers a = { .call = &ret };
	const struct rule *alone = policy_decider(p, arch, call), *r;

	if (alone)
		add_answer(&a, alone->verdict, alone->because, &ret.by_argument);
	else
		add_answer(&a, policy_default(p), NULL, &ret.by_argument);
	for (struct rule_walk rules = policy_rules_of(p, call); !alone && (r = rule_next(&rules)); )
		if (rule_on(r, arch))
			add_answer(&a, r->verdict, r->because, &ret.by_argument);
	return ret;
}

static struct plain_call everywhere(const struct policy *p, const char *call)
{
	struct plain_call ret = { .call = call };
	struct answers a = { .call = &ret };
	const struct arch *arch;
	uint32_t nr;

	for (size_t i = 0; (arch = arch_at(i)); i++) {
		if (!(policy_covers(p) & ARCH_BIT(arch)) || !arch_call_number(arch, call, &nr))
			continue;
		struct plain_call one = on_arch(p, arch, call);

		ret.by_argument |= one.by_argument;
		add_answer(&a, one.verdict, one.because, &ret.by_arch);
	}
	return a.any ? ret : on_arch(p, arch_native(), call);
}

static int by_name(const void *va, const void *vb)
{
	return strcmp(((const struct plain_call *)va)->call, ((const struct plain_call *)vb)->call);
}

void plain_find(struct plain *ret, const struct policy *p)
{
	const struct rule *r;

	*ret = (struct plain){ 0 };
	for (size_t i = 0; (r = policy_rule(p, i)); i++) {
		if (policy_first_rule(p, r->call) != r)
			continue;
		struct plain_call one = everywhere(p, r->call);

		if (verdict_equal(one.verdict, policy_default(p)) && !one.by_argument && !one.by_arch)
			continue;
		ret->items = grow(ret->items, ret->count, &ret->room, sizeof *ret->items);
		ret->items[ret->count++] = one;
	}
	sort_items(ret->items, ret->count, sizeof *ret->items, by_name);
}

void plain_done(struct plain *p)
{
	free(p->items);
	*p = (struct plain){ 0 };
}

static int is_before(const void *item, const void *call)
{
	return strcmp(((const struct plain_call *)item)->call, call);
}

struct verdict plain_answer(const struct plain *list, const struct policy *p, const char *call)
{
	size_t i = lower_bound(call, list->items, list->count, sizeof *list->items, is_before);

	return i < list->count && streq(list->items[i].call, call) ? list->items[i].verdict : policy_default(p);
}
