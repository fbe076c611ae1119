/* SPDX-License-Identifier: Apache-2.0 */
#include "out/breach/stale.h"

#include "sysdb/sysdb.h"

enum { LISTED = 20, SHOWN = 6 };

/* Not a whole ABI. */
static bool is_call(const struct breach *b)
{
	return b->kind == BREACH_STALE && !streq(b->name, STALE_ABI);
}

/* A call counts for its first family, or for "" if it has none. */
static bool is_of(const struct breach *b, const char *family)
{
	const struct sysdb_call *c = sysdb_find(b->name);
	const char *list = c ? c->families : "";
	char first[CALL_NAME_MAX];

	return is_call(b) && streq(list_next(&list, first, sizeof first) ? first : "", family);
}

/* Calls of high risk come first. */
static size_t collect(const struct breaches *all, const char *family, struct strlist *ret_names)
{
	size_t high = 0;

	for (int risk = RISK_HIGH; risk >= RISK_NONE; risk--)
		for (size_t i = 0; i < all->count; i++) {
			const struct breach *b = all->items[i];
			struct buf name = { 0 };

			if (!is_of(b, family) || (int)sysdb_risk(b->name) != risk)
				continue;
			high += risk == RISK_HIGH;
			if (b->arch != arch_native())
				buf_addf(&name, "%s:", b->arch->name);
			buf_adds(&name, b->name);
			strlist_add(ret_names, buf_str(&name));
			buf_done(&name);
		}
	return high;
}

/* "  mount-family: 11 calls, 9 of high risk: fsconfig fsmount and 9 more" */
static void add_family(struct buf *t, const struct breaches *all, const char *family, bool of_high_risk)
{
	struct strlist names = { 0 };
	size_t high = collect(all, family, &names), shown = names.count <= SHOWN + 1 ? names.count : SHOWN;

	if (names.count && (high > 0) == of_high_risk) {
		buf_addf(t, "  %s%s: %zu call%s", *family ? family : "in no family", *family ? "-family" : "", names.count,
			 plural(names.count));
		if (high == names.count)
			buf_adds(t, ", of high risk");
		else if (high)
			buf_addf(t, ", %zu of high risk", high);
		for (size_t i = 0; i < shown; i++)
			buf_addf(t, "%s %s", i ? "" : ":", names.items[i]);
		if (shown < names.count)
			buf_addf(t, " and %zu more", names.count - shown);
		buf_adds(t, "\n");
	}
	strlist_done(&names);
}

bool stale_is_summed_up(const struct breaches *all, const struct breach *b)
{
	return is_call(b) && breaches_count(all, BREACH_STALE) > LISTED;
}

void stale_add_families(struct buf *t, const struct breaches *all)
{
	const char *family;

	for (int of_high_risk = 1; of_high_risk >= 0; of_high_risk--) {
		for (size_t i = 0; (family = family_at(i)); i++)
			add_family(t, all, family, of_high_risk);
		add_family(t, all, "", of_high_risk);
	}
	buf_addf(t, "  (%zu in all; -v lists each, with its place in the profile)\n", breaches_count(all, BREACH_STALE));
}
