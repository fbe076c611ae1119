/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/judge-unknown.h"
#include "read/reader.h"

/*
 * What runc and crun make of a profile, with the installed libseccomp.
 *
 * They give it the rules that apply, in the order of the file and for all ABIs at once. They leave
 * out a rule that repeats the default, and one for a call that libseccomp has no name for; two
 * conditions on one argument become separate rules. After any error of libseccomp, no container
 * starts.
 *
 * The resulting filter is compared with the meaning of the rules (policy/judge.h), for every call
 * that they name and all its arguments.
 */
struct runtime_filter;

enum deviation_kind {
	DEVIATION_NOT_LOADED,		/* no container starts */
	DEVIATION_WEAKER,		/* the call gets farther than the rules allow */
	DEVIATION_STRICTER,
	DEVIATION_OTHER,		/* another errno, a log */
	DEVIATION_UNKNOWN,		/* too large to compare, or to load within a second */
};

struct deviation {
	enum deviation_kind kind;
	const char *call;		/* NULL: the whole profile */
	bool nameless;			/* libseccomp has no name for the call: its rules are left out */
	arch_set arches;
	size_t name;			/* of the profile, from 1: its place; 0: unknown */
	int error;			/* NOT_LOADED */
	const struct arch *on;		/* the ABI of the example, unless NULL */
	uint64_t args[6];
	unsigned known;			/* a bit for each argument that matters */
	struct verdict meant, made;
};

/* `profile`: the file of the policy; NULL: the policy's rules are used in their order. `machine`:
 * the ABI of the runtimes. Both are used as long as the filter lives. */
struct runtime_filter *runtime_filter_new(const struct policy *, const struct profile *, const struct arch *machine);
void runtime_filter_free(struct runtime_filter *);		/* NULL is fine */
scoped_pointer(struct runtime_filter, runtime_filter_free)

/* By kind, then call; NULL past the end. A NULL filter, here and below: runc and crun do not use
 * the profile, see struct reader. */
const struct deviation *runtime_filter_deviation(const struct runtime_filter *, size_t i);

/* Does the answer to a call differ from the rules, in one of these ways (one bit each), for some of
 * the unknown arguments? The first difference is in *ret. Also false if nothing is known. */
#define DEVIATION_ANY (1u << DEVIATION_WEAKER | 1u << DEVIATION_STRICTER | 1u << DEVIATION_OTHER)
bool runtime_filter_deviates(struct runtime_filter *, const struct partial_call *, unsigned kinds, struct deviation *ret);

/* "getpriority(which=PRIO_USER, who=0)"; only the name if it is so for all arguments. */
void deviation_example(struct buf *, const struct deviation *);

/* "libseccomp 2.5.4 refuses the rule for 'socket' (File exists), so that runc and crun start
 * no container": a sentence without its full stop, for one machine. */
void deviation_words(struct buf *, const struct deviation *);
