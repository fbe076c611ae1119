/* SPDX-License-Identifier: Apache-2.0 */
#include "diff/compare.h"

#include <inttypes.h>
#include "base/buf.h"
#include "base/mem.h"
#include "policy/judge.h"
#include "policy/says.h"
#include "policy/prose.h"
#include "sysdb/args.h"

struct differences {
	struct arena *arena;
	arch_set arches;
	struct difference *items;
	size_t count, room;
};

static const char *const change_names[CHANGE_COUNT] = {
	[CHANGE_ADDED] = "added",       [CHANGE_WIDENED] = "widened", [CHANGE_REMOVED] = "removed",
	[CHANGE_NARROWED] = "narrowed", [CHANGE_OTHER] = "changed",  [CHANGE_WEAKER] = "weaker",
	[CHANGE_STRONGER] = "stronger",
};

const char *change_name(enum change c)
{
	return change_names[c];
}

bool change_find(const char *name, enum change *ret)
{
	for (size_t i = 0; i < CHANGE_COUNT; i++)
		if (streq(change_names[i], name)) {
			*ret = (enum change)i;
			return true;
		}
	return false;
}

static struct differences *differences_new(arch_set arches)
{
	struct differences *d = xcalloc(1, sizeof *d);

	d->arena = arena_new();
	d->arches = arches;
	return d;
}

void differences_free(struct differences *d)
{
	if (!d)
		return;
	arena_free(d->arena);
	free(d->items);
	free(d);
}

arch_set differences_arches(const struct differences *d)
{
	return d->arches;
}

const struct difference *difference_at(const struct differences *d, size_t i)
{
	return i < d->count ? &d->items[i] : NULL;
}

void differences_keep(struct differences *d, unsigned changes)
{
	size_t kept = 0;

	if (changes & 1u << CHANGE_WIDENED)
		changes |= 1u << CHANGE_ADDED;
	if (changes & 1u << CHANGE_NARROWED)
		changes |= 1u << CHANGE_REMOVED;
	for (size_t i = 0; i < d->count; i++)
		if (changes & 1u << d->items[i].change)
			d->items[kept++] = d->items[i];
	d->count = kept;
}

static int by_weight(const void *va, const void *vb)
{
	const struct difference *a = va, *b = vb;

	if (a->change != b->change)
		return a->change < b->change ? -1 : 1;
	if (a->subject != b->subject)
		return a->subject < b->subject ? -1 : 1;
	if (a->risk != b->risk)
		return a->risk > b->risk ? -1 : 1;
	int c = a->call && b->call ? strcmp(a->call, b->call) : a->spot && b->spot ? strcmp(a->spot, b->spot) : 0;

	return c ? c : a->arches < b->arches ? -1 : a->arches > b->arches;
}

static void sort(struct differences *d)
{
	if (d->count)
		qsort(d->items, d->count, sizeof *d->items, by_weight);
}

static bool is_same_elsewhere(const struct difference *a, const struct difference *b)
{
	return a->change == b->change && a->subject == SUBJECT_CALL && b->subject == SUBJECT_CALL &&
	       streq(a->call, b->call) && streq(a->old, b->old) && streq(a->now, b->now) && a->guessed == b->guessed;
}

static const char *const *copy_list(struct arena *arena, const char *const *list)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	const char **copy = list ? arena_alloc(arena, (n + 1) * sizeof *copy) : NULL;

	for (size_t i = 0; i < n; i++)
		copy[i] = arena_strdup(arena, list[i]);
	return copy;
}

