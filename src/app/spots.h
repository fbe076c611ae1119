/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"
#include "rec/rec.h"

/* Reports the blind spots of a recording. */
struct strlist;

/* Report each with the calls that it hides; for the run that was recorded. */
void spots_tell(const struct rec *);

/* Is the word a kind?  Otherwise a usage error with the nearest one. */
int spots_check_word(const char *kind, struct err *e);

/* An error that lists the kinds in the recording that are not accepted. */
int spots_refuse(const struct rec *, const struct strlist *accepted, struct err *e);

/* For a recording that is read: `record` has reported its blind spots, so only their kinds are
 * listed (all with -v), and always a run that was not completed, hidden calls, and which of those
 * the policy does not allow. `accepted`: NULL if the recording is judged. */
void spots_review(const struct rec *, const struct policy *, const struct strlist *accepted);
