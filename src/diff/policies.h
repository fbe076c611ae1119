/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "diff/difference.h"

/*
 * The differences in meaning between two policies: each call is compared on every ABI for all
 * arguments, by the judge's answer. Rules that are written differently but mean the same make no
 * difference. A policy kills calls of an ABI that it does not cover.
 */
struct differences *policy_compare(const struct policy *old, const struct policy *now);

/* The same, but also compares all known calls one by one that neither has rules for. */
struct differences *policy_compare_known(const struct policy *old, const struct policy *now);
