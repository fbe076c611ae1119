/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "read/reader.h"

/*
 * Directives of systemd's units that add a filter of their own, beside SystemCallFilter=: ProtectClock=,
 * RestrictNamespaces= and others.
 */
struct unit_others;

struct unit_others *unit_others_new(void);
void unit_others_free(struct unit_others *);		/* NULL is fine */
scoped_pointer(struct unit_others, unit_others_free)

/* False: the directive is none of them.  *ret_ignored: a word that systemd ignores; else it is left alone. */
bool unit_others_take(struct unit_others *, const char *key, char *value, struct place, const char **ret_ignored);

/* Makes the policy of SystemCallFilter=, whose rules have no conditions, what the service has with these filters
 * as well: the strictest answer, and between two errnos that of SystemCallFilter=, whose filter is the newest. */
struct policy *unit_others_join(const struct unit_others *, unsigned release, const struct policy *own);
