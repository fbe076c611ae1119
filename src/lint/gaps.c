/* SPDX-License-Identifier: Apache-2.0 */
/* Finds effects that one name denies, and another allows. */
#include "base/mem.h"
#include "lint/checks.h"
#include "lint/context.h"
#include "policy/judge.h"

/* Besides the siblings in the table: calls that can do the same as the first one, among other things. */
static const struct { const char *call, *others; } also[] = {
	{ "unshare", "clone,clone3" },
};

static char *siblings_of(const struct sysdb_call *c)
{
	struct buf b = { 0 };

	buf_adds(&b, c->siblings);
	for (size_t i = 0; i < countof(also); i++)
		if (streq(also[i].call, c->name))
			buf_addf(&b, "%s%s", b.len ? "," : "", also[i].others);
	return buf_take(&b);
}

/* A family that is denied as a whole was intended, and is complete; so were other calls that must
 * be denied for it. */
static bool in_closed_family(struct lint *l, const struct sysdb_call *c)
{
	const char *list = c->families;
	char family[CALL_NAME_MAX];
	const struct denial *d;

	while (list_next(&list, family, sizeof family))
		if (family_closed(l, family))
			return true;
	for (size_t i = 0; (d = denial_at(i)); i++)
		if (streq(d->call, c->name) && family_closed(l, d->family))
			return true;
	return false;
}

/* Calls that remain possible when `c` is denied. */
static void open_siblings(struct lint *l, const struct sysdb_call *c, bool elsewhere, struct strlist *ret)
{
	scoped(freep) char *siblings = siblings_of(c);
	arch_set native = ARCH_BIT(l->main);
	bool partly = !stand_of(l, c)->alone;
	const char *list = siblings;
	char word[CALL_NAME_MAX];

	while (list_next(&list, word, sizeof word)) {
		const struct sysdb_call *s = sysdb_find(word);
		arch_set arches = s ? call_arches(l, s) : 0;

		/* a rule for a call also applies to it through a multiplexer */
		if (!arches || is_multiplexer(word) || !call_passes(l, s) || !(arches & native) != elsewhere)
			continue;
		/* if one form of a call with several effects was denied, only calls with all its
		 * effects are equivalent */
		if (partly && !list_within(c->families, s->families))
			continue;
		/* process_madvise is denied for what madvise cannot do, for example */
		if (s->risk == RISK_NONE && c->risk > RISK_NONE)
			continue;
		/* an allow-list denies because of risk, if at all */
		if (!l->denies && s->risk < c->risk)
			continue;
		strlist_insert(ret, word);
	}
}

/* Denials in one family are reported together, at the first of them. */
struct gap {
	const char *key;		/* the family, or the call itself */
	const char *how;		/* "denied" */
	char family[CALL_NAME_MAX];
	size_t name;			/* where it is reported */
	enum severity severity;
	struct strlist refused, open;
};

struct gaps {
	struct gap *items;
	size_t count, room;
};

static struct gap *gap_for(struct gaps *gaps, const struct sysdb_call *c, size_t name, const char *how)
{
	const char *list = c->families;
	char family[CALL_NAME_MAX] = "";
	struct gap *g;

	list_next(&list, family, sizeof family);
	for (size_t i = 0; i < gaps->count; i++)
		if (streq(gaps->items[i].how, how) &&
		    (*family ? streq(gaps->items[i].family, family) : streq(gaps->items[i].key, c->name)))
			return &gaps->items[i];
	gaps->items = grow(gaps->items, gaps->count, &gaps->room, sizeof *gaps->items);
	g = &gaps->items[gaps->count++];
	*g = (struct gap){ .key = c->name, .how = how, .name = name };
	strcpy(g->family, family);
	return g;
}

static void gaps_done(struct gaps *gaps)
{
	for (size_t i = 0; i < gaps->count; i++) {
		strlist_done(&gaps->items[i].refused);
		strlist_done(&gaps->items[i].open);
	}
	free(gaps->items);
}

