/* SPDX-License-Identifier: Apache-2.0 */
/* Finds what a profile allows and another one, such as an engine's default, does not. */
#include "base/mem.h"
#include "lint/checks.h"
#include "lint/context.h"
#include "diff/policies.h"

static const struct { enum risk risk; enum severity severity; } weights[] = {
	{ RISK_HIGH, SEV_HIGH }, { RISK_MEDIUM, SEV_MEDIUM }, { RISK_LOW, SEV_LOW }, { RISK_NONE, SEV_INFO },
};

/* The place in the profile that allows the call. */
static struct place place_of(const struct lint *l, const char *call)
{
	const struct sysdb_call *c = sysdb_find(call);
	const struct stand *s = c ? stand_of((struct lint *)l, c) : NULL;
	size_t name = !s ? NO_NAME : s->alone ? s->alone : s->passes_if;

	if (name == NO_NAME || !verdict_passes(rule_of(l, name_at(l, name))->verdict))
		return l->profile->otherwise;
	return rule_of(l, name_at(l, name))->place;
}

static bool is_wider(const struct difference *d, enum risk risk)
{
	return d->subject == SUBJECT_CALL && d->risk == risk && (d->change == CHANGE_ADDED || d->change == CHANGE_WIDENED);
}

static bool same_place(struct place a, struct place b)
{
	return a.line == b.line && streq(a.path, b.path);
}

/* One finding for all calls of the same risk and place. */
static void find_place(struct lint *l, const struct differences *all, struct place place, size_t first, enum severity severity)
{
	struct strlist added = { 0 }, widened = { 0 };
	const struct difference *d;
	enum risk risk = difference_at(all, first)->risk;

	for (size_t i = first; (d = difference_at(all, i)); i++)
		if (is_wider(d, risk) && same_place(place_of(l, d->call), place))
			strlist_insert(d->change == CHANGE_ADDED ? &added : &widened, d->call);
	for (size_t i = 0; i < 2; i++) {
		struct strlist *calls = i ? &widened : &added;
		scoped(freep) char *names = calls->count ? say_names(calls, 6) : NULL;

		if (names)
			find_as(l, severity, place, "%s denies %s%s, which %s allowed here: of %s risk", l->against_name,
				i ? "some uses of " : "", names, i || calls->count > 1 ? "are" : "is", risk == RISK_NONE ? "no" : risk_name(risk));
		strlist_done(calls);
	}
}

/* Is it the first difference of its risk and place? */
static bool is_first(struct lint *l, const struct differences *all, size_t at)
{
	const struct difference *d = difference_at(all, at);

	for (size_t i = 0; i < at; i++)
		if (is_wider(difference_at(all, i), d->risk) &&
		    same_place(place_of(l, difference_at(all, i)->call), place_of(l, d->call)))
			return false;
	return true;
}

void check_wider_than(struct lint *l)
{
	scoped(differences_freep) struct differences *all = l->against ? policy_compare_known(l->against, l->profile->policy) : NULL;
	const struct difference *d;

	for (size_t w = 0; all && w < countof(weights); w++)
		for (size_t i = 0; (d = difference_at(all, i)); i++)
			if (is_wider(d, weights[w].risk) && is_first(l, all, i))
				find_place(l, all, place_of(l, d->call), i, weights[w].severity);
}
