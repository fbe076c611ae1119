/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a policy means is said twice, by the judge and by the filters that the
 * kernel would run: they must agree on every call.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/mem.h"
#include "out/view.h"
#include "policy/judge-unknown.h"
#include "diff/policies.h"
#include "policy/compile.h"
#include "policy/derive.h"
#include "policy/judge.h"
#include "policy/narrow.h"
#include "read/reader.h"
#include "read/runtime-filter.h"
#include "policy/diagram.h"
#include "policy/tighten.h"
#include "sysdb/narrow.h"
#include "sysdb/sysdb.h"
#include "tests/unit/bpfsim.h"
#include "tests/unit/golden.h"
#include "tests/unit/make.h"
#include "tests/unit/scratch.h"
#include "tests/unit/tap.h"

struct call {
	const struct arch *arch;
	uint32_t nr;
	uint64_t args[6];
};

static bool simulate(const struct compiled *f, const struct call *c, uint32_t *ret)
{
	struct seccomp_data data = { .nr = (int)c->nr, .arch = c->arch->audit };
	size_t len;
	const struct sock_filter *code = compiled_code(f, &len);

	memcpy(data.args, c->args, sizeof data.args);
	return len <= BPF_MAXINSNS && bpfsim_run(code, len, &data, ret);
}

static void print_policy(const struct policy *p)
{
	scoped(freep) char *text = NULL;
	struct err e;

	if (view_text(view_find(SHOWS_POLICY, "text"), &(struct shown){ .is = SHOWS_POLICY, .policy = p }, &text, &e) == 0)
		tap_quote("policy", text);
}

/* With what a tracer is told in place of refusals. */
enum { DEFERRED = 0x1234 };
static bool deferred;

static uint32_t expected_answer(struct verdict v)
{
	return deferred && v.action < ACT_LOG ? SECCOMP_RET_TRACE | DEFERRED : verdict_kernel(v);
}

static bool agree(const struct policy *p, const struct compiled *f, const struct call *c)
{
	uint32_t judged = expected_answer(policy_judge(p, c->arch, c->nr, c->args, NULL)), simulated = 0;
	bool right = simulate(f, c, &simulated);
	char name[CALL_NAME_MAX];

	if (right && simulated == judged)
		return true;
	arch_call_name(c->arch, c->nr, name);
	print_policy(p);
	printf("# %s %s %u (0x%llx", c->arch->name, name, c->nr, (unsigned long long)c->args[0]);
	for (int i = 1; i < 6; i++)
		printf(", 0x%llx", (unsigned long long)c->args[i]);
	printf("): the judge says 0x%08x, the filter %s 0x%08x\n", judged, right ? "says" : "is broken:", simulated);
	return false;
}

/* Arguments at the edges of the rule's conditions, the others at random; on
 * 32-bit ABIs with dirt in the upper halves at times. */
static void aim(struct dice *d, const struct rule *rule, struct call *c)
{
	for (unsigned i = 0; i < 6; i++)
		c->args[i] = make_value(d);
	for (unsigned i = 0; i < rule->conditions; i++) {
		const struct condition *w = &rule->when[i];
		uint64_t v = w->value;

		switch (dice_below(d, 8)) {
		case 0: v++; break;
		case 1: v--; break;
		case 2: v ^= dice_u64(d) << 32; break;
		case 3: v ^= (uint64_t)1 << dice_below(d, 64); break;
		case 4: v = w->op == CMP_MASKED_EQ ? (v & w->mask) | (dice_u64(d) & ~w->mask) : v; break;
		default: break;
		}
		c->args[w->arg] = v;
	}
}

/* The call itself, or one that may stand for it. */
static bool choose(struct dice *d, const struct rule *rule, struct call *c)
{
	static const char *const muxes[] = { "socketcall", "ipc" };
	const char *mux = muxes[dice_below(d, 2)];

	if (dice_below(d, 3) == 0 && arch_call_number(c->arch, mux, &c->nr)) {
		uint32_t tries = 0;

		for (c->args[0] = dice_below(d, 26); tries < 26; tries++, c->args[0] = (c->args[0] + 1) % 26) {
			const char *inner = multiplexed(c->arch, mux, c->args[0]);

			if (inner && streq(inner, rule->call))
				break;
		}
		if (dice_below(d, 4) == 0)
			c->args[0] |= dice_u64(d) << 32;
		return true;
	}
	return arch_call_number(c->arch, rule->call, &c->nr);
}

