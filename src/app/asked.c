/* SPDX-License-Identifier: Apache-2.0 */
/* Other calls that an answer has to mention. */
#include "app/explanation.h"
#include "policy/judge.h"
#include "sysdb/sysdb.h"

void asked_ways(const struct sysdb_call *c, struct strlist *ret)
{
	const char *list = c->siblings, *families = c->families;
	char word[CALL_NAME_MAX];
	const struct denial *row;

	while (list_next(&list, word, sizeof word))
		strlist_insert(ret, word);
	while (list_next(&families, word, sizeof word))
		for (size_t i = 0; (row = denial_at(i)); i++)
			if (streq(row->family, word) && !family_has(word, row->call) && !streq(row->call, "io_uring_setup"))
				strlist_insert(ret, row->call);
}

const char *asked_ring_reason(const struct sysdb_call *c)
{
	const char *families = c->families;
	char word[CALL_NAME_MAX];
	const struct denial *row;

	while (list_next(&families, word, sizeof word))
		for (size_t i = 0; (row = denial_at(i)); i++)
			if (streq(row->family, word) && streq(row->call, "io_uring_setup") && !family_has(word, row->call))
				return row->reason;
	return NULL;
}

bool asked_other(const struct asked *a, const char *call, struct judgement *ret)
{
	struct partial_call q = { .arch = a->q.arch, .call = call };
	uint32_t nr;

	if (!arch_call_number(q.arch, call, &nr))
		return false;
	policy_judge_unknown(a->policy, &q, ret);
	return true;
}
