/* SPDX-License-Identifier: Apache-2.0 */
#include "sysdb/systemd.h"

#include <stdio.h>
#include "base/mem.h"
#include "sysdb/sysdb.h"

/* Of the last three releases of Debian. */
static const unsigned releases[] = { 247, 252, 257 };

static const struct group_row { const char *group, *member, *versions; } rows[] = {
#define GROUP(g, m, v) { g, m, v },
#include "sysdb/systemd-groups.inc"
#undef GROUP
};

unsigned systemd_release(unsigned version)
{
	unsigned found = releases[0];

	for (size_t i = 0; i < countof(releases); i++)
		if (version == 0 || releases[i] <= version)
			found = releases[i];
	return found;
}

static bool is_of(const struct group_row *row, unsigned release)
{
	char word[12];

	snprintf(word, sizeof word, "%u", release);
	return !*row->versions || list_has(row->versions, word);
}

const char *systemd_group_at(unsigned release, size_t i)
{
	const char *last = "";

	for (size_t k = 0; k < countof(rows); k++) {
		if (streq(rows[k].group, last) || !is_of(&rows[k], release))
			continue;
		last = rows[k].group;
		if (i-- == 0)
			return last;
	}
	return NULL;
}

static int by_group(const void *row, const void *group)
{
	return strcmp(((const struct group_row *)row)->group, group);
}

static size_t first_of(const char *group)
{
	return lower_bound(group, rows, countof(rows), sizeof *rows, by_group);
}

bool systemd_has_group(unsigned release, const char *group)
{
	for (size_t i = first_of(group); i < countof(rows) && streq(rows[i].group, group); i++)
		if (is_of(&rows[i], release))
			return true;
	return false;
}

/* Groups include others, but never themselves: a test checks the table. */
void systemd_group_calls(unsigned release, const char *group, struct strlist *ret)
{
	for (size_t i = first_of(group); i < countof(rows) && streq(rows[i].group, group); i++) {
		if (!is_of(&rows[i], release))
			continue;
		if (*rows[i].member == '@')
			systemd_group_calls(release, rows[i].member, ret);
		else
			strlist_insert(ret, rows[i].member);
	}
}
