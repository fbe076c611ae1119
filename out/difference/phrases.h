/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "diff/difference.h"

/* Texts that all views of a difference use; each function appends. */

/* "mount", "open [x86]" */
void difference_subject(struct buf *, const struct differences *, const struct difference *);

/* "socket(domain=AF_INET)" */
void difference_example(struct buf *, const struct difference *);

/* The lines below: an example, what is hidden, what could not be compared. */
void difference_note(struct buf *, const struct difference *);

/* "2 added, 1 removed" */
void differences_counts(struct buf *, const struct differences *);

/* Is more allowed, or called, than before? */
bool difference_grows(const struct difference *);

/* "high"; "" if hidden calls are unknown. */
const char *difference_risk(const struct difference *);
