/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "read/reader.h"

/*
 * Directives of systemd's units that add filters besides SystemCallFilter=: ProtectClock=,
 * RestrictNamespaces= and others.
 */
struct unit_others;

struct unit_others *unit_others_new(void);
void unit_others_free(struct unit_others *);		/* NULL is fine */
scoped_pointer(struct unit_others, unit_others_free)

/* False: another directive. *ret_ignored: a word that systemd ignores; otherwise unchanged. */
bool unit_others_take(struct unit_others *, const char *key, char *value, struct place, const char **ret_ignored);

/* Adds these filters to the policy of SystemCallFilter=, whose rules have no conditions: the
 * strictest answer, and of two errnos that of SystemCallFilter=, whose filter is the newest. */
struct policy *unit_others_join(const struct unit_others *, unsigned release, const struct policy *own);
