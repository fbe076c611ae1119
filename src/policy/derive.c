/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/derive.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include "base/buf.h"
#include "base/mem.h"
#include "base/opt.h"
#include "policy/timing.h"
#include "sysdb/sysdb.h"

#define ALLOW  ((struct verdict){ ACT_ALLOW, 0 })
#define REFUSE(error) ((struct verdict){ ACT_ERRNO, (uint16_t)(error) })

/* Calls that recordings do not show reliably. */
static const struct { const char *call, *because; } additions[] = {
	{ "clock_getres", "vdso: enters the kernel on hosts whose clock the vDSO cannot read" },
	{ "clock_gettime", "vdso: enters the kernel on hosts whose clock the vDSO cannot read" },
	{ "exit", "kernel: a thread must be able to end" },
	{ "exit_group", "kernel: a process must be able to end" },
	{ "getcpu", "vdso: enters the kernel on hosts whose vDSO lacks it" },
	{ "gettimeofday", "vdso: enters the kernel on hosts whose clock the vDSO cannot read" },
	{ "restart_syscall", "kernel: made by it after SIGSTOP and SIGCONT" },
	{ "rt_sigreturn", "kernel: the end of every signal handler" },
	{ "sigreturn", "kernel: the end of every signal handler on 32-bit ABIs" },
	{ "time", "vdso: enters the kernel on hosts whose clock the vDSO cannot read" },
};

const char *derive_needs(const char *call)
{
	for (size_t i = 0; i < countof(additions); i++)
		if (streq(additions[i].call, call))
			return additions[i].because;
	return NULL;
}

/* "chmod 3 times, sh once": the programs, over all ABIs and runs. */
typedef void call_fn(void *self, const struct rec_call *);

static void each_named(const struct rec *rec, const char *name, call_fn *fn, void *self)
{
	const struct rec_call *c;
	const struct arch *arch;

	for (size_t a = 0; (arch = arch_at(a)); a++)
		for (size_t i = 0; (c = rec_call_named(rec, arch, name, i)); i++)
			fn(self, c);
}

static void add_programs(void *self, const struct rec_call *c)
{
	for (size_t i = 0; i < c->seen_count; i++)
		strlist_insert(self, c->seen[i].program);
}

struct program_count { const char *program; uint64_t count; };

static void add_count(void *self, const struct rec_call *c)
{
	struct program_count *p = self;

	for (size_t i = 0; i < c->seen_count; i++)
		p->count += streq(c->seen[i].program, p->program) ? c->seen[i].count : 0;
}

static char *evidence(const struct rec *rec, const char *name)
{
	enum { SHOWN = 3 };
	scoped(strlist_done) struct strlist programs = { 0 };
	struct buf b = { 0 };

	each_named(rec, name, add_programs, &programs);
	for (size_t i = 0; i < programs.count && i < SHOWN; i++) {
		struct program_count p = { .program = programs.items[i] };

		each_named(rec, name, add_count, &p);
		buf_addf(&b, "%s%s %s", i ? ", " : "", base_name(p.program), p.count == 1 ? "once" : "");
		if (p.count > 1)
			buf_addf(&b, "%" PRIu64 " times", p.count);
	}
	if (programs.count > SHOWN)
		buf_addf(&b, ", %zu more programs", programs.count - SHOWN);
	return buf_take(&b);
}

/* Adds the ABI of the call. */
static void add_arch(void *self, const struct rec_call *c)
{
	if (rec_is_call(c))
		*(arch_set *)self |= ARCH_BIT(c->arch);
}

static void add_recorded(struct policy *p, const struct rec *rec, arch_set asked)
{
	/* on a requested ABI that was not seen, only names are known */
	const arch_set unseen = asked & ~rec_arches(rec);
	const struct rec_call *c;

	for (size_t i = 0; (c = rec_call_at(rec, i)); i++) {
		arch_set set = 0;

		if (!rec_is_call(c))
			continue;
		scoped(freep) char *because = evidence(rec, c->name);

		each_named(rec, c->name, add_arch, &set);
		set |= unseen;
		policy_add_rule(p, &(struct rule){ .call = c->name, .verdict = ALLOW, .because = because,
						   .arches = set == policy_arches(p) ? 0 : set });
	}
}

/* The policy's ABIs with this call, but without a rule for it. */
static arch_set without_rule(const struct policy *p, const char *call)
{
	arch_set set = 0;
	const struct arch *arch;
	const struct rule *r;
	uint32_t nr;

	for (size_t i = 0; (arch = arch_at(i)); i++)
		if ((policy_arches(p) & ARCH_BIT(arch)) && arch_call_number(arch, call, &nr))
			set |= ARCH_BIT(arch);
	for (struct rule_walk rules = policy_rules_of(p, call); (r = rule_next(&rules)); )
		set &= ~(r->arches ? r->arches : policy_arches(p));
	return set;
}

