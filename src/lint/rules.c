/* SPDX-License-Identifier: Apache-2.0 */
/* Finds conflicts between rules, and wrong conditions. */
#include "base/mem.h"
#include "lint/checks.h"
#include "lint/context.h"
#include "sysdb/args.h"

/*
 * Rules for one call with equal conditions, found by sorting.
 */
static int compare(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int by_condition(const void *va, const void *vb)
{
	const struct condition *a = va, *b = vb;
	int c = compare(a->arg, b->arg);

	c = c ? c : compare(a->op, b->op);
	c = c ? c : compare(a->mask, b->mask);
	return c ? c : compare(a->value, b->value);
}

struct case_of {
	const struct profile_name *name;
	const struct profile_rule *rule;
	struct condition *when;		/* sorted */
};

static int by_case(const struct case_of *a, const struct case_of *b)
{
	int c = strcmp(a->name->call, b->name->call);

	c = c ? c : compare(a->rule->conditions, b->rule->conditions);
	for (unsigned i = 0; c == 0 && i < a->rule->conditions; i++)
		c = by_condition(&a->when[i], &b->when[i]);
	return c;
}

static int by_case_then_place(const void *va, const void *vb)
{
	const struct case_of *a = va, *b = vb;
	int c = by_case(a, b);

	return c ? c : (a->name > b->name) - (a->name < b->name);
}

static struct case_of *sort_cases(const struct lint *l, size_t *ret_count)
{
	const struct profile *f = l->profile;
	struct condition **sorted = xcalloc(f->rule_count + 1, sizeof *sorted);
	struct case_of *cases = xcalloc(f->name_count + 1, sizeof *cases);
	size_t count = 0;

	for (size_t i = 0; i < f->rule_count; i++) {
		sorted[i] = arena_alloc(f->arena, (f->rules[i].conditions + 1) * sizeof **sorted);
		memcpy(sorted[i], f->rules[i].when, f->rules[i].conditions * sizeof **sorted);
		qsort(sorted[i], f->rules[i].conditions, sizeof **sorted, by_condition);
	}
	for (size_t i = 1; i <= f->name_count; i++)
		if (name_at(l, i)->known && rule_of(l, name_at(l, i))->applies)
			cases[count++] = (struct case_of){ name_at(l, i), rule_of(l, name_at(l, i)), sorted[name_at(l, i)->rule] };
	qsort(cases, count, sizeof *cases, by_case_then_place);
	free(sorted);
	*ret_count = count;
	return cases;
}

/* The one that decides: the first that differs from the default. */
static const struct case_of *winner(const struct lint *l, const struct case_of *first, const struct case_of *later)
{
	return says_default(l, first->rule) ? later : first;
}

static void tell_case(struct lint *l, bool same, const struct case_of *first, const struct case_of *later)
{
	struct place place = later->name->place;
	const char *call = later->name->call, *before = first->name->place.path;
	const struct case_of *wins = winner(l, first, later);
	scoped(freep) char *was = say_verdict(first->rule->verdict), *is = say_verdict(later->rule->verdict);

	if (same)
		find(l, place, "'%s' has this rule already: %s", call, before);
	else
		find(l, place, "'%s' is %s in %s and %s here, under the same conditions: the %s applies", call,
		     was, before, is, wins == first ? "first" : "second");
}

static void check_cases(struct lint *l, bool same)
{
	size_t count;
	struct case_of *cases = sort_cases(l, &count);

	for (size_t i = 0, first = 0; i < count; i++) {
		if (by_case(&cases[first], &cases[i]) != 0)
			first = i;
		if (first != i && verdict_equal(cases[first].rule->verdict, cases[i].rule->verdict) == same)
			tell_case(l, same, &cases[first], &cases[i]);
	}
	free(cases);
}

void check_duplicate(struct lint *l)
{
	check_cases(l, true);
}

void check_contradiction(struct lint *l)
{
	check_cases(l, false);
}

/* Excludes two different values of one argument, which always differs from one of them. */
static bool excludes_two(const struct condition *when, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		for (unsigned k = 0; k < i; k++)
			if (when[i].op == CMP_NE && when[k].op == CMP_NE && when[i].arg == when[k].arg &&
			    when[i].value != when[k].value)
				return true;
	return false;
}

void check_conditions_or(struct lint *l)
{
	for (size_t i = 0; i < l->profile->rule_count; i++) {
		const struct profile_rule *r = &l->profile->rules[i];

		if (!conditions_fall_apart(r->when, r->conditions) || excludes_two(r->when, r->conditions))
			continue;
		find_as(l, verdict_passes(r->verdict) ? SEV_HIGH : SEV_MEDIUM, r->args,
			"any one of the %u conditions is enough, not all of them: two are on one argument", r->conditions);
	}
}

/* The same across rules: one condition each, on the same call. */
static void check_negations(struct lint *l)
{
	size_t count;
	struct case_of *cases = sort_cases(l, &count);

	for (size_t i = 0; i < count; i++)
		for (size_t k = i; k-- > 0 && streq(cases[k].name->call, cases[i].name->call) && i - k < 8;) {
			const struct case_of *a = &cases[k], *b = &cases[i];

			if (a->rule->conditions != 1 || b->rule->conditions != 1 || a->rule == b->rule ||
			    verdict_passes(a->rule->verdict) != verdict_passes(b->rule->verdict) || !counts(l, a->name) ||
			    !excludes_two((struct condition[]){ a->when[0], b->when[0] }, 2))
				continue;
			find_as(l, verdict_passes(a->rule->verdict) ? SEV_HIGH : SEV_MEDIUM,
				a->name > b->name ? a->name->place : b->name->place,
				"'%s' is always %s: this rule or %s matches every value of argument %u", a->name->call,
				verdict_passes(a->rule->verdict) ? "allowed" : say_kept_too(say_kept(a->rule->verdict), b->rule->verdict),
				a->name > b->name ? b->name->place.path : a->name->place.path, a->when[0].arg);
			break;
		}
	free(cases);
}

void check_negated_or(struct lint *l)
{
	for (size_t i = 0; i < l->profile->rule_count; i++) {
		const struct profile_rule *r = &l->profile->rules[i];

		if (excludes_two(r->when, r->conditions))
			find_as(l, verdict_passes(r->verdict) ? SEV_HIGH : SEV_MEDIUM, r->args,
				"the conditions always match: they are alternatives, and no value equals both");
	}
	check_negations(l);
}

/*
 * Conditions that do not fit the argument.
 */
static bool on_64_bits(const struct lint *l)
{
	const struct arch *a;

	for (size_t i = 0; (a = arch_at(i)); i++)
		if ((l->covered & ARCH_BIT(a)) && a->bits == 64)
			return true;
	return false;
}

/* Calls `look` for each condition of the rules in effect, with the first name whose argument is
 * known. */
static void each_condition(struct lint *l, void (*look)(struct lint *, const struct profile_name *,
							const struct profile_rule *, const struct condition *))
{
	for (size_t i = 1; i <= l->profile->name_count; i++) {
		const struct profile_name *n = name_at(l, i);
		const struct profile_rule *r = rule_of(l, n);

		for (unsigned k = 0; counts(l, n) && k < r->conditions; k++)
			look(l, n, r, &r->when[k]);
	}
}

/* Calls where one argument determines whether the others are pointers or numbers. */
static bool has_operations(const char *call)
{
	return list_has("arch_prctl,fcntl,fcntl64,futex,ioctl,ipc,keyctl,prctl,ptrace,quotactl,quotactl_fd,semctl", call);
}

static void look_at_type(struct lint *l, const struct profile_name *n, const struct profile_rule *r,
			 const struct condition *c)
{
	const struct arg_info *arg = sysdb_arg(n->call, c->arg);

	if (!arg || arg_is_plain(arg) || has_operations(n->call))
		return;
	enum severity s = verdict_passes(r->verdict) ? SEV_MEDIUM : SEV_HIGH;

	/* comparing with NULL is possible */
	if (arg->type == ARG_POINTER && c->value == 0 && (c->op == CMP_EQ || c->op == CMP_NE || c->op == CMP_GT))
		s = SEV_INFO;
	if (arg->type == ARG_POINTER)
		find_as(l, s, r->args, "argument %u of '%s' (%s) is a pointer: its value means nothing", c->arg, n->call,
			arg->name);
	else
		find_as(l, s, r->args, "'%s' has no argument %u: the register contains an arbitrary value", n->call,
			c->arg);
}

void check_pointer_compare(struct lint *l)
{
	each_condition(l, look_at_type);
}

/* The result of the comparison if a bit above the 32nd is set. */
static bool holds_when_wide(const struct condition *c)
{
	return c->op == CMP_NE || c->op == CMP_GT || c->op == CMP_GE;
}

static void look_at_width(struct lint *l, const struct profile_name *n, const struct profile_rule *r,
			  const struct condition *c)
{
	const struct arg_info *arg = sysdb_arg(n->call, c->arg);
	uint64_t looked_at = c->op == CMP_MASKED_EQ ? c->mask : UINT64_MAX;

	if (!arg || (arg->type != ARG_INT && arg->type != ARG_FD) || looked_at <= UINT32_MAX)
		return;
	bool lets_pass = verdict_passes(r->verdict), opens = holds_when_wide(c) == lets_pass;
	enum severity s = !opens ? SEV_INFO : lets_pass ? SEV_LOW : SEV_HIGH;

	const char *how = say_kept(lets_pass ? policy_default(l->profile->policy) : r->verdict);

	find_as(l, s, r->args, "argument %u of '%s' (%s) is an int, but all 64 bits are compared: a bit above the 32nd %s%s%s",
		c->arg, n->call, arg->name, opens ? "gets past the rule" : "is ", opens ? "" : how,
		opens ? "" : ", though the kernel would ignore it");
}

void check_wide_compare(struct lint *l)
{
	if (on_64_bits(l))
		each_condition(l, look_at_width);
}
