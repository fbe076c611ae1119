/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <linux/filter.h>
#include "policy/policy.h"

/*
 * What libseccomp cannot express, as code of our own in front of its filter:
 * calls too new for the installed one, on ABIs other than the native one, where
 * it has no number without a name.  They must not be a way around a deny-list.
 *
 * Such a call has the default in libseccomp's code, and is answered here, so the
 * answer can only be as strict or stricter.  Conditions look at the low halves,
 * which is all that a 32-bit ABI has.
 */
struct filter {
	struct sock_filter *code;	/* malloc'ed */
	size_t len;
};

/* Are rules for the call on this ABI the supplement's? */
bool supplement_has(const char *call, const struct arch *);

/* Can the rule be expressed on this ABI at all? */
bool supplement_can(const struct policy *, const struct rule *, const struct arch *);

/* -EOPNOTSUPP when such a call would have to be allowed. */
int supplement_prepend(const struct policy *, struct filter *, struct err *e);
