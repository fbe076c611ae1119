/* SPDX-License-Identifier: Apache-2.0 */
/* A policy as a plain list of names. */
#include "policy/plain.h"
#include "sysdb/action.h"
#include "tests/unit/make.h"
#include "tests/unit/tap.h"
#include "tests/unit/verdicts.h"

static uint64_t *random_args(struct dice *d, uint64_t args[static 6])
{
	for (size_t i = 0; i < 6; i++)
		args[i] = make_value(d);
	return args;
}

/* Calls of a plain list: never stricter than the policy, and equal unless it says otherwise. */
TEST(a_plain_list_never_denies_what_the_policy_allows)
{
	size_t weakened = 0, same = 0;

	for (uint64_t i = 0; i < 300; i++) {
		struct dice d = dice_new(i);
		struct policy *p = make_policy(&d);
		struct plain list;

		plain_find(&list, p);
		for (size_t k = 0; k < list.count * 4; k++) {
			const struct plain_call *c = &list.items[k / 4];
			const struct arch *a = arch_native();
			struct verdict v;
			uint64_t args[6];
			uint32_t nr;

			if (is_multiplexer(c->call) || !arch_call_number(a, c->call, &nr))
				continue;
			v = policy_judge(p, a, nr, random_args(&d, args), NULL);
			CHECK_FOR(!verdict_stricter(c->verdict, v), "%s", c->call);
			CHECK_FOR(c->by_argument || c->by_arch || verdict_equal(c->verdict, v), "%s", c->call);
			CHECK(verdict_equal(plain_answer(&list, p, c->call), c->verdict));
			*(verdict_equal(c->verdict, v) ? &same : &weakened) += 1;
		}
		plain_done(&list);
		policy_free(p);
	}
	CHECK(weakened > 100 && same > 100);
}

TEST(a_plain_list_says_what_it_weakens)
{
	struct policy *p = policy_new(ERROR(1));
	struct plain list;

	policy_add_arch(p, arch("x86_64"));
	policy_add_arch(p, arch("x86"));
	policy_add_rule(p, &(struct rule){ .call = "read", .verdict = ALLOW });
	policy_add_rule(p, &(struct rule){ .call = "write", .verdict = ALLOW, .arches = ARCH_BIT(arch("x86")) });
	policy_add_rule(p, &(struct rule){ .call = "clone", .verdict = ALLOW, .conditions = 1, .when = { { 0, CMP_EQ, 17, 0 } } });
	policy_add_rule(p, &(struct rule){ .call = "mkdir", .verdict = ERROR(1) });
	plain_find(&list, p);
	CHECK(list.count == 3);
	CHECK_STR(list.items[0].call, "clone");
	CHECK(list.items[0].by_argument && !list.items[0].by_arch && list.items[0].verdict.action == ACT_ALLOW);
	CHECK_STR(list.items[1].call, "read");
	CHECK(!list.items[1].by_argument && !list.items[1].by_arch);
	CHECK_STR(list.items[2].call, "write");
	CHECK(!list.items[2].by_argument && list.items[2].by_arch);
	plain_done(&list);
	policy_free(p);
}
