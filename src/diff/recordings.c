/* SPDX-License-Identifier: Apache-2.0 */
#include "diff/recordings.h"

#include <inttypes.h>
#include "base/buf.h"
#include "base/mem.h"
#include "sysdb/args.h"

enum { SHOWN = 8 };

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
	sort_items(calls, rec_call_count(rec), sizeof *calls, by_number);
	return calls;
}

static void add_place(struct strlist *places, const struct rec_site *site)
{
	scoped(buf_done) struct buf b = { 0 };

	rec_frame_print(&b, &site->frames[site->through]);
	strlist_insert(places, buf_str(&b));
}

static void describe_call(struct buf *b, const struct rec_call *c)
{
	scoped(strlist_done) struct strlist programs = { 0 }, places = { 0 };

	for (size_t i = 0; i < c->seen_count; i++)
		strlist_insert(&programs, base_name(c->seen[i].program));
	for (size_t i = 0; i < c->site_count; i++)
		add_place(&places, &c->sites[i]);
	buf_addf(b, "made %" PRIu64 " time%s by ", c->count, plural(c->count));
	strlist_print(&programs, SHOWN, b);
	buf_adds(b, places.count ? " through " : "");
	strlist_print(&places, SHOWN, b);
}

static void add_call(struct differences *d, const struct rec_call *c, enum change change)
{
	scoped(buf_done) struct buf words = { 0 };

	describe_call(&words, c);
	differences_add(d, &(struct difference){
		.subject = SUBJECT_CALL, .change = change, .call = c->name, .arches = ARCH_BIT(c->arch),
		.risk = rec_risk(c), .reason = difference_reason(c->name),
		.old = change == CHANGE_ADDED ? "not seen" : buf_str(&words),
		.now = change == CHANGE_ADDED ? buf_str(&words) : "not seen" });
}

/* The calls that only `one` has. */
static void compare_seen(struct differences *d, const struct rec *one, const struct rec *other, enum change change)
{
	const struct rec_call **known = calls_of(other);
	const struct rec_call *c;

	for (size_t i = 0; (c = rec_call_at(one, i)); i++)
		if (!rec_call_count(other) || !bsearch(&c, known, rec_call_count(other), sizeof c, by_number))
			add_call(d, c, change);
	free(known);
}

/* Does `a` have values that `b` does not? For a summary only the bounds are known. */
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
	scoped(strlist_done) struct strlist values = { 0 };

	for (size_t i = 0; i < a->value_count; i++) {
		scoped(buf_done) struct buf value = { 0 };

		arg_print(&value, info, a->values[i]);
		strlist_add(&values, buf_str(&value));
	}
	if (info && *info->name)
		buf_addf(b, "%s was ", info->name);
	else
		buf_addf(b, "argument %u was ", a->arg);
	if (a->summary)
		buf_addf(b, "many values from 0x%" PRIx64 " to 0x%" PRIx64, a->least, a->greatest);
	strlist_print(&values, SHOWN, b);
}

static void add_arg(struct differences *d, const struct rec_call *old, const struct rec_call *now,
		    const struct rec_arg *a, const struct rec_arg *b, enum change change)
{
	scoped(buf_done) struct buf old_words = { 0 }, now_words = { 0 };

	describe_arg(&old_words, old, a);
	describe_arg(&now_words, now, b);
	differences_add(d, &(struct difference){
		.subject = SUBJECT_CALL, .change = change, .call = now->name, .arches = ARCH_BIT(now->arch),
		.risk = rec_risk(now), .reason = difference_reason(now->name),
		.old = buf_str(&old_words), .now = buf_str(&now_words) });
}

/* Only where both have kept the argument. */
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

/* blind spots */

/* All spots of one kind; another version may describe it differently. */
struct spot_summary {
	bool there, unknown;		/* unknown: some hidden calls are not known */
	const char *detail;
	struct strlist calls;		/* "mount", "x86:mount" */
};

static void spot_collect(const struct rec *rec, const char *kind, struct spot_summary *ret)
{
	const struct rec_blind_spot *b;

	*ret = (struct spot_summary){ .detail = "" };
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

static void describe_spot(struct buf *b, const struct spot_summary *s)
{
	buf_adds(b, s->there ? s->detail : "no such blind spot");
	if (s->calls.count)
		buf_addf(b, "; %zu call%s %s hidden", s->calls.count, plural(s->calls.count), plural_is(s->calls.count));
	buf_adds(b, s->calls.count && s->unknown ? ", and others that are not known" : "");
}

/* What `a` hides and `b` does not. */
static void spot_minus(const struct spot_summary *a, const struct spot_summary *b, struct strlist *ret)
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

/* If `more` hides something that `less` does not, add a change of this kind. */
static void compare_spot(struct differences *d, const char *kind, const struct spot_summary *old, const struct spot_summary *now, enum change change)
{
	const struct spot_summary *more = change == CHANGE_WEAKER ? now : old, *less = change == CHANGE_WEAKER ? old : now;
	scoped(buf_done) struct buf old_words = { 0 }, now_words = { 0 };
	scoped(strlist_done) struct strlist hidden = { 0 };

	spot_minus(more, less, &hidden);
	if ((more->there && !less->there) || hidden.count || (more->unknown && !less->unknown)) {
		describe_spot(&old_words, old);
		describe_spot(&now_words, now);
		strlist_terminate(&hidden);
		differences_add(d, &(struct difference){
			.subject = SUBJECT_SPOT, .change = change, .spot = kind, .risk = highest_risk(&hidden),
			.hidden = hidden.count ? (const char *const *)hidden.items : NULL,
			.old = buf_str(&old_words), .now = buf_str(&now_words) });
	}
}

static void add_kinds(struct strlist *kinds, const struct rec *rec)
{
	const struct rec_blind_spot *b;

	for (size_t i = 0; (b = rec_blind_spot_at(rec, i)); i++)
		strlist_insert(kinds, b->kind);
}

static void compare_spots(struct differences *d, const struct rec *old, const struct rec *now)
{
	scoped(strlist_done) struct strlist kinds = { 0 };

	add_kinds(&kinds, old);
	add_kinds(&kinds, now);
	for (size_t i = 0; i < kinds.count; i++) {
		struct spot_summary was, is;

		spot_collect(old, kinds.items[i], &was);
		spot_collect(now, kinds.items[i], &is);
		compare_spot(d, kinds.items[i], &was, &is, CHANGE_WEAKER);
		compare_spot(d, kinds.items[i], &was, &is, CHANGE_STRONGER);
		strlist_done(&was.calls);
		strlist_done(&is.calls);
	}
}

struct differences *rec_compare(const struct rec *old, const struct rec *now)
{
	struct differences *d = differences_new(ARCH_BIT(arch_native()));

	compare_seen(d, now, old, CHANGE_ADDED);
	compare_seen(d, old, now, CHANGE_REMOVED);
	compare_all_args(d, old, now);
	compare_spots(d, old, now);
	differences_sort(d);
	return d;
}