/* On those ABIs that have no rule for the call yet. */
static void add_where_missing(struct policy *p, const char *call, arch_set on, struct verdict verdict, const char *because)
{
	arch_set set = without_rule(p, call) & on;
	bool everywhere = set == policy_arches(p) || !call_exists_on(call, policy_arches(p) & ~set);

	if (set)
		policy_add_rule(p, &(struct rule){ .call = call, .verdict = verdict, .because = because,
						   .arches = everywhere ? 0 : set });
}

/* Calls that the recorded programs make in some runs only, on the ABI that they used. */
static void add_timed(struct policy *p, const struct rec *rec)
{
	const struct timing *row;
	const struct arch *arch;

	for (size_t i = 0; (row = timing_at(i)); i++) {
		scoped(freep) char *because = xprintf("timing: %s", row->reason);
		arch_set set = 0;

		for (size_t a = 0; (arch = arch_at(a)); a++)
			if ((policy_arches(p) & ARCH_BIT(arch)) && timing_applies(row, rec, arch))
				set |= ARCH_BIT(arch);
		add_where_missing(p, row->call, set, ALLOW, because);
	}
}

/* libc tries the new call and falls back to the old one after ENOSYS; after EPERM it gives up. */
static void add_probed(struct policy *p)
{
	const struct sysdb_call *c;

	for (size_t i = 0; (c = sysdb_at(i)); i++)
		if (c->probed)
			add_where_missing(p, c->name, ANY_ARCH, REFUSE(ENOSYS), "libc falls back on ENOSYS");
}

arch_set rec_arches(const struct rec *rec)
{
	const struct rec_call *c;
	arch_set set = 0;

	for (size_t i = 0; (c = rec_call_at(rec, i)); i++)
		add_arch(&set, c);
	return set;
}

struct policy *policy_derive(const struct rec *rec, const struct derive_opts *opts)
{
	struct policy *p = policy_new(opts->refuse);

	policy_add_arches(p, rec_arches(rec) | opts->arches);
	if (!policy_arches(p))
		policy_add_arch(p, arch_native());
	add_recorded(p, rec, opts->arches);
	for (size_t i = 0; i < countof(additions); i++)
		add_where_missing(p, additions[i].call, ANY_ARCH, ALLOW, additions[i].because);
	if (!opts->exact)
		add_timed(p, rec);
	if (opts->refuse.action != ACT_LOG)		/* a profile that only logs denies nothing */
		add_probed(p);
	policy_sort(p);
	return p;
}

static const char *call_word(size_t i, maybe_unused const void *data)
{
	static char spelt[80];
	size_t calls = 0;
	const char *family;

	while (sysdb_at(calls))
		calls++;
	if (i < calls)
		return sysdb_at(i)->name;
	family = family_at(i - calls);
	snprintf(spelt, sizeof spelt, "%s-family", family ? family : "");
	return family ? spelt : NULL;
}

/* A bare word is first a call, then a family: "chmod" is chmod(2). */
static const char *family_word(const char *word)
{
	return sysdb_find(word) ? NULL : family_find(word);
}

int deny_word_check(const char *word, struct err *e)
{
	char near[80];
	const char *found;

	if (sysdb_find(word) || family_find(word))
		return 0;
	found = opt_nearest(word, call_word, NULL);
	if (!found)
		return err_set(e, EINVAL, "'%s' is neither a call nor a family; 'sctrace list families' prints them", word);
	snprintf(near, sizeof near, "%s", found);
	return err_set(e, EINVAL, "'%s' is neither a call nor a family; the nearest is '%s'", word, near);
}

/* The requested verdict for a word of the list, or NULL. */
static const struct verdict *asked_verdict(const struct denylist *d, size_t word)
{
	return d->own && d->own[word] ? d->own[word] : d->verdict;
}

static struct verdict deny_verdict(const struct verdict *asked, int error)
{
	return asked ? *asked : REFUSE(error);
}

static bool has_conditions(const char *family)
{
	const struct denial *row;

	for (size_t i = 0; (row = denial_at(i)); i++)
		if (streq(row->family, family) && row->arg >= 0)
			return true;
	return false;
}

/* Does the row deny more than the family is about? Then its calls keep the answer that is best for
 * them, and not the requested one. */
static bool is_collateral(const struct denial *row)
{
	return !family_has(row->family, row->call) ||
	       (row->arg < 0 && row->error == ENOSYS && has_conditions(row->family));
}

static void deny_row(struct policy *p, const struct verdict *asked, const struct denial *row)
{
	scoped(freep) char *because = xprintf("%s-family: %s", row->family, row->reason);
	struct rule rule = {
		.call = row->call, .because = because, .verdict = deny_verdict(asked, row->error),
	};

	if (row->arg >= 0) {
		bool masked = row->mask != UINT64_MAX;

		rule.conditions = 1;
		rule.when[0] = (struct condition){ .arg = (unsigned)row->arg, .op = masked ? CMP_MASKED_EQ : CMP_EQ,
						   .mask = masked ? row->mask : 0, .value = row->value };
	}
	if (call_exists_on(row->call, policy_arches(p)))
		policy_add_rule(p, &rule);
}

static bool is_meant(const struct denylist *d, const char *family, const char *call)
{
	return !d->minimal || denial_is_choke(family, call);
}