/* What is the same on several ABIs is said once. */
static void add(struct differences *d, const struct difference *one)
{
	/* those of a call come one after another */
	for (size_t i = d->count; i-- > 0 && one->call && d->items[i].call && streq(d->items[i].call, one->call);)
		if (is_same_elsewhere(&d->items[i], one)) {
			d->items[i].arches |= one->arches;
			return;
		}
	d->items = grow(d->items, d->count, &d->room, sizeof *d->items);
	struct difference *copy = &d->items[d->count++];

	*copy = *one;
	copy->call = one->call ? arena_strdup(d->arena, one->call) : NULL;
	copy->spot = one->spot ? arena_strdup(d->arena, one->spot) : NULL;
	copy->hidden = copy_list(d->arena, one->hidden);
	copy->old = arena_strdup(d->arena, one->old);
	copy->now = arena_strdup(d->arena, one->now);
}

static const char *reason_of(const char *call)
{
	const struct sysdb_call *c = sysdb_find(call);

	return c && *c->why ? risk_reason(c->why) : NULL;
}

/* policies: words */

enum { ALTERNATIVES_SHOWN = 8 };

/* "allowed if domain is AF_UNIX, or domain is AF_INET; else refused with EPERM" */
static void describe(struct buf *b, const struct policy *policy, const struct says *says, const struct arch *arch,
		     const char *call)
{
	if (says->alone || says->count == 0) {
		words_verdict(b, says->alone ? says->alone->verdict : policy_default(policy));
		return;
	}
	for (size_t i = says->count, shown = 0; i-- > 0;) {
		bool first = i + 1 == says->count ||
			     !verdict_equal(says->items[i].rule->verdict, says->items[i + 1].rule->verdict);
		bool last = i == 0 || !verdict_equal(says->items[i].rule->verdict, says->items[i - 1].rule->verdict);

		shown = first ? 0 : shown;
		if (first) {
			words_verdict(b, says->items[i].rule->verdict);
			buf_adds(b, " if ");
		}
		if (shown < ALTERNATIVES_SHOWN || (shown == ALTERNATIVES_SHOWN && last)) {
			buf_adds(b, first ? "" : ", or ");
			words_conditions(b, arch, call, says->items[i].rule);
		} else if (last) {
			buf_addf(b, ", or %zu others", shown + 1 - ALTERNATIVES_SHOWN);
		}
		shown++;
		buf_adds(b, last ? "; else " : "");
	}
	words_verdict(b, policy_default(policy));
}

/* policies: one call on one ABI */

