/* SPDX-License-Identifier: Apache-2.0 */
#include "sysdb/target.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "sysdb/arch.h"
#include "sysdb/sysdb.h"

static const char *const names[] = {
	"containerd", "crun", "docker", "firejail", "kubernetes", "libseccomp", "podman", "runc", "systemd",
};

const char *target_name(size_t i)
{
	return i < countof(names) ? names[i] : NULL;
}

static const char *find_name(const char *word, size_t len)
{
	for (size_t i = 0; i < countof(names); i++)
		if (strlen(names[i]) == len && strncmp(names[i], word, len) == 0)
			return names[i];
	return NULL;
}

/* Up to three numbers with dots; the rest is a distribution's numbering. */
static bool parse_version(const char *word, unsigned ret[static 3])
{
	int end = 0;

	ret[0] = ret[1] = ret[2] = 0;
	if (!isdigit((unsigned char)*word) || sscanf(word, "%5u%n.%5u%n.%5u%n", &ret[0], &end, &ret[1], &end, &ret[2], &end) < 1)
		return false;
	return !isalnum((unsigned char)word[end]) && (word[end] != '.' || isdigit((unsigned char)word[end + 1]));
}

void target_spell(struct buf *b, const struct target_version *t)
{
	buf_addf(b, "%s %u", t->name, t->version[0]);
	if (t->version[1] || t->version[2])
		buf_addf(b, ".%u", t->version[1]);
	if (t->version[2])
		buf_addf(b, ".%u", t->version[2]);
}

bool target_parse(const char *word, struct target_version *ret)
{
	size_t len = strcspn(word, "=");

	ret->here = false;
	ret->name = find_name(word, len);
	return ret->name && word[len] == '=' && parse_version(word + len + 1, ret->version);
}

void targets_add(struct targets *all, const struct target_version *t)
{
	size_t i = 0;

	while (i < all->count && !streq(all->items[i].name, t->name))
		i++;
	assert(i < countof(all->items));
	all->items[i] = *t;
	all->count += i == all->count;
}

const struct target_version *targets_find(const struct targets *all, const char *name)
{
	for (size_t i = 0; all && i < all->count; i++)
		if (streq(all->items[i].name, name))
			return &all->items[i];
	return NULL;
}

bool target_before(const struct target_version *t, unsigned major, unsigned minor, unsigned patch)
{
	const unsigned than[] = { major, minor, patch };

	for (size_t i = 0; i < countof(than); i++)
		if (t->version[i] != than[i])
			return t->version[i] < than[i];
	return false;
}

static const struct target_fact facts[] = {
#define TARGET(t, f, b, k, w, e, x) { .target = t, .from = f, .before = b, .fact = k, .word = w, .effect = e, .text = x },
#include "sysdb/targets.inc"
#undef TARGET
};

const struct target_fact *target_fact_at(size_t i)
{
	return i < countof(facts) ? &facts[i] : NULL;
}

bool target_loads(const struct target_version *t, const char *format)
{
	static const char *const own[] = { "firejail", "systemd" };

	for (size_t i = 0; i < countof(own); i++) {
		if (streq(t->name, own[i]))
			return streq(format, own[i]);
		if (streq(format, own[i]))
			return streq(format, "systemd") && streq(t->name, "libseccomp");
	}
	return true;
}

static bool is_before(const struct target_version *t, const char *version)
{
	unsigned v[3];

	return parse_version(version, v) && target_before(t, v[0], v[1], v[2]);
}

bool target_has_fact(const struct target_version *t, const struct target_fact *f)
{
	return streq(t->name, f->target) && !is_before(t, f->from) && (!*f->before || is_before(t, f->before));
}

const struct target_fact *target_names_fact(const struct target_version *t)
{
	for (size_t i = 0; i < countof(facts); i++)
		if (streq(facts[i].fact, "names") && target_has_fact(t, &facts[i]))
			return &facts[i];
	return NULL;
}

/* "6.6" and "6.10": is the first one the newer kernel? */
static bool is_newer(const char *since, const char *kernel)
{
	unsigned a[3], b[3];

	if (!parse_version(since, a) || !parse_version(kernel, b))
		return false;
	return a[0] != b[0] ? a[0] > b[0] : a[1] > b[1];
}

bool target_knows(const struct target_version *t, const char *call)
{
	const struct target_fact *f = target_names_fact(t);
	const struct sysdb_call *c = sysdb_find(call);

	if (t->here && streq(t->name, "libseccomp"))
		return libseccomp_knows(call);
	return !f || !c || !is_newer(c->since, f->word);
}
