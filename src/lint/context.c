/* SPDX-License-Identifier: Apache-2.0 */
#include "lint/context.h"

#include "base/mem.h"

const struct profile_name *name_at(const struct lint *l, size_t name)
{
	return &l->profile->names[name - 1];
}

const struct profile_rule *rule_of(const struct lint *l, const struct profile_name *n)
{
	return &l->profile->rules[n->rule];
}

bool says_default(const struct lint *l, const struct profile_rule *r)
{
	return verdict_equal(r->verdict, policy_default(l->profile->policy));
}

bool counts(const struct lint *l, const struct profile_name *n)
{
	const struct profile_rule *r = rule_of(l, n);

	return r->applies && n->known && !says_default(l, r);
}

struct stand *stand_of(const struct lint *l, const struct sysdb_call *c)
{
	return &l->stands[c - sysdb_at(0)];
}

bool call_passes(const struct lint *l, const struct sysdb_call *c)
{
	const struct stand *s = stand_of(l, c);

	if (s->alone)
		return verdict_passes(rule_of(l, name_at(l, s->alone))->verdict);
	return l->denies && !s->refuses_if;
}

bool call_passes_sometimes(const struct lint *l, const struct sysdb_call *c)
{
	const struct stand *s = stand_of(l, c);

	return call_passes(l, c) || (!s->alone && (l->denies || s->passes_if));
}

size_t call_refuser(const struct lint *l, const struct sysdb_call *c)
{
	const struct stand *s = stand_of(l, c);

	if (s->alone)
		return verdict_passes(rule_of(l, name_at(l, s->alone))->verdict) ? NO_NAME : s->alone;
	return s->refuses_if;
}

arch_set call_arches(struct lint *l, const struct sysdb_call *c)
{
	struct stand *s = stand_of(l, c);
	const struct arch *a;
	uint32_t nr;

	for (size_t i = 0; !s->arches_known && (a = arch_at(i)); i++)
		if ((l->covered & ARCH_BIT(a)) && arch_call_number(a, c->name, &nr))
			s->arches |= ARCH_BIT(a);
	s->arches_known = true;
	return s->arches;
}

/* Does a rule with one condition deny all that the denial is about? */
static bool covers_denial(const struct profile_rule *r, const struct denial *d)
{
	const struct condition *c = r->when;
	uint64_t mask = c->op == CMP_MASKED_EQ ? c->mask : UINT64_MAX;

	return r->conditions == 1 && (c->op == CMP_MASKED_EQ || c->op == CMP_EQ) && c->arg == (unsigned)d->arg &&
	       (mask & ~d->mask) == 0 && (d->value & mask) == (c->value & mask);
}

static bool denial_holds(struct lint *l, const struct denial *d)
{
	const struct sysdb_call *c = sysdb_find(d->call);

	/* the purpose of conditions in an allow-list is not known */
	if (d->arg < 0 || !l->denies || stand_of(l, c)->alone)
		return !call_passes(l, c);
	for (size_t i = 1; i <= l->profile->name_count; i++) {
		const struct profile_name *n = name_at(l, i);

		if (streq(n->call, d->call) && counts(l, n) && !verdict_passes(rule_of(l, n)->verdict) &&
		    covers_denial(rule_of(l, n), d))
			return true;
	}
	return false;
}

/* Unconditionally, unless the family has its own denial for the call, or it is an allow-list. */
static bool is_refused_for(const struct lint *l, const char *family, const struct sysdb_call *c)
{
	return l->denies && !denial_has(family, c->name) ? !call_passes_sometimes(l, c) : !call_passes(l, c);
}

/* Are all denials of the family in effect, and its other calls denied? Except calls that have no
 * effect without the others. */
static bool is_closed(struct lint *l, const char *family)
{
	const struct sysdb_call *c;
	const struct denial *d;

	for (size_t i = 0; (d = denial_at(i)); i++)
		if (streq(d->family, family) && family_has(family, d->call) && denial_is_choke(family, d->call) &&
		    call_arches(l, sysdb_find(d->call)) && !denial_holds(l, d))
			return false;
	for (size_t i = 0; (c = sysdb_at(i)); i++)
		if (list_has(c->families, family) && denial_is_choke(family, c->name) && !is_refused_for(l, family, c) &&
		    call_arches(l, c))
			return false;
	return true;
}

bool family_closed(struct lint *l, const char *family)
{
	size_t i = 0;

	while (!streq(family_at(i), family))
		i++;
	if (i >= countof(l->closed))
		return is_closed(l, family);
	if (!l->closed[i])
		l->closed[i] = is_closed(l, family) ? 2 : 1;
	return l->closed[i] == 2;
}

struct runtime_filter *runtime_of(struct lint *l)
{
	if (!l->runtime && l->profile->reader->container)
		l->runtime = runtime_filter_new(l->profile->policy, l->profile, l->main);
	return l->runtime;
}

bool list_within(const char *a, const char *b)
{
	char word[CALL_NAME_MAX];

	while (list_next(&a, word, sizeof word))
		if (!list_has(b, word))
			return false;
	return true;
}

char *say_verdict(struct verdict v)
{
	const char *name = v.action == ACT_ERRNO ? errno_name(v.data) : NULL;

	return name ? xprintf("SCMP_ACT_ERRNO (%s)", name) : action_has_data(v.action) ?
		xprintf("%s (%u)", action_info(v.action)->oci, v.data) : xstrdup(action_info(v.action)->oci);
}

const char *say_kept(struct verdict v)
{
	return v.action == ACT_NOTIFY ? "left to a supervisor" : v.action == ACT_TRACE ? "left to a tracer" : "denied";
}

const char *say_kept_too(const char *others, struct verdict v)
{
	return !others || streq(others, say_kept(v)) ? say_kept(v) : "denied or left to a supervisor or tracer";
}

char *say_names(const struct strlist *names, size_t max)
{
	size_t shown = names->count <= max + 1 ? names->count : max;
	struct buf b = { 0 };

	for (size_t i = 0; i < shown; i++) {
		bool last = i > 0 && i + 1 == names->count;

		buf_addf(&b, "%s'%.*s'", i == 0 ? "" : last ? " and " : ", ", CALL_NAME_MAX, names->items[i]);
	}
	buf_add_rest(&b, names->count, shown);
	return buf_take(&b);
}
