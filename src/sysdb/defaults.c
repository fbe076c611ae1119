/* SPDX-License-Identifier: Apache-2.0 */
#include "sysdb/defaults.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include "base/buf.h"
#include "base/jsonw.h"
#include "base/mem.h"
#include "sysdb/sysdb.h"

enum { CONDITIONS = 2, LEVELS_MAX = 16 };

struct table_row {
	const char *name, *call, *versions;
	int error;			/* 0: allowed */
	struct { int arg; const char *op; uint64_t mask, value; } when[CONDITIONS];	/* arg -1: none */
	const char *container;		/* the condition on the container */
	unsigned level;			/* how many rows of the same call come first */
};

static const struct table_row rows[] = {
#define COND(a, o, m, v) { .arg = a, .op = o, .mask = m, .value = v }
#define DEFAULT(n, c, v, e, w1, w2, k) \
	{ .name = n, .call = c, .versions = v, .error = e, .when = { w1, w2 }, .container = k },
#include "sysdb/defaults.inc"
#undef DEFAULT
#undef COND
};

static const struct default_profile profiles[] = {
#define RELEASE(n, v, e, m, w) { .name = n, .version = v, .error = e, .machines = m, .what = w },
#include "sysdb/releases.inc"
#undef RELEASE
};

const struct default_profile *default_at(size_t i)
{
	return i < countof(profiles) ? &profiles[i] : NULL;
}

/* The text after the name: "" or ":20.10"; NULL: another word. */
static const char *release_in(const char *word, const char *name)
{
	size_t len = strlen(name);
	static const char suffix[] = "-default";

	if (strncmp(word, name, len) != 0 || !starts_with(word + len, suffix))
		return NULL;
	word += len + strlen(suffix);
	return !*word || *word == ':' ? word : NULL;
}

const struct default_profile *default_find(const char *word)
{
	const struct default_profile *found = NULL;

	for (size_t i = 0; i < countof(profiles); i++) {
		const char *release = release_in(word, profiles[i].name);

		if (release && (!*release || streq(release + 1, profiles[i].version)))
			found = &profiles[i];
	}
	return found;
}

char *default_word(const struct default_profile *p)
{
	scoped(freep) char *plain = xprintf("%s-default", p->name);

	return default_find(plain) == p ? xstrdup(plain) : xprintf("%s:%s", plain, p->version);
}

int default_check(const char *word, struct err *e)
{
	scoped(buf_done) struct buf known = { 0 };

	for (size_t i = 0; i < countof(profiles) && !default_find(word); i++)
		if (release_in(word, profiles[i].name))
			buf_addf(&known, "%s%s", known.len ? ", " : "", profiles[i].version);
	return known.len == 0 ? 0 : err_set(e, EINVAL, "'%s' is not known; the releases are %s", word, buf_str(&known));
}

/* The rows of a release. */
struct selection {
	struct table_row items[countof(rows)];
	size_t count;
};

static void select_rows(const struct default_profile *p, struct selection *s)
{
	for (size_t i = 0; i < countof(rows); i++) {
		const struct table_row *last = s->count ? &s->items[s->count - 1] : NULL;

		if (!streq(rows[i].name, p->name) || (*rows[i].versions && !list_has(rows[i].versions, p->version)))
			continue;
		s->items[s->count] = rows[i];
		s->items[s->count].level = last && streq(last->call, rows[i].call) ? last->level + 1 : 0;
		s->count++;
	}
}

static bool same_entry(const struct table_row *a, const struct table_row *b)
{
	for (size_t i = 0; i < CONDITIONS; i++)
		if (a->when[i].arg != b->when[i].arg || !streq(a->when[i].op, b->when[i].op) ||
		    a->when[i].mask != b->when[i].mask || a->when[i].value != b->when[i].value)
			return false;
	return a->level == b->level && a->error == b->error && streq(a->container, b->container);
}

