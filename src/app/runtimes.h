/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "out/view.h"
#include "policy/policy.h"
#include "rec/rec.h"

/* The calls of container runtimes in a profile that gen makes: --runtime. */

/* Those that were asked for; by default the runtimes that read the format, or else those with whose
 * filter the recordings (NULL: none) began.  A deny-list spares nothing for exec alone. */
void runtimes_choose(const struct strlist *asked, const struct view *, const struct rec *, bool denies, struct strlist *ret);

/* Allows what they call, see policy_add_runtime(); `ret_added`: what was not allowed before. */
void runtimes_add(struct policy *, const struct strlist *words, struct verdict answer, struct strlist *ret_added);

/* Reports what was added for which words. */
void runtimes_review(const struct strlist *words, const struct strlist *added);

/* Reports runs that began with the filter of a program that is not a known runtime. */
void runtimes_review_filters(const struct rec *);
