/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "rec/rec.h"

/* The kinds of blind spots that there are: what each is called, and what it
 * tells.  Only kind, detail and remedy are set. */
const struct rec_blind_spot *spot_find(const char *kind);	/* NULL: unknown */
const struct rec_blind_spot *spot_at(size_t i);			/* sorted by kind; NULL past the end */
