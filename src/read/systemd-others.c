/* SPDX-License-Identifier: Apache-2.0 */
/* As systemd 252 makes them: src/shared/seccomp-util.c, src/core/execute.c and load-fragment.c. */
#include "read/systemd.h"

#include <errno.h>
#include <sched.h>
#include <strings.h>
#include "base/mem.h"
#include "policy/judge.h"
#include "read/unit.h"
#include "sysdb/args.h"
#include "sysdb/sysdb.h"
#include "sysdb/systemd.h"

/* What a directive denies. A group has only its name. */
struct denied {
	const char *key, *call;
	int error;
	struct condition when[2];
	unsigned conditions;
	const char *arches;		/* only these; NULL: all */
	unsigned before;		/* before this version of systemd; 0: still */
};

#define HAS(n, bits) { .arg = n, .op = CMP_MASKED_EQ, .mask = bits, .value = bits }
#define IS(n, v) { .arg = n, .op = CMP_EQ, .value = v }
#define MODE(c, n, bits) { "RestrictSUIDSGID", c, EPERM, { HAS(n, bits) }, 1, NULL, 0 }
#define MODES(c, n) MODE(c, n, 04000), MODE(c, n, 02000)
#define CREATES(c, f, m, bits) { "RestrictSUIDSGID", c, EPERM, { HAS(f, 0100), HAS(m, bits) }, 2, NULL, 0 }
#define REALTIME(...) { "RestrictRealtime", "sched_setscheduler", EPERM, { __VA_ARGS__ }, 1, NULL, 0 }
#define WHOLE(k, c, e) { k, c, e, { { 0 } }, 0, NULL, 0 }
/* since 254 the kernel does it: prctl(PR_SET_MDWE) */
#define EXECUTE(c, n, bits, on) { "MemoryDenyWriteExecute", c, EPERM, { HAS(n, bits) }, 1, on, 254 }

#define PLAIN_MMAP "x86_64,x32,aarch64,riscv64"
#define SECOND_MMAP "x86,s390"
#define POWER "ppc,ppc64,ppc64le,s390x"

static const struct denied denials[] = {
	WHOLE("ProtectKernelTunables", "_sysctl", EPERM),
	WHOLE("ProtectKernelModules", "@module", EPERM),
	WHOLE("ProtectKernelLogs", "syslog", EPERM),
	WHOLE("ProtectClock", "@clock", EPERM),
	WHOLE("ProtectHostname", "sethostname", EPERM), WHOLE("ProtectHostname", "setdomainname", EPERM),
	WHOLE("PrivateDevices", "@raw-io", EPERM),
	/* all but SCHED_OTHER, SCHED_BATCH and SCHED_IDLE */
	REALTIME(IS(1, 1)), REALTIME(IS(1, 2)), REALTIME(IS(1, 4)), REALTIME({ .arg = 1, .op = CMP_GT, .value = 5 }),
	EXECUTE("mmap", 2, 6, PLAIN_MMAP "," POWER), EXECUTE("mmap2", 2, 6, "arm," SECOND_MMAP),
	{ "MemoryDenyWriteExecute", "mmap", EPERM, { { 0 } }, 0, SECOND_MMAP, 254 },
	EXECUTE("mprotect", 2, 4, PLAIN_MMAP ",arm," POWER "," SECOND_MMAP),
	EXECUTE("pkey_mprotect", 2, 4, PLAIN_MMAP ",arm," POWER "," SECOND_MMAP),
	EXECUTE("shmat", 2, 0100000, PLAIN_MMAP ",arm"),
	MODES("chmod", 1), MODES("fchmod", 1), MODES("fchmodat", 2), MODES("fchmodat2", 2), MODES("mkdir", 1),
	MODES("mkdirat", 2), MODES("mknod", 1), MODES("mknodat", 2), MODES("creat", 1),
	CREATES("open", 1, 2, 04000), CREATES("open", 1, 2, 02000),
	CREATES("openat", 2, 3, 04000), CREATES("openat", 2, 3, 02000),
	WHOLE("RestrictSUIDSGID", "openat2", ENOSYS),
};

/* ABIs without socketcall(2). */
static const char socket_arches[] = "x86_64,x32,arm,aarch64,riscv64,mips64,mipsel64,mips64n32,mipsel64n32";

