/* SPDX-License-Identifier: Apache-2.0 */
/* A policy made stricter by another one. */
#include <errno.h>
#include "base/mem.h"
#include "policy/derive.h"
#include "policy/judge-unknown.h"
#include "policy/tighten.h"
#include "read/reader.h"
#include "sysdb/sysdb.h"
#include "tests/unit/abi.h"
#include "tests/unit/golden.h"
#include "tests/unit/oracle.h"
#include "tests/unit/tap.h"

/* Is the meaning of `both` for a call right, compared with base and limit? */
static bool is_tighter(const struct policy *base, const struct policy *limit, const struct policy *both,
		       const struct call *c, bool exact)
{
	struct verdict b = policy_judge(base, c->arch, c->nr, c->args, NULL);
	struct verdict l = policy_judge(limit, c->arch, c->nr, c->args, NULL);
	struct verdict r = policy_judge(both, c->arch, c->nr, c->args, NULL);
	char name[CALL_NAME_MAX];
	bool mux, right;

	arch_call_name(c->arch, c->nr, name);
	mux = streq(name, "socketcall") || streq(name, "ipc");
	right = !(verdict_allows(r) && !(verdict_allows(b) && verdict_allows(l))) && (mux || verdict_allows(b) || r.action <= b.action) &&
		(!exact || mux || !verdict_allows(b) || !verdict_allows(l) || verdict_equal(b, r)) &&
		(!exact || mux || verdict_allows(b) || verdict_equal(b, r));
	if (right)
		return true;
	print_policy(both);
	printf("# %s %s %u (0x%llx, 0x%llx, 0x%llx, 0x%llx): base 0x%x, limit 0x%x, both 0x%x\n", c->arch->name, name, c->nr,
	       (unsigned long long)c->args[0], (unsigned long long)c->args[1], (unsigned long long)c->args[2],
	       (unsigned long long)c->args[3], verdict_kernel(b), verdict_kernel(l), verdict_kernel(r));
	return false;
}

static bool tighter_on_calls(struct dice *d, const struct policy *base, const struct policy *limit,
			     const struct policy *both, unsigned calls, bool exact)
{
	const struct policy *const all[] = { base, limit, both };
	const struct arch *arch;

	for (unsigned i = 0; i < calls; i++) {
		const struct rule *rule = any_rule(d, all[dice_below(d, 3)]);

		for (size_t a = 0; (arch = arch_at(a)) && a < 4; a++) {
			struct call c = { .arch = arch };

			aim(d, rule, &c);
			if (dice_below(d, 16) == 0 || !choose(d, rule, &c))
				c.nr = arch->bit | dice_below(d, 480);
			c.arch = arch_of_call(arch->audit, c.nr);
			for (int k = 0; exact && k < 6; k++)
				c.args[k] &= UINT32_MAX;
			if (!is_tighter(base, limit, both, &c, exact))
				return false;
		}
	}
	return true;
}

/* Every call of every ABI, with random arguments. */
static bool tighter_everywhere(struct dice *d, const struct policy *base, const struct policy *limit,
			       const struct policy *both)
{
	const struct arch *arch;

	for (size_t a = 0; (arch = arch_at(a)) && a < 4; a++)
		for (uint32_t nr = 0; nr < 600; nr++) {
			struct call c = { .arch = arch, .nr = arch->bit | nr };

			c.arch = arch_of_call(arch->audit, c.nr);
			for (int k = 0; k < 6; k++)
				c.args[k] = make_value(d) & UINT32_MAX;
			if (!is_tighter(base, limit, both, &c, true))
				return false;
		}
	return true;
}

static bool agrees_with_filters(struct dice *d, const struct policy *p, unsigned calls)
{
	struct compiled *f = NULL;
	struct err e;
	bool right = policy_compile(p, &f, &e) < 0 || agree_on_calls(d, p, f, calls);

	compiled_free(f);
	return right;
}

TEST(a_tightened_policy_allows_only_what_both_allow)
{
	unsigned joined = 0;

	for (unsigned i = 0; i < 1000; i++) {
		struct dice d = dice_new(i);
		struct policy *base = make_policy(&d), *both = NULL;
		struct policy *limit = make_policy(&d);
		const struct arch *arch;
		struct err e;
		bool right = true;

		for (size_t a = 0; (arch = arch_at(a)); a++)
			if (policy_covers(base) & ARCH_BIT(arch))
				policy_add_arch(limit, arch);

		if (policy_tighten(base, limit, &both, &e) == 0) {
			right = tighter_on_calls(&d, base, limit, both, 60, false) && (i % 8 || agrees_with_filters(&d, both, 10));
			joined++;
		}
		if (!right)
			print_policy(base), print_policy(limit);
		policy_free(base);
		policy_free(limit);
		policy_free(both);
		CHECK_FOR(right, "policy %u", i);
	}
	printf("# %u joined\n", joined);
	CHECK(joined > 300);
}