struct pair {
	struct differences *all;
	struct space *space;
	const struct policy *old, *now;
	struct strlist calls;		/* of which either speaks */
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

/* One way that was too much to look at is not left out: a gate must not pass it. */
static void add_guess(struct pair *p, struct difference d, enum change change)
{
	d.guessed = true;
	d.change = change;
	d.on = NULL;
	add(p->all, &d);
}

/* What is allowed in `to` and not in `from`; false: nothing is, as far as could be seen. */
static bool compare_way(struct pair *p, struct difference d, space_node from, space_node to, enum change some, enum change all)
{
	enum reach most = space_most(p->space, from);

	if (!space_farther(p->space, from, to, d.args, &d.known)) {
		if (space_is_lost(p->space))
			add_guess(p, d, some);
		return false;
	}
	d.on = d.known ? d.on : NULL;
	d.change = most == REACH_NOWHERE ? all : some;
	add(p->all, &d);
	return true;
}

static void compare_answers(struct pair *p, struct difference d, space_node old, space_node now)
{
	bool wider = compare_way(p, d, old, now, CHANGE_WIDENED, CHANGE_ADDED);
	bool narrower = compare_way(p, d, now, old, CHANGE_NARROWED, CHANGE_REMOVED);

	if (wider || narrower || space_is_lost(p->space))
		return;
	d.on = NULL;
	d.change = CHANGE_OTHER;
	add(p->all, &d);
}

static void compare_call(struct pair *p, const struct arch *arch, const char *call)
{
	struct difference d = {
		.subject = SUBJECT_CALL, .call = call, .arches = ARCH_BIT(arch), .risk = sysdb_risk(call),
		.reason = reason_of(call), .on = arch,
	};
	struct buf old_words = { 0 }, now_words = { 0 };
	struct says old, now;

	says_find(&old, p->old, arch, call);
	says_find(&now, p->now, arch, call);
	space_begin(p->space, arch);
	space_node a = says_answers(p->space, p->old, &old), b = says_answers(p->space, p->now, &now);
	bool lost = space_is_lost(p->space);

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
	buf_done(&old_words);
	buf_done(&now_words);
	says_done(&old);
	says_done(&now);
}

/* policies: which calls */

/* By the name that the ABI has for it, which is the one that the judge looks for. */
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

/* policies: what is no call */

static enum change change_of_reach(enum reach old, enum reach now)
{
	if (now > old)
		return old == REACH_NOWHERE ? CHANGE_ADDED : CHANGE_WIDENED;
	if (now < old)
		return now == REACH_NOWHERE ? CHANGE_REMOVED : CHANGE_NARROWED;
	return CHANGE_OTHER;
}

/* A number that has no name may be anything. */
static void compare_defaults(struct pair *p, arch_set both)
{
	struct verdict old = policy_default(p->old), now = policy_default(p->now);
	enum change change = change_of_reach(verdict_reach(old), verdict_reach(now));
	struct buf old_words = { 0 }, now_words = { 0 };

	if (verdict_equal(old, now))
		return;
	words_verdict(&old_words, old);
	words_verdict(&now_words, now);
	add(p->all, &(struct difference){
		.subject = SUBJECT_DEFAULT, .change = change, .arches = both,
		.risk = change == CHANGE_OTHER ? RISK_NONE : RISK_HIGH,
		.old = buf_str(&old_words), .now = buf_str(&now_words) });
	buf_done(&old_words);
	buf_done(&now_words);
}

/* What a policy that speaks of the ABI lets its calls do. */
struct abi_view {
	enum reach most;
	enum risk risk;
	size_t calls;			/* that are made, at least sometimes; with names */
	struct strlist high;		/* of them those of high risk */
};

static void view_call(struct pair *p, const struct policy *policy, const struct arch *arch, const char *call, struct abi_view *v)
{
	struct says says;

	says_find(&says, policy, arch, call);
	space_begin(p->space, arch);
	space_node node = says_answers(p->space, policy, &says);
	enum reach most = space_is_lost(p->space) ? REACH_KERNEL : space_most(p->space, node);

	says_done(&says);
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
	struct strlist calls = { 0 };
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
	strlist_done(&calls);
}

static void add_list(struct buf *b, const struct strlist *words)
{
	for (size_t i = 0; i < words->count && i < ALTERNATIVES_SHOWN; i++)
		buf_addf(b, "%s%s", i ? ", " : "", words->items[i]);
	if (words->count > ALTERNATIVES_SHOWN)
		buf_addf(b, " and %zu more", words->count - ALTERNATIVES_SHOWN);
}

static void describe_abi(struct buf *b, const struct abi_view *v)
{
	if (v->calls == 0) {
		buf_adds(b, "every call is refused");
		return;
	}
	buf_addf(b, "%zu call%s allowed", v->calls, v->calls == 1 ? " is" : "s are");
	buf_adds(b, v->high.count ? ", of high risk " : "");
	add_list(b, &v->high);
}

static void compare_abi(struct pair *p, const struct arch *arch, bool is_new)
{
	static const char killed[] = "every call is killed: the profile is not for this ABI";
	struct abi_view v = { 0 };
	struct buf words = { 0 };

	view_abi(p, is_new ? p->now : p->old, arch, &v);
	describe_abi(&words, &v);
	add(p->all, &(struct difference){
		.subject = SUBJECT_ABI, .arches = ARCH_BIT(arch), .risk = v.risk,
		.change = is_new ? change_of_reach(REACH_NOWHERE, v.most) : change_of_reach(v.most, REACH_NOWHERE),
		.old = is_new ? killed : buf_str(&words), .now = is_new ? buf_str(&words) : killed });
	strlist_done(&v.high);
	buf_done(&words);
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
	static const struct { unsigned flag; const char *name; } names[] = {
		{ POLICY_LOG, "log" }, { POLICY_SPEC_ALLOW, "spec-allow" }, { POLICY_TSYNC, "tsync" },
		{ POLICY_WAIT_KILLABLE, "wait-killable" },
	};

	for (size_t i = 0; i < countof(names); i++)
		if (flags & names[i].flag)
			buf_addf(b, "%s%s", b->len ? ", " : "", names[i].name);
	buf_adds(b, b->len ? "" : "none");
}

static void compare_flags(struct pair *p)
{
	unsigned old = policy_flags(p->old), now = policy_flags(p->now);
	struct buf old_words = { 0 }, now_words = { 0 };

	if (old == now)
		return;
	describe_flags(&old_words, old);
	describe_flags(&now_words, now);
	add(p->all, &(struct difference){
		.subject = SUBJECT_FLAGS, .change = CHANGE_OTHER, .risk = RISK_NONE,
		.old = buf_str(&old_words), .now = buf_str(&now_words) });
	buf_done(&old_words);
	buf_done(&now_words);
}

static struct differences *compare_policies(const struct policy *old, const struct policy *now, bool all_known)
{
	arch_set both = policy_covers(old) & policy_covers(now);
	struct pair p = { .all = differences_new(both), .space = space_new(), .old = old, .now = now };

