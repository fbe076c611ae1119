/* SPDX-License-Identifier: Apache-2.0 */
#include "app/review.h"

#include <inttypes.h>
#include "base/log.h"
#include "base/mem.h"
#include "policy/judge-unknown.h"
#include "diff/policies.h"
#include "policy/judge.h"
#include "read/reader.h"
#include "policy/prose.h"
#include "sysdb/sysdb.h"

/* Reports calls with the same effect for which the policy has no rule. */
static void review_siblings(const struct policy *p, const struct sysdb_call *c)
{
	scoped(strlist_done) struct strlist open = { 0 };
	const char *list = c->siblings;
	char sibling[CALL_NAME_MAX];

	while (list_next(&list, sibling, sizeof sibling))
		if (!policy_first_rule(p, sibling))
			strlist_insert(&open, sibling);
	if (open.count) {
		log_more("note: '%s' is denied by name, while others that can have the same effect are allowed", c->name);
		log_names(&open, "  they are");
	}
}

/* Reports what --minimal leaves of a family. */
static void review_left(const struct policy *p, const char *family)
{
	scoped(strlist_done) struct strlist left = { 0 };
	const struct sysdb_call *c;

	for (size_t i = 0; (c = sysdb_at(i)); i++)
		if (family_has(family, c->name) && !denial_is_choke(family, c->name) && !policy_first_rule(p, c->name))
			strlist_insert(&left, c->name);
	if (left.count) {
		log_more("%s-family: %zu call%s stay%s possible, but useless without the denied ones", family, left.count,
			 plural(left.count), left.count == 1 ? "s" : "");
		log_names(&left, "  they are");
	} else {
		log_more("%s-family: every call is useful by itself, so that all are denied", family);
	}
}

static void review_word(const struct policy *p, const struct denylist *d, const char *word)
{
	const struct sysdb_call *c = sysdb_find(word);
	const char *family = c ? NULL : family_find(word), *caveat;

	if (c)
		review_siblings(p, c);
	if (family && d->minimal)
		review_left(p, family);
	for (size_t k = 0; family && (caveat = family_caveat(family, k)); k++)
		log_more("no filter closes: %s: %s", family, caveat);
}

/* "a, or b, or 30 more": the conditions of rules with this answer. */
static void add_conditions(const struct policy *p, const struct partial_call *q, bool allowed, struct buf *b)
{
	enum { SHOWN = 8 };
	size_t n = 0, shown = log_level > LOG_NORMAL ? SIZE_MAX : SHOWN, count;
	scoped(freep) const struct rule **rules = policy_rules_about(p, q, &count);

	for (size_t i = 0; i < count; i++) {
		if (verdict_allows(rules[i]->verdict) != allowed ||
		    (q->arch ? rule_is_outdone(rules[i], p, q->arch) : !rules[i]->conditions))
			continue;
		if (n < shown) {
			buf_adds(b, n ? ", or " : "");
			prose_conditions(b, q->arch, q->call, rules[i]);
		}
		n++;
	}
	if (n > shown)
		buf_addf(b, ", or %zu more (-v)", n - shown);
}

static void review_conditions(const struct policy *p)
{
	const struct rule *r, *last = NULL;

	for (size_t i = 0; (r = policy_rule(p, i)); i++) {
		scoped(buf_done) struct buf b = { 0 };

		if (r->conditions == 0 || verdict_allows(r->verdict) || (last && streq(last->call, r->call)))
			continue;
		last = r;
		add_conditions(p, &(struct partial_call){ .call = r->call }, false, &b);
		log_more("%s: when %s", r->call, buf_str(&b));
	}
}

void review_denied(const struct policy *p, const struct denylist *d, const char *rest)
{
	size_t whole = 0, conditional = 0;
	const struct rule *r;

	for (size_t i = 0; (r = policy_rule(p, i)); i++) {
		whole += !verdict_allows(r->verdict) && r->conditions == 0;
		conditional += !verdict_allows(r->verdict) && r->conditions > 0;
	}
	if (conditional)
		log_info("%zu call%s denied, and %zu condition%s under which others are; %s", whole,
			 plural(whole), conditional, plural(conditional), rest);
	else
		log_info("%zu call%s denied; %s", whole, plural(whole), rest);
	review_conditions(p);
	for (size_t i = 0; i < d->count; i++)
		review_word(p, d, d->words[i]);
}

static bool allows_any(const struct policy *p, const struct arch *arch, const struct strlist *calls)
{
	const struct rule *r;

	for (size_t i = 0; (r = policy_rule(p, i)); i++)
		if (verdict_allows(r->verdict) && rule_on(r, arch) && strlist_has(calls, r->call))
			return true;
	return false;
}

