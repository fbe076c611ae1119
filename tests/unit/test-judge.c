/* SPDX-License-Identifier: Apache-2.0 */
/* What a policy means for a call. */
#include "tests/unit/tap.h"
#include "tests/unit/verdicts.h"

TEST(a_condition_compares_all_bits_of_a_64_bit_abi_and_half_of_a_32_bit_one)
{
	static const struct { enum cmp op; uint64_t value, mask, arg; bool on64, on32; } rows[] = {
		{ CMP_EQ, 5, 0, 5, true, true },
		{ CMP_EQ, 5, 0, 0x100000005, false, true },
		{ CMP_EQ, 0x100000005, 0, 5, false, true },
		{ CMP_EQ, UINT64_MAX, 0, 0xffffffff, false, true },
		{ CMP_NE, 5, 0, 5, false, false },
		{ CMP_NE, 5, 0, 0x100000005, true, false },
		{ CMP_LT, 5, 0, 4, true, true },
		{ CMP_LT, 5, 0, 5, false, false },
		{ CMP_LT, 5, 0, 0x100000004, false, true },
		{ CMP_LE, 5, 0, 5, true, true },
		{ CMP_LE, 5, 0, 6, false, false },
		{ CMP_GT, 5, 0, 5, false, false },
		{ CMP_GT, 5, 0, 6, true, true },
		{ CMP_GT, 5, 0, 0x100000000, true, false },
		{ CMP_GT, 0x7fffffff, 0, 0xffffffffffffffff, true, true },	/* unsigned, always */
		{ CMP_GE, 5, 0, 5, true, true },
		{ CMP_GE, 5, 0, 4, false, false },
		{ CMP_MASKED_EQ, 0x10, 0x30, 0xd0, true, true },
		{ CMP_MASKED_EQ, 0x10, 0x30, 0x30, false, false },
		{ CMP_MASKED_EQ, 0, 0x100000000, 0x100000000, false, true },
		{ CMP_MASKED_EQ, 0x15, 0x10, 0x10, true, true },	/* bits outside the mask do not count */
		{ CMP_MASKED_EQ, 7, 0, 99, true, true },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct policy *p = policy_new(ALLOW);
		struct rule r = { .call = "read", .verdict = ERROR(1), .conditions = 1,
				  .when = { { 2, rows[i].op, rows[i].value, rows[i].mask } } };
		uint64_t args[6] = { 0, 0, rows[i].arg };

		policy_add_arch(p, arch("x86_64"));
		policy_add_arch(p, arch("x86"));
		policy_add_arch(p, arch("x32"));
		policy_add_rule(p, &r);
		CHECK_FOR((judge(p, "x86_64", "read", args) == EPERMED) == rows[i].on64, "row %zu on x86_64", i);
		CHECK_FOR((judge(p, "x86", "read", args) == EPERMED) == rows[i].on32, "row %zu on x86", i);
		CHECK_FOR(rule_matches(&r, arch("aarch64"), args) == rows[i].on64, "row %zu on aarch64", i);
		policy_free(p);
	}
}

TEST(all_conditions_of_a_rule_must_be_met_and_one_rule_of_a_call)
{
	struct policy *p = policy_new(ALLOW);

	policy_add_rule(p, &(struct rule){ .call = "read", .verdict = ERROR(1), .conditions = 2,
					   .when = { { 0, CMP_EQ, 1, 0 }, { 1, CMP_GT, 7, 0 } } });
	policy_add_rule(p, &(struct rule){ .call = "read", .verdict = ERROR(2), .conditions = 1,
					   .when = { { 0, CMP_EQ, 9, 0 } } });
	CHECK(judge(p, "x86_64", "read", (uint64_t[6]){ 1, 8 }) == 0x50001);
	CHECK(judge(p, "x86_64", "read", (uint64_t[6]){ 1, 7 }) == ALLOWED);
	CHECK(judge(p, "x86_64", "read", (uint64_t[6]){ 9, 0 }) == 0x50002);
	policy_free(p);
}

TEST(an_unconditional_rule_decides_alone)
{
	for (int order = 0; order < 2; order++) {
		struct policy *p = policy_new(ERROR(1));
		struct rule rules[] = {
			{ .call = "read", .verdict = ALLOW },
			{ .call = "read", .verdict = { ACT_KILL_PROCESS, 0 }, .conditions = 1, .when = { { 0, CMP_EQ, 0, 0 } } },
		};
		const struct rule *decided = NULL;
		uint64_t args[6] = { 0 };

		policy_add_rule(p, &rules[order]);
		policy_add_rule(p, &rules[!order]);
		CHECK(policy_judge(p, arch_native(), 0, args, &decided).action == ACT_ALLOW);
		CHECK(decided && decided->conditions == 0);
		policy_free(p);
	}
}

