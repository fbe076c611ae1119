/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "policy/runtime.h"

/*
 * Does a container start under a policy?  It does not where the policy refuses what the
 * runtime itself calls (runtimes.tbl); and a deny-list can leave out just that.
 */
enum start { START_WORKS, START_PARTLY, START_FAILS };	/* partly: with some arguments */

/* What becomes of one call of a runtime, on the ABI that the runtime has. */
enum start policy_start(const struct policy *, const struct arch *, const struct runtime_call *);

/* The calls that were refused and are not any more, at least with the arguments
 * that the runtimes use. */
struct spared {
	struct strlist calls;		/* by name */
	struct strlist narrowed;	/* of those: refused as before with other arguments */
};

/* Take what the word's runtimes need from the refusals of a deny-list. */
void policy_spare_runtime(struct policy *denied, const char *word, struct spared *ret);
void spared_done(struct spared *);
