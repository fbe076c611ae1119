/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"
#include "rec/rec.h"

/*
 * Container runtimes, and what they call by themselves once the filter is on
 * (runtimes.tbl).  A word is a runtime as the table spells it, "runc" or, where
 * no_new_privs is set, "runc:nnp"; or it stands for several, "auto" or
 * "docker", or "none".
 */
bool runtime_known(const char *word);
const char *runtime_name(size_t i);		/* the words, sorted; NULL past the end */
const char *runtime_help(const char *word);	/* what it stands for: a phrase */

/* Is the runtime, as the table spells it, one of those that the word stands for? */
bool runtime_has(const char *word, const char *runtime);

/* What becomes of a start when the call is refused, see runtimes.tbl. */
enum refused {
	REFUSED_FATAL, REFUSED_APART, REFUSED_FALLBACK, REFUSED_TIMING, REFUSED_KILL, REFUSED_USER, REFUSED_NEWER,
	REFUSED_COUNT
};

struct runtime_call {
	const char *runtime, *call;
	enum refused refused;
	int arg;			/* -1: whatever the arguments */
	uint64_t mask, value;		/* (arg & mask) == value */
	const char *because;
};

const struct runtime_call *runtime_call_at(size_t i);	/* NULL past the end */

/* Is it a call of one of the runtimes that the word stands for? */
bool runtime_needs(const char *word, const char *call);

/* The same as a rule that allows it. */
struct rule runtime_rule(const struct runtime_call *);

/* Does no container start, whatever the timing, the user and the version, when the
 * runtime cannot live with the answer? */
bool runtime_always(const struct runtime_call *);

/* Can the runtime not live with that answer? */
bool runtime_minds(const struct runtime_call *, struct verdict);

/* Allow what the word's runtimes call, unless it is allowed already.  What does no
 * harm when it gets that answer is left out: the one that the finished policy gives by default. */
void policy_add_runtime(struct policy *, const char *word, struct verdict answer);

/* The runtime whose filter began the run, spelt by the run's no_new_privs; NULL
 * when there was no filter, or it was not a known runtime's. */
const char *runtime_of_run(const struct rec_run *);

/* "runc" for the program that /proc/PID/exe calls so (programs.tbl), or NULL. */
const char *runtime_of_program(const char *path);
