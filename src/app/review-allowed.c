/* SPDX-License-Identifier: Apache-2.0 */
/* The part of app/review.h for allow-lists. */
#include "base/log.h"
#include "base/mem.h"
#include "app/review.h"
#include "policy/judge.h"
#include "rec/saturation.h"
#include "sysdb/sysdb.h"

/* What this host's runtimes make of the names: an ignored rule matters, unless it has the ENOSYS
 * that the name gets anyway. */
void review_names(const struct policy *p)
{
	scoped(strlist_done) struct strlist unknown = { 0 };
	const struct rule *r;

	for (size_t i = 0; (r = policy_rule(p, i)); i++)
		if (!starts_with(r->call, "call_") && !libseccomp_knows(r->call) &&
		    (policy_default(p).action == ACT_ALLOW || r->verdict.action == ACT_ALLOW))
			strlist_insert(&unknown, r->call);
	if (unknown.count) {
		log_more("unknown to libseccomp %s: a container runtime that uses it ignores these rules", libseccomp_version());
		log_names(&unknown, "  they are");
	}
}

void review_allowed(const struct policy *p)
{
	scoped(strlist_done) struct strlist additions = { 0 }, timed = { 0 }, probed = { 0 }, allowed = { 0 };
	const struct rule *r;

	for (size_t i = 0; (r = policy_rule(p, i)); i++) {
		bool added = r->because && (starts_with(r->because, "kernel:") || starts_with(r->because, "vdso:"));

		if (r->verdict.action == ACT_ALLOW)
			strlist_insert(&allowed, r->call);
		if (added)
			strlist_insert(&additions, r->call);
		if (r->because && starts_with(r->because, "timing:"))
			strlist_insert(&timed, r->call);
		if (r->verdict.action != ACT_ALLOW)
			strlist_insert(&probed, r->call);
	}
	log_info("%zu calls allowed, all others %s", allowed.count,
		 policy_default(p).action == ACT_LOG ? "allowed as well, and logged" : "denied");
	for (size_t i = 0; (r = policy_rule(p, i)); i++)
		if (r->verdict.action == ACT_ALLOW && sysdb_risk(r->call) == RISK_HIGH) {
			const struct sysdb_call *c = sysdb_find(r->call);
			const char *why = c ? risk_reason(c->why) : NULL;

			log_more("high risk: %s (%s): %s", r->call, r->because ? r->because : "?",
				 why ? why : "nothing is known about it");
		}
	log_names(&additions, "added, though not recorded, for the kernel and the vDSO");
	log_names(&timed, "added because the recorded programs call these in some runs only, by their timing (--exact: without)");
	log_names(&probed, "answered ENOSYS, so that libc falls back");
}

void review_narrowed(const struct strlist *narrowed, const struct strlist *left)
{
	log_info("%zu call%s narrowed to the arguments that were seen", narrowed->count, plural(narrowed->count));
	for (size_t i = 0; i < narrowed->count; i++)
		log_more("  %s", narrowed->items[i]);
	for (size_t i = 0; i < left->count; i++)
		log_more("  not narrowed: %s", left->items[i]);
}

void review_saturation(const struct rec *rec)
{
	const struct saturation s = rec_saturation(rec);
	scoped(freep) char *text = saturation_text(&s);

	if (s.looks_unfinished)
		log_info("the recording looks unfinished: %s; record more, and give gen all of it", text);
}