static void deny_beside(struct policy *p, const struct denylist *d, const char *family)
{
	const struct denial *row;

	for (size_t i = 0; (row = denial_at(i)); i++)
		if (streq(row->family, family) && is_meant(d, family, row->call) && is_collateral(row))
			deny_row(p, NULL, row);
}

static void deny_family(struct policy *p, const struct denylist *d, const char *family, const struct verdict *asked)
{
	const struct sysdb_call *c;
	const struct denial *row;

	for (size_t i = 0; (c = sysdb_at(i)); i++) {
		scoped(freep) char *because = xprintf("%s-family: %s", family, c->meaning);

		if (is_meant(d, family, c->name) && family_has(family, c->name) && !denial_has(family, c->name) &&
		    call_exists_on(c->name, policy_arches(p)))
			policy_add_rule(p, &(struct rule){ .call = c->name, .verdict = deny_verdict(asked, EPERM),
							   .because = because });
	}
	for (size_t i = 0; (row = denial_at(i)); i++)
		if (streq(row->family, family) && is_meant(d, family, row->call) && !is_collateral(row))
			deny_row(p, asked, row);
}

static arch_set native_and_companions(void)
{
	const struct arch *arch, *native = arch_native();
	arch_set set = ARCH_BIT(native);

	for (size_t i = 0; (arch = arch_at(i)); i++)
		if (arch_is_companion(native, arch))
			set |= ARCH_BIT(arch);
	return set;
}

struct policy *policy_known(arch_set arches)
{
	struct policy *p = policy_new(REFUSE(ENOSYS));
	const struct sysdb_call *c;

	policy_add_arches(p, arches ? arches : native_and_companions());
	for (size_t i = 0; (c = sysdb_at(i)); i++)
		if (call_exists_on(c->name, policy_arches(p)))
			policy_add_rule(p, &(struct rule){ .call = c->name, .verdict = ALLOW });
	policy_sort(p);
	return p;
}

static int check_deny_word(const struct policy *p, const char *word, struct err *e)
{
	int r = deny_word_check(word, e);

	if (r == 0 && !family_word(word) && !call_exists_on(word, policy_arches(p)))
		r = err_set(e, EINVAL, "'%s' is not a call of the ABIs that the profile is for; see --arch", word);
	return r;
}

static void deny_call(struct policy *p, const char *call, const struct verdict *asked)
{
	int error = sysdb_find(call)->probed ? ENOSYS : EPERM;

	policy_add_rule(p, &(struct rule){ .call = call, .because = "asked for by name",
					   .verdict = deny_verdict(asked, error) });
}

int policy_deny(const struct denylist *d, struct policy **ret, struct err *e)
{
	struct policy *p = policy_new(ALLOW);
	int r = 0;

	policy_add_arches(p, d->arches ? d->arches : native_and_companions());
	for (size_t i = 0; r == 0 && i < d->count; i++)
		r = check_deny_word(p, d->words[i], e);
	if (r < 0) {
		policy_free(p);
		return r;
	}
	/* the first of two rules for a call is kept: calls that are requested by name come before
	 * families */
	for (size_t i = 0; i < d->count; i++)
		if (!family_word(d->words[i]))
			deny_call(p, d->words[i], asked_verdict(d, i));
	for (size_t i = 0; i < d->count; i++)
		if (family_word(d->words[i]))
			deny_family(p, d, family_word(d->words[i]), asked_verdict(d, i));
	for (size_t i = 0; i < d->count; i++)
		if (family_word(d->words[i]))
			deny_beside(p, d, family_word(d->words[i]));
	policy_sort(p);
	*ret = p;
	return 0;
}

void policy_allow(struct policy *p, const char *call, const char *because)
{
	if (call_exists_on(call, policy_arches(p)))
		policy_replace(p, &(struct rule){ .call = call, .verdict = ALLOW, .because = because });
}

static bool allows_whole(const struct policy *p, const char *call)
{
	const struct rule *r;

	for (struct rule_walk rules = policy_rules_of(p, call); (r = rule_next(&rules)); )
		if (r->conditions == 0 && r->verdict.action == ACT_ALLOW && rule_on(r, arch_native()))
			return true;
	return false;
}

static const struct rule *find_refusal(const struct policy *p, const char *call)
{
	const struct rule *r;

	for (struct rule_walk rules = policy_rules_of(p, call); (r = rule_next(&rules)); )
		if (r->conditions == 0 && r->verdict.action != ACT_ALLOW)
			return r;
	return NULL;
}

void policy_allow_when(struct policy *p, const struct rule *rule)
{
	const struct rule *refusal;

	if (rule->conditions == 0) {
		policy_allow(p, rule->call, rule->because);
	} else if (call_exists_on(rule->call, policy_arches(p)) && !allows_whole(p, rule->call)) {
		/* a denial of the whole call (libc's ENOSYS) would decide alone */
		while ((refusal = find_refusal(p, rule->call)))
			policy_drop(p, refusal);
		policy_add_rule(p, rule);
	}
}
