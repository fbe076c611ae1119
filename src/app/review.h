/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/derive.h"

/* What gen reports about a profile for the reviewer, on standard error. */

/* An allow-list: how many calls, which are of high risk, and what was added for which reason. */
void review_allowed(const struct policy *);

/* What became of --args: the calls that were narrowed, and those that were not, each with its reason. */
void review_narrowed(const struct strlist *narrowed, const struct strlist *left);

/* Rules whose call the libseccomp of this host has no name for. */
void review_names(const struct policy *);

/* Says so when the recording looks unfinished. */
void review_saturation(const struct rec *);

/* What is denied and what stays possible; `rest` describes everything else. */
void review_denied(const struct policy *, const struct denylist *, const char *rest);

/* The profile replaces the engine's own: report calls that the engine's denies and this one allows. */
void review_opened(const struct policy *);

/* For requested ABIs that were not recorded: report recorded calls that such an ABI does not have,
 * if the profile allows nothing in their place. */
void review_unseen(const struct policy *, const struct rec *, arch_set unseen);

/* Report how much of the base remains. */
void review_common(const struct policy *base, const struct policy *, const char *path);

/* Report recorded numbers that are not calls of any kernel, and how a profile answers them if it
 * does not allow them. */
void review_no_calls(const struct policy *, const struct rec *);

/* Report recorded calls that are denied: how often, by which programs, on which ABI, under which
 * conditions. `base` may be NULL. */
void review_losses(const struct policy *, const struct policy *base, const struct rec *);
