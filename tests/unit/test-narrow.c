/* SPDX-License-Identifier: Apache-2.0 */
/* Policies that are narrowed to recorded arguments. */
#include <errno.h>
#include "base/mem.h"
#include "policy/derive.h"
#include "policy/narrow.h"
#include "sysdb/narrow.h"
#include "sysdb/sysdb.h"
#include "tests/unit/oracle.h"
#include "tests/unit/tap.h"

/* Calls that can be narrowed, with arguments of all kinds: exact, too many, of some runs. */
static struct rec *make_argued(struct dice *d)
{
	struct rec *rec = rec_new();
	static const char *const abis[] = { "x86_64", "x86_64", "x86_64", "x86", "x32" };
	static const char *const runs[] = { "r1", "r2" };
	const struct narrow *n;

	for (size_t i = 0; (n = narrow_at(i)); i++) {
		const struct arch *a = arch_find(abis[dice_below(d, countof(abis))]);
		uint64_t values[REC_VALUES_MAX], mask;
		uint32_t nr, count = 1 + dice_below(d, dice_below(d, 6) ? 4 : REC_VALUES_MAX);
		const char *run = runs[dice_below(d, 2)];
		unsigned arg;

		if (!arch_call_number(a, n->call, &nr))
			continue;
		rec_add_seen(rec, a, nr, &(struct rec_seen){ run, "/p", 1, 0 });
		if (dice_below(d, 8) == 0 || !narrow_place(n, a, &arg, &mask))
			continue;
		for (uint32_t v = 0; v < count; v++)
			values[v] = make_value(d) & mask;
		rec_add_arg(rec, a, nr, &(struct rec_arg){ .arg = arg, .mask = mask, .runs = runs, .run_count = 2,
							   .values = values, .value_count = count });
	}
	return rec;
}

/* Recorded values are still allowed, whatever the other bits of registers are. */
static bool allows_seen(struct dice *d, const struct policy *p, const struct rec_call *seen)
{
	struct call c = { .arch = seen->arch, .nr = seen->nr };

	for (int a = 0; a < 6; a++)
		c.args[a] = make_value(d);
	for (size_t i = 0; i < seen->arg_count; i++) {
		const struct rec_arg *a = &seen->args[i];

		if (a->value_count == 0)
			return true;
		c.args[a->arg] = a->values[dice_below(d, (uint32_t)a->value_count)] | (c.args[a->arg] & ~a->mask);
	}
	return policy_judge(p, c.arch, c.nr, c.args, NULL).action == ACT_ALLOW;
}

TEST(narrowed_policies_allow_recorded_calls_and_agree_with_their_filters)
{
	unsigned narrowed_calls = 0, left_calls = 0;

	for (unsigned i = 0; i < 200; i++) {
		struct dice d = dice_new(i);
		struct rec *rec = make_argued(&d);
		struct policy *p = policy_derive(rec, &(struct derive_opts){ .refuse = { ACT_ERRNO, EPERM } });
		struct strlist narrowed = { 0 }, left = { 0 };
		const struct rec_call *seen;
		struct compiled *f = NULL;
		struct err e = { "" };
		bool right = true;

		policy_narrow(p, rec, &narrowed, &left);
		narrowed_calls += (unsigned)narrowed.count;
		left_calls += (unsigned)left.count;
		strlist_done(&narrowed);
		strlist_done(&left);
		int r = policy_compile(p, &f, &e);

		for (size_t n = 0; right && (seen = rec_call_at(rec, n)); n++)
			right = allows_seen(&d, p, seen);
		if (!right)
			print_policy(p);
		right = right && r == 0 && agree_on_calls(&d, p, f, 100);
		compiled_free(f);
		policy_free(p);
		rec_free(rec);
		CHECK_FOR(right, "%u: %s", i, r < 0 ? e.text : "wrong");
	}
	CHECK(narrowed_calls > 500 && left_calls > 200);
}

TEST(the_list_of_narrowed_arguments_is_sorted_and_plain)
{
	const struct narrow *n;
	uint64_t mask;
	unsigned arg;

	for (size_t i = 0; (n = narrow_at(i)); i++) {
		const struct arch *a = arch_find(streq(n->call, "mmap2") || streq(n->call, "fcntl64") ? "x86" : "x86_64");

		CHECK_FOR(i == 0 || strcmp(narrow_at(i - 1)->call, n->call) <= 0, "%s", n->call);
		CHECK_FOR(sysdb_find(n->call) && narrow_place(n, a, &arg, &mask) && mask, "%s %s", n->call, n->arg);
	}
	CHECK(narrow_at(1) && narrow_place(narrow_at(1), arch_find("s390x"), &arg, &mask) && arg == 1);
}
