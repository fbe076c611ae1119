/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "sysdb/action.h"
#include "sysdb/arch.h"

/*
 * A policy says what happens to each system call.
 *
 *   policy  = default verdict, ABIs, flags, and rules
 *   rule    = a verdict for one call if ALL its conditions are met
 *   several rules for a call are alternatives: ANY of them can match
 *
 * Rules have names of calls, not numbers: a number belongs to one ABI, a policy to many.
 *
 * If rules for one call disagree: an unconditional rule decides alone (as in libseccomp, whatever
 * their order); of conditional rules that match, the strictest decides, as in the kernel between
 * filters (of two errnos the smaller one, so that the order does not matter).
 */
enum cmp { CMP_EQ, CMP_NE, CMP_LT, CMP_LE, CMP_GT, CMP_GE, CMP_MASKED_EQ, CMP_COUNT };

struct condition {
	unsigned arg;			/* 0..5 */
	enum cmp op;
	uint64_t value;
	uint64_t mask;			/* CMP_MASKED_EQ only */
};

enum { CONDITIONS_MAX = 6 };		/* at most one for each argument */

/* A set of ABIs: bit arch_index(). */
typedef uint32_t arch_set;
#define ARCH_BIT(arch) ((arch_set)1 << arch_index(arch))
#define ANY_ARCH (~(arch_set)0)

/* Where something was read. Line 0: unknown. */
struct place {
	unsigned line;
	const char *path;		/* in the terms of the format: "syscalls[3].names[0]"; "": the line says all */
	const char *file;		/* NULL: the file that the policy was read from */
};

struct rule {
	const char *call;		/* a name, or "call_470" */
	struct verdict verdict;
	arch_set arches;		/* ABIs of the rule; 0: all of the policy's */
	struct condition when[CONDITIONS_MAX];
	unsigned conditions;
	const char *because;		/* a reason for the reader; NULL: none */
	struct place from;		/* in the file that the policy was read from */
};

enum { POLICY_LOG = 1 << 0, POLICY_SPEC_ALLOW = 1 << 1, POLICY_TSYNC = 1 << 2, POLICY_WAIT_KILLABLE = 1 << 3 };

/* A flag of the filter. */
struct policy_flag {
	unsigned bit;			/* POLICY_* */
	const char *name;		/* "log" */
	const char *oci;		/* "SECCOMP_FILTER_FLAG_LOG" */
	unsigned kernel;		/* SECCOMP_FILTER_FLAG_*; 0: only valid with a listener */
};

const struct policy_flag *policy_flag_at(size_t i);	/* NULL past the end */

struct policy;

struct policy *policy_new(struct verdict otherwise);
void policy_free(struct policy *);		/* NULL is fine */
scoped_pointer(struct policy, policy_free)

void policy_add_arch(struct policy *, const struct arch *);
void policy_add_arches(struct policy *, arch_set);
arch_set policy_arches(const struct policy *);	/* as added: may be empty */
void policy_add_flags(struct policy *, unsigned flags);
unsigned policy_flags(const struct policy *);

/* Copies the rule. False if there is a rule with the same call, ABIs and conditions: the first one
 * is kept, as in runc and crun. */
bool policy_add_rule(struct policy *, const struct rule *);

/* The rule with the same call, ABIs and conditions; NULL: none. */
const struct rule *policy_find(const struct policy *, const struct rule *);

/* Like policy_add_rule(), but replaces all rules for the call; no change if one of them is equal. */
void policy_replace(struct policy *, const struct rule *);

/* Remove a rule of the policy; those after it move up by one. */
void policy_drop(struct policy *, const struct rule *);

struct verdict policy_default(const struct policy *);
const struct rule *policy_rule(const struct policy *, size_t i);	/* NULL past the end */

/*
 * The rules for one call, in the policy's order, as long as neither changes:
 *
 *   for (struct rule_walk rules = policy_rules_of(p, call); (rule = rule_next(&rules)); )
 */
struct rule_walk {
	const struct policy *policy;
	const char *call;
	size_t at;
};

struct rule_walk policy_rules_of(const struct policy *, const char *call);
const struct rule *rule_next(struct rule_walk *);	/* NULL past the end */

/* The first rule for a call; NULL: none. */
const struct rule *policy_first_rule(const struct policy *, const char *call);

/* By call, then ABIs, then conditions: the order in all output. */
void policy_sort(struct policy *);

/* Does one of these ABIs have a call of this name? */
bool call_exists_on(const char *call, arch_set);

/* Does the rule apply to this ABI? */
bool rule_on(const struct rule *, const struct arch *);
bool conditions_equal(const struct rule *, const struct rule *);
const char *cmp_oci(enum cmp);			/* "SCMP_CMP_EQ" */
const char *cmp_symbol(enum cmp);		/* "==" */
bool cmp_find(const char *oci, enum cmp *ret);