/* In an allow-list, a denial by a rule is mostly an answer for libc, or documentation. */
static bool is_ban(const struct lint *l, const struct sysdb_call *c)
{
	return l->denies || (!c->probed && c->risk > RISK_NONE);
}

/* The call that this name denies, if it is the first one to deny it. */
static const struct sysdb_call *refused_here(struct lint *l, size_t name)
{
	const struct profile_name *n = name_at(l, name);
	const struct sysdb_call *c = counts(l, n) ? sysdb_find(n->call) : NULL;

	return c && call_refuser(l, c) == name && is_ban(l, c) && call_arches(l, c) ? c : NULL;
}

/* How bad it is that a denied effect can still be reached depends on the effect. In an allow-list,
 * denying it was not the purpose. */
static enum severity severity_of(const struct lint *l, const struct sysdb_call *c)
{
	if (l->denies)
		return c->risk > RISK_NONE ? SEV_HIGH : SEV_LOW;
	return c->risk >= RISK_MEDIUM ? SEV_MEDIUM : SEV_LOW;
}

/* Does a container need all of them to start? */
static bool is_for_runtimes(const struct lint *l, const struct strlist *calls)
{
	for (size_t i = 0; i < calls->count; i++)
		if (!is_runtimes(l, calls->items[i], false))
			return false;
	return true;
}

static void collect(struct lint *l, bool elsewhere, struct gaps *gaps)
{
	for (size_t i = 1; i <= l->profile->name_count; i++) {
		const struct sysdb_call *c = refused_here(l, i);
		scoped(strlist_done) struct strlist open = { 0 };

		if (!c || is_multiplexer(c->name) || in_closed_family(l, c))
			continue;
		open_siblings(l, c, elsewhere, &open);
		if (open.count) {
			struct gap *g = gap_for(gaps, c, i, say_kept(rule_of(l, name_at(l, i))->verdict));
			enum severity s = severity_of(l, c);

			if (s == SEV_HIGH && is_for_runtimes(l, &open))
				s = SEV_MEDIUM;
			g->severity = s > g->severity ? s : g->severity;
			strlist_insert(&g->refused, c->name);
			for (size_t k = 0; k < open.count; k++)
				strlist_insert(&g->open, open.items[k]);
		}
	}
}

static void tell(struct lint *l, const struct gap *g, const char *where)
{
	scoped(freep) char *refused = say_names(&g->refused, 3), *open = say_names(&g->open, 8);

	find_as(l, g->severity, name_at(l, g->name)->place, "%s %s %s, but %s %s allowed%s, with the same effect%s",
		refused, plural_is(g->refused.count), g->how, open, plural_is(g->open.count), where,
		is_for_runtimes(l, &g->open) ? "; a container's runtime needs that to start it" : "");
}

/* An allow-list that lacks only the best known of several dangerous calls. */
static void check_left_out(struct lint *l)
{
	struct gaps gaps = { 0 };
	const struct sysdb_call *c;
	char word[CALL_NAME_MAX];

	for (size_t i = 0; (c = sysdb_at(i)); i++) {
		const char *list = c->siblings;

		/* calls that libc only tries are left out without intention */
		if (c->risk < RISK_HIGH || c->probed || call_passes_sometimes(l, c) || call_refuser(l, c) || !call_arches(l, c))
			continue;
		while (list_next(&list, word, sizeof word)) {
			const struct sysdb_call *s = sysdb_find(word);

			if (!s || s->risk < RISK_HIGH || !stand_of(l, s)->alone || !call_passes(l, s) || !call_arches(l, s))
				continue;
			struct gap *g = gap_for(&gaps, c, stand_of(l, s)->alone, "not named");

			strlist_insert(&g->refused, c->name);
			strlist_insert(&g->open, word);
			if (stand_of(l, s)->alone < g->name)
				g->name = stand_of(l, s)->alone;
		}
	}
	for (size_t i = 0; i < gaps.count; i++) {
		gaps.items[i].severity = SEV_MEDIUM;
		tell(l, &gaps.items[i], "");
	}
	gaps_done(&gaps);
}

