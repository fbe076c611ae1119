/* SPDX-License-Identifier: Apache-2.0 */
#include "app/explanation.h"

#include <stdio.h>
#include "base/log.h"
#include "base/mem.h"
#include "policy/judge.h"
#include "policy/prose.h"
#include "read/runtime-filter.h"
#include "sysdb/args.h"
#include "sysdb/sysdb.h"

/* rules in words */

static void add_place(struct buf *b, const struct asked *a, const struct place *place)
{
	buf_addf(b, "%s:%u: ", profile_file(a->profile, place), place->line);
	if (*place->path)
		buf_addf(b, "%s: ", place->path);
}

/* "profile.json:12: syscalls[3]: clone is denied with EPERM when flags has CLONE_NEWUSER" */
static void add_rule(struct buf *b, const struct asked *a, const struct rule *rule, const struct arch *arch)
{
	add_place(b, a, profile_place(a->profile, rule));
	buf_addf(b, "%s is ", rule ? rule->call : "every other call");
	prose_verdict(b, rule ? rule->verdict : policy_default(a->policy));
	if (rule && rule->conditions) {
		buf_adds(b, " when ");
		prose_conditions(b, arch, rule->call, rule);
	}
}

static void print_line(const char *before, struct buf *b)
{
	scoped(freep) char *clean = clean_dup(buf_str(b));

	printf("%s%s\n", before, clean);
	buf_done(b);
}

/* the answer on one ABI */

static void add_answer(struct buf *b, const struct judgement *answer)
{
	prose_verdict(b, answer->verdict);
	if (answer->maybe_count)
		buf_adds(b, ", if none of these applies:");
}

static void print_rule(const char *before, const struct asked *a, const struct rule *rule)
{
	struct buf b = { 0 };

	add_rule(&b, a, rule, a->q.arch);
	print_line(before, &b);
}

/* Rules of the profile for the call in other containers, or on other kernels or machines. */
static void print_elsewhere(const struct asked *a)
{
	enum { SHOWN = 8 };
	const struct profile *f = a->profile;
	size_t n = 0;

	for (size_t i = 0; i < f->name_count; i++) {
		const struct profile_rule *r = &f->rules[f->names[i].rule];
		struct buf b = { 0 };

		if (r->applies || !streq(f->names[i].call, a->q.call) || (n++ >= SHOWN && log_level <= LOG_NORMAL))
			continue;
		add_place(&b, a, &r->place);
		buf_addf(&b, "%s is ", a->q.call);
		prose_verdict(&b, r->verdict);
		buf_addf(&b, "%s, but only %s", r->conditions ? " with some arguments" : "", r->only);
		print_line("  elsewhere: ", &b);
	}
	if (n > SHOWN && log_level <= LOG_NORMAL)
		printf("  and %zu more elsewhere (-v shows them)\n", n - SHOWN);
}

/* Rules for the call that do not matter here. */
static void print_others(const struct asked *a, const struct judgement *answer)
{
	enum { SHOWN = 8 };
	size_t n = 0, count;
	scoped(freep) const struct rule **rules = policy_rules_about(a->policy, &a->q, &count);

	for (size_t i = 0; i < count; i++) {
		bool used = rules[i] == answer->by;

		for (size_t k = 0; k < answer->maybe_count; k++)
			used |= rules[i] == answer->maybe[k];
		if (used || (n++ >= SHOWN && log_level <= LOG_NORMAL))
			continue;
		print_rule(rule_holds(rules[i], &a->q) == HOLDS_NEVER ? "  not met: " : "  outdone: ", a, rules[i]);
	}
	if (n > SHOWN && log_level <= LOG_NORMAL)
		printf("  and %zu more that do not match or are overridden (-v shows them)\n", n - SHOWN);
}

static struct verdict judge(const struct asked *a, const struct partial_call *q)
{
	scoped(judgement_done) struct judgement answer;

	policy_judge_unknown(a->policy, q, &answer);
	return answer.verdict;
}

/* The kernel uses half of an int, but a comparison the whole register. */
static bool is_half(const struct asked *a, unsigned arg)
{
	const struct arg_info *info = sysdb_arg_on(a->q.arch, a->q.call, arg);

	return a->q.arch->bits == 64 && info && (info->type == ARG_INT || info->type == ARG_FD);
}

static bool upper_half_matters(const struct asked *a, unsigned arg, struct verdict *ret_other)
{
	struct partial_call other = a->q;

	if (!is_half(a, arg) || !(a->q.known & 1u << arg))
		return false;
	other.args[arg] ^= (uint64_t)1 << 32;
	*ret_other = judge(a, &other);
	return !verdict_equal(*ret_other, judge(a, &a->q));
}

static bool compares_upper_half(const struct asked *a, const struct judgement *answer, unsigned arg)
{
	bool found = false;

	if (!is_half(a, arg) || (a->q.known & 1u << arg))
		return false;
	for (size_t i = 0; i < answer->maybe_count; i++)
		for (unsigned k = 0; k < answer->maybe[i]->conditions; k++) {
			const struct condition *c = &answer->maybe[i]->when[k];

			found |= c->arg == arg && (c->op != CMP_MASKED_EQ || c->mask > UINT32_MAX);
		}
	return found;
}

