/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/parse-oci.h"

/*
 * Profiles as commands read them, with what the author may not think told as
 * warnings.  `host`: what includes and excludes are decided by; NULL: this
 * process.
 */
int profile_load(const char *path, const struct parse_host *host, struct policy **ret, struct err *e);

/* Take out what no filter of this machine can say; warn of it. */
void profile_fit(const char *path, struct policy *);