/* Conditions on arguments have no effect if a multiplexer passes them in memory. */
static void check_multiplexer(struct lint *l)
{
	const struct sysdb_call *c = sysdb_find("socket"), *m = sysdb_find("socketcall");
	const struct stand *s = stand_of(l, c);

	if (s->alone || !s->passes_if || !call_arches(l, m) || !call_passes(l, m))
		return;
	find_as(l, SEV_MEDIUM, name_at(l, stand_of(l, m)->alone)->place,
		"'socket' is allowed under conditions only, but 'socketcall' of 32-bit ABIs is allowed, with the same effect "
		"and its arguments in memory");
}

void check_sibling_gap(struct lint *l)
{
	struct gaps gaps = { 0 };

	collect(l, false, &gaps);
	for (size_t i = 0; i < gaps.count; i++)
		tell(l, &gaps.items[i], "");
	gaps_done(&gaps);
	if (l->allows) {
		check_left_out(l);
		check_multiplexer(l);
	}
}

static void check_covered(struct lint *l)
{
	const char *list = l->main->companions;
	scoped(buf_done) struct buf missing = { 0 };
	char word[CALL_NAME_MAX];
	bool common = false;

	while (list_next(&list, word, sizeof word)) {
		const struct arch *a = arch_find(word);

		if (l->covered & ARCH_BIT(a))
			continue;
		/* programs for x32 are very rare; those for i386 and arm are not */
		common |= !a->bit;
		buf_addf(&missing, "%s%s", missing.len ? " and " : "", a->oci);
	}
	if (missing.len)
		find_as(l, common ? SEV_LOW : SEV_INFO, l->profile->architectures,
			"%s not covered: all else is allowed, but every call of a 32-bit program kills it", buf_str(&missing));
}

void check_abi_gap(struct lint *l)
{
	struct gaps gaps = { 0 };

	if (!l->denies)
		return;
	collect(l, true, &gaps);
	for (size_t i = 0; i < gaps.count; i++)
		tell(l, &gaps.items[i], " on another ABI");
	gaps_done(&gaps);
	if (l->profile->name_count)
		check_covered(l);
}

/* Calls of other families that reach the effect, too, from the table of denials; the ring has its
 * own check. */
static void open_from_outside(struct lint *l, const char *family, struct strlist *ret)
{
	const struct denial *d;

	for (size_t i = 0; (d = denial_at(i)); i++) {
		const struct sysdb_call *c = streq(d->family, family) ? sysdb_find(d->call) : NULL;

		if (c && !list_has(c->families, family) && !streq(c->name, "io_uring_setup") && call_arches(l, c) &&
		    call_passes(l, c))
			strlist_insert(ret, c->name);
	}
}

/* Some calls of the family are denied and others are not, except those that are reported as siblings. */
static void check_family(struct lint *l, const char *family)
{
	scoped(strlist_done) struct strlist refused = { 0 }, open = { 0 }, told = { 0 };
	bool closed = family_closed(l, family);
	const struct sysdb_call *c;
	const char *how = NULL;
	size_t first = NO_NAME;

	for (size_t i = 0; (c = sysdb_at(i)); i++) {
		size_t by = list_has(c->families, family) ? call_refuser(l, c) : NO_NAME;

		/* a call that is denied for another family says nothing about this one */
		if (!by || !call_arches(l, c) || (!closed && in_closed_family(l, c)))
			continue;
		how = say_kept_too(how, rule_of(l, name_at(l, by))->verdict);
		strlist_insert(&refused, c->name);
		first = !first || by < first ? by : first;
		open_siblings(l, c, false, &told);
		open_siblings(l, c, true, &told);
	}
	for (size_t i = 0; first && (c = sysdb_at(i)); i++)
		if (list_has(c->families, family) && !is_multiplexer(c->name) && call_arches(l, c) &&
		    call_passes(l, c) && !strlist_has(&told, c->name) && !is_runtimes(l, c->name, false) &&
		    (!closed || denial_is_choke(family, c->name)))
			strlist_insert(&open, c->name);
	if (first)
		open_from_outside(l, family, &open);
	if (open.count) {
		scoped(freep) char *bad = say_names(&refused, 3), *good = say_names(&open, 5);

		find(l, name_at(l, first)->place, "%s %s %s, but not %s: see %s-family", bad,
		     plural_is(refused.count), how, good, family);
	}
}

