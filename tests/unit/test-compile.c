/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled policies mean what the judge says. */
#include <errno.h>
#include <stdlib.h>
#include "base/mem.h"
#include "tests/unit/golden.h"
#include "tests/unit/oracle.h"
#include "tests/unit/tap.h"

TEST(generated_policies_mean_what_their_filters_do)
{
	enum { CALLS = 40 };
	unsigned policies = getenv("SCTRACE_BRIEF") ? 1000 : 4000;
	struct err e;

	printf("# SEED=%s\n", getenv("SEED") ?: "1");
	for (unsigned i = 0; i < policies; i++) {
		struct dice d = dice_new(i);
		struct policy *p = make_policy(&d);
		struct compiled *f = NULL;
		int r = policy_compile(p, &f, &e);
		bool right = r == 0 && agree_on_calls(&d, p, f, CALLS);

		if (r < 0)
			print_policy(p);
		compiled_free(f);
		policy_free(p);
		CHECK_FOR(right, "policy %u: %s", i, r < 0 ? e.text : "they disagree");
	}
}

/* Too many rules are an error, after a limited time. */
TEST(too_many_rules_are_an_error_with_the_name_of_the_call)
{
	struct policy *p = policy_new((struct verdict){ ACT_ALLOW, 0 });
	struct dice d = dice_new(5);
	struct compiled *f = NULL;
	struct err e;

	for (unsigned i = 0; i < 2000; i++) {
		struct rule rule = { .call = "mmap", .verdict = { ACT_ERRNO, (uint16_t)(1 + i % 100) }, .conditions = 6 };

		for (unsigned a = 0; a < 6; a++)
			rule.when[a] = (struct condition){ a, CMP_MASKED_EQ, dice_u64(&d), dice_u64(&d) };
		policy_add_rule(p, &rule);
	}
	CHECK(policy_compile(p, &f, &e) == -E2BIG && strstr(e.text, "mmap"));
	policy_free(p);
}

TEST(deferred_filters_answer_trace_for_every_denial)
{
	struct err e;

	oracle_deferred = true;
	for (unsigned i = 0; i < 400; i++) {
		struct dice d = dice_new(i);
		struct policy *p = make_policy(&d);
		struct compiled *f = NULL;
		bool right = true;

		if (policy_compile(p, &f, &e) < 0)
			right = false;
		else
			compiled_defer(f, DEFERRED);
		right = right && agree_on_calls(&d, p, f, 40);
		compiled_free(f);
		policy_free(p);
		CHECK_FOR(right, "policy %u", i);
	}
	oracle_deferred = false;
}

TEST(golden_policies_mean_what_their_filters_do)
{
	struct golden g;

	for (size_t i = 0; golden_open(&g, i); i++) {
		struct dice d = dice_new(i);
		struct compiled *f = NULL;
		struct err e = { "" };
		int r = policy_compile(g.policy, &f, &e);
		bool right = r == 0 && agree_on_calls(&d, g.policy, f, 2000);

		compiled_free(f);
		golden_close(&g);
		CHECK_FOR(right, "%s: %s", g.name, e.text);
	}
}

/* tests/golden/CASE/truth: "ABI CALL [ARG...] -> VERDICT" a line. */
static bool truth_holds(const struct golden *g, const struct compiled *f, char *line)
{
	char *save = NULL, *abi = strtok_r(line, " \t", &save), *name = strtok_r(NULL, " \t", &save), *word;
	struct call c = { .arch = abi ? arch_find(abi) : NULL };
	struct verdict want = { 0 };
	size_t n = 0;

	if (!c.arch || !name || !arch_call_number(c.arch, name, &c.nr))
		return false;
	while ((word = strtok_r(NULL, " \t", &save)) && !streq(word, "->") && n < 6)
		c.args[n++] = strtoull(word, NULL, 0);
	word = strtok_r(NULL, " \t", &save);
	if (word && errno_find(word) > 0)
		want = (struct verdict){ ACT_ERRNO, (uint16_t)errno_find(word) };
	else if (!word || !action_find(word, &want.action))
		return false;
	return verdict_equal(policy_judge(g->policy, c.arch, c.nr, c.args, NULL), want) && agree(g->policy, f, &c);
}

TEST(golden_policies_have_the_expected_answers)
{
	struct golden g;

	for (size_t i = 0; golden_open(&g, i); i++) {
		scoped(freep) char *text = golden_read(&g, "truth");
		struct compiled *f = NULL;
		struct err e;
		char *save = NULL;

		CHECK_FOR(text, "%s has no truth", g.name);
		CHECK(policy_compile(g.policy, &f, &e) == 0);
		for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
			scoped(freep) char *copy = xstrdup(line);

			CHECK_FOR(*line == '#' || truth_holds(&g, f, copy), "%s: %s", g.name, line);
		}
		compiled_free(f);
		golden_close(&g);
	}
}

/* The comparison must notice a difference. */
TEST(a_wrong_filter_is_noticed)
{
	struct policy *p = policy_new((struct verdict){ ACT_ALLOW, 0 }), *q = policy_new((struct verdict){ ACT_ALLOW, 0 });
	struct rule rule = { .call = "read", .verdict = { ACT_ERRNO, EPERM }, .conditions = 1,
			     .when = { { 0, CMP_LT, 5, 0 } } };
	struct compiled *f = NULL;
	struct err e;
	struct call c = { .arch = arch_native(), .args = { 5 } };
	uint32_t got;

	CHECK(arch_call_number(c.arch, "read", &c.nr));
	policy_add_rule(p, &rule);
	rule.when[0].op = CMP_LE;
	policy_add_rule(q, &rule);
	CHECK(policy_compile(q, &f, &e) == 0);
	CHECK(simulate(f, &c, &got) && got == 0x50001);
	CHECK(policy_judge(p, c.arch, c.nr, c.args, NULL).action == ACT_ALLOW);
	CHECK(policy_judge(q, c.arch, c.nr, c.args, NULL).action == ACT_ERRNO);
	compiled_free(f);
	policy_free(p);
	policy_free(q);
}
