/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "out/view.h"

/*
 * Writes the policy that gen has made: in its format, to its file, with warnings about what the
 * format cannot express (with `strict` an error) and the command that uses it.
 *
 * Formats for runc and crun are tried as they read them, see profile_check_made(). A binary format
 * is not written to a terminal without --force.
 */
int written_policy(const struct view *, const struct shown *, const char *path, bool strict, struct err *e);
