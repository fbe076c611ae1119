/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "read/layers.h"

/*
 * Makes a base stricter whose rules depend on where the profile is used (capabilities, machine,
 * kernel), and keeps these conditions.
 */

/* Combine the layers of the base `from` with `denied`, a deny-list for all of its ABIs. The result
 * is compared with the base made stricter for single containers, by `host_denied` for the ABIs of
 * this machine; -EOPNOTSUPP if they differ. */
int stricter_deny(struct layers *, const struct profile *from, const struct parse_host *, const struct policy *denied,
		  const struct policy *host_denied, struct err *e);
