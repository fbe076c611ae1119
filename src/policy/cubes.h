/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"

/*
 * Conditions taken apart: "K, but not where C holds" as rules of their own.
 *
 * A rule holds one condition an argument (runtimes take two for alternatives), so
 * a condition less another one becomes several rules, each with a condition
 * that looks at some bits.  Where that cannot be exact the rules hold for less:
 * a register with bits in the upper half, which the kernel does not look at in
 * an int, is then left out.  That is right for rules that allow.
 */
struct rules {
	struct rule *items;		/* their strings belong to others */
	size_t count, room;
	bool too_many;			/* some are missing: do not use it */
};

void rules_add(struct rules *, const struct rule *);
void rules_done(struct rules *);

/* Add what is left of `rule` where not all conditions of `less` hold. */
void rules_add_without(struct rules *, const struct rule *, const struct rule *less);

/* The same of every rule there is, in place. */
void rules_subtract(struct rules *, const struct rule *less);

/* Add `rule` where all conditions of `also` hold too. */
void rules_add_within(struct rules *, const struct rule *, const struct rule *also);
