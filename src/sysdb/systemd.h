/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stddef.h>
#include "base/buf.h"

/*
 * The groups of calls of systemd, for SystemCallFilter= and similar directives: "@mount". They are
 * in systemd-groups.tbl, by version.
 */

/* The nearest version in the table: the newest that is not newer than this one, otherwise the
 * oldest. 0: the newest. */
unsigned systemd_release(unsigned version);

/* In alphabetical order; NULL past the end. `release` is from systemd_release(). */
const char *systemd_group_at(unsigned release, size_t i);
bool systemd_has_group(unsigned release, const char *group);

/* The names of its calls, sorted, with those of included groups; also calls of other machines. */
void systemd_group_calls(unsigned release, const char *group, struct strlist *ret);
