/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "check/breach.h"

/* What a profile allows and was never used, by family: of a container's default profile
 * that is hundreds of calls. */

/* Too many to be listed: is this one part of what stale_add_families() says? */
bool stale_is_summed_up(const struct breaches *, const struct breach *);
void stale_add_families(struct buf *, const struct breaches *);
