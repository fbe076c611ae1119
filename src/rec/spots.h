/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "rec/rec.h"

/* The kinds of blind spots that there are: what each is called, and what it
 * tells.  Only kind, detail and remedy are set. */
const struct rec_blind_spot *spot_find(const char *kind);	/* NULL: unknown */
const struct rec_blind_spot *spot_at(size_t i);			/* sorted by kind; NULL past the end */

/* What a kind tells when this engine recorded it; the kind is one of these. */
const char *spot_detail(const char *kind, const char *engine);

/* By whom a spot was seen: the programs, each once. */
void spot_programs(const struct rec_blind_spot *, struct strlist *ret);

/* The same in a few words: " (by /usr/bin/x and 2 more)"; nothing when it is not known. */
void spot_add_programs(const struct rec_blind_spot *, struct buf *);
