/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/code.h"
#include "policy/compile.h"
#include "policy/says.h"

/*
 * The part of a filter that sctrace puts in front of libseccomp's code: calls whose rules have
 * conditions, and calls for which libseccomp has no number. libseccomp 2.5 sometimes combines the
 * conditions of several rules wrongly, and can take forever for it. The supplement answers such
 * calls completely, so that libseccomp's code for them is never reached.
 */

/* `list` is sorted by the ABI's audit value, then by number, without duplicates.
 * -E2BIG: the rules for a call are too large. */
int supplement_prepend(struct code *, const struct policy *, struct diagram *, const struct policy_call *list, size_t count,
		       struct err *e);
