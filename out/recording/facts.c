/* SPDX-License-Identifier: Apache-2.0 */
#include "out/recording/facts.h"

void recording_call_name(const struct rec_call *c, struct buf *ret)
{
	if (c->arch != arch_native())
		buf_addf(ret, "%s:", c->arch->name);
	buf_adds(ret, c->name);
}

void recording_programs(const struct rec_call *c, struct strlist *ret)
{
	for (size_t i = 0; i < c->seen_count; i++)
		strlist_insert(ret, c->seen[i].program);
}

double recording_first_seen(const struct rec_seen *seen, size_t count)
{
	double least = seen[0].first;

	for (size_t i = 1; i < count; i++)
		least = seen[i].first < least ? seen[i].first : least;
	return least;
}
