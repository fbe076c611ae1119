/* SPDX-License-Identifier: Apache-2.0 */
/* Finds calls that a profile allows, and that were never used. */
#include "check/breach.h"
#include "policy/derive.h"
#include "policy/judge.h"
#include "policy/runtime.h"
#include "sysdb/sysdb.h"

static bool is_used(const struct rec *rec, const struct arch *arch, const char *name)
{
	const struct rec_call *call;

	for (size_t i = 0; (call = rec_call_at(rec, i)); i++)
		if (call->arch == arch && rec_is_call(call) && (!name || streq(call->name, name)))
			return true;
	return false;
}

static void add_stale(struct breaches *s, const struct arch *arch, const char *name, const struct rule *rule)
{
	struct breach key = { .kind = BREACH_STALE, .arch = arch, .audit = arch->audit, .name = name, .program = "" };

	if (name)
		arch_call_number(arch, name, &key.nr);
	else
		key.name = STALE_ABI;
	struct breach *b = breaches_add(s, &key, rule, 1, 0);

	if (!name && s->places)
		breach_move(b, &s->places->architectures);
}

static void find_stale_on(struct breaches *s, const struct rec *rec, const struct arch *arch)
{
	const struct rule *rule;
	uint32_t nr;

	if (arch != arch_native() && !is_used(rec, arch, NULL)) {
		add_stale(s, arch, NULL, NULL);
		return;
	}
	for (size_t i = 0; (rule = policy_rule(s->policy, i)); i++)
		if (verdict_passes(rule->verdict) && rule_on(rule, arch) && arch_call_number(arch, rule->call, &nr) &&
		    !is_used(rec, arch, rule->call) && !derive_needs(rule->call) &&
		    !runtime_needs("podman", rule->call))
			add_stale(s, arch, rule->call, rule);
}

void breaches_find_stale(struct breaches *s, const struct rec *rec)
{
	const struct arch *arch;

	for (size_t i = 0; (arch = arch_at(i)); i++)
		if (policy_covers(s->policy) & ARCH_BIT(arch))
			find_stale_on(s, rec, arch);
}
