/* SPDX-License-Identifier: Apache-2.0 */
/* Finds names and rules without effect. */
#include "base/mem.h"
#include "base/opt.h"
#include "lint/checks.h"
#include "lint/context.h"

/* Calls that libseccomp 2.5.4 does not know, sorted. Debian 12 has this version, and its runc,
 * crun, Podman and Docker use it. */
static const char *const newer_names[] = {
	"file_getattr", "file_setattr", "getxattrat", "listmount", "listns", "listxattrat", "lsm_get_self_attr",
	"lsm_list_modules", "lsm_set_self_attr", "mseal", "open_tree_attr", "removexattrat", "riscv_hwprobe",
	"rseq_slice_yield", "setxattrat", "statmount", "uprobe", "uretprobe",
};

static const char *call_name(size_t i, maybe_unused const void *data)
{
	return sysdb_at(i) ? sysdb_at(i)->name : NULL;
}

static void check_unknown(struct lint *l, const struct profile_name *n)
{
	const char *near = opt_nearest(n->call, call_name, NULL);
	bool number = *n->call && strspn(n->call, "0123456789") == strlen(n->call);
	struct verdict v = rule_of(l, n)->verdict;
	bool lets_pass = verdict_passes(v);

	if (!*n->call) {
		find(l, n->place, "an empty name: runc rejects the profile, crun passes over it");
		return;
	}
	/* the name comes from the file: truncated here, cleaned where it is kept */
	find_as(l, lets_pass ? SEV_LOW : l->denies ? SEV_HIGH : SEV_MEDIUM, n->place,
		"'%.64s' is not a call%s%s%s: the rule is skipped, and %s", n->call, number ? ", but a number" : "",
		near ? ", the nearest is " : "", near ? near : "",
		lets_pass || !l->denies ? "the default applies" : v.action > ACT_ERRNO ? "no supervisor is asked" : "nothing is denied by it");
}

/* A deny rule for `umount`, while the call is umount2: the calls with the same effect that are
 * allowed. */
static void passing_siblings(struct lint *l, const struct profile_name *n, struct strlist *ret)
{
	const struct sysdb_call *c = sysdb_find(n->call);
	const char *list = c ? c->siblings : "";
	char word[CALL_NAME_MAX];

	while (l->denies && !verdict_passes(rule_of(l, n)->verdict) && list_next(&list, word, sizeof word)) {
		const struct sysdb_call *s = sysdb_find(word);

		if (s && call_arches(l, s) && call_passes(l, s))
			strlist_insert(ret, word);
	}
}

/* False if it is harmless that no covered ABI has the call. */
static bool check_elsewhere(struct lint *l, const struct profile_name *n)
{
	scoped(strlist_done) struct strlist open = { 0 };

	passing_siblings(l, n, &open);
	bool harm = open.count > 0;

	if (harm) {
		scoped(freep) char *names = say_names(&open, 3);

		find(l, n->place, "'%s' exists on no ABI that the profile covers; there %s %s what does the same, and allowed",
		     n->call, names, plural_is(open.count));
	}
	return harm;
}

/* A conditional rule beside an unconditional one, which decides alone. */
static void check_shadowed(struct lint *l, const struct profile_name *n)
{
	const struct sysdb_call *c = sysdb_find(n->call);
	size_t alone = c ? stand_of(l, c)->alone : NO_NAME;

	if (!alone || !counts(l, n) || rule_of(l, n)->conditions == 0)
		return;
	const struct profile_name *by = name_at(l, alone);
	bool passes_all = verdict_passes(rule_of(l, by)->verdict), passes_some = verdict_passes(rule_of(l, n)->verdict);

	find_as(l, passes_all == passes_some ? SEV_INFO : passes_all ? SEV_HIGH : SEV_MEDIUM, n->place,
		"the conditions for '%s' are never evaluated: %s has a rule for it without any", n->call,
		l->profile->rules[by->rule].place.path);
}

static void tell_list(struct lint *l, enum severity s, const struct strlist *names, struct place place,
		      const char *what)
{
	scoped(freep) char *said = say_names(names, 8);

	if (names->count)
		find_as(l, s, place, "%s: %s", what, said);
}

