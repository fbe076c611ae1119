/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy.h"

#include <linux/seccomp.h>
#include "base/mem.h"

struct policy {
	struct arena *arena;
	struct verdict otherwise;
	arch_set arches;
	unsigned flags;
	struct rule *rules;
	size_t count, room;
	struct bucket { size_t first, last; } *buckets;	/* a hash table by call: first and last rule of each
							   bucket, from 1 */
	size_t *next;			/* for each rule: the next in its bucket, from 1; 0: the last */
	size_t next_room;
};

enum { BUCKETS = 1024 };

static const struct { const char *oci, *symbol; } cmps[CMP_COUNT] = {
	[CMP_EQ] = { "SCMP_CMP_EQ", "==" }, [CMP_NE] = { "SCMP_CMP_NE", "!=" },
	[CMP_LT] = { "SCMP_CMP_LT", "<" },  [CMP_LE] = { "SCMP_CMP_LE", "<=" },
	[CMP_GT] = { "SCMP_CMP_GT", ">" },  [CMP_GE] = { "SCMP_CMP_GE", ">=" },
	[CMP_MASKED_EQ] = { "SCMP_CMP_MASKED_EQ", "&" },
};

static const struct policy_flag filter_flags[] = {
	{ POLICY_LOG, "log", "SECCOMP_FILTER_FLAG_LOG", SECCOMP_FILTER_FLAG_LOG },
	{ POLICY_SPEC_ALLOW, "spec-allow", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", SECCOMP_FILTER_FLAG_SPEC_ALLOW },
	{ POLICY_TSYNC, "tsync", "SECCOMP_FILTER_FLAG_TSYNC", SECCOMP_FILTER_FLAG_TSYNC },
	{ POLICY_WAIT_KILLABLE, "wait-killable", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", 0 },
};

const struct policy_flag *policy_flag_at(size_t i)
{
	return i < countof(filter_flags) ? &filter_flags[i] : NULL;
}

struct policy *policy_new(struct verdict otherwise)
{
	struct policy *p = xcalloc(1, sizeof *p);

	p->arena = arena_new();
	p->otherwise = otherwise;
	p->buckets = xcalloc(BUCKETS, sizeof *p->buckets);
	return p;
}

void policy_free(struct policy *p)
{
	if (!p)
		return;
	arena_free(p->arena);
	free(p->rules);
	free(p->buckets);
	free(p->next);
	free(p);
}

void policy_add_arch(struct policy *p, const struct arch *a)
{
	p->arches |= ARCH_BIT(a);
}

void policy_add_arches(struct policy *p, arch_set arches)
{
	const struct arch *arch;

	for (size_t i = 0; (arch = arch_at(i)); i++)
		if (arches & ARCH_BIT(arch))
			policy_add_arch(p, arch);
}

arch_set policy_arches(const struct policy *p)
{
	return p->arches;
}

void policy_add_flags(struct policy *p, unsigned flags)
{
	p->flags |= flags;
}

unsigned policy_flags(const struct policy *p)
{
	return p->flags;
}

static struct bucket *bucket_of(const struct policy *p, const char *call)
{
	uint32_t hash = 2166136261u;

	for (; *call; call++)
		hash = (hash ^ (unsigned char)*call) * 16777619u;
	return &p->buckets[hash % BUCKETS];
}

bool conditions_equal(const struct rule *a, const struct rule *b)
{
	if (a->conditions != b->conditions)
		return false;
	for (unsigned i = 0; i < a->conditions; i++) {
		const struct condition *x = &a->when[i], *y = &b->when[i];

		if (x->arg != y->arg || x->op != y->op || x->value != y->value ||
		    (x->op == CMP_MASKED_EQ && x->mask != y->mask))
			return false;
	}
	return true;
}

/* Append rule `i` to its bucket. */
static void chain(struct policy *p, size_t i)
{
	struct bucket *bucket = bucket_of(p, p->rules[i].call);

	*(bucket->last ? &p->next[bucket->last - 1] : &bucket->first) = i + 1;
	bucket->last = i + 1;
	p->next[i] = 0;
}

static void rehash(struct policy *p)
{
	memset(p->buckets, 0, BUCKETS * sizeof *p->buckets);
	for (size_t i = 0; i < p->count; i++)
		chain(p, i);
}

struct rule_walk policy_rules_of(const struct policy *p, const char *call)
{
	return (struct rule_walk){ p, call, bucket_of(p, call)->first };
}

const struct rule *rule_next(struct rule_walk *w)
{
	while (w->at) {
		const struct rule *r = &w->policy->rules[w->at - 1];

		w->at = w->policy->next[w->at - 1];
		if (streq(r->call, w->call))
			return r;
	}
	return NULL;
}

const struct rule *policy_first_rule(const struct policy *p, const char *call)
{
	struct rule_walk rules = policy_rules_of(p, call);

	return rule_next(&rules);
}

const struct rule *policy_find(const struct policy *p, const struct rule *rule)
{
	const struct rule *r;

	for (struct rule_walk rules = policy_rules_of(p, rule->call); (r = rule_next(&rules)); )
		if (r->arches == rule->arches && conditions_equal(r, rule))
			return r;
	return NULL;
}

bool policy_add_rule(struct policy *p, const struct rule *rule)
{
	if (policy_find(p, rule))
		return false;
	p->rules = grow(p->rules, p->count, &p->room, sizeof *p->rules);
	p->next = grow(p->next, p->count, &p->next_room, sizeof *p->next);

	struct rule *r = &p->rules[p->count];

	*r = *rule;
	r->call = arena_strdup(p->arena, rule->call);
	r->because = rule->because ? arena_strdup(p->arena, rule->because) : NULL;
	r->from.path = rule->from.path ? arena_strdup(p->arena, rule->from.path) : NULL;
	r->from.file = rule->from.file ? arena_strdup(p->arena, rule->from.file) : NULL;
	r->from.file = rule->from.file ? arena_strdup(p->arena, rule->from.file) : NULL;
	chain(p, p->count++);
	return true;
}

void policy_replace(struct policy *p, const struct rule *rule)
{
	const struct rule *same = policy_find(p, rule);
	size_t kept = 0;

	if (same && verdict_equal(same->verdict, rule->verdict))
		return;
	for (size_t i = 0; i < p->count; i++)
		if (!streq(p->rules[i].call, rule->call))
			p->rules[kept++] = p->rules[i];
	p->count = kept;
	rehash(p);
	policy_add_rule(p, rule);
}

void policy_drop(struct policy *p, const struct rule *rule)
{
	size_t i = (size_t)(rule - p->rules);

	p->count--;
	memmove(&p->rules[i], &p->rules[i + 1], (p->count - i) * sizeof *p->rules);
	rehash(p);
}

struct verdict policy_default(const struct policy *p)
{
	return p->otherwise;
}

const struct rule *policy_rule(const struct policy *p, size_t i)
{
	return i < p->count ? &p->rules[i] : NULL;
}

static int compare(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int by_meaning(const void *va, const void *vb)
{
	const struct rule *a = va, *b = vb;
	int c = strcmp(a->call, b->call);

	c = c ? c : compare(a->arches, b->arches);
	c = c ? c : compare(a->conditions, b->conditions);
	for (unsigned i = 0; c == 0 && i < a->conditions; i++) {
		const struct condition *x = &a->when[i], *y = &b->when[i];

		c = compare(x->arg, y->arg);
		c = c ? c : compare(x->op, y->op);
		c = c ? c : compare(x->mask, y->mask);
		c = c ? c : compare(x->value, y->value);
	}
	return c ? c : compare(verdict_kernel(a->verdict), verdict_kernel(b->verdict));
}

void policy_sort(struct policy *p)
{
	if (p->count == 0)
		return;
	qsort(p->rules, p->count, sizeof *p->rules, by_meaning);
	rehash(p);
}

bool call_exists_on(const char *call, arch_set arches)
{
	const struct arch *arch;
	uint32_t nr;

	for (size_t i = 0; (arch = arch_at(i)); i++)
		if ((arches & ARCH_BIT(arch)) && arch_call_number(arch, call, &nr))
			return true;
	return false;
}

bool rule_on(const struct rule *rule, const struct arch *arch)
{
	return !rule->arches || (rule->arches & ARCH_BIT(arch));
}

const char *cmp_oci(enum cmp op)
{
	return cmps[op].oci;
}

const char *cmp_symbol(enum cmp op)
{
	return cmps[op].symbol;
}

bool cmp_find(const char *oci, enum cmp *ret)
{
	for (size_t i = 0; i < CMP_COUNT; i++)
		if (streq(cmps[i].oci, oci)) {
			*ret = (enum cmp)i;
			return true;
		}
	return false;
}
