/* SPDX-License-Identifier: Apache-2.0 */
#include "diff/policies.h"

#include "base/buf.h"
#include "base/mem.h"
#include "policy/judge.h"
#include "policy/prose.h"
#include "policy/says.h"

/* words */

enum { SHOWN = 8 };

/* "allowed if domain is AF_UNIX, or domain is AF_INET; else denied with EPERM" */
static void describe(struct buf *b, const struct policy *policy, const struct says *says, const struct arch *arch,
		     const char *call)
{
	if (says->alone || says->count == 0) {
		prose_verdict(b, says->alone ? says->alone->verdict : policy_default(policy));
		return;
	}
	for (size_t i = says->count, shown = 0; i-- > 0;) {
		bool first = i + 1 == says->count ||
			     !verdict_equal(says->items[i].rule->verdict, says->items[i + 1].rule->verdict);
		bool last = i == 0 || !verdict_equal(says->items[i].rule->verdict, says->items[i - 1].rule->verdict);

		shown = first ? 0 : shown;
		if (first) {
			prose_verdict(b, says->items[i].rule->verdict);
			buf_adds(b, " if ");
		}
		if (shown < SHOWN || (shown == SHOWN && last)) {
			buf_adds(b, first ? "" : ", or ");
			prose_conditions(b, arch, call, says->items[i].rule);
		} else if (last) {
			buf_addf(b, ", or %zu others", shown + 1 - SHOWN);
		}
		shown++;
		buf_adds(b, last ? "; else " : "");
	}
	prose_verdict(b, policy_default(policy));
}

/* one call on one ABI */

struct pair {
	struct differences *all;
	struct diagram *diagram;
	const struct policy *old, *now;
	struct strlist calls;		/* calls that either names */
};

static bool same_says(const struct says *a, const struct says *b)
{
	if (a->count != b->count || !a->alone != !b->alone)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!streq(a->items[i].rule->call, b->items[i].rule->call) || a->items[i].arg0 != b->items[i].arg0 ||
		    !verdict_equal(a->items[i].rule->verdict, b->items[i].rule->verdict) ||
		    !conditions_equal(a->items[i].rule, b->items[i].rule))
			return false;
	return true;
}

/* A comparison that was too large is reported: a gate must not let it pass. */
static void add_guess(struct pair *p, struct difference d, enum change change)
{
	d.guessed = true;
	d.change = change;
	d.on = NULL;
	differences_add(p->all, &d);
}

/* What `to` allows and `from` does not; false: nothing, as far as it could be compared. */
static bool compare_way(struct pair *p, struct difference d, diagram_node from, diagram_node to, enum change some, enum change all)
{
	enum reach most = diagram_most(p->diagram, from);

	if (!diagram_farther(p->diagram, from, to, d.args, &d.known)) {
		if (diagram_is_lost(p->diagram))
			add_guess(p, d, some);
		return false;
	}
	d.on = d.known ? d.on : NULL;
	d.change = most == REACH_NOWHERE ? all : some;
	differences_add(p->all, &d);
	return true;
}

static void compare_answers(struct pair *p, struct difference d, diagram_node old, diagram_node now)
{
	bool wider = compare_way(p, d, old, now, CHANGE_WIDENED, CHANGE_ADDED);
	bool narrower = compare_way(p, d, now, old, CHANGE_NARROWED, CHANGE_REMOVED);

	if (wider || narrower || diagram_is_lost(p->diagram))
		return;
	d.on = NULL;
	d.change = CHANGE_OTHER;
	differences_add(p->all, &d);
}

static void compare_call(struct pair *p, const struct arch *arch, const char *call)
{
	struct difference d = {
		.subject = SUBJECT_CALL, .call = call, .arches = ARCH_BIT(arch), .risk = sysdb_risk(call),
		.reason = difference_reason(call), .on = arch,
	};
	scoped(buf_done) struct buf old_words = { 0 }, now_words = { 0 };
	scoped(says_done) struct says old, now;

	says_find(&old, p->old, arch, call);
	says_find(&now, p->now, arch, call);
	diagram_begin(p->diagram, arch);
	diagram_node a = says_answers(p->diagram, p->old, &old), b = says_answers(p->diagram, p->now, &now);
	bool lost = diagram_is_lost(p->diagram);

	if (a != b || lost) {
		describe(&old_words, p->old, &old, arch, call);
		describe(&now_words, p->now, &now, arch, call);
		d.old = buf_str(&old_words);
		d.now = buf_str(&now_words);
	}
	if (lost && !(same_says(&old, &now) && verdict_equal(policy_default(p->old), policy_default(p->now)))) {
		add_guess(p, d, CHANGE_WIDENED);
		add_guess(p, d, CHANGE_NARROWED);
	} else if (!lost && a != b) {
		compare_answers(p, d, a, b);
	}
}