static void write_args(struct jsonw *w, const struct table_row *r)
{
	jsonw_key(w, "args");
	jsonw_open(w, '[');
	for (size_t i = 0; i < CONDITIONS && r->when[i].arg >= 0; i++) {
		bool masked = streq(r->when[i].op, "SCMP_CMP_MASKED_EQ");

		jsonw_open_inline(w, '{');
		jsonw_member_uint(w, "index", (uint64_t)r->when[i].arg);
		jsonw_member_uint(w, "value", masked ? r->when[i].mask : r->when[i].value);
		if (masked)
			jsonw_member_uint(w, "valueTwo", r->when[i].value);
		jsonw_member(w, "op", r->when[i].op);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

/* From "CAP_X,!CAP_Y,amd64,!s390,kernel>=4.8", the words for one field: capabilities or machines,
 * with or without !. */
static void write_words(struct jsonw *w, const char *list, bool excluded, bool caps, const char *member)
{
	char word[64];
	bool open = false;

	while (list_next(&list, word, sizeof word)) {
		const char *name = word + (*word == '!');

		if ((*word == '!') != excluded || starts_with(name, "CAP_") != caps || starts_with(name, "kernel>="))
			continue;
		if (!open) {
			jsonw_key(w, member);
			jsonw_open_inline(w, '[');
			open = true;
		}
		jsonw_string(w, name);
	}
	if (open)
		jsonw_close(w, ']');
}

static void write_kernel(struct jsonw *w, const char *list)
{
	char word[64];

	while (list_next(&list, word, sizeof word))
		if (starts_with(word, "kernel>="))
			jsonw_member(w, "minKernel", word + strlen("kernel>="));
}

static void write_container(struct jsonw *w, const struct table_row *r, bool excluded)
{
	const char *list = r->container;
	char word[64];
	bool any = false;

	while (list_next(&list, word, sizeof word))
		any |= (*word == '!') == excluded;
	if (!any)
		return;
	jsonw_key(w, excluded ? "excludes" : "includes");
	jsonw_open_inline(w, '{');
	write_words(w, r->container, excluded, true, "caps");
	write_words(w, r->container, excluded, false, "arches");
	if (!excluded)
		write_kernel(w, r->container);
	jsonw_close(w, '}');
}

static void write_entry(struct jsonw *w, const struct selection *s, size_t first)
{
	const struct table_row *r = &s->items[first];

	jsonw_open(w, '{');
	jsonw_key(w, "names");
	jsonw_open(w, '[');
	for (size_t i = first; i < s->count; i++)
		if (same_entry(&s->items[i], r))
			jsonw_string(w, s->items[i].call);
	jsonw_close(w, ']');
	jsonw_member(w, "action", r->error ? "SCMP_ACT_ERRNO" : "SCMP_ACT_ALLOW");
	if (r->error)
		jsonw_member_uint(w, "errnoRet", (uint64_t)r->error);
	if (r->when[0].arg >= 0)
		write_args(w, r);
	write_container(w, r, false);
	write_container(w, r, true);
	jsonw_close(w, '}');
}

static bool is_first(const struct selection *s, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (same_entry(&s->items[k], &s->items[i]))
			return false;
	return true;
}

/* Rows of one call keep their order: entries with the first rows come first. */
static void write_entries(struct jsonw *w, const struct selection *s)
{
	jsonw_key(w, "syscalls");
	jsonw_open(w, '[');
	for (unsigned level = 0; level < LEVELS_MAX; level++)
		for (size_t i = 0; i < s->count; i++)
			if (s->items[i].level == level && is_first(s, i))
				write_entry(w, s, i);
	jsonw_close(w, ']');
}

/* "x86_64" as "SCMP_ARCH_X86_64" */
static void write_machine(struct jsonw *w, const char *name, size_t len)
{
	char spelt[64] = "SCMP_ARCH_";
	size_t n = strlen(spelt);

	for (size_t i = 0; i < len && n < sizeof spelt - 1; i++)
		spelt[n++] = (char)toupper((unsigned char)name[i]);
	spelt[n] = '\0';
	jsonw_string(w, spelt);
}

static void write_map(struct jsonw *w, const char *machines)
{
	char word[128];

	jsonw_key(w, "archMap");
	jsonw_open(w, '[');
	while (list_next(&machines, word, sizeof word)) {
		const char *at = word;

		jsonw_open_inline(w, '{');
		jsonw_key(w, "architecture");
		write_machine(w, at, strcspn(at, "+"));
		jsonw_key(w, "subArchitectures");
		jsonw_open(w, '[');
		while (*(at += strcspn(at, "+"))) {
			at++;
			write_machine(w, at, strcspn(at, "+"));
		}
		jsonw_close(w, ']');
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

char *default_text(const struct default_profile *p)
{
	scoped(freep) struct selection *s = xcalloc(1, sizeof *s);
	char *text = NULL;
	size_t len = 0;
	struct jsonw w = { .file = open_memstream(&text, &len) };

	if (!w.file)
		abort();		/* out of memory */
	select_rows(p, s);
	jsonw_open(&w, '{');
	jsonw_member(&w, "defaultAction", "SCMP_ACT_ERRNO");
	jsonw_member_uint(&w, "defaultErrnoRet", (uint64_t)p->error);
	write_map(&w, p->machines);
	write_entries(&w, s);
	jsonw_close(&w, '}');
	jsonw_end(&w);
	fclose(w.file);
	return text;
}
