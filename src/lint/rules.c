/* SPDX-License-Identifier: Apache-2.0 */
/* Rules that do not do what they seem to. */
#include "base/mem.h"
#include "base/opt.h"
#include "lint/checks.h"
#include "lint/context.h"
#include "sysdb/args.h"

/* Calls that libseccomp 2.5.4 has no name for, sorted. That is the one of Debian 12,
 * with which its runc, crun, Podman and Docker are built. */
static const char *const newer_names[] = {
	"file_getattr", "file_setattr", "getxattrat", "listmount", "listns", "listxattrat", "lsm_get_self_attr",
	"lsm_list_modules", "lsm_set_self_attr", "mseal", "open_tree_attr", "removexattrat", "riscv_hwprobe",
	"rseq_slice_yield", "setxattrat", "statmount", "uprobe", "uretprobe",
};

static const char *call_name(size_t i, maybe_unused const void *data)
{
	return sysdb_at(i) ? sysdb_at(i)->name : NULL;
}

/* Is it one of the names that a rule with an effect may have? */
static bool in_force(const struct lint *l, const struct profile_name *n)
{
	return rule_of(l, n)->applies;
}

static void check_unknown(struct lint *l, const struct profile_name *n)
{
	const char *near = opt_nearest(n->call, call_name, NULL);
	bool number = *n->call && strspn(n->call, "0123456789") == strlen(n->call);
	bool lets_pass = passes(rule_of(l, n)->verdict);

	/* the name is a stranger's: bounded here, cleaned where it is kept */
	find_as(l, lets_pass ? SEV_LOW : l->denies ? SEV_HIGH : SEV_MEDIUM, n->place,
		"'%.64s' is no call%s%s%s: the rule is skipped, and %s", n->call, number ? ", but a number" : "",
		near ? ", the nearest is " : "", near ? near : "",
		lets_pass || !l->denies ? "the default holds" : "nothing is refused by it");
}

/* A deny rule for `umount`, where the call is umount2. */
static void check_elsewhere(struct lint *l, const struct profile_name *n, struct strlist *harmless)
{
	const struct sysdb_call *c = sysdb_find(n->call);
	struct strlist open = { 0 };
	char word[CALL_NAME_MAX];
	const char *list = c ? c->siblings : "";

	while (list_next(&list, word, sizeof word)) {
		const struct sysdb_call *s = sysdb_find(word);

		if (s && l->denies && call_arches(l, s) && call_passes(l, s))
			strlist_insert(&open, word);
	}
	if (passes(rule_of(l, n)->verdict) || open.count == 0) {
		strlist_insert(harmless, n->call);
	} else {
		scoped(freep) char *names = say_names(&open, 3);
		scoped(freep) char *what = xprintf("%s %s what does the same", names, open.count == 1 ? "is" : "are");

		find(l, n->place, "'%s' exists on no ABI that the profile covers; there %s, and allowed",
		     n->call, what);
	}
	strlist_done(&open);
}

static bool is_covered(struct lint *l, const char *call)
{
	const struct sysdb_call *c = sysdb_find(call);
	const struct arch *a;
	uint32_t nr;

	if (c)
		return call_arches(l, c) != 0;
	for (size_t i = 0; (a = arch_at(i)); i++)
		if ((l->covered & ARCH_BIT(a)) && arch_call_number(a, call, &nr))
			return true;
	return false;
}

/* A rule under conditions beside one without, which decides alone. */
static void check_shadowed(struct lint *l, const struct profile_name *n)
{
	const struct sysdb_call *c = sysdb_find(n->call);
	size_t alone = c ? stand_of(l, c)->alone : NO_NAME;

	if (!alone || !counts(l, n) || rule_of(l, n)->conditions == 0)
		return;
	const struct profile_name *by = name_at(l, alone);
	bool passes_all = passes(rule_of(l, by)->verdict), passes_some = passes(rule_of(l, n)->verdict);

	find_as(l, passes_all == passes_some ? SEV_INFO : passes_all ? SEV_HIGH : SEV_MEDIUM, n->place, "the conditions for '%s' are never looked at: %s has a rule "
		"for it without any", n->call, l->profile->rules[by->rule].place.path);
}