static struct policy *deny_word(const char *word, arch_set arches, bool minimal)
{
	const char *words[] = { word };
	struct policy *p = NULL;
	struct err e;

	policy_deny(&(struct denylist){ .words = words, .count = 1, .arches = arches, .minimal = minimal }, &p, &e);
	return p;
}

/* `difficult`: it may have rules that cannot be combined with those of the family. */
static bool tightened_by(const struct policy *base, const char *word, bool minimal, unsigned salt, bool difficult)
{
	struct policy *limit = deny_word(word, policy_covers(base), minimal), *both = NULL;
	struct dice d = dice_new(salt);
	struct err e = { "" };
	int r = policy_tighten(base, limit, &both, &e);
	bool right = r == 0 && policy_flags(both) == policy_flags(base) &&
		     policy_arches(both) == policy_arches(base) &&
		     tighter_on_calls(&d, base, limit, both, 200, true) && tighter_on_calls(&d, base, limit, both, 100, false) &&
		     tighter_everywhere(&d, base, limit, both) && (salt % 8 || agrees_with_filters(&d, both, 50));

	if (!right)
		printf("# %s: %s\n", word, e.text);
	right |= difficult && r == -EOPNOTSUPP;
	policy_free(limit);
	policy_free(both);
	return right;
}

static bool tightened_by_family(const struct policy *base, size_t i, bool difficult)
{
	char word[80];

	snprintf(word, sizeof word, "%s-family", family_at(i));
	return tightened_by(base, word, i & 1, (unsigned)i, difficult);
}

TEST(golden_profiles_are_tightened_by_families)
{
	struct golden g;

	for (size_t i = 0; golden_open(&g, i); i++) {
		bool right = true;

		for (size_t f = i % 4; right && family_at(f); f += 4)
			right = tightened_by_family(g.policy, f, true);
		golden_close(&g);
		CHECK_FOR(right, "%s", g.name);
	}
}

/* For a container without capabilities, one with all, and a usual one. */
TEST(the_default_profile_of_containers_is_tightened_by_every_family)
{
	static const uint64_t caps[] = { 0, UINT64_MAX, 0xa80425fb };

	for (size_t i = 0; i < countof(caps); i++) {
		struct parse_host host = { .caps = caps[i], .kernel = { 6, 1 } };
		struct parse_notes notes = { 0 };
		struct policy *base = NULL;
		struct err e;
		bool there = policy_read("/usr/share/containers/seccomp.json", &host, &base, &notes, &e) == 0;
		bool right = true;

		for (size_t f = i; there && right && family_at(f); f += countof(caps))
			right = tightened_by_family(base, f, false);
		parse_notes_done(&notes);
		if (there)
			policy_free(base);
		CHECK_FOR(right, "capabilities 0x%llx", (unsigned long long)caps[i]);
	}
}

/* A call that a multiplexer makes on another ABI. */
TEST(partial_denials_remain_if_the_default_allows)
{
	const struct rule logged = { .call = "accept", .verdict = { ACT_LOG, 0 } };
	const struct rule killed = { .call = "accept", .verdict = { ACT_KILL_PROCESS, 0 }, .conditions = 1,
				     .when = { { .arg = 1, .op = CMP_GE, .value = 7 } } };
	struct policy *base = policy_new((struct verdict){ ACT_ALLOW, 0 }), *limit = policy_new((struct verdict){ ACT_ALLOW, 0 });
	struct policy *both = NULL;
	struct err e;
	uint32_t nr;

	policy_add_arch(base, arch("x86_64"));
	policy_add_arch(base, arch("x86"));
	policy_add_arches(limit, policy_arches(base));
	policy_add_rule(base, &logged);
	policy_add_rule(limit, &killed);
	CHECK(policy_tighten(base, limit, &both, &e) == 0);
	CHECK(arch_call_number(arch("x86_64"), "accept", &nr));
	CHECK(policy_judge(both, arch("x86_64"), nr, (const uint64_t[6]){ 0, 9 }, NULL).action == ACT_KILL_PROCESS);
	CHECK(policy_judge(both, arch("x86_64"), nr, (const uint64_t[6]){ 0, 3 }, NULL).action == ACT_LOG);
	policy_free(both);
	policy_free(limit);
	policy_free(base);
}