/* which calls */

/* Adds the ABI's own name for the call, which the judge uses. */
static void add_name(struct pair *p, const struct arch *arch, const char *call)
{
	char name[CALL_NAME_MAX];
	uint32_t nr;

	if (arch_call_number(arch, call, &nr)) {
		arch_call_name(arch, nr, name);
		strlist_insert(&p->calls, name);
	}
	for (size_t i = 0; multiplexer_at(i) && is_multiplexed(arch, call); i++)
		if (arch_call_number(arch, multiplexer_at(i), &nr))
			strlist_insert(&p->calls, multiplexer_at(i));
}

static void add_names(struct pair *p, const struct policy *policy, arch_set arches)
{
	const struct arch *arch;
	const struct rule *rule;

	for (size_t i = 0; (rule = policy_rule(policy, i)); i++)
		for (size_t a = 0; policy_first_rule(policy, rule->call) == rule && (arch = arch_at(a)); a++)
			if (arches & ARCH_BIT(arch))
				add_name(p, arch, rule->call);
}

static void add_known(struct pair *p)
{
	const struct sysdb_call *c;

	for (size_t i = 0; (c = sysdb_at(i)); i++)
		strlist_insert(&p->calls, c->name);
}

static bool has_by_name(const struct arch *arch, const char *call)
{
	char name[CALL_NAME_MAX];
	uint32_t nr;

	if (!arch_call_number(arch, call, &nr))
		return false;
	arch_call_name(arch, nr, name);
	return streq(name, call);
}

static void compare_calls(struct pair *p, arch_set both)
{
	const struct arch *arch;

	for (size_t i = 0; i < p->calls.count; i++)
		for (size_t a = 0; (arch = arch_at(a)); a++)
			if ((both & ARCH_BIT(arch)) && has_by_name(arch, p->calls.items[i]))
				compare_call(p, arch, p->calls.items[i]);
}

/* defaults and ABIs */

static enum change change_of_reach(enum reach old, enum reach now)
{
	if (now > old)
		return old == REACH_NOWHERE ? CHANGE_ADDED : CHANGE_WIDENED;
	if (now < old)
		return now == REACH_NOWHERE ? CHANGE_REMOVED : CHANGE_NARROWED;
	return CHANGE_OTHER;
}

/* A number without a name can be any call. */
static void compare_defaults(struct pair *p, arch_set both)
{
	struct verdict old = policy_default(p->old), now = policy_default(p->now);
	enum change change = change_of_reach(verdict_reach(old), verdict_reach(now));
	scoped(buf_done) struct buf old_words = { 0 }, now_words = { 0 };

	if (verdict_equal(old, now))
		return;
	prose_verdict(&old_words, old);
	prose_verdict(&now_words, now);
	differences_add(p->all, &(struct difference){
		.subject = SUBJECT_DEFAULT, .change = change, .arches = both,
		.risk = change == CHANGE_OTHER ? RISK_NONE : RISK_HIGH,
		.old = buf_str(&old_words), .now = buf_str(&now_words) });
}

/* What a policy that covers the ABI allows its calls to do. */
struct abi_view {
	enum reach most;
	enum risk risk;
	size_t calls;			/* named calls that are made, at least sometimes */
	struct strlist high;		/* of these, the ones of high risk */
};

static void view_call(struct pair *p, const struct policy *policy, const struct arch *arch, const char *call, struct abi_view *v)
{
	scoped(says_done) struct says says;

	says_find(&says, policy, arch, call);
	diagram_begin(p->diagram, arch);
	diagram_node node = says_answers(p->diagram, policy, &says);
	enum reach most = diagram_is_lost(p->diagram) ? REACH_KERNEL : diagram_most(p->diagram, node);

	v->most = most > v->most ? most : v->most;
	if (most == REACH_NOWHERE)
		return;
	v->calls++;
	v->risk = sysdb_risk(call) > v->risk ? sysdb_risk(call) : v->risk;
	if (sysdb_risk(call) == RISK_HIGH)
		strlist_insert(&v->high, call);
}

