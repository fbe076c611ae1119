/* SPDX-License-Identifier: Apache-2.0 */
/* Finds what the targets of --target lack. */
#include <string.h>
#include "base/mem.h"
#include "lint/checks.h"
#include "lint/context.h"
#include "policy/lacks.h"

/* Also for rules that do not apply here. */
static unsigned needs(const struct profile *p)
{
	unsigned all = 0;

	for (size_t i = 0; i < p->rule_count; i++)
		all |= (*p->rules[i].guard ? NEEDS_CONDITIONS : 0) | (strstr(p->rules[i].guard, "\"minKernel\"") ? NEEDS_MIN_KERNEL : 0);
	for (size_t i = 0; i < p->remark_count; i++)
		all |= p->remarks[i].kind == REMARK_DOCKER && streq(p->remarks[i].word, "archMap") ? NEEDS_CONDITIONS : 0;
	return all;
}

static struct place place_of(const struct profile *p, const struct lack *lack)
{
	if (lack->rule && lack->rule->from.line)
		return lack->rule->from;
	return streq(lack->fact->fact, "arch") && p->architectures.line ? p->architectures : p->otherwise;
}

void check_target_lacks(struct lint *l)
{
	static const enum severity severities[] = {
		[TARGET_IGNORED] = SEV_MEDIUM, [TARGET_OPENED] = SEV_HIGH, [TARGET_REJECTED] = SEV_HIGH,
	};
	scoped(lacks_done) struct lacks lacks = { 0 };

	if (profile_default(l->profile->file))
		return;			/* the name of an engine's default */
	lacks_find(&lacks, l->profile->policy, needs(l->profile), l->targets);
	for (size_t i = 0; i < lacks.count; i++) {
		scoped(buf_done) struct buf b = { 0 };

		if (!target_loads(lacks.items[i].target, l->profile->reader->name))
			continue;
		lack_words(&b, &lacks.items[i]);
		find_as(l, severities[lacks.items[i].fact->effect], place_of(l->profile, &lacks.items[i]), "%s", buf_str(&b));
	}
}

/* In an allow-list, the answer to a denied call loses only its errno. */
static enum severity severity_of(const struct lint *l, const struct profile_name *n)
{
	bool passes = verdict_passes(rule_of(l, n)->verdict);

	return l->denies && !passes ? SEV_HIGH : passes ? SEV_MEDIUM : SEV_INFO;
}

static void try_name(struct lint *l, const struct target_version *t, const struct profile_name *n)
{
	scoped(buf_done) struct buf b = { 0 };
	enum severity severity = severity_of(l, n);

	target_spell(&b, t);
	find_as(l, severity, n->place, "%s cannot name '%s' and ignores the rule: %s", buf_str(&b), n->call,
		severity == SEV_HIGH ? "the call stays allowed" : severity == SEV_MEDIUM ? "the default applies" :
		"the call is denied with the default's answer");
}

void check_target_names(struct lint *l)
{
	for (size_t i = 1; i <= l->profile->name_count; i++)
		for (size_t t = 0; l->targets && t < l->targets->count; t++)
			if (target_loads(&l->targets->items[t], l->profile->reader->name) && counts(l, name_at(l, i)) &&
			    !target_knows(&l->targets->items[t], name_at(l, i)->call))
				try_name(l, &l->targets->items[t], name_at(l, i));
}
