/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "check/breach.h"
#include "out/sarif.h"

/* Is there a source line from which it was made? */
bool breach_has_source(const struct breach *);

/* The places to look at: the source, if there is one, and then the profile. */
void breach_places(const struct breaches *, const struct breach *, struct sarif_result *);
