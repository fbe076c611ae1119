/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/derive.h"

/* What gen says of a profile to who reviews it, on standard error. */

/* Of what is refused and what stays possible; `rest` says what becomes of all else. */
void review_denied(const struct policy *, const struct denylist *, const char *rest);

/* A profile takes the place of the one that an engine uses by itself: what that denies
 * and this one allows. */
void review_opened(const struct policy *);

/* Of an allow-list for ABIs that were not recorded: recorded calls that they do not have, and
 * have nothing for that is allowed. */
void review_unseen(const struct policy *, const struct rec *, arch_set unseen);

/* How much of the base a recording leaves. */
void review_common(const struct policy *base, const struct policy *, const char *path);

/* The recorded numbers that no kernel has: what a profile answers them, where it does
 * not allow them. */
void review_no_calls(const struct policy *, const struct rec *);

/* The recorded calls that are refused: how often, by whom, on which ABI, under
 * which conditions.  `base` may be NULL. */
void review_losses(const struct policy *, const struct policy *base, const struct rec *);
