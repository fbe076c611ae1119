/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "diff/difference.h"

/*
 * What is different between two policies, by meaning: a call is compared on every ABI for
 * all arguments, by the judge's answer.  Rules that are written otherwise and mean the same
 * make no difference.  A policy that does not cover an ABI kills its calls.
 */
struct differences *policy_compare(const struct policy *old, const struct policy *now);

/* The same, and call by call also what neither has rules for: all known calls. */
struct differences *policy_compare_known(const struct policy *old, const struct policy *now);
