/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "app/profile.h"
#include "policy/judge-unknown.h"
#include "sysdb/sysdb.h"

/* What `explain` answers to a question about a call, as text (on standard output) and as JSON. */
struct asked {
	struct profile *profile;
	const struct policy *policy;	/* the profile's */
	struct runtime_filter *runtime;	/* what runc and crun make of it */
	struct partial_call q;
	int count;			/* number of arguments as written */
};

/* The answers on these ABIs; equal ones are printed once. */
void explanation_print(struct asked *, const struct arch *const *arches, struct judgement *answers, size_t n);
void explanation_write(struct asked *, const struct arch *const *arches, struct judgement *answers, size_t n);

/* Other ways to the effect of a call: its siblings, and calls of other families that reach it. */
void asked_ways(const struct sysdb_call *, struct strlist *ret);

/* The reason why io_uring reaches a family of the call, or NULL. */
const char *asked_ring_reason(const struct sysdb_call *);

/* The answer to another call on the same ABI; false if the ABI does not have it. */
bool asked_other(const struct asked *, const char *call, struct judgement *ret);