/* "time" is not one of "all": a list of the others, with or without "~", denies it, and only its own name allows it. */
static const struct { const char *name; int64_t flag; unsigned since; } namespaces[] = {
	{ "cgroup", 0x02000000, 0 }, { "ipc", 0x08000000, 0 }, { "net", 0x40000000, 0 }, { "mnt", 0x00020000, 0 },
	{ "pid", 0x20000000, 0 }, { "user", 0x10000000, 0 }, { "uts", 0x04000000, 0 }, { "time", CLONE_NEWTIME, 252 },
};

enum { ALL_NAMESPACES = 0x7e020000 };

enum { FAMILIES = 64, NOT_SET = -1 };

struct unit_others {
	struct place from[countof(denials)];		/* line 0: off */
	struct place namespaces_from, families_from, personality_from;
	int64_t kept_namespaces;			/* flags; NOT_SET */
	bool families_begun, families_allow;
	uint64_t families;				/* a bit each */
	bool lock_personality, other_personality;
};

struct unit_others *unit_others_new(void)
{
	struct unit_others *o = xcalloc(1, sizeof *o);

	o->kept_namespaces = NOT_SET;
	return o;
}

void unit_others_free(struct unit_others *o)
{
	free(o);
}

static bool is_one_of(const char *value, const char *list)
{
	char word[8];

	while (list_next(&list, word, sizeof word))
		if (strcasecmp(word, value) == 0)
			return true;
	return false;
}

/* 1, 0, or -1 for other words. */
static int truth(const char *value)
{
	return is_one_of(value, "1,yes,y,true,t,on") ? 1 : is_one_of(value, "0,no,n,false,f,off") ? 0 : -1;
}

/* --- reading --- */

static const char *take_switch(struct unit_others *o, const char *key, char *value, struct place from)
{
	int on = truth(value);

	for (size_t i = 0; on >= 0 && i < countof(denials); i++)
		if (streq(denials[i].key, key))
			o->from[i] = on ? from : (struct place){ 0 };
	return on < 0 ? value : NULL;
}

/* What it implies, other lines cannot undo. */
static const char *take_dynamic_user(struct unit_others *o, maybe_unused const char *key, char *value, struct place from)
{
	static char yes[] = "yes";

	if (truth(value) > 0)
		take_switch(o, "RestrictSUIDSGID", yes, from);
	return truth(value) < 0 ? value : NULL;
}

/* -1 if a word is invalid. */
static int64_t namespace_flags(char *value)
{
	int64_t flags = 0;
	char *word;

	while (unit_word(&value, false, &word) > 0) {
		size_t i = 0;

		while (i < countof(namespaces) && !streq(namespaces[i].name, word))
			i++;
		if (i == countof(namespaces))
			return -1;
		flags |= namespaces[i].flag;
	}
	return flags;
}

static const char *take_namespaces(struct unit_others *o, maybe_unused const char *key, char *value, struct place from)
{
	bool invert = *value == '~';
	int on = truth(value);
	int64_t flags;

	o->namespaces_from = from;
	if (!*value || on >= 0) {
		o->kept_namespaces = !*value ? NOT_SET : on ? 0 : ALL_NAMESPACES;
		return NULL;
	}
	flags = namespace_flags(value + invert);
	if (flags < 0)
		return value;
	if (o->kept_namespaces == NOT_SET)
		o->kept_namespaces = invert ? ALL_NAMESPACES & ~flags : flags;
	else
		o->kept_namespaces = invert ? o->kept_namespaces & ~flags : o->kept_namespaces | flags;
	return NULL;
}

static const char *take_family_words(struct unit_others *o, bool invert, char *value)
{
	const char *ignored = NULL;
	char *word;

	while (unit_word(&value, true, &word) > 0) {
		uint64_t af = FAMILIES;

		if (!starts_with(word, "AF_") || !const_value(word, &af) || af >= FAMILIES)
			ignored = word;
		else if (!invert == o->families_allow)
			o->families |= (uint64_t)1 << af;
		else
			o->families &= ~((uint64_t)1 << af);
	}
	return ignored;
}

static const char *take_families(struct unit_others *o, maybe_unused const char *key, char *value, struct place from)
{
	bool invert = *value == '~', none = streq(value, "none");

	o->families_from = from;
	if (!*value || none) {
		o->families = 0;
		o->families_begun = false;
		o->families_allow = none;
		return NULL;
	}
	if (!o->families_begun)
		o->families_allow = !invert;
	o->families_begun = true;
	return take_family_words(o, invert, value + invert);
}

static const char *take_lock(struct unit_others *o, maybe_unused const char *key, char *value, struct place from)
{
	int on = truth(value);

	if (on >= 0)
		o->lock_personality = on;
	o->personality_from = from;
	return on < 0 ? value : NULL;
}

