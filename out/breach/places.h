/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "check/breach.h"
#include "out/sarif.h"

/* Was it made through a line of a source? */
bool breach_has_source(const struct breach *);

/* Where to look: in the source, if there is one, and then in the profile. */
void breach_places(const struct breaches *, const struct breach *, struct sarif_result *);