	add_names(&p, old, policy_covers(old) | policy_covers(now));
	add_names(&p, now, policy_covers(old) | policy_covers(now));
	if (all_known)
		add_known(&p);
	compare_calls(&p, both);
	compare_defaults(&p, both);
	compare_abis(&p);
	compare_flags(&p);
	sort(p.all);
	space_free(p.space);
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

/* recordings */

static int by_number(const void *va, const void *vb)
{
	const struct rec_call *a = *(const struct rec_call *const *)va, *b = *(const struct rec_call *const *)vb;

	if (a->arch != b->arch)
		return arch_index(a->arch) < arch_index(b->arch) ? -1 : 1;
	return a->nr < b->nr ? -1 : a->nr > b->nr;
}

static const struct rec_call **calls_of(const struct rec *rec)
{
	const struct rec_call **calls = xcalloc(rec_call_count(rec), sizeof *calls);

	for (size_t i = 0; i < rec_call_count(rec); i++)
		calls[i] = rec_call_at(rec, i);
	if (rec_call_count(rec))
		qsort(calls, rec_call_count(rec), sizeof *calls, by_number);
	return calls;
}

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

static void add_place(struct strlist *places, const struct rec_site *site)
{
	struct buf b = { 0 };

	rec_frame_print(&b, &site->frames[site->through]);
	strlist_insert(places, buf_str(&b));
	buf_done(&b);
}

static void describe_call(struct buf *b, const struct rec_call *c)
{
	struct strlist programs = { 0 }, places = { 0 };

	for (size_t i = 0; i < c->seen_count; i++)
		strlist_insert(&programs, file_name(c->seen[i].program));
	for (size_t i = 0; i < c->site_count; i++)
		add_place(&places, &c->sites[i]);
	buf_addf(b, "made %" PRIu64 " time%s by ", c->count, c->count == 1 ? "" : "s");
	add_list(b, &programs);
	buf_adds(b, places.count ? " through " : "");
	add_list(b, &places);
	strlist_done(&programs);
	strlist_done(&places);
}

static void add_call(struct differences *d, const struct rec_call *c, enum change change)
{
	struct buf words = { 0 };

	describe_call(&words, c);
	add(d, &(struct difference){
		.subject = SUBJECT_CALL, .change = change, .call = c->name, .arches = ARCH_BIT(c->arch),
		.risk = rec_risk(c), .reason = reason_of(c->name),
		.old = change == CHANGE_ADDED ? "not seen" : buf_str(&words),
		.now = change == CHANGE_ADDED ? buf_str(&words) : "not seen" });
	buf_done(&words);
}

/* The calls of the one that the other has not. */
static void compare_seen(struct differences *d, const struct rec *one, const struct rec *other, enum change change)
{
	const struct rec_call **known = calls_of(other);
	const struct rec_call *c;

	for (size_t i = 0; (c = rec_call_at(one, i)); i++)
		if (!rec_call_count(other) || !bsearch(&c, known, rec_call_count(other), sizeof c, by_number))
			add_call(d, c, change);
	free(known);
}

/* Has `a` been something that `b` was not?  Of a summary only the bounds are known. */
static bool has_other_values(const struct rec_arg *a, const struct rec_arg *b)
{
	if (a->summary)
		return !b->summary || a->least < b->least || a->greatest > b->greatest || (a->bits & ~b->bits);
	for (size_t i = 0; i < a->value_count; i++) {
		uint64_t v = a->values[i];
		bool found = b->summary && v >= b->least && v <= b->greatest && !(v & ~b->bits);

		for (size_t k = 0; !found && k < b->value_count; k++)
			found = b->values[k] == v;
		if (!found)
			return true;
	}
	return false;
}

/* "domain was AF_UNIX, AF_INET" */
static void describe_arg(struct buf *b, const struct rec_call *c, const struct rec_arg *a)
{
	const struct arg_info *info = sysdb_arg_on(c->arch, c->name, a->arg);
	struct strlist values = { 0 };

	for (size_t i = 0; i < a->value_count; i++) {
		struct buf value = { 0 };

		arg_print(&value, info, a->values[i]);
		strlist_add(&values, buf_str(&value));
		buf_done(&value);
	}
	if (info && *info->name)
		buf_addf(b, "%s was ", info->name);
	else
		buf_addf(b, "argument %u was ", a->arg);
	if (a->summary)
		buf_addf(b, "many values from 0x%" PRIx64 " to 0x%" PRIx64, a->least, a->greatest);
	add_list(b, &values);
	strlist_done(&values);
}

static void add_arg(struct differences *d, const struct rec_call *old, const struct rec_call *now,
		    const struct rec_arg *a, const struct rec_arg *b, enum change change)
{
	struct buf old_words = { 0 }, now_words = { 0 };

	describe_arg(&old_words, old, a);
	describe_arg(&now_words, now, b);
	add(d, &(struct difference){
		.subject = SUBJECT_CALL, .change = change, .call = now->name, .arches = ARCH_BIT(now->arch),
		.risk = rec_risk(now), .reason = reason_of(now->name),
		.old = buf_str(&old_words), .now = buf_str(&now_words) });
	buf_done(&old_words);
	buf_done(&now_words);
}

/* Where both have kept the argument. */
static void compare_args(struct differences *d, const struct rec_call *old, const struct rec_call *now)
{
	for (size_t i = 0; i < now->arg_count; i++) {
		const struct rec_arg *b = &now->args[i], *a = rec_find_arg(old, b->arg, b->mask);

		if (a && has_other_values(b, a))
			add_arg(d, old, now, a, b, CHANGE_WIDENED);
		if (a && has_other_values(a, b))
			add_arg(d, old, now, a, b, CHANGE_NARROWED);
	}
}

static void compare_all_args(struct differences *d, const struct rec *old, const struct rec *now)
{
	const struct rec_call **known = calls_of(old), *c;

	for (size_t i = 0; rec_call_count(old) && (c = rec_call_at(now, i)); i++) {
		const struct rec_call **there = bsearch(&c, known, rec_call_count(old), sizeof c, by_number);

		if (there)
			compare_args(d, *there, c);
	}
	free(known);
}

/* recordings: blind spots */

/* All of a kind; their details may be told otherwise by another version. */
struct spot {
	bool there, unknown;		/* unknown: what it hides, at least in part */
	const char *detail;
	struct strlist calls;		/* "mount", "x86:mount" */
};

static void spot_collect(const struct rec *rec, const char *kind, struct spot *ret)
{
	const struct rec_blind_spot *b;

	*ret = (struct spot){ .detail = "" };
	for (size_t i = 0; (b = rec_blind_spot_at(rec, i)); i++) {
		if (!streq(b->kind, kind))
			continue;
		ret->detail = ret->there ? ret->detail : b->detail;
		ret->there = true;
		ret->unknown |= !b->calls;
		for (size_t k = 0; b->calls && b->calls[k]; k++)
			strlist_insert(&ret->calls, b->calls[k]);
	}
}

static void describe_spot(struct buf *b, const struct spot *s)
{
	buf_adds(b, s->there ? s->detail : "no such blind spot");
	if (s->calls.count)
		buf_addf(b, "; %zu call%s hidden", s->calls.count, s->calls.count == 1 ? " is" : "s are");
	buf_adds(b, s->calls.count && s->unknown ? ", and others that are not known" : "");
}

/* What `a` hides and `b` does not. */
static void spot_minus(const struct spot *a, const struct spot *b, struct strlist *ret)
{
	for (size_t i = 0; i < a->calls.count; i++)
		if (!strlist_has(&b->calls, a->calls.items[i]))
			strlist_add(ret, a->calls.items[i]);
}

static enum risk highest_risk(const struct strlist *calls)
{
	enum risk risk = RISK_NONE;

