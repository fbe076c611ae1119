/* SPDX-License-Identifier: Apache-2.0 */
#include "app/runtimes.h"

#include "base/log.h"
#include "base/mem.h"
#include "policy/runtime.h"
#include "sysdb/sysdb.h"

static void allowed_names(const struct policy *p, struct strlist *ret)
{
	const struct rule *r;

	for (size_t i = 0; (r = policy_rule(p, i)); i++)
		if (r->verdict.action == ACT_ALLOW)
			strlist_insert(ret, r->call);
}

void runtimes_choose(const struct strlist *asked, const struct view *view, const struct rec *rec, bool denies, struct strlist *ret)
{
	const struct rec_run *run;

	for (size_t i = 0; i < asked->count; i++)
		strlist_insert(ret, asked->items[i]);
	if (ret->count)
		return;
	if (view->container)
		strlist_insert(ret, "auto");
	if (view->container && !denies)
		strlist_insert(ret, "crun:exec");
	for (size_t i = 0; rec && !view->container && (run = rec_run_at(rec, i)); i++)
		if (runtime_of_run(run))
			strlist_insert(ret, runtime_of_run(run));
}

void runtimes_add(struct policy *p, const struct strlist *words, struct verdict answer, struct strlist *ret_added)
{
	scoped(strlist_done) struct strlist before = { 0 }, after = { 0 };

	allowed_names(p, &before);
	for (size_t i = 0; i < words->count; i++)
		policy_add_runtime(p, words->items[i], answer);
	allowed_names(p, &after);
	for (size_t i = 0; i < after.count; i++)
		if (!strlist_has(&before, after.items[i]))
			strlist_insert(ret_added, after.items[i]);
}

/* Ten recordings of one container need one line. */
static bool is_like_earlier(const struct rec *rec, size_t i)
{
	const struct rec_run *run = rec_run_at(rec, i), *other;

	for (size_t k = 0; k < i && (other = rec_run_at(rec, k)); k++)
		if (other->filter_program && run->filter_program && streq(other->filter_program, run->filter_program))
			return true;
	return false;
}

void runtimes_review_filters(const struct rec *rec)
{
	const struct rec_run *run;

	for (size_t i = 0; (run = rec_run_at(rec, i)); i++)
		if (run->filter_program && !runtime_of_run(run) && !is_like_earlier(rec, i))
			log_info("run %s began with a filter of %s, which is not a known container runtime",
				 run->id, run->filter_program);
}

void runtimes_review(const struct strlist *words, const struct strlist *added)
{
	scoped(strlist_done) struct strlist risky = { 0 };

	if (added->count == 0)
		return;
	log_info("%zu call%s added, though not recorded: a container runtime makes them before the workload starts "
		 "(--runtime %s; with 'none' no container starts)", added->count, plural(added->count),
		 words->items[0]);
	log_names(added, added->count == 1 ? "  it is" : "  they are");
	for (size_t i = 0; i < added->count; i++)
		if (sysdb_risk(added->items[i]) >= RISK_MEDIUM)
			strlist_insert(&risky, added->items[i]);
	log_names(&risky, "  of medium or high risk");
}