static void print_halves(const struct asked *a, const struct judgement *answer)
{
	struct verdict other;

	for (unsigned arg = 0; arg < 6; arg++) {
		struct buf b = { 0 };
		const struct arg_info *info = sysdb_arg_on(a->q.arch, a->q.call, arg);

		if (upper_half_matters(a, arg, &other)) {
			buf_addf(&b, "the kernel uses only the low 32 bits of %s, the rules compare all 64: with other upper "
				 "32 bits the same call is ", info->name);
			prose_verdict(&b, other);
			print_line("  note: ", &b);
		} else if (compares_upper_half(a, answer, arg)) {
			buf_addf(&b, "the kernel uses only the low 32 bits of %s, the conditions compare all 64: bits in the "
				 "upper half get past them", info->name);
			print_line("  note: ", &b);
		}
	}
}

static const char *answer_word(const struct judgement *answer)
{
	static const char *const words[] = {
		[HOLDS_NEVER] = "denied", [HOLDS_MAYBE] = "denied or allowed, depending on arguments", [HOLDS_ALWAYS] = "allowed",
	};

	return words[judgement_allows(answer)];
}

static void print_ways(const struct asked *a)
{
	const struct sysdb_call *c = sysdb_find(a->q.call);
	scoped(strlist_done) struct strlist ways = { 0 };
	struct judgement answer;

	if (!c)
		return;
	asked_ways(c, &ways);
	for (size_t i = 0; i < ways.count; i++) {
		struct buf b = { 0 };

		if (!asked_other(a, ways.items[i], &answer))
			continue;
		if (judgement_allows(&answer) == HOLDS_MAYBE || answer.maybe_count)
			buf_adds(&b, answer_word(&answer));
		else
			prose_verdict(&b, answer.verdict);
		printf("  %s %s: ", list_has(c->siblings, ways.items[i]) ? "sibling" : "reaches it too:", ways.items[i]);
		print_line("", &b);
		judgement_done(&answer);
	}
	if (asked_ring_reason(c) && asked_other(a, "io_uring_setup", &answer)) {
		printf("  io_uring: %s; io_uring_setup is %s\n", asked_ring_reason(c), answer_word(&answer));
		judgement_done(&answer);
	}
}

static void print_call(const struct asked *a)
{
	struct buf b = { 0 };

	buf_addf(&b, "%s(", a->q.call);
	for (unsigned i = 0; i < 6; i++) {
		const struct arg_info *info = sysdb_arg_on(a->q.arch, a->q.call, i);

		if (info ? info->type == ARG_NONE : (int)i >= a->count)
			break;
		buf_addf(&b, "%s%s%s", i ? ", " : "", info ? info->name : "", info ? "=" : "");
		if (!(a->q.known & 1u << i))
			buf_adds(&b, "any");
		else
			arg_print(&b, info, a->q.args[i]);
	}
	buf_adds(&b, ")");
	print_line("", &b);
}

/* What runc and crun do differently from the rules. */
static void print_runtimes(const struct asked *a)
{
	struct deviation d;
	struct buf b = { 0 };

	if (!runtime_filter_deviates(a->runtime, &a->q, DEVIATION_ANY, &d))
		return;
	deviation_words(&b, &d);
	print_line("  but: ", &b);
}

static void print_loaded(const struct asked *a)
{
	const struct deviation *first = runtime_filter_deviation(a->runtime, 0);
	struct buf b = { 0 };

	if (!first || first->kind != DEVIATION_NOT_LOADED)
		return;
	deviation_words(&b, first);
	print_line("  but: ", &b);
}

static void print_answer(const struct asked *a, const struct judgement *answer, const char *abis)
{
	struct buf b = { 0 };

	buf_addf(&b, "%s: ", abis);
	add_answer(&b, answer);
	print_line("", &b);
	for (size_t i = 0; i < answer->maybe_count; i++)
		print_rule("  if: ", a, answer->maybe[i]);
	if (!answer->covered)
		puts(policy_covers(a->policy) & ARCH_BIT(a->q.arch) ?
		     "  by the filter itself: the number is above those of this ABI, and of no other one that the profile is for" :
		     "  by the filter itself: the profile is not for this ABI");
	else
		print_rule(answer->by ? "  by the rule: " : "  by the default: ", a, answer->by);
	if (answer->covered)
		print_others(a, answer);
	print_halves(a, answer);
}

/* all ABIs */

static bool same_answer(const struct judgement *a, const struct judgement *b)
{
	bool same = a->covered == b->covered && verdict_equal(a->verdict, b->verdict) && a->by == b->by &&
		    a->maybe_count == b->maybe_count;

	for (size_t i = 0; same && i < a->maybe_count; i++)
		same = a->maybe[i] == b->maybe[i];
	return same;
}

void explanation_print(struct asked *a, const struct arch *const *arches, struct judgement *answers, size_t n)
{
	bool done[32] = { false };

	a->q.arch = arches[0];
	print_call(a);
	for (size_t i = 0; i < n; i++) {
		scoped(buf_done) struct buf abis = { 0 };
		arch_set these = 0;

		for (size_t k = i; k < n && !done[i]; k++)
			if (!done[k] && same_answer(&answers[i], &answers[k]) && (k == i || arches[i]->bits == arches[k]->bits ||
			    answers[i].maybe_count == 0)) {
				buf_addf(&abis, "%s%s", abis.len ? ", " : "", arches[k]->name);
				these |= ARCH_BIT(arches[k]);
				done[k] = k != i;
			}
		a->q.arch = arches[i];
		if (abis.len)
			print_answer(a, &answers[i], buf_str(&abis));
		for (size_t k = i; k < n; k++) {
			a->q.arch = arches[k];
			if (these & ARCH_BIT(arches[k]))
				print_runtimes(a);
		}
	}
	print_loaded(a);
	a->q.arch = arches[0];
	print_elsewhere(a);
	print_ways(a);
}
