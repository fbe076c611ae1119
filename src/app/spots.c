/* SPDX-License-Identifier: Apache-2.0 */
#include "app/spots.h"

#include <errno.h>
#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/opt.h"
#include "app/usage.h"
#include "app/vocabulary.h"
#include "policy/judge.h"
#include "rec/spots.h"

int spots_check_word(const char *kind, struct err *e)
{
	if (spot_find(kind))
		return 0;
	return usage_unknown(e, "blind spot", kind, vocabulary_spot, "'sctrace list blind-spots' prints them");
}

int spots_refuse(const struct rec *rec, const struct strlist *accepted, struct err *e)
{
	const struct rec_blind_spot *spot;
	scoped(strlist_done) struct strlist kinds = { 0 };
	scoped(buf_done) struct buf names = { 0 };
	int r = 0;

	for (size_t i = 0; (spot = rec_blind_spot_at(rec, i)); i++)
		if (!strlist_has(accepted, spot->kind))
			strlist_insert(&kinds, spot->kind);
	for (size_t i = 0; i < kinds.count; i++)
		buf_addf(&names, "%s%s", i ? ", " : "", kinds.items[i]);
	if (kinds.count)
		r = err_set(e, EINVAL, "the recording has blind spots: %s (--strict); accept each that does not matter "
			    "with --accept KIND, or record again without them ('sctrace report' shows how)", buf_str(&names));
	return r;
}

/* `spelt`: "mount", or "x86:mount" for a call of another ABI than the native one. */
static bool is_allowed(const struct policy *p, const char *spelt)
{
	const char *colon = strchr(spelt, ':'), *name = colon ? colon + 1 : spelt;
	scoped(freep) char *abi = colon ? xstrndup(spelt, (size_t)(colon - spelt)) : NULL;
	const struct arch *arch = abi ? arch_find(abi) : arch_native();
	const uint64_t args[6] = { 0 };
	uint32_t nr;

	/* a call that the ABI does not have is not needed */
	return !arch || !arch_call_number(arch, name, &nr) || verdict_passes(policy_judge(p, arch, nr, args, NULL));
}

/* `judged`: the policy exists already, and is not being made. */
static void review_hidden(const struct rec_blind_spot *spot, const struct policy *p, bool judged)
{
	scoped(freep) char *what = xprintf("  %s hides", spot->kind);
	scoped(strlist_done) struct strlist hidden = { 0 }, refused = { 0 };

	for (size_t i = 0; spot->calls && spot->calls[i]; i++) {
		strlist_add(&hidden, spot->calls[i]);
		if (!is_allowed(p, spot->calls[i]))
			strlist_add(&refused, spot->calls[i]);
	}
	log_names(&hidden, what);
	if (refused.count && (judged || policy_default(p).action == ACT_ALLOW))
		log_names(&refused, "  denied of these");
	else if (refused.count && streq(spot->kind, "outer-filter"))
		log_more("  the workload may need %s, and %zu %s not in the profile; --allow NAME adds one",
			 hidden.count == 1 ? "it" : "these", refused.count, plural_is(refused.count));
}

static void tell(const struct rec_blind_spot *spot, bool accepted)
{
	scoped(buf_done) struct buf by = { 0 };

	spot_add_programs(spot, &by);
	if (accepted)
		log_info("accepted blind spot: %s%s", spot->detail, buf_str(&by));
	else
		log_warning("blind spot: %s%s; %s", spot->detail, buf_str(&by), spot->remedy);
}

/* Was it not reported before? That a run was not completed is visible only when it is read. */
static bool is_news(const struct rec_blind_spot *spot)
{
	return log_level == LOG_VERBOSE || streq(spot->kind, "unfinished");
}

/* Summarizes in one line what `record` reported in many. */
static void recall(const struct strlist *kinds)
{
	scoped(buf_done) struct buf list = { 0 };

	for (size_t i = 0; i < kinds->count; i++)
		buf_addf(&list, "%s%s", i ? ", " : "", kinds->items[i]);
	if (kinds->count)
		log_warning("%zu blind spot%s, as reported when it was recorded: %s ('sctrace report' shows %s, and what to do)",
			    kinds->count, plural(kinds->count), buf_str(&list), plural_them(kinds->count));
}

void spots_review(const struct rec *rec, const struct policy *p, const struct strlist *accepted)
{
	const struct rec_blind_spot *spot;
	scoped(strlist_done) struct strlist known = { 0 };

	for (size_t i = 0; (spot = rec_blind_spot_at(rec, i)); i++) {
		bool accepts = accepted && strlist_has(accepted, spot->kind);

		if (accepts || is_news(spot))
			tell(spot, accepts);
		else
			strlist_insert(&known, spot->kind);
	}
	recall(&known);
	for (size_t i = 0; (spot = rec_blind_spot_at(rec, i)); i++)
		review_hidden(spot, p, !accepted);
}

void spots_tell(const struct rec *rec)
{
	struct strlist calls = { 0 };
	const struct rec_blind_spot *spot;

	for (size_t i = 0; (spot = rec_blind_spot_at(rec, i)); i++) {
		tell(spot, false);
		for (size_t k = 0; spot->calls && spot->calls[k]; k++)
			strlist_insert(&calls, spot->calls[k]);
		log_names(&calls, "  hidden are");
		strlist_done(&calls);
	}
}