TEST(the_strictest_matching_conditional_rule_decides_or_the_smaller_errno)
{
	struct policy *p = policy_new(ALLOW);
	struct rule r = { .call = "read", .conditions = 1, .when = { { 0, CMP_LT, 10, 0 } } };
	static const struct verdict verdicts[] = { { ACT_LOG, 0 }, { ACT_ERRNO, 7 }, { ACT_ERRNO, 8 }, { ACT_TRACE, 1 } };

	for (size_t i = 0; i < countof(verdicts); i++) {
		r.verdict = verdicts[i];
		r.when[0].value = 10 + i;
		policy_add_rule(p, &r);
	}
	CHECK(judge(p, "x86_64", "read", (uint64_t[6]){ 5 }) == 0x50007);
	CHECK(judge(p, "x86_64", "read", (uint64_t[6]){ 11 }) == 0x50008);
	CHECK(judge(p, "x86_64", "read", (uint64_t[6]){ 12 }) == 0x7ff00001);
	CHECK(judge(p, "x86_64", "read", (uint64_t[6]){ 13 }) == ALLOWED);
	policy_free(p);
}

TEST(calls_of_an_uncovered_abi_kill_the_thread)
{
	struct policy *p = policy_new(ALLOW);

	policy_add_arch(p, arch("aarch64"));
	CHECK(judge(p, "aarch64", "read", NULL) == ALLOWED);
	CHECK(judge(p, "arm", "read", NULL) == THREAD);
	CHECK(judge(p, "s390x", "read", NULL) == THREAD);
	CHECK(judge(p, arch_native()->name, "read", NULL) == ALLOWED);
	CHECK(policy_covers(p) == (ARCH_BIT(arch("aarch64")) | ARCH_BIT(arch_native())));
	policy_free(p);
}

TEST(a_rule_applies_to_its_abis)
{
	struct policy *p = policy_new(ERROR(1));

	policy_add_arch(p, arch("x86_64"));
	policy_add_arch(p, arch("x86"));
	policy_add_rule(p, &(struct rule){ .call = "read", .verdict = ALLOW, .arches = ARCH_BIT(arch("x86")) });
	CHECK(judge(p, "x86", "read", NULL) == ALLOWED && judge(p, "x86_64", "read", NULL) == EPERMED);
	policy_free(p);
}

TEST(a_multiplexer_stands_for_its_calls)
{
	struct policy *p = policy_new(ALLOW);

	policy_add_arch(p, arch("x86"));
	policy_add_arch(p, arch("x86_64"));
	policy_add_rule(p, &(struct rule){ .call = "bind", .verdict = ERROR(1) });
	policy_add_rule(p, &(struct rule){ .call = "accept", .verdict = ERROR(1), .conditions = 2,
					   .when = { { 0, CMP_EQ, 77, 0 }, { 1, CMP_EQ, 3, 0 } } });
	policy_add_rule(p, &(struct rule){ .call = "shmat", .verdict = ERROR(1) });
	CHECK(judge(p, "x86", "bind", NULL) == EPERMED && judge(p, "x86_64", "bind", NULL) == EPERMED);
	CHECK(judge(p, "x86", "socketcall", (uint64_t[6]){ 2 }) == EPERMED);
	CHECK(judge(p, "x86", "socketcall", (uint64_t[6]){ 0xff00000002 }) == EPERMED);
	CHECK(judge(p, "x86", "socketcall", (uint64_t[6]){ 1 }) == ALLOWED);
	/* its condition on argument 0 is lost, the other one is kept */
	CHECK(judge(p, "x86", "socketcall", (uint64_t[6]){ 5, 3 }) == EPERMED);
	CHECK(judge(p, "x86", "socketcall", (uint64_t[6]){ 5, 4 }) == ALLOWED);
	CHECK(judge(p, "x86", "ipc", (uint64_t[6]){ 21 }) == EPERMED);
	CHECK(judge(p, "x86", "ipc", (uint64_t[6]){ 22 }) == ALLOWED);
	CHECK(judge(p, "x86_64", "socketcall", NULL) == 1);
	policy_add_rule(p, &(struct rule){ .call = "socketcall", .verdict = { ACT_LOG, 0 } });
	CHECK(judge(p, "x86", "socketcall", (uint64_t[6]){ 2 }) == LOGGED);
	CHECK_STR(multiplexed(arch("x86"), "socketcall", 20), "sendmmsg");
	CHECK(!multiplexed(arch("x86"), "socketcall", 21) && !multiplexed(arch("x86"), "ipc", 5) &&
	      !multiplexed(arch("x86"), "read", 1) && !multiplexed(arch("x86_64"), "socketcall", 1));
	CHECK(is_multiplexed(arch("x86"), "accept") && is_multiplexed(arch("x86"), "semop") &&
	      !is_multiplexed(arch("x86"), "read") && !is_multiplexed(arch("x86_64"), "bind"));
	policy_free(p);
}
