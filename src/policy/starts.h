/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "policy/runtime.h"

/*
 * Does a container start under a policy? Not if the policy denies calls of the runtime itself
 * (runtimes.tbl); a deny-list can leave out exactly these.
 */
enum start { START_WORKS, START_PARTLY, START_FAILS };	/* partly: with some arguments */

/* The result of one call of a runtime, on the runtime's ABI. */
enum start policy_start(const struct policy *, const struct arch *, const struct runtime_call *);

/* Calls that are no longer denied, at least with the arguments of the runtimes. */
struct spared {
	struct strlist calls;		/* by name */
	struct strlist narrowed;	/* of these: still denied with other arguments */
};

/* Remove the needs of the word's runtimes from the denials of a deny-list. */
void policy_spare_runtime(struct policy *denied, const char *word, struct spared *ret);
void spared_done(struct spared *);
