/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/derive.h"
#include "policy/starts.h"

/*
 * What container runtimes need, against what is to be denied: it stays allowed, and
 * that is printed for each word, with what a program can still do by it, and with the
 * runtimes that can do without.  With `strict` it is an error.
 */
int review_spared(const struct policy *denied, const struct denylist *, const struct strlist *words,
		  const struct spared *, bool strict, struct err *e);

/* Warn when a container of these runtimes does not start under the profile. */
void review_starts(const struct policy *, const struct strlist *words);
