/* SPDX-License-Identifier: Apache-2.0 */
#include "lint/lint.h"

#include <stdarg.h>
#include <stdio.h>
#include "base/mem.h"
#include "lint/checks.h"
#include "lint/context.h"

/* For one check in one file: longer reports are not read. */
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
	const struct strlist *ignored, *runtimes;
	const char *against, *read_for;
	const struct targets *targets;
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
	findings_runtimes(r, NULL);
	return r;
}

void findings_against(struct findings *r, const char *path)
{
	r->against = path;
}

void findings_targets(struct findings *r, const struct targets *targets)
{
	r->targets = targets;
}

void findings_runtimes(struct findings *r, const struct strlist *words)
{
	static char automatic[] = "auto", *usual[] = { automatic };
	static struct strlist either = { .items = usual, .count = 1 };

	r->runtimes = words && words->count ? words : &either;
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

size_t findings_count(const struct findings *all, enum severity s)
{
	const struct finding *f;
	size_t n = 0;

	for (size_t i = 0; (f = findings_at(all, i)); i++)
		n += f->severity == s;
	return n;
}

void findings_read_for(struct findings *r, const char *text)
{
	r->read_for = text;
}

const char *findings_host(const struct findings *r)
{
	return r->read_for;
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

	/* names of fields come from the file */
	snprintf(short_path, sizeof short_path, "%s", place.path);
	path = clean(r, short_path);

	text = clean(r, text);
	if (last && last->check == l->check && streq(last->path, path) && streq(last->text, text))
		return;
	r->items = grow(r->items, r->count, &r->room, sizeof *r->items);
	r->items[r->count++] = (struct finding){
		.check = l->check, .severity = severity, .file = place.file ? clean(r, place.file) : l->file, .line = place.line,
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

/* The first of two equal rules is kept, as in runc and crun. */
static void take_stand(struct lint *l, size_t name)
{
	const struct profile_name *n = name_at(l, name);
	const struct sysdb_call *c = counts(l, n) ? sysdb_find(n->call) : NULL;
	size_t *at;

	if (!c)
		return;
	struct stand *s = stand_of(l, c);

	at = rule_of(l, n)->conditions == 0 ? &s->alone :
	     verdict_passes(rule_of(l, n)->verdict) ? &s->passes_if : &s->refuses_if;
	if (!*at)
		*at = name;
}

/* The ABIs of a profile: those that it lists, or the native one. */
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

/* Stable, so that findings of one check keep their order. */
static void sort_by_place(struct finding *f, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t k = i; k > 0 && f[k].line < f[k - 1].line; k--) {
			struct finding swap = f[k];

			f[k] = f[k - 1];
			f[k - 1] = swap;
		}
}

int lint_profile(struct findings *r, const char *path, const struct read_opts *reading, unsigned *ret_depends, struct err *e)
{
	struct read_opts how = *reading, plain = { .host = reading->host, .use = READ_TO_JUDGE };

	how.use = READ_TO_JUDGE;
	scoped(profile_freep) struct profile *profile = NULL, *against = NULL;
	int status = r->against ? profile_read(r->against, &plain, &against, e) : 0;
	size_t first = r->count, calls = 0;

	status = status < 0 ? status : profile_read(path, &how, &profile, e);
	if (status < 0)
		return status;
	while (sysdb_at(calls))
		calls++;
	struct verdict otherwise = policy_default(profile->policy);
	struct lint l = {
		.profile = profile, .findings = r, .runtimes = r->runtimes, .against_name = r->against, .targets = r->targets,
		.against = against ? against->policy : NULL,
		.file = clean(r, profile->file),
		.denies = verdict_passes(otherwise),
		.allows = !verdict_passes(otherwise) && otherwise.action != ACT_NOTIFY && otherwise.action != ACT_TRACE,
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
	if (r->count > first)
		sort_by_place(&r->items[first], r->count - first);
	*ret_depends = profile->notes.depends;
	runtime_filter_free(l.runtime);
	free(l.stands);
	return 0;
}
