/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdint.h>
#include "base/attr.h"
#include "policy/policy.h"
#include "rec/rec.h"

/*
 * Random data, the same for the same seed: SEED in the
 * environment, or 1.
 */
struct dice {
	uint64_t state;
};

struct dice dice_new(uint64_t salt);
uint64_t dice_u64(struct dice *);
uint32_t dice_below(struct dice *, uint32_t n);			/* 0 ... n-1 */

/* A recording of up to three of the runs "r0" to "r5": the content of a run does
 * not depend on the dice, so that recordings overlap as real ones do. */
struct rec *make_rec(struct dice *);

/* A value near critical ones of comparisons. */
uint64_t make_value(struct dice *);
struct policy *make_policy(struct dice *);
