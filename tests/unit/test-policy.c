/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of a policy. */
#include "base/mem.h"
#include "tests/unit/abi.h"
#include "tests/unit/make.h"
#include "tests/unit/tap.h"
#include "tests/unit/verdicts.h"

TEST(the_first_of_two_equal_rules_is_kept)
{
	struct policy *p = policy_new(ALLOW);
	struct rule r = { .call = "read", .verdict = ERROR(1), .because = "first" };

	CHECK(policy_add_rule(p, &r));
	r.verdict = ERROR(2);
	r.because = "second";
	CHECK(!policy_add_rule(p, &r));
	CHECK(policy_rule(p, 0)->verdict.data == 1 && !policy_rule(p, 1));
	CHECK_STR(policy_rule(p, 0)->because, "first");
	r.arches = 1;
	CHECK(policy_add_rule(p, &r));
	r.conditions = 1;
	r.when[0] = (struct condition){ 0, CMP_EQ, 5, 0 };
	CHECK(policy_add_rule(p, &r));
	CHECK(!policy_add_rule(p, &r));
	/* a mask makes a difference only in a masked comparison */
	r.when[0].mask = 9;
	CHECK(!policy_add_rule(p, &r));
	r.when[0].op = CMP_MASKED_EQ;
	CHECK(policy_add_rule(p, &r));
	policy_free(p);
	policy_free(NULL);
}

TEST(rules_are_copied)
{
	char call[] = "read", because[] = "why";
	struct policy *p = policy_new(ALLOW);

	policy_add_rule(p, &(struct rule){ .call = call, .verdict = ERROR(1), .because = because });
	call[0] = because[0] = 'X';
	CHECK_STR(policy_rule(p, 0)->call, "read");
	CHECK_STR(policy_rule(p, 0)->because, "why");
	policy_free(p);
}

TEST(rules_are_sorted_by_call_abis_and_conditions)
{
	struct policy *p = policy_new(ALLOW);
	const struct rule *a, *b;

	for (unsigned i = 0; i < 40; i++) {
		struct rule r = { .call = i % 3 ? "write" : "read", .verdict = ERROR(1), .arches = i % 4,
				  .conditions = i % 2, .when = { { i % 6, (enum cmp)(i % 7), 100 - i, i } } };

		policy_add_rule(p, &r);
	}
	policy_sort(p);
	for (size_t i = 1; (a = policy_rule(p, i - 1)) && (b = policy_rule(p, i)); i++) {
		int c = strcmp(a->call, b->call);

		CHECK(c < 0 || (c == 0 && (a->arches < b->arches || (a->arches == b->arches &&
						a->conditions <= b->conditions))));
	}
	/* sorting does not affect the detection of duplicates */
	CHECK(!policy_add_rule(p, policy_rule(p, 0)));
	policy_free(p);
}

/* Does the walk return the same rules as a search, for every call? */
static bool walks_in_order(const struct policy *p)
{
	const struct rule *rule, *found, *first;

	for (size_t i = 0; (rule = policy_rule(p, i)); i++) {
		struct rule_walk rules = policy_rules_of(p, rule->call);

		first = policy_first_rule(p, rule->call);
		for (size_t k = 0; (found = policy_rule(p, k)); k++) {
			if (!streq(found->call, rule->call))
				continue;
			if (rule_next(&rules) != found || (first && first > found))
				return false;
		}
		if (rule_next(&rules))
			return false;
	}
	return true;
}

TEST(the_rules_of_a_call_come_in_the_policys_order)
{
	struct policy *p = policy_new(ERROR(1));
	char call[CALL_NAME_MAX];

	/* more names than the hash table has slots */
	for (unsigned i = 0; i < 3000; i++) {
		snprintf(call, sizeof call, "call_%u", i * 7 % 1500);
		policy_add_rule(p, &(struct rule){ .call = call, .verdict = ERROR(i % 3 + 1), .conditions = 1,
						   .when = { { 0, CMP_EQ, 3000 - i, 0 } } });
	}
	CHECK(walks_in_order(p));
	CHECK(!policy_first_rule(p, "call_1500"));
	policy_drop(p, policy_rule(p, 700));
	policy_drop(p, policy_rule(p, 2998));
	policy_add_rule(p, &(struct rule){ .call = "call_7", .verdict = ALLOW });
	CHECK(walks_in_order(p) && policy_rule(p, 2998) && !policy_rule(p, 2999));
	policy_sort(p);
	CHECK(walks_in_order(p));
	policy_replace(p, &(struct rule){ .call = "call_7", .verdict = ERROR(9) });
	CHECK(walks_in_order(p) && policy_first_rule(p, "call_7")->verdict.data == 9);
	policy_free(p);
}

TEST(a_replacement_removes_all_rules_of_the_call)
{
	struct policy *p = policy_new(ERROR(1));
	struct rule r = { .call = "read", .verdict = ERROR(2), .conditions = 1, .when = { { 0, CMP_EQ, 1, 0 } } };

	policy_add_rule(p, &r);
	policy_add_rule(p, &(struct rule){ .call = "write", .verdict = ALLOW, .because = "kept" });
	policy_add_rule(p, &(struct rule){ .call = "read", .verdict = ERROR(3) });
	policy_replace(p, &(struct rule){ .call = "read", .verdict = ALLOW, .because = "new" });
	policy_replace(p, &(struct rule){ .call = "write", .verdict = ALLOW, .because = "not needed" });
	CHECK(policy_rule(p, 1) && !policy_rule(p, 2));
	CHECK_STR(policy_rule(p, 0)->because, "kept");
	CHECK_STR(policy_rule(p, 1)->because, "new");
	CHECK(judge(p, "x86_64", "read", NULL) == ALLOWED);
	policy_free(p);
}

TEST(comparisons_have_names)
{
	enum cmp op = CMP_COUNT;

	for (int i = 0; i < CMP_COUNT; i++)
		CHECK(cmp_find(cmp_oci((enum cmp)i), &op) && op == (enum cmp)i && *cmp_symbol(op));
	CHECK(!cmp_find("SCMP_CMP_", &op) && !cmp_find("", &op) && !cmp_find("==", &op));
}