/* "access: faccessat or faccessat2" */
static void add_lack(struct strlist *ret, const char *call, const struct strlist *instead)
{
	scoped(buf_done) struct buf b = { 0 };

	buf_addf(&b, "%s:", call);
	for (size_t i = 0; i < instead->count; i++)
		buf_addf(&b, "%s %s", i ? " or" : "", instead->items[i]);
	strlist_insert(ret, buf_str(&b));
}

static void find_lacks(const struct policy *p, const struct rec *rec, const struct arch *arch, struct strlist *ret)
{
	const struct rec_call *c;

	for (size_t i = 0; (c = rec_call_at(rec, i)); i++) {
		scoped(strlist_done) struct strlist instead = { 0 };

		if (sysdb_instead(c->name, arch, &instead) && instead.count && !allows_any(p, arch, &instead))
			add_lack(ret, c->name, &instead);
	}
}

void review_unseen(const struct policy *p, const struct rec *rec, arch_set unseen)
{
	const struct arch *arch;

	for (size_t i = 0; (arch = arch_at(i)); i++) {
		scoped(strlist_done) struct strlist lacks = { 0 };

		if (!(unseen & ARCH_BIT(arch)))
			continue;
		find_lacks(p, rec, arch, &lacks);
		if (lacks.count)
			log_warning("%s was not recorded: %zu of the recorded calls do%s not exist there, and what it has in %s place is "
				    "denied; record there, or add those with --allow", arch->name, lacks.count,
				    lacks.count == 1 ? "es" : "", lacks.count == 1 ? "its" : "their");
		else
			log_warning("%s was not recorded: the profile has the same names for it, and programs may call others there",
				    arch->name);
		for (size_t k = 0; k < lacks.count; k++)
			log_more("%s", lacks.items[k]);
	}
}

static void find_opened(const struct differences *all, struct strlist *ret, struct strlist *ret_high)
{
	const struct difference *d;

	for (size_t i = 0; (d = difference_at(all, i)); i++) {
		if (d->subject != SUBJECT_CALL || d->change != CHANGE_ADDED)
			continue;
		strlist_insert(ret, d->call);
		if (d->risk == RISK_HIGH)
			strlist_insert(ret_high, d->call);
	}
}

void review_opened(const struct policy *p)
{
	static const char word[] = "docker-default";
	scoped(strlist_done) struct strlist opened = { 0 }, high = { 0 };
	struct differences *all = NULL;
	scoped(policy_freep) struct policy *own = NULL;
	struct parse_host host;
	struct err e;

	parse_host_here(&host);
	host.caps = DOCKER_CAPS;
	if (policy_read(word, &host, &own, NULL, &e) == 0)
		all = policy_compare_known(own, p);
	if (all)
		find_opened(all, &opened, &high);
	if (opened.count) {
		log_hint("the profile replaces the engine's own, and allows %zu calls that Docker's denies, %zu of high "
			    "risk; with --base %s (or podman-default) they stay denied", opened.count, high.count, word);
		log_names(&high, "of high risk");
	}
	differences_free(all);
}

static void count_allowed(const struct policy *p, struct strlist *ret)
{
	const struct rule *r;

	for (size_t i = 0; (r = policy_rule(p, i)); i++)
		if (verdict_allows(r->verdict))
			strlist_insert(ret, r->call);
}

void review_common(const struct policy *base, const struct policy *p, const char *path)
{
	scoped(strlist_done) struct strlist before = { 0 }, after = { 0 };

	count_allowed(base, &before);
	count_allowed(p, &after);
	if (verdict_allows(policy_default(base)))
		log_info("%zu calls allowed, which were recorded and which %s does not deny; all others are denied",
			 after.count, path);
	else
		log_info("%zu of the %zu calls that %s allows stay allowed, because they were recorded or are needed; the others "
			 "are denied with its answer", after.count, before.count, path);
}

/* The result for a call with unknown arguments. */
static enum holds is_made(const struct policy *p, const struct partial_call *q)
{
	scoped(judgement_done) struct judgement answer;

	policy_judge_unknown(p, q, &answer);
	return judgement_allows(&answer);
}

