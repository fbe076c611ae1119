/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"
#include "rec/rec.h"

/* Reports the blind spots of a recording. */
struct strlist;

/* Each, with the calls that it hides: where it was recorded. */
void spots_tell(const struct rec *);

/* Is the word a kind?  Otherwise a usage error with the nearest one. */
int spots_check_word(const char *kind, struct err *e);

/* An error that names the kinds in the recording that are not accepted. */
int spots_refuse(const struct rec *, const struct strlist *accepted, struct err *e);

/* Of a recording that is read: `record` reported its blind spots, so that their kinds are
 * enough here, but with -v, and but for a run that was not completed; always what they hide,
 * and what of that the policy does not allow.  `accepted`: NULL when the recording is judged. */
void spots_review(const struct rec *, const struct policy *, const struct strlist *accepted);
