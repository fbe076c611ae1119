/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stddef.h>
#include "base/buf.h"

/*
 * The groups of calls that systemd has for SystemCallFilter= and its like: "@mount".  They are in
 * systemd-groups.tbl, by version.
 */

/* The version of which the table is nearest to this one: the newest of those that are not newer,
 * else the oldest.  0 is the newest of all. */
unsigned systemd_release(unsigned version);

/* In the order of the alphabet; NULL past the end.  `release` is of systemd_release(). */
const char *systemd_group_at(unsigned release, size_t i);
bool systemd_has_group(unsigned release, const char *group);

/* The names of its calls, sorted, with those of the groups that it includes; also of other machines. */
void systemd_group_calls(unsigned release, const char *group, struct strlist *ret);
