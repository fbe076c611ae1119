/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/profile.h"

#include <errno.h>
#include "base/log.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "policy/ask.h"
#include "policy/judge.h"

int profile_host(const struct strlist *caps, struct parse_host *ret, struct err *e)
{
	uint64_t bit;

	parse_host_here(ret);
	ret->caps = caps ? 0 : DOCKER_CAPS;
	for (size_t i = 0; caps && i < caps->count; i++) {
		if (streq(caps->items[i], "none"))
			continue;
		if (!cap_find(caps->items[i], &bit))
			return usage_error(e, "unknown capability '%s'; write a name such as CAP_SYS_ADMIN, or none",
					   caps->items[i]);
		ret->caps |= bit;
	}
	return 0;
}

int profile_load(const char *path, const struct parse_host *host, struct policy **ret, struct err *e)
{
	struct parse_notes notes = { 0 };
	struct parse_host here;
	int r;

	parse_host_here(&here);
	r = policy_parse_oci(path, host ? host : &here, ret, &notes, e);
	for (size_t i = 0; i < notes.warnings.count && !profile_default(path); i++)
		log_warning("%s: %s", path, notes.warnings.items[i]);
	for (size_t i = 0; i < notes.hints.count && !profile_default(path); i++)
		log_hint("%s: %s", path, notes.hints.items[i]);
	parse_notes_done(&notes);
	return r;
}

void profile_unnamed(const char *path, const struct policy *p)
{
	enum { SHOWN = 4 };
	struct strlist calls = { 0 };
	struct buf names = { 0 };
	const struct rule *r;

	for (size_t i = 0; (r = policy_rule(p, i)); i++)
		if (verdict_allows(policy_default(p)) && !verdict_allows(r->verdict) && !starts_with(r->call, "call_") &&
		    !libseccomp_knows(r->call) && call_exists_on(r->call, policy_covers(p)))
			strlist_insert(&calls, r->call);
	for (size_t i = 0; i < calls.count && i < SHOWN; i++)
		buf_addf(&names, "%s%s", i ? ", " : "", calls.items[i]);
	if (calls.count > SHOWN)
		buf_addf(&names, " and %zu more", calls.count - SHOWN);
	if (calls.count)
		log_hint("%s: denied here, but not in a container: libseccomp %s has no name for %s, and runtimes that use it let "
			    "%s through; 'gen --closed' makes a list that does not", path, libseccomp_version(), buf_str(&names),
			    calls.count == 1 ? "it" : "them");
	buf_done(&names);
	strlist_done(&calls);
}

static bool is_rule_of(const struct profile_rule *r, const struct rule *rule)
{
	struct rule whole = { .conditions = r->conditions }, one = { .conditions = 1 };

	if (!r->applies || !verdict_equal(r->verdict, rule->verdict))
		return false;
	if (r->conditions <= CONDITIONS_MAX) {
		memcpy(whole.when, r->when, r->conditions * sizeof *r->when);
		if (conditions_equal(&whole, rule))
			return true;
	}
	for (unsigned i = 0; i < r->conditions && conditions_fall_apart(r->when, r->conditions); i++) {
		one.when[0] = r->when[i];
		if (conditions_equal(&one, rule))
			return true;
	}
	return false;
}

const struct place *profile_place(const struct profile *p, const struct rule *rule)
{
	if (!rule)
		return p ? &p->otherwise : NULL;
	for (size_t i = 0; p && i < p->name_count; i++)
		if (streq(p->names[i].call, rule->call) && is_rule_of(&p->rules[p->names[i].rule], rule))
			return &p->rules[p->names[i].rule].place;
	return NULL;
}

int profile_enforceable(const char *path, const struct policy *p, struct err *e)
{
	const uint64_t args[6] = { 0 };
	const struct rule *r;
	uint32_t nr;

	for (size_t i = 0; (r = policy_rule(p, i)); i++)
		if (r->verdict.action == ACT_NOTIFY)
			return err_set(e, EOPNOTSUPP, "%s: the rule for '%s' asks a supervisor (SCMP_ACT_NOTIFY), "
				       "and there is none here; runc and crun can have one", path, r->call);
	if (policy_default(p).action == ACT_NOTIFY)
		return err_set(e, EOPNOTSUPP, "%s: the default asks a supervisor (SCMP_ACT_NOTIFY), and there is none here",
			       path);
	arch_call_number(arch_native(), "execve", &nr);
	if (policy_judge(p, arch_native(), nr, args, NULL).action < ACT_LOG)
		log_warning("%s refuses execve: the command cannot start", path);
	return 0;
}
