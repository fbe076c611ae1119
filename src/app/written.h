/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "out/view.h"

/*
 * A policy as it leaves gen: in its format, in its file, with warnings about what the format cannot
 * express (with `strict` an error) and the command that puts it to use.
 *
 * What runc and crun read is tried as they read it, see profile_check_made().  A binary format
 * is not written to a terminal, but with --force.
 */
int written_policy(const struct view *, const struct shown *, const char *path, bool strict, struct err *e);