	for (size_t i = 0; i < calls->count; i++) {
		const char *colon = strchr(calls->items[i], ':');
		enum risk its = sysdb_risk(colon ? colon + 1 : calls->items[i]);

		risk = its > risk ? its : risk;
	}
	return risk;
}

/* Does `more` hide something that `less` does not?  Then it is said, as a change of that kind. */
static void compare_spot(struct differences *d, const char *kind, const struct spot *old, const struct spot *now, enum change change)
{
	const struct spot *more = change == CHANGE_WEAKER ? now : old, *less = change == CHANGE_WEAKER ? old : now;
	struct buf old_words = { 0 }, now_words = { 0 };
	struct strlist hidden = { 0 };

	spot_minus(more, less, &hidden);
	if ((more->there && !less->there) || hidden.count || (more->unknown && !less->unknown)) {
		describe_spot(&old_words, old);
		describe_spot(&now_words, now);
		strlist_terminate(&hidden);
		add(d, &(struct difference){
			.subject = SUBJECT_SPOT, .change = change, .spot = kind, .risk = highest_risk(&hidden),
			.hidden = hidden.count ? (const char *const *)hidden.items : NULL,
			.old = buf_str(&old_words), .now = buf_str(&now_words) });
	}
	strlist_done(&hidden);
	buf_done(&old_words);
	buf_done(&now_words);
}

static void add_kinds(struct strlist *kinds, const struct rec *rec)
{
	const struct rec_blind_spot *b;

	for (size_t i = 0; (b = rec_blind_spot_at(rec, i)); i++)
		strlist_insert(kinds, b->kind);
}

static void compare_spots(struct differences *d, const struct rec *old, const struct rec *now)
{
	struct strlist kinds = { 0 };

	add_kinds(&kinds, old);
	add_kinds(&kinds, now);
	for (size_t i = 0; i < kinds.count; i++) {
		struct spot was, is;

		spot_collect(old, kinds.items[i], &was);
		spot_collect(now, kinds.items[i], &is);
		compare_spot(d, kinds.items[i], &was, &is, CHANGE_WEAKER);
		compare_spot(d, kinds.items[i], &was, &is, CHANGE_STRONGER);
		strlist_done(&was.calls);
		strlist_done(&is.calls);
	}
	strlist_done(&kinds);
}

struct differences *rec_compare(const struct rec *old, const struct rec *now)
{
	struct differences *d = differences_new(ARCH_BIT(arch_native()));

	compare_seen(d, now, old, CHANGE_ADDED);
	compare_seen(d, old, now, CHANGE_REMOVED);
	compare_all_args(d, old, now);
	compare_spots(d, old, now);
	sort(d);
	return d;
}
