/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/parse-oci.h"

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

/* A warning where calls are denied that the runtimes of this machine cannot name: they let them
 * through. */
void profile_unnamed(const char *path, const struct policy *);

/* -EOPNOTSUPP when it says what we cannot do (ask a supervisor); a warning when the
 * command will not start. */
int profile_enforceable(const char *path, const struct policy *, struct err *e);

/* Where it says so; a rule that is NULL is the default.  NULL: not known, as all is
 * when there is no profile. */
const struct place *profile_place(const struct profile *, const struct rule *);
