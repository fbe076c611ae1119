/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"
#include "sysdb/target.h"

/* What the targets of --target lack for a policy (sysdb/targets.tbl). */
enum {
	NEEDS_CONDITIONS = 1 << 0,	/* Docker's conditions on the container, which are not in a policy */
	NEEDS_MIN_KERNEL = 1 << 1,	/* one of them, minKernel */
};

struct lack {
	const struct target_version *target;
	const struct target_fact *fact;
	const struct rule *rule;	/* the first that needs it; NULL: the policy as a whole */
};

struct lacks {
	struct lack *items;
	size_t count, room;
};

/* Everything except names. `needs`: NEEDS_*. The items point to the policy and the targets. */
void lacks_find(struct lacks *ret, const struct policy *, unsigned needs, const struct targets *);
void lacks_done(struct lacks *);

/* "docker 20.10 ignores defaultErrnoRet: calls without a rule get EPERM" */
void lack_words(struct buf *, const struct lack *);

/* The calls of rules that the target ignores because it has no name for the call, sorted. `open`:
 * denied calls that the default allows; otherwise, allowed calls that the default denies. It makes
 * no difference if the answer to a denied call in an allow-list is lost. */
void lacks_names(const struct policy *, const struct target_version *, bool open, struct strlist *ret);
