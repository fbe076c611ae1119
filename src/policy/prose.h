/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "policy/policy.h"

/*
 * Policies in words. Names of arguments and values may depend on the ABI; NULL: x86-64's.
 */

/* "denied with EPERM", "killed by SIGSYS, the whole process", "allowed" */
void prose_verdict(struct buf *, struct verdict);

/* "domain is AF_VSOCK", "flags has CLONE_NEWUSER", "argument 3 < 5" */
void prose_condition(struct buf *, const struct arch *, const char *call, const struct condition *);

/* All conditions of a rule on the call, joined by " and "; nothing if there are none. For a
 * multiplexer: "it is bind" and the conditions of the rule for bind, except on argument 0. */
void prose_conditions(struct buf *, const struct arch *, const char *call, const struct rule *);