static const char *take_personality(struct unit_others *o, maybe_unused const char *key, char *value, maybe_unused struct place from)
{
	const struct arch *arch = arch_find(value);

	o->other_personality = arch && arch_is_companion(arch_native(), arch);
	return *value && !arch ? value : NULL;
}

static const struct {
	const char *key;
	const char *(*read)(struct unit_others *, const char *key, char *value, struct place);
} directives[] = {
	{ "DynamicUser", take_dynamic_user }, { "LockPersonality", take_lock },
	{ "MemoryDenyWriteExecute", take_switch }, { "Personality", take_personality },
	{ "PrivateDevices", take_switch }, { "ProtectClock", take_switch }, { "ProtectHostname", take_switch },
	{ "ProtectKernelLogs", take_switch }, { "ProtectKernelModules", take_switch },
	{ "ProtectKernelTunables", take_switch }, { "RestrictAddressFamilies", take_families },
	{ "RestrictNamespaces", take_namespaces }, { "RestrictRealtime", take_switch },
	{ "RestrictSUIDSGID", take_switch },
};

bool unit_others_take(struct unit_others *o, const char *key, char *value, struct place from, const char **ret_ignored)
{
	for (size_t i = 0; i < countof(directives); i++)
		if (streq(directives[i].key, key)) {
			const char *ignored = directives[i].read(o, key, value, from);

			if (ignored)
				*ret_ignored = ignored;
			return true;
		}
	return false;
}

/* --- what the directives deny --- */

static arch_set arches_named(const char *list, arch_set all)
{
	const struct arch *arch;
	arch_set named = 0;

	for (size_t i = 0; list && (arch = arch_at(i)); i++)
		if (list_has(list, arch->name))
			named |= ARCH_BIT(arch) & all;
	return list ? named : all;
}

/* The rules of a call on some ABIs; its condition is for the first of them only. */
static void deny(struct policy *p, const char *call, int error, const struct condition *when, unsigned conditions,
		 arch_set arches, const char *why, struct place from)
{
	struct rule rule = { .call = call, .verdict = { ACT_ERRNO, (uint16_t)error }, .arches = arches, .conditions = conditions,
			     .because = why, .from = from };

	if (conditions)
		memcpy(rule.when, when, conditions * sizeof *when);
	if (arches)
		policy_add_rule(p, &rule);
}

static void deny_row(struct policy *p, const struct denied *d, unsigned release, arch_set all, struct place from)
{
	scoped(strlist_done) struct strlist calls = { 0 };
	scoped(freep) char *why = xprintf("%s=", d->key);

	if (*d->call == '@')
		systemd_group_calls(release, d->call, &calls);
	else
		strlist_add(&calls, d->call);
	for (size_t i = 0; i < calls.count; i++)
		if (libseccomp_knows(calls.items[i]) && (!d->before || release < d->before))
			deny(p, calls.items[i], d->error, d->when, d->conditions, arches_named(d->arches, all), why, from);
}

static void deny_namespaces(struct policy *p, const struct unit_others *o, unsigned release, arch_set all)
{
	static const char why[] = "RestrictNamespaces=", swapped[] = "s390,s390x";
	bool none = !(o->kept_namespaces & ALL_NAMESPACES);
	const struct condition zero = IS(1, 0);

	if (o->kept_namespaces == NOT_SET || (o->kept_namespaces & ALL_NAMESPACES) == ALL_NAMESPACES)
		return;
	deny(p, "clone3", ENOSYS, NULL, 0, all, why, o->namespaces_from);
	deny(p, "setns", EPERM, &zero, !none, all, why, o->namespaces_from);
	for (size_t i = 0; i < countof(namespaces); i++) {
		const struct condition first = HAS(0, (uint64_t)namespaces[i].flag), second = HAS(1, (uint64_t)namespaces[i].flag);
		arch_set others = arches_named(swapped, all);

		if (o->kept_namespaces & namespaces[i].flag || release < namespaces[i].since)
			continue;
		deny(p, "unshare", EPERM, &first, 1, all, why, o->namespaces_from);
		deny(p, "clone", EPERM, &first, 1, all & ~others, why, o->namespaces_from);
		deny(p, "clone", EPERM, &second, 1, others, why, o->namespaces_from);
		if (!none)
			deny(p, "setns", EPERM, &second, 1, all, why, o->namespaces_from);
	}
}

