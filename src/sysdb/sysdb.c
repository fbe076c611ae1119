/* SPDX-License-Identifier: Apache-2.0 */
#include "sysdb/sysdb.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const struct sysdb_call calls[] = {
#define SYSCALL(n, num, arch, v, r, w, g, p, f, s, m) \
	{ .name = n, .nr = num, .nr_arch = arch, .since = v, .risk = r, .why = w, .gate = g, .probed = p, \
	  .families = f, .siblings = s, .meaning = m },
#include "sysdb/syscalls.inc"
#undef SYSCALL
};

static const struct { const char *call; int error; const char *capabilities; } missing[] = {
#define MISSING(call, error, capabilities) { call, error, capabilities },
#include "sysdb/missing.inc"
#undef MISSING
};

static const struct { const char *id, *sentence; } risks[] = {
#define RISK(id, sentence) { id, sentence },
#include "sysdb/risks.inc"
#undef RISK
};

static int by_name(const void *key, const void *row)
{
	return strcmp(key, ((const struct sysdb_call *)row)->name);
}

const struct sysdb_call *sysdb_at(size_t i)
{
	return i < countof(calls) ? &calls[i] : NULL;
}

const struct sysdb_call *sysdb_find(const char *name)
{
	return bsearch(name, calls, countof(calls), sizeof *calls, by_name);
}

const char *sysdb_missing(const char *name, int error)
{
	const struct sysdb_call *c = sysdb_find(name);

	for (size_t i = 0; i < countof(missing); i++)
		if (streq(missing[i].call, name) && missing[i].error == error)
			return missing[i].capabilities;
	return c ? c->gate : "";
}

bool sysdb_instead(const char *name, const struct arch *arch, struct strlist *ret)
{
	const struct sysdb_call *c = sysdb_find(name);
	const char *list = c ? c->siblings : "";
	char sibling[CALL_NAME_MAX];
	uint32_t nr;

	if (arch_call_number(arch, name, &nr))
		return false;
	while (list_next(&list, sibling, sizeof sibling))
		if (arch_call_number(arch, sibling, &nr))
			strlist_insert(ret, sibling);
	return true;
}

enum risk sysdb_risk(const char *name)
{
	const struct sysdb_call *c = sysdb_find(name);

	return c ? c->risk : RISK_HIGH;
}

const char *risk_name(enum risk r)
{
	static const char *const names[] = { "none", "low", "medium", "high" };

	return names[r];
}

const char *risk_reason(const char *why)
{
	for (size_t i = 0; i < countof(risks); i++)
		if (streq(risks[i].id, why))
			return risks[i].sentence;
	return NULL;
}

bool list_next(const char **list, char *word, size_t size)
{
	if (!**list)
		return false;

	size_t len = strcspn(*list, ",");

	snprintf(word, size, "%.*s", (int)len, *list);
	*list += len + ((*list)[len] == ',');
	return true;
}

bool list_has(const char *list, const char *word)
{
	char item[64];

	while (list_next(&list, item, sizeof item))
		if (streq(item, word))
			return true;
	return false;
}
