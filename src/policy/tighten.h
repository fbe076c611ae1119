/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"

/*
 * `base`, made stricter by `limit`: a call is made only where both allow it.
 *
 * What the base refuses it refuses as before.  What it allows and the limit
 * refuses is answered as the limit's rule has it; where the limit's default
 * refuses, by the base's default, or by the limit's when the base's allows.  All
 * else is kept: conditions, flags, ABIs (but for those given by `arches`).
 *
 * `limit` has been made for the ABIs that the base covers.  Where a rule must be
 * split to leave out what the limit refuses under conditions, an argument with
 * bits in its upper half may be refused though the base allows it; and a
 * multiplexer (socketcall, ipc) is refused whole when libseccomp could not tell
 * its calls apart.  -EOPNOTSUPP: the conditions of the two cannot be joined.
 */
int policy_tighten(const struct policy *base, const struct policy *limit, struct policy **ret, struct err *e);

/* The same rules, flags and default on some of its ABIs. */
struct policy *policy_copy(const struct policy *, arch_set arches);