/* "/bin/a 3, /bin/b 1 and 2 more programs"; only the name if there is one. */
static void add_programs(const struct rec_call *c, struct buf *b)
{
	enum { SHOWN = 5 };
	scoped(strlist_done) struct strlist programs = { 0 };

	for (size_t i = 0; i < c->seen_count; i++)
		strlist_insert(&programs, c->seen[i].program);
	for (size_t p = 0; p < programs.count && (p < SHOWN || log_level > LOG_NORMAL); p++) {
		uint64_t n = 0;

		for (size_t i = 0; i < c->seen_count; i++)
			n += streq(c->seen[i].program, programs.items[p]) ? c->seen[i].count : 0;
		buf_addf(b, "%s%s", p ? ", " : "", programs.items[p]);
		if (programs.count > 1)
			buf_addf(b, " %" PRIu64, n);
	}
	buf_add_rest(b, programs.count, log_level > LOG_NORMAL ? SIZE_MAX : SHOWN);
}

/* If stacks were recorded: reviewers look for the function. */
static void add_functions(const struct rec_call *c, struct buf *b)
{
	enum { SHOWN = 3 };
	scoped(strlist_done) struct strlist functions = { 0 };

	rec_through(c, &functions);
	buf_adds(b, functions.count ? ", through " : "");
	strlist_print(&functions, log_level > LOG_NORMAL ? SIZE_MAX : SHOWN, b);
}

static bool review_loss(const struct policy *p, const struct policy *base, const struct rec_call *c)
{
	const struct partial_call q = { .arch = c->arch, .call = c->name };
	enum holds made = is_made(p, &q);
	scoped(buf_done) struct buf programs = { 0 }, when = { 0 };
	bool native = c->arch == arch_native();

	if (made == HOLDS_ALWAYS)
		return false;
	add_programs(c, &programs);
	add_functions(c, &programs);
	if (made == HOLDS_MAYBE) {
		buf_adds(&when, verdict_allows(policy_default(p)) ? " when " : " unless ");
		add_conditions(p, &q, !verdict_allows(policy_default(p)), &when);
	} else if (!(policy_covers(p) & ARCH_BIT(c->arch))) {
		buf_adds(&when, ": the profile is not for that ABI");
	} else if (base && is_made(base, &q) == HOLDS_NEVER) {
		buf_adds(&when, ", as before");
	}
	log_warning("the workload used %s%s%s %" PRIu64 " time%s (%s), which is denied%s", c->name, native ? "" : " on ",
		    native ? "" : c->arch->name, c->count, plural(c->count), buf_str(&programs), buf_str(&when));
	return true;
}

/* One line for each answer. */
static void tell_no_calls(const struct strlist *names, const struct strlist *programs, struct verdict v)
{
	scoped(buf_done) struct buf text = { 0 };
	bool one = names->count == 1;

	buf_addf(&text, "left out: %zu number%s that no kernel has a call for (by %s", names->count, plural(names->count),
		 programs->items[0]);
	buf_add_rest(&text, programs->count, 1);
	buf_addf(&text, "); without the profile %s with ENOSYS, with it %s ", one ? "it fails" : "they fail",
		 one ? "it is" : "they are");
	prose_verdict(&text, v);
	(v.action == ACT_ERRNO ? log_info : log_warning)("%s", buf_str(&text));
	log_names(names, one ? "  it is" : "  they are");
}

static void review_no_calls_with(const struct policy *p, const struct rec *rec, struct verdict v)
{
	const uint64_t args[6] = { 0 };
	scoped(strlist_done) struct strlist names = { 0 }, programs = { 0 };
	const struct rec_call *c;

	for (size_t i = 0; (c = rec_call_at(rec, i)); i++) {
		if (rec_is_call(c) || !verdict_equal(policy_judge(p, c->arch, c->nr, args, NULL), v))
			continue;
		strlist_add(&names, c->name);
		for (size_t s = 0; s < c->seen_count; s++)
			strlist_insert(&programs, c->seen[s].program);
	}
	if (names.count)
		tell_no_calls(&names, &programs, v);
}

/* No rule names such a number: it gets the default, or its ABI is not covered. */
void review_no_calls(const struct policy *p, const struct rec *rec)
{
	struct verdict killed = { ACT_KILL_THREAD, 0 }, otherwise = policy_default(p);

	if (!verdict_allows(otherwise))
		review_no_calls_with(p, rec, otherwise);
	if (!verdict_equal(killed, otherwise))
		review_no_calls_with(p, rec, killed);
}

void review_losses(const struct policy *p, const struct policy *base, const struct rec *rec)
{
	const struct rec_call *c;
	bool lost = false;

	for (size_t i = 0; (c = rec_call_at(rec, i)); i++)
		lost |= rec_is_call(c) && review_loss(p, base, c);
	review_no_calls(p, rec);
	if (!lost)
		log_info("the workload used nothing that is denied");
}
