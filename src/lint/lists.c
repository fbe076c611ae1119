/* SPDX-License-Identifier: Apache-2.0 */
/* Finds calls that allow-lists lack, or should not have. */
#include <errno.h>
#include "base/mem.h"
#include "lint/checks.h"
#include "lint/context.h"

void check_missing_basics(struct lint *l)
{
	static const struct { const char *call; enum severity severity; } basics[] = {
		{ "execve", SEV_HIGH }, { "exit_group", SEV_HIGH }, { "rt_sigreturn", SEV_HIGH },
		{ "exit", SEV_MEDIUM }, { "restart_syscall", SEV_LOW },
	};
	enum severity s = SEV_INFO;
	scoped(strlist_done) struct strlist missing = { 0 };

	for (size_t i = 0; l->allows && i < countof(basics); i++) {
		const struct sysdb_call *c = sysdb_find(basics[i].call);

		if (call_passes_sometimes(l, c))
			continue;
		strlist_add(&missing, c->name);
		s = basics[i].severity > s ? basics[i].severity : s;
	}
	if (missing.count) {
		scoped(freep) char *names = say_names(&missing, 8);

		find_as(l, s, l->profile->otherwise, "the allow-list lacks %s", names);
	}
}

/* One finding for each reason, at the first call. */
void check_dangerous_allow(struct lint *l)
{
	const struct sysdb_call *c, *other;

	for (size_t i = 1; l->allows && i <= l->profile->name_count; i++) {
		scoped(strlist_done) struct strlist names = { 0 };
		bool first = true;

		c = sysdb_find(name_at(l, i)->call);
		if (!c || c->risk < RISK_HIGH || stand_of(l, c)->alone != i || !call_passes(l, c) || !call_arches(l, c))
			continue;
		for (size_t k = 0; (other = sysdb_at(k)); k++) {
			if (other->risk < RISK_HIGH || !streq(other->why, c->why) || !stand_of(l, other)->alone ||
			    !call_passes(l, other) || !call_arches(l, other))
				continue;
			first &= stand_of(l, other)->alone >= i;
			strlist_insert(&names, other->name);
		}
		if (first) {
			scoped(freep) char *said = say_names(&names, 6);

			find(l, name_at(l, i)->place, "%s: %s", said, risk_reason(c->why));
		}
	}
}

static bool breaks_fallback(struct verdict v)
{
	return !verdict_passes(v) && v.action != ACT_NOTIFY && v.action != ACT_TRACE && (v.action != ACT_ERRNO || v.data != ENOSYS);
}

/* Of these, the ones that libc makes for every program; others are rare. */
static bool is_common(const char *call)
{
	return list_has("clock_gettime64,clone3,close_range,faccessat2,fchmodat2,futex_time64,openat2,statx", call);
}

/* The call to which libc would fall back after ENOSYS. */
static const char *fallback_of(struct lint *l, const struct sysdb_call *c, char ret[static CALL_NAME_MAX])
{
	const char *list = c->siblings;

	while (c->probed && list_next(&list, ret, CALL_NAME_MAX)) {
		const struct sysdb_call *s = sysdb_find(ret);

		/* a deny-list may allow it for the runtime only */
		if (s && !s->probed && call_arches(l, s) && call_passes_sometimes(l, s) && !(l->denies && is_runtimes(l, ret, true)))
			return ret;
	}
	return NULL;
}

static void check_default_errno(struct lint *l)
{
	struct verdict otherwise = policy_default(l->profile->policy);
	scoped(strlist_done) struct strlist names = { 0 };
	const struct sysdb_call *c;
	char word[CALL_NAME_MAX];
	bool common = false;

	for (size_t i = 0; l->allows && breaks_fallback(otherwise) && (c = sysdb_at(i)); i++)
		if (!stand_of(l, c)->alone && !stand_of(l, c)->passes_if && call_arches(l, c) && fallback_of(l, c, word)) {
			strlist_insert(&names, c->name);
			common |= is_common(c->name);
		}
	if (names.count) {
		scoped(freep) char *said = say_names(&names, 8), *answer = say_verdict(otherwise);

		find_as(l, common ? SEV_MEDIUM : SEV_LOW, l->profile->otherwise, "the default answers %s with %s: libc "
			"does not try the allowed call that it would fall back to", said, answer);
	}
}

void check_errno_breaks_fallback(struct lint *l)
{
	char word[CALL_NAME_MAX];

	check_default_errno(l);
	for (size_t i = 1; i <= l->profile->name_count; i++) {
		const struct profile_name *n = name_at(l, i);
		const struct sysdb_call *c = counts(l, n) ? sysdb_find(n->call) : NULL;
		struct verdict v = rule_of(l, n)->verdict;

		if (!c || stand_of(l, c)->alone != i || !breaks_fallback(v) || !call_arches(l, c) || !fallback_of(l, c, word))
			continue;
		scoped(freep) char *answer = say_verdict(v);

		find(l, n->place, "'%s' is answered with %s: libc does not fall back to '%s'", c->name, answer, word);
	}
}

/* The largest number that the profile names on the main ABI; runc determines it in the same way. */
static uint32_t largest_named(const struct lint *l, const char **ret_call)
{
	uint32_t largest = 0, nr;

	for (size_t i = 1; i <= l->profile->name_count; i++) {
		const struct profile_name *n = name_at(l, i);

		if (rule_of(l, n)->applies && n->known && arch_call_number(l->main, n->call, &nr) && nr > largest) {
			largest = nr;
			*ret_call = n->call;
		}
	}
	return largest;
}

void check_runtime_stub(struct lint *l)
{
	struct verdict otherwise = policy_default(l->profile->policy);
	scoped(strlist_done) struct strlist below = { 0 };
	const struct sysdb_call *c;
	const char *call = "";
	uint32_t largest, nr;

	if (!l->allows || !breaks_fallback(otherwise))
		return;
	largest = largest_named(l, &call);
	for (size_t i = 0; (c = sysdb_at(i)); i++)
		if (c->probed && !stand_of(l, c)->alone && !stand_of(l, c)->passes_if &&
		    arch_call_number(l->main, c->name, &nr) && nr < largest)
			strlist_insert(&below, c->name);
	if (below.count) {
		scoped(freep) char *names = say_names(&below, 5);

		find(l, l->profile->otherwise, "under runc all numbers above %u ('%s', the largest named) get ENOSYS, and %s "
		     "below it the default; under crun all get the default", largest, call, names);
	}
}
