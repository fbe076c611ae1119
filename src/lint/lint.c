/* SPDX-License-Identifier: Apache-2.0 */
#include "lint/lint.h"

#include <stdarg.h>
#include "base/mem.h"
#include "lint/checks.h"
#include "lint/context.h"

/* Of one check in one file: what is longer than this nobody reads. */
enum { FINDINGS_MAX = 100, TEXT_MAX = 1000 };

static const struct check checks[] = {
#define CHECK(fn, name, sev, what, why, how) \
	{ .id = name, .severity = SEV_##sev, .title = what, .explanation = why, .remedy = how, .run = check_##fn },
#include "lint/checks.def"
#undef CHECK
};

static const char *const severities[SEV_COUNT] = { "info", "low", "medium", "high" };

struct findings {
	struct arena *arena;
	enum severity least;
	const struct strlist *ignored;
	struct finding *items;
	size_t count, room;
};

const struct check *check_at(size_t i)
{
	return i < countof(checks) ? &checks[i] : NULL;
}

const struct check *check_find(const char *id)
{
	for (size_t i = 0; i < countof(checks); i++)
		if (streq(checks[i].id, id))
			return &checks[i];
	return NULL;
}

const char *severity_name(enum severity s)
{
	return severities[s];
}

bool severity_find(const char *name, enum severity *ret)
{
	for (size_t i = 0; i < SEV_COUNT; i++)
		if (streq(severities[i], name)) {
			*ret = (enum severity)i;
			return true;
		}
	return false;
}

struct findings *findings_new(enum severity least, const struct strlist *ignored)
{
	struct findings *r = xcalloc(1, sizeof *r);

	r->arena = arena_new();
	r->least = least;
	r->ignored = ignored;
	return r;
}

void findings_free(struct findings *r)
{
	if (!r)
		return;
	arena_free(r->arena);
	free(r->items);
	free(r);
}

const struct finding *findings_at(const struct findings *r, size_t i)
{
	return i < r->count ? &r->items[i] : NULL;
}

static const char *clean(struct findings *r, const char *text)
{
	scoped(freep) char *s = clean_dup(text);

	return arena_strdup(r->arena, s);
}

static void add(struct lint *l, enum severity severity, struct place place, const char *text)
{
	struct findings *r = l->findings;
	const struct finding *last = r->count ? &r->items[r->count - 1] : NULL;

	/* two conditions of a rule are one finding */
	char short_path[200];
	const char *path;

	/* a member's name is a stranger's */
	snprintf(short_path, sizeof short_path, "%s", place.path);
	path = clean(r, short_path);

	text = clean(r, text);
	if (last && last->check == l->check && streq(last->path, path) && streq(last->text, text))
		return;
	r->items = grow(r->items, r->count, &r->room, sizeof *r->items);
	r->items[r->count++] = (struct finding){
		.check = l->check, .severity = severity, .file = l->file, .line = place.line,
		.path = path, .text = text,
	};
}

static void find_text(struct lint *l, enum severity severity, struct place place, const char *fmt, va_list ap)
{
	char text[TEXT_MAX];

	if (severity < l->findings->least || l->found++ > FINDINGS_MAX)
		return;
	if (l->found > FINDINGS_MAX) {
		add(l, severity, place, "and more of this kind from here on");
		return;
	}
	vsnprintf(text, sizeof text, fmt, ap);
	add(l, severity, place, text);
}

bool wants_more(const struct lint *l)
{
	return l->found <= FINDINGS_MAX;
}

void find(struct lint *l, struct place place, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	find_text(l, l->check->severity, place, fmt, ap);
	va_end(ap);
}

void find_as(struct lint *l, enum severity severity, struct place place, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	find_text(l, severity, place, fmt, ap);
	va_end(ap);
}

const struct profile_name *name_at(const struct lint *l, size_t name)
{
	return &l->profile->names[name - 1];
}

const struct profile_rule *rule_of(const struct lint *l, const struct profile_name *n)
{
	return &l->profile->rules[n->rule];
}

bool passes(struct verdict v)
{
	return v.action == ACT_ALLOW || v.action == ACT_LOG;
}

bool counts(const struct lint *l, const struct profile_name *n)
{
	const struct profile_rule *r = rule_of(l, n);

	return r->applies && n->known && !verdict_equal(r->verdict, policy_default(l->profile->policy));
}

struct stand *stand_of(const struct lint *l, const struct sysdb_call *c)
{
	return &l->stands[c - sysdb_at(0)];
}

bool call_passes(const struct lint *l, const struct sysdb_call *c)
{
	const struct stand *s = stand_of(l, c);

	if (s->alone)
		return passes(rule_of(l, name_at(l, s->alone))->verdict);
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
		return passes(rule_of(l, name_at(l, s->alone))->verdict) ? NO_NAME : s->alone;
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

/* Does a rule under one condition refuse all that the denial is about? */
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

	if (d->arg < 0 || !call_passes_sometimes(l, c))
		return !call_passes(l, c);
	/* a call that its arguments let pass in an allow-list: nobody can say what was meant */
	if (!l->denies || !stand_of(l, c)->refuses_if || stand_of(l, c)->alone)
		return !l->denies && !call_passes(l, c);
	for (size_t i = 1; i <= l->profile->name_count; i++) {
		const struct profile_name *n = name_at(l, i);

		if (streq(n->call, d->call) && counts(l, n) && !passes(rule_of(l, n)->verdict) &&
		    covers_denial(rule_of(l, n), d))
			return true;
	}
	return false;
}

/* Every denial of the family holds, and members without one are refused whole. */
static bool is_closed(struct lint *l, const char *family)
{
	const struct sysdb_call *c;
	const struct denial *d;

	for (size_t i = 0; (d = denial_at(i)); i++)
		if (streq(d->family, family) && family_has(family, d->call) && call_arches(l, sysdb_find(d->call)) &&
		    !denial_holds(l, d))
			return false;
	for (size_t i = 0; (c = sysdb_at(i)); i++)
		if (list_has(c->families, family) && call_passes(l, c) && call_arches(l, c))
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

bool lists_meet(const char *a, const char *b)
{
	char word[CALL_NAME_MAX];

	while (list_next(&a, word, sizeof word))
		if (list_has(b, word))
			return true;
	return false;
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

char *say_names(const struct strlist *names, size_t max)
{
	size_t shown = names->count <= max + 1 ? names->count : max;
	struct buf b = { 0 };

	for (size_t i = 0; i < shown; i++) {
		bool last = i > 0 && i + 1 == names->count;

		buf_addf(&b, "%s'%.*s'", i == 0 ? "" : last ? " and " : ", ", CALL_NAME_MAX, names->items[i]);
	}
	if (shown < names->count)
		buf_addf(&b, " and %zu more", names->count - shown);
	return buf_take(&b);
}

/* The first of two that say the same stays, as with runc and crun. */
static void take_stand(struct lint *l, size_t name)
{
	const struct profile_name *n = name_at(l, name);
	const struct sysdb_call *c = counts(l, n) ? sysdb_find(n->call) : NULL;
	size_t *at;

	if (!c)
		return;
	struct stand *s = stand_of(l, c);

	at = rule_of(l, n)->conditions == 0 ? &s->alone :
	     passes(rule_of(l, n)->verdict) ? &s->passes_if : &s->refuses_if;
	if (!*at)
		*at = name;
}

/* What a profile is for: the ABIs it lists, or the native one. */
static const struct arch *take_arches(struct lint *l)
{
	const struct arch *a, *first = NULL;

	l->covered = policy_arches(l->profile->policy);
	if (!l->covered)
		l->covered = ARCH_BIT(arch_native());
	if (l->covered & ARCH_BIT(arch_native()))
		return arch_native();
	for (size_t i = 0; (a = arch_at(i)); i++)
		if ((l->covered & ARCH_BIT(a)) && (!first || a->bits > first->bits))
			first = a;
	return first;
}

/* Stable, so that what a check says first stays first. */
static void sort_by_place(struct finding *f, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t k = i; k > 0 && f[k].line < f[k - 1].line; k--) {
			struct finding swap = f[k];

			f[k] = f[k - 1];
			f[k - 1] = swap;
		}
}

/* A container of Docker with the capabilities it gives by itself, and a kernel of
 * today: what `includes` and `excludes` are judged by. */
static const struct parse_host usual_host = { .caps = 0xa80425fb, .kernel = { 6, 18 } };

int lint_profile(struct findings *r, const char *path, struct err *e)
{
	struct profile *profile;
	int status = profile_read(path, &usual_host, &profile, e);
	size_t first = r->count, calls = 0;

	if (status < 0)
		return status;
	while (sysdb_at(calls))
		calls++;
	struct verdict otherwise = policy_default(profile->policy);
	struct lint l = {
		.profile = profile, .findings = r,
		.file = clean(r, streq(path, "-") ? "standard input" : path),
		.denies = passes(otherwise),
		.allows = !passes(otherwise) && otherwise.action != ACT_NOTIFY && otherwise.action != ACT_TRACE,
		.stands = xcalloc(calls, sizeof *l.stands),
	};
	l.main = take_arches(&l);
	for (size_t i = 1; i <= profile->name_count; i++)
		take_stand(&l, i);
	for (size_t i = 0; i < countof(checks); i++) {
		l.check = &checks[i];
		l.found = 0;
		if (!strlist_has(r->ignored, l.check->id))
			l.check->run(&l);
	}
	sort_by_place(r->items + first, r->count - first);
	free(l.stands);
	profile_free(profile);
	return 0;
}
