/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "rec/rec.h"

/* The kinds of blind spots.  Only kind, detail and remedy are set. */
const struct rec_blind_spot *spot_find(const char *kind);	/* NULL: unknown */
const struct rec_blind_spot *spot_at(size_t i);			/* sorted by kind; NULL past the end */

/* The detail of a known kind, for the engine that recorded it. */
const char *spot_detail(const char *kind, const char *engine);

/* The programs with this spot, without duplicates. */
void spot_programs(const struct rec_blind_spot *, struct strlist *ret);

/* The same in short: " (by /usr/bin/x and 2 more)"; nothing if they are unknown. */
void spot_add_programs(const struct rec_blind_spot *, struct buf *);
