/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "out/view.h"
#include "policy/policy.h"
#include "rec/rec.h"

/* The calls of container runtimes in a profile that gen makes: --runtime. */

/* The requested runtimes; by default those that read the format, or those whose filter began the
 * recordings (NULL: none). A deny-list makes no exceptions for exec alone. */
void runtimes_choose(const struct strlist *asked, const struct view *, const struct rec *, bool denies, struct strlist *ret);

/* Allow their calls, see policy_add_runtime(); `ret_added`: calls that were not allowed before. */
void runtimes_add(struct policy *, const struct strlist *words, struct verdict answer, struct strlist *ret_added);

/* Report the added calls for these words. */
void runtimes_review(const struct strlist *words, const struct strlist *added);

/* Report runs that began with the filter of an unknown runtime. */
void runtimes_review_filters(const struct rec *);
