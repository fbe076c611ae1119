/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/derive.h"
#include "policy/starts.h"

/*
 * Calls that container runtimes need stay allowed even if they should be denied. A warning for each
 * word lists them, what a program can still do with them, and the runtimes that do not need them.
 * With `strict` it is an error.
 */
int review_spared(const struct policy *denied, const struct denylist *, const struct strlist *words,
		  const struct spared *, bool strict, struct err *e);

/* Warn if containers of these runtimes do not start under the profile. */
void review_starts(const struct policy *, const struct strlist *words);