static void tell_list(struct lint *l, enum severity s, const struct strlist *names, struct place place,
		      const char *what)
{
	scoped(freep) char *said = say_names(names, 8);

	if (names->count)
		find_as(l, s, place, "%s: %s", what, said);
}

bool unknown_to_older(const char *call)
{
	for (size_t i = 0; i < countof(newer_names); i++)
		if (streq(newer_names[i], call))
			return true;
	return false;
}

/* The names that are harmless are told together, at the first of them. */
struct sorted_out {
	struct strlist names;
	struct place first;
};

static void put(struct sorted_out *s, const struct profile_name *n)
{
	if (s->names.count == 0)
		s->first = n->place;
	strlist_insert(&s->names, n->call);
}

static void check_names(struct lint *l)
{
	struct sorted_out elsewhere = { 0 };

	for (size_t i = 1; i <= l->profile->name_count; i++) {
		const struct profile_name *n = name_at(l, i);
		struct strlist harmless = { 0 };

		/* looking for the nearest name takes long */
		if (!n->known && wants_more(l))
			check_unknown(l, n);
		if (!n->known || !in_force(l, n))
			continue;
		check_shadowed(l, n);
		if (!is_covered(l, n->call))
			check_elsewhere(l, n, &harmless);
		if (harmless.count)
			put(&elsewhere, n);
		strlist_done(&harmless);
	}
	tell_list(l, SEV_INFO, &elsewhere.names, elsewhere.first, "these exist on no ABI that the profile covers");
	strlist_done(&elsewhere.names);
}

void check_older_libseccomp(struct lint *l)
{
	struct sorted_out older = { 0 };

	for (size_t i = 1; i <= l->profile->name_count; i++)
		if (in_force(l, name_at(l, i)) && unknown_to_older(name_at(l, i)->call))
			put(&older, name_at(l, i));
	tell_list(l, SEV_INFO, &older.names, older.first, "libseccomp 2.5.4 skips these");
	strlist_done(&older.names);
}

static bool says_default(const struct lint *l, const struct profile_rule *r)
{
	return verdict_equal(r->verdict, policy_default(l->profile->policy));
}

/* Names of rules that allow what the default allows, and of rules that refuse. */
static void count_names(const struct lint *l, size_t *ret_idle, size_t *ret_refusing)
{
	*ret_idle = *ret_refusing = 0;
	for (size_t i = 1; i <= l->profile->name_count; i++) {
		const struct profile_rule *r = rule_of(l, name_at(l, i));

		*ret_idle += r->applies && says_default(l, r);
		*ret_refusing += r->applies && !passes(r->verdict);
	}
}

/* Written by somebody who thought that it is an allow-list? */
static bool pretends(const struct lint *l)
{
	size_t idle, refusing;

	count_names(l, &idle, &refusing);
	return l->denies && idle >= 5 && idle > refusing;
}

static void check_idle_rules(struct lint *l)
{
	bool told = pretends(l);

	for (size_t i = 0; i < l->profile->rule_count; i++) {
		const struct profile_rule *r = &l->profile->rules[i];

		if (r->applies && says_default(l, r) && !(told && passes(r->verdict)))
			find_as(l, SEV_LOW, r->place, "the rule says what the default says: it is skipped");
	}
}

void check_no_effect(struct lint *l)
{
	check_names(l);
	check_idle_rules(l);
}

