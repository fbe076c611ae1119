/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/parse-oci.h"
#include "policy/runtime-filter.h"

/*
 * Profiles as commands read them, with what the author may not think told as
 * warnings.  `host`: what includes and excludes are decided by; NULL: this
 * process.
 */
int profile_load(const char *path, const struct parse_host *host, struct policy **ret, struct err *e);

/* This host, but for who has those capabilities ("none" is no name of one), or those
 * that Docker gives a container (NULL): rules of a profile that ask for some are
 * not meant for the user of this program. */
int profile_host(const struct strlist *caps, struct parse_host *ret, struct err *e);

/* -EOPNOTSUPP when it says what we cannot do (ask a supervisor); a warning when the
 * command will not start. */
int profile_enforceable(const char *path, const struct policy *, struct err *e);

/* What runc and crun make of it, with warnings where that is not what it says. `profile`:
 * see runtime_filter_new(). */
struct runtime_filter *profile_runtimes(const char *path, const struct policy *, const struct profile *);

/* Where it says so; a rule that is NULL is the default.  NULL: not known, as all is
 * when there is no profile. */
const struct place *profile_place(const struct profile *, const struct rule *);