static void view_abi(struct pair *p, const struct policy *policy, const struct arch *arch, struct abi_view *v)
{
	scoped(strlist_done) struct strlist calls = { 0 };
	const struct sysdb_call *c;

	for (size_t i = 0; i < p->calls.count; i++)
		strlist_insert(&calls, p->calls.items[i]);
	for (size_t i = 0; (c = sysdb_at(i)); i++)
		strlist_insert(&calls, c->name);
	v->most = verdict_reach(policy_default(policy));
	v->risk = v->most == REACH_NOWHERE ? RISK_NONE : RISK_HIGH;
	for (size_t i = 0; i < calls.count; i++)
		if (has_by_name(arch, calls.items[i]))
			view_call(p, policy, arch, calls.items[i], v);
}

static void describe_abi(struct buf *b, const struct abi_view *v)
{
	if (v->calls == 0) {
		buf_adds(b, "every call is denied");
		return;
	}
	buf_addf(b, "%zu call%s %s allowed", v->calls, plural(v->calls), plural_is(v->calls));
	buf_adds(b, v->high.count ? ", of high risk " : "");
	strlist_print(&v->high, SHOWN, b);
}

static void compare_abi(struct pair *p, const struct arch *arch, bool is_new)
{
	static const char killed[] = "every call is killed: the profile is not for this ABI";
	struct abi_view v = { 0 };
	scoped(buf_done) struct buf words = { 0 };

	view_abi(p, is_new ? p->now : p->old, arch, &v);
	describe_abi(&words, &v);
	differences_add(p->all, &(struct difference){
		.subject = SUBJECT_ABI, .arches = ARCH_BIT(arch), .risk = v.risk,
		.change = is_new ? change_of_reach(REACH_NOWHERE, v.most) : change_of_reach(v.most, REACH_NOWHERE),
		.old = is_new ? killed : buf_str(&words), .now = is_new ? buf_str(&words) : killed });
	strlist_done(&v.high);
}

static void compare_abis(struct pair *p)
{
	arch_set old = policy_covers(p->old), now = policy_covers(p->now);
	const struct arch *arch;

	for (size_t i = 0; (arch = arch_at(i)); i++)
		if ((old ^ now) & ARCH_BIT(arch))
			compare_abi(p, arch, now & ARCH_BIT(arch));
}

static void describe_flags(struct buf *b, unsigned flags)
{
	const struct policy_flag *flag;

	for (size_t i = 0; (flag = policy_flag_at(i)); i++)
		if (flags & flag->bit)
			buf_addf(b, "%s%s", b->len ? ", " : "", flag->name);
	buf_adds(b, b->len ? "" : "none");
}

static void compare_flags(struct pair *p)
{
	unsigned old = policy_flags(p->old), now = policy_flags(p->now);
	scoped(buf_done) struct buf old_words = { 0 }, now_words = { 0 };

	if (old == now)
		return;
	describe_flags(&old_words, old);
	describe_flags(&now_words, now);
	differences_add(p->all, &(struct difference){
		.subject = SUBJECT_FLAGS, .change = CHANGE_OTHER, .risk = RISK_NONE,
		.old = buf_str(&old_words), .now = buf_str(&now_words) });
}

static struct differences *compare_policies(const struct policy *old, const struct policy *now, bool all_known)
{
	arch_set both = policy_covers(old) & policy_covers(now);
	struct pair p = { .all = differences_new(both), .diagram = diagram_new(), .old = old, .now = now };

	add_names(&p, old, policy_covers(old) | policy_covers(now));
	add_names(&p, now, policy_covers(old) | policy_covers(now));
	if (all_known)
		add_known(&p);
	compare_calls(&p, both);
	compare_defaults(&p, both);
	compare_abis(&p);
	compare_flags(&p);
	differences_sort(p.all);
	diagram_free(p.diagram);
	strlist_done(&p.calls);
	return p.all;
}

struct differences *policy_compare(const struct policy *old, const struct policy *now)
{
	return compare_policies(old, now, false);
}

struct differences *policy_compare_known(const struct policy *old, const struct policy *now)
{
	return compare_policies(old, now, true);
}
