/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"

/*
 * Subtracting conditions: "K, but not if C" as separate rules.
 *
 * A rule has one condition for each argument (runtimes take two as alternatives), so the difference
 * of two conditions becomes several rules, each with a condition on some bits. If it cannot be
 * exact, the rules match less: values with bits in the upper half, which the kernel ignores in an
 * int, are then left out. That is safe for rules that allow.
 */
struct rules {
	struct rule *items;		/* does not own their strings */
	size_t count, room;
	bool too_many;			/* some are missing: do not use it */
};

void rules_add(struct rules *, const struct rule *);
void rules_done(struct rules *);

/* Add the part of `rule` that does not meet all conditions of `less`. */
void rules_add_without(struct rules *, const struct rule *, const struct rule *less);

/* The same for every rule, in place. */
void rules_subtract(struct rules *, const struct rule *less);

/* Add the part of `rule` that meets all conditions of `also`, too. */
void rules_add_within(struct rules *, const struct rule *, const struct rule *also);