void check_default_allow(struct lint *l)
{
	size_t idle, refusing;

	count_names(l, &idle, &refusing);
	if (!pretends(l))
		return;
	find(l, l->profile->otherwise, "the default allows every call, so that the %zu names which rules allow change nothing; "
	     "%zu %s refused", idle, refusing, refusing == 1 ? "is" : "are");
}

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
		if (name_at(l, i)->known && in_force(l, name_at(l, i)))
			cases[count++] = (struct case_of){ name_at(l, i), rule_of(l, name_at(l, i)), sorted[name_at(l, i)->rule] };
	qsort(cases, count, sizeof *cases, by_case_then_place);
	free(sorted);
	*ret_count = count;
	return cases;
}

/* Which of two decides: the first that does not say what the default says. */
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
		find(l, place, "'%s' is %s in %s and %s here, under the same conditions: the %s holds", call,
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

/* Two different values that one argument must not have: one of them it never has. */
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
		find_as(l, passes(r->verdict) ? SEV_HIGH : SEV_MEDIUM, r->args,
			"any one of the %u conditions is enough, not all of them: two are on one argument", r->conditions);
	}
}

/* The same across rules: one condition each, of one call. */
static void check_negations(struct lint *l)
{
	size_t count;
	struct case_of *cases = sort_cases(l, &count);

	for (size_t i = 0; i < count; i++)
		for (size_t k = i; k-- > 0 && streq(cases[k].name->call, cases[i].name->call) && i - k < 8;) {
			const struct case_of *a = &cases[k], *b = &cases[i];

			if (a->rule->conditions != 1 || b->rule->conditions != 1 || a->rule == b->rule ||
			    passes(a->rule->verdict) != passes(b->rule->verdict) || !counts(l, a->name) ||
			    !excludes_two((struct condition[]){ a->when[0], b->when[0] }, 2))
				continue;
			find_as(l, passes(a->rule->verdict) ? SEV_HIGH : SEV_MEDIUM,
				a->name > b->name ? a->name->place : b->name->place,
				"'%s' is always %s: this rule or %s holds for every value of argument %u", a->name->call,
				passes(a->rule->verdict) ? "allowed" : "refused",
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
			find_as(l, passes(r->verdict) ? SEV_HIGH : SEV_MEDIUM, r->args,
				"the conditions always hold: they are alternatives, and no value equals both");
	}
	check_negations(l);
}

/*
 * Conditions against what the arguments are.
 */
static bool on_64_bits(const struct lint *l)
{
	const struct arch *a;

	for (size_t i = 0; (a = arch_at(i)); i++)
		if ((l->covered & ARCH_BIT(a)) && a->bits == 64)
			return true;
	return false;
}

/* Walks the conditions of all rules in force, with the first name they are for
 * that says something about the argument. */
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

/* Calls of which one argument says what the others are, pointers or numbers. */
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
	enum severity s = passes(r->verdict) ? SEV_MEDIUM : SEV_HIGH;

	/* null or not is a question that can be asked */
	if (arg->type == ARG_POINTER && c->value == 0 && (c->op == CMP_EQ || c->op == CMP_NE || c->op == CMP_GT))
		s = SEV_INFO;
	if (arg->type == ARG_POINTER)
		find_as(l, s, r->args, "argument %u of '%s' (%s) is a pointer: its value says nothing", c->arg, n->call,
			arg->name);
	else
		find_as(l, s, r->args, "'%s' has no argument %u: the register holds whatever it held before", n->call,
			c->arg);
}

void check_pointer_compare(struct lint *l)
{
	each_condition(l, look_at_type);
}

/* What a bit above the 32nd makes of the comparison: does it hold then? */
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
	bool lets_pass = passes(r->verdict), opens = holds_when_wide(c) == lets_pass;
	enum severity s = !opens ? SEV_INFO : lets_pass ? SEV_LOW : SEV_HIGH;

	find_as(l, s, r->args, "argument %u of '%s' (%s) is an int, but all 64 bits are compared: a bit above the 32nd %s",
		c->arg, n->call, arg->name, opens ? "gets past the rule" : "is refused, though the kernel would ignore it");
}

void check_wide_compare(struct lint *l)
{
	if (on_64_bits(l))
		each_condition(l, look_at_width);
}
