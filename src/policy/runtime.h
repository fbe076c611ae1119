/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"
#include "rec/rec.h"

/*
 * Container runtimes, and the calls that they make themselves under the filter (runtimes.tbl). A
 * word is a runtime as in the table, "runc" or, with no_new_privs, "runc:nnp"; or it includes
 * several ("auto", "docker"); or it is "none".
 */
bool runtime_known(const char *word);
const char *runtime_name(size_t i);		/* the words, sorted; NULL past the end */
const char *runtime_help(const char *word);	/* what it includes: a phrase */

/* Does the word include this runtime of the table? */
bool runtime_has(const char *word, const char *runtime);

/* What happens to a start if the call is denied, see runtimes.tbl. */
enum refused {
	REFUSED_FATAL, REFUSED_APART, REFUSED_OPTION, REFUSED_KILL, REFUSED_ERRNO, REFUSED_USER, REFUSED_FALLBACK,
	REFUSED_TIMING, REFUSED_COUNT
};

struct runtime_call {
	const char *runtime;
	const char *versions;		/* of the runtime, in which it was measured */
	const char *call;
	enum refused refused;
	int arg;			/* -1: any arguments */
	uint64_t mask, value;		/* (arg & mask) == value */
	const char *because;
};

const struct runtime_call *runtime_call_at(size_t i);	/* NULL past the end */

/* Does a runtime of this word make the call? */
bool runtime_needs(const char *word, const char *call);

/* The same as a rule that allows it. */
struct rule runtime_rule(const struct runtime_call *);

/* Does every container fail to start, whatever the timing, the user and the version, if the runtime
 * gets an answer that it cannot handle? */
bool runtime_always(const struct runtime_call *);

/* Does the runtime fail with this answer? */
bool runtime_minds(const struct runtime_call *, struct verdict);

/* Allow the calls of the word's runtimes, unless they are allowed already. Calls that tolerate
 * `otherwise`, the default answer of the finished policy, are left out. */
void policy_add_runtime(struct policy *, const char *word, struct verdict answer);

/* The runtime whose filter began the run, by the run's no_new_privs; NULL if there was no filter of
 * a known runtime. */
const char *runtime_of_run(const struct rec_run *);

/* "runc" for a program with this /proc/PID/exe (programs.tbl), or NULL. */
const char *runtime_of_program(const char *path);
