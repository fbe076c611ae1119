/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "lint/lint.h"
#include "read/reader.h"
#include "read/runtime-filter.h"
#include "sysdb/sysdb.h"

/*
 * The input of checks: the profile as written, and its effect on every known call. A rule that
 * repeats the default does not count: runtimes ignore it.
 */
enum { NO_NAME = 0 };			/* names are counted from 1 */

struct stand {
	size_t alone;			/* the name that decides without conditions */
	size_t passes_if, refuses_if;	/* the first with conditions */
	arch_set arches;		/* covered ABIs with this call */
	bool arches_known;
};

struct lint {
	const struct profile *profile;
	const struct check *check;	/* the running check */
	struct findings *findings;
	const struct strlist *runtimes;	/* words of --runtime */
	const char *file;
	const struct policy *against;	/* NULL: not requested */
	const char *against_name;
	const struct targets *targets;	/* NULL: none was named */
	arch_set covered;
	const struct arch *main;	/* of the covered ABIs, the machine's main one, not a companion */
	bool denies;			/* a deny-list: calls that no rule names are allowed */
	bool allows;			/* an allow-list; neither: a supervisor or tracer decides */
	struct stand *stands;		/* by index in sysdb */
	size_t found;			/* by this check */
	struct runtime_filter *runtime;	/* see runtime_of() */
	char closed[128];		/* by index of the family: 0 unknown, 1 no, 2 yes */
};

/* Would more findings of the running check be kept? */
bool wants_more(const struct lint *);

/* Add a finding of the running check. */
void find(struct lint *, struct place, const char *fmt, ...) printf_like(3, 4);
void find_as(struct lint *, enum severity, struct place, const char *fmt, ...) printf_like(4, 5);

const struct profile_name *name_at(const struct lint *, size_t name);	/* from 1 */
const struct profile_rule *rule_of(const struct lint *, const struct profile_name *);

/* Does the rule repeat the default? Runtimes ignore such a rule. */
bool says_default(const struct lint *, const struct profile_rule *);

/* Does the name have an effect: does its rule apply, and differ from the default? */
bool counts(const struct lint *, const struct profile_name *);

struct stand *stand_of(const struct lint *, const struct sysdb_call *);

/* Always, whatever its arguments. */
bool call_passes(const struct lint *, const struct sysdb_call *);
bool call_passes_sometimes(const struct lint *, const struct sysdb_call *);

/* The name that denies the call, at least with some arguments; NO_NAME: none. */
size_t call_refuser(const struct lint *, const struct sysdb_call *);

/* The ABIs that the profile covers and that have the call. */
arch_set call_arches(struct lint *, const struct sysdb_call *);

/* Is the family denied, as by gen --deny or more strictly? */
bool family_closed(struct lint *, const char *family);

/* What runc and crun make of the profile; NULL: nothing, it is not for them. */
struct runtime_filter *runtime_of(struct lint *);

/* Is every word of one comma separated list in the other? */
bool list_within(const char *a, const char *b);

/* Does a runtime make the call: with any arguments, or only with some (`partly`)? */
bool is_runtimes(const struct lint *, const char *call, bool partly);

/* Is the name unknown to libseccomp 2.5.4? */
bool unknown_to_older(const char *call);

/* "SCMP_ACT_ERRNO (EPERM)" */
char *say_verdict(struct verdict);

/* "denied", "left to a supervisor": the answer to a call that is not allowed. */
const char *say_kept(struct verdict);

/* The same for several; `others` is the text so far, or NULL. */
const char *say_kept_too(const char *others, struct verdict v);

/* "'a'", "'a' and 'b'", "'a', 'b' and 5 more": for sentences. */
char *say_names(const struct strlist *, size_t max);
