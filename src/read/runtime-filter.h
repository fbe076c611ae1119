/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/judge-unknown.h"
#include "read/reader.h"

/*
 * What runc and crun make of a profile, with the libseccomp that is installed.
 *
 * They give it the rules that apply as they stand, in the order of the file and for all
 * ABIs at once. They leave out a rule that says what the default says, and one for a call
 * that libseccomp has no name for; two conditions on one argument make every condition a
 * rule of its own. Any error of libseccomp is the end: no container starts.
 *
 * The filter that comes out is compared with what the rules mean (policy/judge.h), for
 * every call that they name and all its arguments.
 */
struct runtime_filter;

enum deviation_kind {
	DEVIATION_NOT_LOADED,		/* no container starts */
	DEVIATION_WEAKER,		/* the call gets farther than the rules let it */
	DEVIATION_STRICTER,
	DEVIATION_OTHER,		/* another errno, a log */
	DEVIATION_UNKNOWN,		/* it is too much to be compared, or to be loaded in a second */
};

struct deviation {
	enum deviation_kind kind;
	const char *call;		/* NULL: it is about all */
	bool nameless;			/* libseccomp has no name for the call: its rules are left out */
	arch_set arches;
	size_t name;			/* of the profile, from 1: where it is; 0: not known */
	int error;			/* NOT_LOADED */
	const struct arch *on;		/* of the example, unless NULL */
	uint64_t args[6];
	unsigned known;			/* a bit for each that matters */
	struct verdict meant, made;
};

/* `profile`: the file that the policy is from; NULL: the policy's rules are taken in their
 * order. `machine`: the ABI that the runtimes are of. Both are used as long as it lives. */
struct runtime_filter *runtime_filter_new(const struct policy *, const struct profile *, const struct arch *machine);
void runtime_filter_free(struct runtime_filter *);		/* NULL is fine */
scoped_pointer(struct runtime_filter, runtime_filter_free)

/* By kind, then call; NULL past the end.  NULL for a filter, here and below: runc and crun have nothing to do
 * with the profile, see struct reader. */
const struct deviation *runtime_filter_deviation(const struct runtime_filter *, size_t i);

/* Is a call answered otherwise than the rules say, in one of these ways (a bit each), for
 * some of the arguments that are left open? The first of them is in *ret. False also when
 * nothing is known. */
#define DEVIATION_ANY (1u << DEVIATION_WEAKER | 1u << DEVIATION_STRICTER | 1u << DEVIATION_OTHER)
bool runtime_filter_deviates(struct runtime_filter *, const struct partial_call *, unsigned kinds, struct deviation *ret);

/* "getpriority(which=PRIO_USER, who=0)"; the bare name, if it is so for all arguments. */
void deviation_example(struct buf *, const struct deviation *);

/* "libseccomp 2.5.4 refuses the rule for 'socket' (File exists), so that runc and crun start
 * no container": a sentence without its full stop, for one machine. */
void deviation_words(struct buf *, const struct deviation *);