void check_family_gap(struct lint *l)
{
	const char *family;

	for (size_t i = 0; l->denies && (family = family_at(i)); i++)
		/* io_uring_setup is denied for other families */
		if (!streq(family, "async-io"))
			check_family(l, family);
}

/* Families with a denied call whose effect io_uring can reach. */
void check_io_uring_bypass(struct lint *l)
{
	const struct sysdb_call *ring = sysdb_find("io_uring_setup"), *c;
	scoped(strlist_done) struct strlist families = { 0 };
	const struct denial *d;
	size_t first = NO_NAME;

	if (!call_passes(l, ring) || !call_arches(l, ring))
		return;
	for (size_t i = 0; (d = denial_at(i)); i++) {
		bool refused = false, passed = false, closed = family_closed(l, d->family);

		if (!streq(d->call, ring->name) || streq(d->family, "async-io") || family_whole(d->family))
			continue;
		for (size_t k = 0; (c = sysdb_at(k)); k++) {
			size_t by = list_has(c->families, d->family) ? call_refuser(l, c) : NO_NAME;

			passed |= list_has(c->families, d->family) && call_passes_sometimes(l, c);
			if (by && !closed && in_closed_family(l, c))
				by = NO_NAME;		/* for another family */
			if (l->denies && by)
				first = !first || by < first ? by : first;
			refused |= by != NO_NAME;
		}
		if (l->denies ? refused : l->allows && !passed)
			strlist_insert(&families, d->family);
	}
	if (!l->denies)
		first = stand_of(l, ring)->alone;
	if (families.count && first) {
		scoped(freep) char *names = say_names(&families, 6);

		find(l, name_at(l, first)->place, "'io_uring_setup' is allowed: a ring reaches what is %s of %s",
		     l->denies ? say_kept(rule_of(l, name_at(l, first))->verdict) : "denied", names);
	}
}

/* abi-unseen: allow-lists for other machines */

static bool any_passes(const struct lint *l, const struct strlist *calls)
{
	for (size_t i = 0; i < calls->count; i++)
		if (sysdb_find(calls->items[i]) && call_passes_sometimes(l, sysdb_find(calls->items[i])))
			return true;
	return false;
}

/* Calls that are allowed on the main ABI, and on this one under no name. */
static void find_lacks(const struct lint *l, const struct arch *arch, struct strlist *ret)
{
	const struct sysdb_call *c;
	uint32_t nr;

	for (size_t i = 0; (c = sysdb_at(i)); i++) {
		scoped(strlist_done) struct strlist instead = { 0 };

		if (arch_call_number(l->main, c->name, &nr) && call_passes(l, c) && sysdb_instead(c->name, arch, &instead) &&
		    instead.count && !any_passes(l, &instead))
			strlist_insert(ret, c->name);
	}
}

void check_abi_unseen(struct lint *l)
{
	const struct arch *arch;

	for (size_t i = 0; l->allows && (arch = arch_at(i)); i++) {
		scoped(strlist_done) struct strlist lacks = { 0 };

		if (!(l->covered & ARCH_BIT(arch)) || arch == l->main || arch_is_companion(l->main, arch))
			continue;
		find_lacks(l, arch, &lacks);
		scoped(freep) char *names = lacks.count ? say_names(&lacks, 6) : NULL;

		if (names)
			find(l, l->profile->architectures, "%s has no %s, and nothing that it has in %s place is allowed", arch->name,
			     names, lacks.count == 1 ? "its" : "their");
	}
}
