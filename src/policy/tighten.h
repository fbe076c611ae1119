/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"

/*
 * Makes `base` stricter by `limit`: a call is allowed only if both allow it.
 *
 * Denials of the base remain. What the base allows and the limit denies gets the answer of the
 * limit's rule; if the limit's default denies it, the base's default, or the limit's if the base's
 * default allows. All else is kept: conditions, flags, ABIs (unless restricted by `arches`).
 *
 * `limit` must be made for the ABIs that the base covers. If a rule must be split to remove what
 * the limit denies under conditions, an argument with bits in its upper half may be denied though
 * the base allows it; and a multiplexer (socketcall, ipc) is denied as a whole if libseccomp could
 * not distinguish its calls. -EOPNOTSUPP: the conditions of the two cannot be combined.
 */
int policy_tighten(const struct policy *base, const struct policy *limit, struct policy **ret, struct err *e);

/* The same rules, flags and default, on some of its ABIs. */
struct policy *policy_copy(const struct policy *, arch_set arches);
