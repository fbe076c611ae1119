/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/lacks.h"

#include <errno.h>
#include "base/mem.h"

/* For each fact: does the policy need it, and which rule is the first? */
typedef bool needs_fn(const struct policy *, unsigned needs, const char *word, const struct rule **ret_rule);

static bool needs_action(const struct policy *p, maybe_unused unsigned needs, const char *word, const struct rule **ret_rule)
{
	const struct rule *r;
	enum action action;

	if (!action_find(word, &action))
		return false;
	for (size_t i = 0; (r = policy_rule(p, i)); i++)
		if (r->verdict.action == action) {
			*ret_rule = r;
			return true;
		}
	return policy_default(p).action == action;
}

static bool needs_arch(const struct policy *p, maybe_unused unsigned needs, const char *word,
		       maybe_unused const struct rule **ret_rule)
{
	const struct arch *arch = arch_find(word);

	return arch && policy_arches(p) & ARCH_BIT(arch);
}

static bool needs_flags(const struct policy *p, maybe_unused unsigned needs, maybe_unused const char *word,
			maybe_unused const struct rule **ret_rule)
{
	return policy_flags(p) != 0;
}

static bool needs_default_errno(const struct policy *p, maybe_unused unsigned needs, maybe_unused const char *word,
				maybe_unused const struct rule **ret_rule)
{
	return policy_default(p).action == ACT_ERRNO && policy_default(p).data != EPERM;
}

static bool needs_conditions(maybe_unused const struct policy *p, unsigned needs, maybe_unused const char *word,
			     maybe_unused const struct rule **ret_rule)
{
	return needs & NEEDS_CONDITIONS;
}

static bool needs_min_kernel(maybe_unused const struct policy *p, unsigned needs, maybe_unused const char *word,
			     maybe_unused const struct rule **ret_rule)
{
	return needs & NEEDS_MIN_KERNEL;
}

/* Names are in lacks_names(). */
static const struct { const char *fact; needs_fn *needs; } facts[] = {
	{ "action", needs_action }, { "arch", needs_arch }, { "flags", needs_flags },
	{ "default-errno", needs_default_errno }, { "conditions", needs_conditions }, { "min-kernel", needs_min_kernel },
};

static void try_fact(struct lacks *ret, const struct policy *p, unsigned needs, const struct target_version *t,
		     const struct target_fact *f)
{
	struct lack lack = { .target = t, .fact = f };

	for (size_t i = 0; i < countof(facts); i++) {
		if (!streq(facts[i].fact, f->fact) || !facts[i].needs(p, needs, f->word, &lack.rule))
			continue;
		ret->items = grow(ret->items, ret->count, &ret->room, sizeof *ret->items);
		ret->items[ret->count++] = lack;
	}
}

void lacks_find(struct lacks *ret, const struct policy *p, unsigned needs, const struct targets *targets)
{
	const struct target_fact *f;

	for (size_t t = 0; targets && t < targets->count; t++)
		for (size_t i = 0; (f = target_fact_at(i)); i++)
			if (target_has_fact(&targets->items[t], f))
				try_fact(ret, p, needs, &targets->items[t], f);
}

void lacks_done(struct lacks *l)
{
	free(l->items);
	*l = (struct lacks){ 0 };
}

void lack_words(struct buf *b, const struct lack *l)
{
	target_spell(b, l->target);
	buf_addf(b, " %s", l->fact->text);
}

void lacks_names(const struct policy *p, const struct target_version *t, bool open, struct strlist *ret)
{
	bool passes = verdict_passes(policy_default(p));
	const struct rule *r;

	for (size_t i = 0; passes == open && (r = policy_rule(p, i)); i++)
		if (verdict_passes(r->verdict) != passes && !target_knows(t, r->call))
			strlist_insert(ret, r->call);
}
