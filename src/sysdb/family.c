/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include "sysdb/sysdb.h"

static const struct family_row rows[] = {
#define FAMILY(n, k, t) { .name = n, .kind = k, .text = t },
#include "sysdb/families.inc"
#undef FAMILY
};

static const struct denial denials[] = {
#define DENIAL(f, c, err, a, m, v, r) \
	{ .family = f, .call = c, .error = err, .arg = a, .mask = m, .value = v, .reason = r },
#include "sysdb/denials.inc"
#undef DENIAL
};

/* The i-th row of this kind, of one family or (NULL) of all. */
static const struct family_row *find_row(const char *family, enum family_text kind, size_t i)
{
	for (size_t n = 0; n < countof(rows); n++)
		if (rows[n].kind == kind && (!family || streq(rows[n].name, family)) && i-- == 0)
			return &rows[n];
	return NULL;
}

const char *family_at(size_t i)
{
	const struct family_row *row = find_row(NULL, FAMILY_HELP, i);

	return row ? row->name : NULL;
}

const char *family_find(const char *word)
{
	char spelt[80];
	const char *name;

	for (size_t i = 0; (name = family_at(i)); i++) {
		snprintf(spelt, sizeof spelt, "%s-family", name);
		if (streq(word, name) || streq(word, spelt))
			return name;
	}
	return NULL;
}

const char *family_help(const char *family)
{
	return find_row(family, FAMILY_HELP, 0)->text;
}

const char *family_caveat(const char *family, size_t i)
{
	const struct family_row *row = find_row(family, FAMILY_CAVEAT, i);

	return row ? row->text : NULL;
}

const char *family_whole(const char *part)
{
	const struct family_row *row = find_row(part, FAMILY_PART, 0);

	return row ? row->text : NULL;
}

bool denial_has(const char *family, const char *call)
{
	for (size_t i = 0; i < countof(denials); i++)
		if (streq(denials[i].family, family) && streq(denials[i].call, call))
			return true;
	return false;
}

bool family_has(const char *family, const char *call)
{
	const struct sysdb_call *c = sysdb_find(call);
	const char *whole = family_whole(family);

	if (whole)
		return c && list_has(c->families, whole) && denial_has(family, call);
	return c && list_has(c->families, family);
}

const struct denial *denial_at(size_t i)
{
	return i < countof(denials) ? &denials[i] : NULL;
}

bool denial_is_choke(const char *family, const char *call)
{
	const struct family_row *row = find_row(family, FAMILY_CHOKE, 0);

	if (family_has(family, call))
		return !row || list_has(row->text, call);
	return denial_has(family, call);
}
