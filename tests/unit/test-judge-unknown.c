/* SPDX-License-Identifier: Apache-2.0 */
/* What a policy means for a call with unknown arguments. */
#include "policy/judge-unknown.h"
#include "tests/unit/golden.h"
#include "tests/unit/oracle.h"
#include "tests/unit/tap.h"

/* With all arguments it is the judge's answer; with unknown ones, the judge's answer is
 * one of those listed. */
static bool answers_rightly(struct dice *d, const struct policy *p, struct call *c)
{
	char name[CALL_NAME_MAX];
	struct partial_call q = { .arch = c->arch, .call = name, .known = dice_below(d, 64) };
	struct judgement a;
	struct verdict judged = policy_judge(p, c->arch, c->nr, c->args, NULL);
	bool right;

	arch_call_name(c->arch, c->nr, name);
	memcpy(q.args, c->args, sizeof q.args);
	policy_judge_unknown(p, &q, &a);
	right = verdict_equal(a.verdict, judged);
	for (size_t i = 0; i < a.maybe_count; i++)
		right |= verdict_equal(a.maybe[i]->verdict, judged);
	right &= judgement_allows(&a) == HOLDS_MAYBE || (judgement_allows(&a) == HOLDS_ALWAYS) == verdict_allows(judged);
	judgement_done(&a);
	q.known = 63;
	policy_judge_unknown(p, &q, &a);
	right &= a.maybe_count == 0 && verdict_equal(a.verdict, judged);
	judgement_done(&a);
	return right;
}

static bool is_answered_rightly(struct dice *d, const struct policy *p, const void *context, struct call *c)
{
	(void)context;
	return answers_rightly(d, p, c);
}

static bool answers_rightly_on_calls(struct dice *d, const struct policy *p, unsigned calls)
{
	return holds_on_calls(d, p, calls, is_answered_rightly, NULL);
}

TEST(answers_with_unknown_arguments_agree_with_the_judge)
{
	struct golden g;

	for (unsigned i = 0; i < 1500; i++) {
		struct dice d = dice_new(i);
		struct policy *p = make_policy(&d);
		bool right = answers_rightly_on_calls(&d, p, 30);

		if (!right)
			print_policy(p);
		policy_free(p);
		CHECK_FOR(right, "policy %u", i);
	}
	for (size_t i = 0; golden_open(&g, i); i++) {
		struct dice d = dice_new(i);
		bool right = answers_rightly_on_calls(&d, g.policy, 500);

		golden_close(&g);
		CHECK_FOR(right, "%s", g.name);
	}
}
