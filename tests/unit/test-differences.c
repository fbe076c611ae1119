/* SPDX-License-Identifier: Apache-2.0 */
/* Differences between two policies are what the judge says. */
#include "base/attr.h"
#include "diff/policies.h"
#include "policy/diagram.h"
#include "policy/tighten.h"
#include "tests/unit/golden.h"
#include "tests/unit/oracle.h"
#include "tests/unit/tap.h"

static struct policy *copy_with(struct dice *d, const struct policy *from, const struct policy *other)
{
	struct policy *p = policy_new(policy_default(dice_below(d, 6) ? from : other));
	const arch_set arches = policy_arches(dice_below(d, 5) ? from : other);
	const struct arch *arch;
	const struct rule *rule;

	for (size_t i = 0; (arch = arch_at(i)); i++)
		if (arches & ARCH_BIT(arch))
			policy_add_arch(p, arch);
	for (size_t i = 0; (rule = policy_rule(from, i)); i++) {
		struct rule copy = *rule;

		if (dice_below(d, 8) == 0)
			continue;
		if (dice_below(d, 8) == 0)
			copy.verdict = any_rule(d, other)->verdict;
		if (copy.conditions && dice_below(d, 6) == 0)
			copy.when[0].value = make_value(d);
		if (copy.conditions && dice_below(d, 12) == 0)
			copy.conditions--;
		policy_add_rule(p, &copy);
	}
	for (size_t i = 0; (rule = policy_rule(other, i)); i++)
		if (dice_below(d, 6) == 0)
			policy_add_rule(p, rule);
	return p;
}

/* Is the difference about that call? */
static bool is_about(const struct difference *diff, const struct policy *old, const struct policy *now, const struct call *c)
{
	const struct policy *const both[] = { old, now };
	const struct rule *rule;
	char name[CALL_NAME_MAX];
	bool spoken_of = false;

	arch_call_name(c->arch, c->nr, name);
	if (diff->subject == SUBJECT_FLAGS || !(diff->arches & ARCH_BIT(c->arch)))
		return false;
	if (diff->subject == SUBJECT_CALL)
		return streq(diff->call, name);
	if (diff->subject == SUBJECT_ABI)
		return true;
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; (rule = policy_rule(both[k], i)); i++)
			spoken_of |= streq(rule->call, name) || ((streq(name, "socketcall") || streq(name, "ipc")) &&
								 is_multiplexed(c->arch, rule->call));
	return !spoken_of;
}

/* The list has the difference that the judge has for a call, and no other. */
static const char *wrong_for(const struct differences *all, const struct policy *old, const struct policy *now,
			     const struct call *c)
{
	struct verdict a = policy_judge(old, c->arch, c->nr, c->args, NULL);
	struct verdict b = policy_judge(now, c->arch, c->nr, c->args, NULL);
	bool farther = verdict_reach(b) > verdict_reach(a), less = verdict_reach(b) < verdict_reach(a);
	bool said_farther = false, said_less = false, said = false;
	const struct difference *diff;

	for (size_t i = 0; (diff = difference_at(all, i)); i++) {
		if (!is_about(diff, old, now, c))
			continue;
		said = true;
		said_farther |= diff->change == CHANGE_ADDED || diff->change == CHANGE_WIDENED;
		said_less |= diff->change == CHANGE_REMOVED || diff->change == CHANGE_NARROWED;
		if (diff->change == CHANGE_ADDED && verdict_reach(a) != REACH_NOWHERE)
			return "added, and was possible before";
		if (diff->change == CHANGE_REMOVED && verdict_reach(b) != REACH_NOWHERE)
			return "removed, and is still possible";
	}
	if (farther && !said_farther)
		return "wider, and not said to be";
	if (less && !said_less)
		return "narrower, and not said to be";
	return !verdict_equal(a, b) && !said ? "different, and not said to be" : NULL;
}

/* The difference of a call exists for the example, or for any arguments. */
static bool example_shows(const struct difference *diff, const struct policy *old, const struct policy *now)
{
	const struct arch *arch;

	for (size_t i = 0; (arch = arch_at(i)); i++) {
		struct call c = { .arch = arch };

		if (diff->on ? arch != diff->on : !(diff->arches & ARCH_BIT(arch)))
			continue;
		if (!arch_call_number(arch, diff->call, &c.nr))
			return false;
		memcpy(c.args, diff->args, sizeof c.args);
		enum reach a = verdict_reach(policy_judge(old, arch, c.nr, c.args, NULL));
		enum reach b = verdict_reach(policy_judge(now, arch, c.nr, c.args, NULL));

		if (diff->change == CHANGE_ADDED || diff->change == CHANGE_WIDENED ? b <= a : b >= a)
			return false;
	}
	return true;
}

