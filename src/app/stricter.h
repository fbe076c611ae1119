/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "read/layers.h"

/*
 * A base whose rules depend on where the profile is used (capabilities, machine, kernel) is
 * made stricter with those conditions in place.
 */

/* The layers of the base `from` with `denied`, a deny-list for all of its ABIs.  The result is compared with the base
 * made stricter for single containers, with `host_denied`, which is for the ABIs of this
 * machine; -EOPNOTSUPP if they differ. */
int stricter_deny(struct layers *, const struct profile *from, const struct parse_host *, const struct policy *denied,
		  const struct policy *host_denied, struct err *e);