static void deny_family(struct policy *p, const struct unit_others *o, enum cmp op, unsigned af, unsigned conditions, arch_set all)
{
	const struct condition c = { .arg = 0, .op = op, .value = af };

	deny(p, "socket", EAFNOSUPPORT, &c, conditions, arches_named(socket_arches, all), "RestrictAddressFamilies=",
	     o->families_from);
}

/* Family 0 is in no range. */
static void deny_families(struct policy *p, const struct unit_others *o, arch_set all)
{
	uint64_t listed = o->families_allow ? o->families & ~(uint64_t)1 : o->families;
	unsigned first = listed ? (unsigned)__builtin_ctzll(listed) : 0, last = listed ? 63u - (unsigned)__builtin_clzll(listed) : 0;

	if (o->families_allow && !listed)
		deny_family(p, o, CMP_EQ, 0, 0, all);
	if (!listed)
		return;
	if (o->families_allow) {
		deny_family(p, o, CMP_LT, first, 1, all);
		deny_family(p, o, CMP_GT, last, 1, all);
	}
	for (unsigned af = first; af <= last; af++)
		if (!(listed >> af & 1) == o->families_allow)
			deny_family(p, o, CMP_EQ, af, 1, all);
}

static struct policy *others_policy(const struct unit_others *o, unsigned release, arch_set all)
{
	struct policy *p = policy_new((struct verdict){ ACT_ALLOW, 0 });
	const struct condition other = { .arg = 0, .op = CMP_NE, .value = o->other_personality ? 8 : 0 };

	for (size_t i = 0; i < countof(denials); i++)
		if (o->from[i].line)
			deny_row(p, &denials[i], release, all, o->from[i]);
	if (o->lock_personality)
		deny(p, "personality", EPERM, &other, 1, all, "LockPersonality=", o->personality_from);
	deny_namespaces(p, o, release, all);
	deny_families(p, o, all);
	return p;
}

/* --- both together --- */

static struct verdict own_answer(const struct policy *own, const char *call, const struct rule **ret)
{
	*ret = policy_first_rule(own, call);
	return *ret ? (*ret)->verdict : policy_default(own);
}

/* The ABIs for which the rules of a call have an effect. */
static arch_set arches_of_rules(const struct policy *p, const char *call, bool conditional)
{
	const struct rule *r;
	arch_set arches = 0;

	for (struct rule_walk rules = policy_rules_of(p, call); (r = rule_next(&rules)); )
		if ((r->conditions > 0) == conditional)
			arches |= r->arches;
	return arches;
}

static void add_on(struct policy *p, struct rule rule, arch_set arches, arch_set all)
{
	if (!arches)
		return;
	rule.arches = arches == all ? 0 : arches;
	policy_add_rule(p, &rule);
}

/* For an allowed call that they deny: other uses get a condition that is always true, so that the
 * strictest rule decides. */
static void join_call(struct policy *p, const struct policy *others, const char *call, struct rule own, arch_set all)
{
	arch_set whole = arches_of_rules(others, call, false), partly = arches_of_rules(others, call, true) & ~whole;
	const struct rule *r;

	for (struct rule_walk rules = policy_rules_of(others, call); (r = rule_next(&rules)); )
		add_on(p, *r, r->arches & (r->conditions ? partly : whole), all);
	if (verdict_equal(own.verdict, policy_default(p)))
		return;
	add_on(p, own, all & ~whole & ~partly, all);
	own.conditions = 1;
	own.when[0] = (struct condition){ .arg = 0, .op = CMP_GE, .value = 0 };
	add_on(p, own, partly, all);
}

struct policy *unit_others_join(const struct unit_others *o, unsigned release, const struct policy *own)
{
	arch_set all = policy_covers(own);
	struct policy *p = policy_new(policy_default(own));
	scoped(policy_freep) struct policy *others = others_policy(o, release, all);
	const struct rule *r, *mine;

	policy_add_arches(p, policy_arches(own));
	for (size_t i = 0; (r = policy_rule(own, i)); i++)
		if (!verdict_passes(r->verdict) || !policy_first_rule(others, r->call))
			policy_add_rule(p, r);
	for (size_t i = 0; (r = policy_rule(others, i)); i++) {
		struct verdict v = own_answer(own, r->call, &mine);

		if (verdict_passes(v) && policy_first_rule(others, r->call) == r)
			join_call(p, others, r->call, (struct rule){ .call = r->call, .verdict = v,
				  .because = mine ? mine->because : NULL, .from = mine ? mine->from : r->from }, all);
	}
	policy_sort(p);
	return p;
}