static bool compare_is_right(struct dice *d, const struct policy *old, const struct policy *now, unsigned calls,
			     size_t *differences, size_t *guesses)
{
	struct differences *all = policy_compare(old, now);
	const struct difference *diff;
	const struct arch *arch;
	const char *wrong = NULL;

	for (size_t i = 0; !wrong && (diff = difference_at(all, i)); i++) {
		*differences += 1;
		*guesses += diff->guessed;
		if (diff->subject == SUBJECT_CALL && diff->change != CHANGE_OTHER && !diff->guessed &&
		    !example_shows(diff, old, now))
			wrong = diff->call;
	}
	for (unsigned i = 0; !wrong && i < calls; i++)
		for (size_t a = 0; !wrong && (arch = arch_at(a)) && a < 6; a++) {
			const struct rule *rule = any_rule(d, dice_below(d, 2) ? old : now);
			struct call c = { .arch = arch };

			aim(d, rule, &c);
			if (dice_below(d, 8) == 0 || !choose(d, rule, &c))
				c.nr = arch->bit | dice_below(d, 600);
			c.arch = arch_of_call(arch->audit, c.nr);
			wrong = wrong_for(all, old, now, &c);
			if (wrong) {
				char name[CALL_NAME_MAX];

				arch_call_name(c.arch, c.nr, name);
				printf("# %s %s(0x%llx, 0x%llx, 0x%llx): %s\n", c.arch->name, name, (unsigned long long)c.args[0],
				       (unsigned long long)c.args[1], (unsigned long long)c.args[2], wrong);
			}
		}
	if (wrong) {
		print_policy(old);
		print_policy(now);
		for (size_t i = 0; (diff = difference_at(all, i)); i++)
			printf("# %s %s 0x%x: %s -> %s\n", change_name(diff->change), diff->call ? diff->call : "-", diff->arches,
			       diff->old, diff->now);
	}
	differences_free(all);
	return !wrong;
}

static bool are_equal(const struct policy *a, const struct policy *b)
{
	struct differences *all = policy_compare(a, b);
	bool equal = !difference_at(all, 0);

	differences_free(all);
	return equal;
}

TEST(differences_agree_with_the_judge)
{
	size_t differences = 0, guesses = 0, equal = 0;

	for (unsigned i = 0; i < 2000; i++) {
		struct dice d = dice_new(i);
		struct policy *a = make_policy(&d), *other = make_policy(&d);
		struct policy *b = copy_with(&d, a, other);
		bool right = compare_is_right(&d, a, b, 30, &differences, &guesses) &&
			     compare_is_right(&d, b, other, 10, &differences, &guesses);

		equal += are_equal(a, b);
		policy_free(a);
		policy_free(b);
		policy_free(other);
		CHECK_FOR(right, "policy %u", i);
	}
	printf("# %zu differences, %zu guessed; %zu pairs are equal\n", differences, guesses, equal);
	CHECK(differences > 10000 && guesses < differences / 1000 && equal > 30);
}

TEST(a_policy_equals_itself_and_one_with_redundant_rules)
{
	for (unsigned i = 0; i < 1500; i++) {
		struct dice d = dice_new(i);
		struct policy *a = make_policy(&d), *b = policy_copy(a, policy_arches(a));
		struct rule again = *any_rule(&d, a);
		bool equal = are_equal(a, a);

		/* also under one condition more; or on fewer ABIs */
		if (again.conditions && again.conditions < CONDITIONS_MAX && policy_rule(a, 0)) {
			unsigned arg = 0;

			for (unsigned k = 0; k < again.conditions; k++)
				arg = again.when[k].arg >= arg ? (again.when[k].arg + 1) % 6 : arg;
			for (unsigned k = 0; k < again.conditions; k++)
				arg = again.when[k].arg == arg ? 6 : arg;
			again.when[again.conditions] = (struct condition){ .arg = arg, .op = CMP_GE, .value = make_value(&d) };
			again.conditions += arg < 6;
			policy_add_rule(b, &again);
		}
		equal &= are_equal(a, b) && are_equal(b, a);
		if (!equal) {
			print_policy(a);
			print_policy(b);
		}
		policy_free(a);
		policy_free(b);
		CHECK_FOR(equal, "policy %u", i);
	}
}

TEST(differences_of_golden_policies_agree_with_the_judge)
{
	size_t differences = 0, guesses = 0;
	struct golden a, b;

	for (size_t i = 0; golden_open(&a, i); i++) {
		for (size_t k = 0; golden_open(&b, k); k++) {
			struct dice d = dice_new(100 * i + k);
			bool right = compare_is_right(&d, a.policy, b.policy, 60, &differences, &guesses);

			right &= i != k || are_equal(a.policy, b.policy);
			golden_close(&b);
			CHECK_FOR(right, "%s and %s", a.name, b.name);
		}
		golden_close(&a);
	}
	CHECK(differences > 100 && guesses == 0);
}

static struct policy *make_crowded(struct dice *d)
{
	struct policy *p = policy_new((struct verdict){ ACT_ERRNO, 1 });

	for (unsigned i = 0; i < 60; i++) {
		struct rule rule = { .call = "prctl", .verdict = { ACT_ALLOW, 0 }, .conditions = 3 };

		for (unsigned k = 0; k < 3; k++)
			rule.when[k] = (struct condition){ (i + k) % 6, CMP_MASKED_EQ, dice_u64(d), dice_u64(d) };
		policy_add_rule(p, &rule);
	}
	return p;
}

/* A gate must not pass what could not be compared. */
TEST(a_comparison_that_is_too_large_is_reported_in_both_directions)
{
	struct dice d = dice_new(1);
	struct policy *a = make_crowded(&d), *b = make_crowded(&d), *copy = policy_copy(a, 0);
	struct differences *all = policy_compare(a, b);
	const struct difference *first = difference_at(all, 0), *second = difference_at(all, 1);

	CHECK(first && first->guessed && first->change == CHANGE_WIDENED && !first->on);
	CHECK(second && second->guessed && second->change == CHANGE_NARROWED);
	CHECK(are_equal(a, copy));
	differences_free(all);
	policy_free(a);
	policy_free(b);
	policy_free(copy);
}
