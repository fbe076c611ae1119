/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "out/view.h"
#include "policy/policy.h"

/* -EOPNOTSUPP, with its name: an action, a default or a flag of the policy that the view cannot
 * express at all. For what else it cannot express see view_losses(). */
int view_fits(const struct view *, const struct shown *, struct err *e);
