/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "check/breach.h"

/* Allowed calls that were never used, by family: for a container's default profile there are
 * hundreds. */

/* Are there too many for a list, so that stale_add_families() includes this one? */
bool stale_is_summed_up(const struct breaches *, const struct breach *);
void stale_add_families(struct buf *, const struct breaches *);
