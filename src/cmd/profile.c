/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/profile.h"

#include <errno.h>
#include "base/log.h"
#include "base/mem.h"
#include "cmd/cmd.h"
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

static void warn_of_deviation(const char *path, const struct deviation *d)
{
	struct buf b = { 0 };

	deviation_words(&b, d);
	if (d->kind == DEVIATION_OTHER)
		log_hint("%s: %s", path, buf_str(&b));
	else
		log_warning("%s: %s", path, buf_str(&b));
	buf_done(&b);
}

/* The other way round it is for lint to say, and for check where such a call was made. */
static void warn_of_names(const char *path, const struct strlist *calls)
{
	struct buf others = { 0 };

	if (calls->count > 1)
		buf_addf(&others, " and %zu more", calls->count - 1);
	if (calls->count)
		log_warning("%s: libseccomp %s has no name for '%s'%s: runc and crun let through what is denied here", path,
			    libseccomp_version(), calls->items[0], buf_str(&others));
	buf_done(&others);
}

struct runtime_filter *profile_runtimes(const char *path, const struct policy *p, const struct profile *profile)
{
	enum { SHOWN = 4 };
	struct runtime_filter *f = runtime_filter_new(p, profile, arch_native());
	struct strlist open = { 0 };
	const struct deviation *d;
	size_t others = 0;

	for (size_t i = 0; (d = runtime_filter_deviation(f, i)); i++) {
		if (d->nameless && d->kind == DEVIATION_WEAKER)
			strlist_insert(&open, d->call);
		else if (d->nameless && d->kind != DEVIATION_NOT_LOADED)
			continue;
		else if (others++ < SHOWN)
			warn_of_deviation(path, d);
	}
	if (others > SHOWN)
		log_hint("%s: and %zu more like this; 'sctrace lint' has them all", path, others - SHOWN);
	warn_of_names(path, &open);
	strlist_done(&open);
	return f;
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