static const struct rule no_rule = { .call = "getppid" };

typedef bool check_fn(struct dice *, const struct policy *, const void *context, struct call *);

/* Mostly near those that kernels have; some programs make -1 and other nonsense. */
static uint32_t any_number(struct dice *d, const struct arch *arch)
{
	switch (dice_below(d, 8)) {
	case 0:  return UINT32_MAX;
	case 1:  return dice_below(d, UINT32_MAX);
	case 2:  return arch->bit | (1u << dice_below(d, 32));
	default: return arch->bit | dice_below(d, 1200);
	}
}

/* Aims calls at the policy's rules, on each ABI, now and then beside them. */
static bool holds_on_calls(struct dice *d, const struct policy *p, unsigned calls, check_fn *check, const void *context)
{
	const struct arch *arch;
	size_t rules = 0;

	while (policy_rule(p, rules))
		rules++;
	for (unsigned i = 0; i < calls; i++) {
		const struct rule *rule = rules ? policy_rule(p, dice_below(d, (uint32_t)rules)) : &no_rule;

		for (size_t a = 0; (arch = arch_at(a)) && a < 6; a++) {
			struct call c = { .arch = arch };

			aim(d, rule, &c);
			if (dice_below(d, 8) == 0 || !choose(d, rule, &c))
				c.nr = any_number(d, arch);
			c.arch = arch_of_call(arch->audit, c.nr);
			if (!check(d, p, context, &c))
				return false;
		}
	}
	return true;
}

static bool agrees(struct dice *d, const struct policy *p, const void *filters, struct call *c)
{
	(void)d;
	return agree(p, filters, c);
}

static bool agree_on_calls(struct dice *d, const struct policy *p, const struct compiled *f, unsigned calls)
{
	return holds_on_calls(d, p, calls, agrees, f);
}

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

/* What is too much is an error and takes its time, but not for ever. */
TEST(rules_that_are_too_many_are_refused_by_name)
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

