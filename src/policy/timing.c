/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/timing.h"

#include "base/buf.h"
#include "base/mem.h"
#include "sysdb/sysdb.h"

static const struct timing rows[] = {
#define TIMING(class, call, programs, company, reason) { class, call, programs, company, reason },
#include "sysdb/timing.inc"
#undef TIMING
};

const struct timing *timing_at(size_t i)
{
	return i < countof(rows) ? &rows[i] : NULL;
}

static bool is_of_class(const struct timing *row, const char *program)
{
	return streq(row->programs, "*") || list_has(row->programs, base_name(program));
}

/* Is the call in "a|b|c"? The alternatives end after `len` bytes. */
static bool is_alternative(const char *alternatives, size_t len, const char *call)
{
	const size_t n = strlen(call);

	for (const char *at = alternatives, *end = alternatives + len; at < end; at += strcspn(at, "|+") + 1)
		if (strcspn(at, "|+") == n && strncmp(at, call, n) == 0)
			return true;
	return false;
}

/* Of `among` (NULL: all programs of the class), those that made one of the alternatives. */
static void find_makers(const struct timing *row, const char *alternatives, size_t len, const struct rec *rec,
			const struct arch *arch, const struct strlist *among, struct strlist *ret)
{
	const struct rec_call *c;

	for (size_t i = 0; (c = rec_call_at(rec, i)); i++) {
		if (c->arch != arch || !is_alternative(alternatives, len, c->name))
			continue;
		for (size_t s = 0; s < c->seen_count; s++)
			if (is_of_class(row, c->seen[s].program) && (!among || strlist_has(among, c->seen[s].program)))
				strlist_insert(ret, c->seen[s].program);
	}
}

bool timing_applies(const struct timing *row, const struct rec *rec, const struct arch *arch)
{
	struct strlist makers = { 0 };
	const char *word = row->company;

	for (bool first = true; first || (makers.count && *word); first = false) {
		const size_t len = strcspn(word, "+");
		struct strlist left = { 0 };

		find_makers(row, word, len, rec, arch, first ? NULL : &makers, &left);
		strlist_done(&makers);
		makers = left;
		word += len + (word[len] == '+');
	}

	bool any = makers.count > 0;

	strlist_done(&makers);
	return any;
}