bool unknown_to_older(const char *call)
{
	for (size_t i = 0; i < countof(newer_names); i++)
		if (streq(newer_names[i], call))
			return true;
	return false;
}

/* Harmless names are reported together, at the first of them. */
struct sorted_out {
	struct strlist names;
	struct place first;
};

static void put(struct sorted_out *s, const struct profile_name *n)
{
	if (s->names.count == 0)
		s->first = n->place;
	strlist_insert(&s->names, n->call);
}

static void check_names(struct lint *l)
{
	struct sorted_out elsewhere = { 0 };

	for (size_t i = 1; i <= l->profile->name_count; i++) {
		const struct profile_name *n = name_at(l, i);

		/* finding the most similar name takes long */
		if (!n->known && wants_more(l))
			check_unknown(l, n);
		if (!n->known || !rule_of(l, n)->applies)
			continue;
		check_shadowed(l, n);
		if (!call_exists_on(n->call, l->covered) && !check_elsewhere(l, n))
			put(&elsewhere, n);
	}
	tell_list(l, SEV_INFO, &elsewhere.names, elsewhere.first, "these exist on no ABI that the profile covers");
	strlist_done(&elsewhere.names);
}

void check_older_libseccomp(struct lint *l)
{
	struct sorted_out older = { 0 };

	for (size_t i = 1; i <= l->profile->name_count; i++)
		if (rule_of(l, name_at(l, i))->applies && unknown_to_older(name_at(l, i)->call))
			put(&older, name_at(l, i));
	tell_list(l, SEV_INFO, &older.names, older.first, "libseccomp 2.5.4 skips these");
	strlist_done(&older.names);
}

/* Names in rules that allow what the default allows, and in rules that deny. */
static void count_names(const struct lint *l, size_t *ret_idle, size_t *ret_refusing)
{
	*ret_idle = *ret_refusing = 0;
	for (size_t i = 1; i <= l->profile->name_count; i++) {
		const struct profile_rule *r = rule_of(l, name_at(l, i));

		*ret_idle += r->applies && says_default(l, r);
		*ret_refusing += r->applies && !verdict_passes(r->verdict);
	}
}

/* Was it meant to be an allow-list? */
static bool pretends(const struct lint *l)
{
	size_t idle, refusing;

	count_names(l, &idle, &refusing);
	return l->denies && idle >= 5 && idle > refusing;
}

static void check_idle_rules(struct lint *l)
{
	bool told = pretends(l);

	for (size_t i = 0; i < l->profile->rule_count; i++) {
		const struct profile_rule *r = &l->profile->rules[i];

		if (r->applies && says_default(l, r) && !(told && verdict_passes(r->verdict)))
			find_as(l, SEV_LOW, r->place, "the rule repeats the default: it is skipped");
	}
}

void check_no_effect(struct lint *l)
{
	check_names(l);
	check_idle_rules(l);
}

/* A supervisor or tracer may deny it. */
void check_denies_nothing(struct lint *l)
{
	bool logs = policy_default(l->profile->policy).action == ACT_LOG;

	if (!l->denies || pretends(l))
		return;
	for (size_t i = 1; i <= l->profile->name_count; i++)
		if (counts(l, name_at(l, i)) && !verdict_passes(rule_of(l, name_at(l, i))->verdict))
			return;
	find_as(l, logs ? SEV_MEDIUM : SEV_HIGH, l->profile->otherwise, "the default %s, and nothing is denied",
		logs ? "only logs calls" : "allows every call");
}

void check_default_allow(struct lint *l)
{
	const char *how = NULL;
	size_t idle, refusing;

	count_names(l, &idle, &refusing);
	if (!pretends(l))
		return;
	for (size_t i = 0; i < l->profile->rule_count; i++)
		if (l->profile->rules[i].applies && !verdict_passes(l->profile->rules[i].verdict))
			how = say_kept_too(how, l->profile->rules[i].verdict);
	find(l, l->profile->otherwise, "the default allows every call, so that the %zu names which rules allow change nothing; "
	     "%zu %s %s", idle, refusing, plural_is(refusing), how ? how : "denied");
}