TEST(what_is_deferred_is_what_would_be_refused)
{
	struct err e;

	deferred = true;
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
	deferred = false;
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

TEST(golden_policies_say_what_was_written_down)
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

TEST(every_recorded_call_is_allowed_by_the_derived_policy)
{
	static const struct derive_opts opts[] = {
		{ .refuse = { ACT_ERRNO, EPERM } }, { .refuse = { ACT_KILL_PROCESS, 0 }, .arches = 3 },
		{ .refuse = { ACT_LOG, 0 }, .arches = 7 },
	};

	for (unsigned i = 0; i < 60; i++) {
		struct dice d = dice_new(i);
		struct rec *rec = make_rec(&d);
		struct policy *p = policy_derive(rec, &opts[i % countof(opts)]);
		struct compiled *f = NULL;
		const struct rec_call *seen;
		struct err e = { "" };

		int r = policy_compile(p, &f, &e);

		CHECK_FOR(r == 0, "%u: %s", i, e.text);
		for (size_t n = 0; (seen = rec_call_at(rec, n)); n++) {
			struct call c = { .arch = seen->arch, .nr = seen->nr };

			for (int a = 0; a < 6; a++)
				c.args[a] = make_value(&d);
			CHECK_FOR(policy_judge(p, c.arch, c.nr, c.args, NULL).action == ACT_ALLOW, "%s %s",
				  c.arch->name, seen->name);
			CHECK(!f || agree(p, f, &c));
		}
		CHECK(!f || agree_on_calls(&d, p, f, 200));
		compiled_free(f);
		policy_free(p);
		rec_free(rec);
	}
}

/* Calls that are worth it, with arguments of all kinds: exact, too many, of some runs. */
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

/* Whatever was seen is allowed still, in any of the registers' other bits. */
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

TEST(what_is_narrowed_allows_what_was_seen_and_means_what_its_filters_do)
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

TEST(narrowing_is_sorted_and_of_plain_arguments)
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

TEST(denied_families_mean_what_their_filters_do)
{
	const char *family;
	char word[80];

	for (size_t i = 0; (family = family_at(i)); i++) {
		struct dice d = dice_new(i);
		struct policy *p = NULL;
		struct compiled *f = NULL;
		struct err e = { "" };
		const char *words[] = { word };

		snprintf(word, sizeof word, "%s-family", family);
		CHECK_FOR(policy_deny(&(struct denylist){ .words = words, .count = 1, .arches = 7 }, &p, &e) == 0,
			  "%s: %s", family, e.text);
		CHECK_FOR(policy_compile(p, &f, &e) == 0, "%s: %s", family, e.text);
		CHECK_FOR(agree_on_calls(&d, p, f, 300), "%s", family);
		compiled_free(f);
		policy_free(p);
	}
}

/* policy_judge_unknown */

/* Known in full it is the judge's answer; with arguments left open the judge's is
 * one of those that are listed. */
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

TEST(what_is_asked_is_answered_as_the_judge_does)
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

/* policy_tighten */

static const struct rule *any_rule(struct dice *d, const struct policy *p)
{
	size_t n = 0;

	while (policy_rule(p, n))
		n++;
	return n ? policy_rule(p, dice_below(d, (uint32_t)n)) : &no_rule;
}

/* What base, limit and both mean for a call, and whether that is right. */
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

/* Every call of every ABI, with the arguments of the rules there are for it. */
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

TEST(what_is_tightened_allows_only_what_both_do)
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

/* `difficult`: it may have rules that no filter can join with those of the family. */
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

/* As a container without capabilities has it, one with all, and one as usual. */
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

/* read/runtime-filter.h, against libseccomp itself */

/* As runc and crun do it; -1: the rules were added, else the one that was refused. */
static long hand_over(scmp_filter_ctx ctx, const struct policy *p)
{
	static const enum scmp_compare ops[CMP_COUNT] = {
		[CMP_EQ] = SCMP_CMP_EQ, [CMP_NE] = SCMP_CMP_NE, [CMP_LT] = SCMP_CMP_LT, [CMP_LE] = SCMP_CMP_LE,
		[CMP_GT] = SCMP_CMP_GT, [CMP_GE] = SCMP_CMP_GE, [CMP_MASKED_EQ] = SCMP_CMP_MASKED_EQ,
	};
	const struct arch *arch;
	const struct rule *rule;

	for (size_t i = 0; (arch = arch_at(i)); i++)
		if (policy_arches(p) & ARCH_BIT(arch))
			(void)seccomp_arch_add(ctx, arch->scmp);
	for (long i = 0; (rule = policy_rule(p, (size_t)i)); i++) {
		struct scmp_arg_cmp args[6];
		int nr = seccomp_syscall_resolve_name(rule->call);

		if (nr == __NR_SCMP_ERROR || verdict_equal(rule->verdict, policy_default(p)))
			continue;
		for (unsigned k = 0; k < rule->conditions; k++) {
			const struct condition *c = &rule->when[k];

			args[k] = (struct scmp_arg_cmp){ c->arg, ops[c->op], c->op == CMP_MASKED_EQ ? c->mask : c->value, c->value };
		}
		if (seccomp_rule_add_array(ctx, verdict_kernel(rule->verdict), nr, rule->conditions, args) < 0)
			return i;
	}
	return -1;
}

struct made {
	struct sock_filter code[BPF_MAXINSNS];
	size_t len;
	struct runtime_filter *foretold;
	unsigned differ;
};

static bool export_to(struct made *m, scmp_filter_ctx ctx)
{
	int fd = memfd_create("filter", MFD_CLOEXEC);
	ssize_t n = fd >= 0 && seccomp_export_bpf(ctx, fd) == 0 ? pread(fd, m->code, sizeof m->code, 0) : -1;

	close(fd);
	m->len = n > 0 ? (size_t)n / sizeof *m->code : 0;
	return n > 0;
}

/* Where the filter says what the judge does not, that is what was foretold; and nowhere else. */
static bool is_foretold(struct dice *d, const struct policy *p, const void *context, struct call *c)
{
	struct made *m = (struct made *)context;
	struct seccomp_data data = { .nr = (int)c->nr, .arch = c->arch->audit };
	uint32_t judged = verdict_kernel(policy_judge(p, c->arch, c->nr, c->args, NULL)), answer;
	char name[CALL_NAME_MAX];
	struct partial_call q = { .arch = c->arch, .call = name, .known = 63 };
	struct deviation dev;

	(void)d;
	/* a 32-bit ABI has no more than that of its arguments */
	for (unsigned i = 0; i < 6; i++)
		q.args[i] = data.args[i] = c->arch->bits == 32 ? (uint32_t)c->args[i] : c->args[i];
	arch_call_name(c->arch, c->nr, name);
	if (!bpfsim_run(m->code, m->len, &data, &answer))
		return false;
	bool differs = runtime_filter_deviates(m->foretold, &q, DEVIATION_ANY, &dev);

	m->differ += differs;
	return differs ? answer != judged && verdict_kernel(dev.made) == answer && verdict_kernel(dev.meant) == judged :
		answer == judged;
}

/* The example of each deviation shows it, in the filter and to the judge. */
static bool examples_are_right(const struct policy *p, const struct made *m)
{
	const struct deviation *dev;

	for (size_t i = 0; (dev = runtime_filter_deviation(m->foretold, i)); i++) {
		struct seccomp_data data = { .arch = dev->on->audit };
		uint32_t nr, answer = 0;

		if (dev->kind > DEVIATION_OTHER || !arch_call_number(dev->on, dev->call, &nr))
			return false;
		data.nr = (int)nr;
		memcpy(data.args, dev->args, sizeof data.args);
		if (!bpfsim_run(m->code, m->len, &data, &answer) || answer != verdict_kernel(dev->made) ||
		    !verdict_equal(policy_judge(p, dev->on, nr, dev->args, NULL), dev->meant) || verdict_equal(dev->made, dev->meant))
			return false;
	}
	return true;
}

TEST(what_runtimes_make_of_a_policy_is_foretold)
{
	unsigned refused = 0, differ = 0, unknown = 0;
	static struct made m;

	for (unsigned i = 0; i < 1500; i++) {
		struct dice d = dice_new(i);
		struct policy *p = make_policy(&d);
		scmp_filter_ctx ctx = seccomp_init(verdict_kernel(policy_default(p)));
		const struct deviation *first;
		bool right, too_much;
		long bad;

		m = (struct made){ .foretold = runtime_filter_new(p, NULL, arch_native()) };
		first = runtime_filter_deviation(m.foretold, 0);
		too_much = first && first->kind == DEVIATION_UNKNOWN;
		bad = too_much ? -1 : hand_over(ctx, p);
		unknown += too_much;
		if (too_much)
			right = !first->call;
		else if (bad >= 0)
			right = first && first->kind == DEVIATION_NOT_LOADED && streq(first->call, policy_rule(p, (size_t)bad)->call);
		else
			right = export_to(&m, ctx) && holds_on_calls(&d, p, 30, is_foretold, &m) && examples_are_right(p, &m);
		refused += bad >= 0;
		differ += m.differ > 0;
		seccomp_release(ctx);
		runtime_filter_free(m.foretold);
		if (!right)
			print_policy(p);
		policy_free(p);
		CHECK_FOR(right, "policy %u, %s", i, bad >= 0 ? "refused" : "loaded");
	}
	printf("# %u refused, %u mean something else, %u too much for libseccomp\n", refused, differ, unknown);
	CHECK(refused > 50 && differ > 50 && unknown < 15);
}

/* The oracles are worth something only when they can disagree. */
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

/* policy_compare */

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

/* What the judge says of one call is in the list, and the list says nothing else. */
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

/* What is said of a call is so for the example, or for any arguments. */
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

TEST(what_is_different_is_what_the_judge_says_otherwise)
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

TEST(a_policy_is_no_different_from_itself_nor_from_one_that_says_it_twice)
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

TEST(golden_policies_differ_where_the_judge_says_so)
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

/* A gate must not pass what could not be looked at. */
TEST(what_is_too_much_to_compare_is_said_to_be_both)
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
