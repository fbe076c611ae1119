/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/io.h"
#include "base/opt.h"
#include "out/view.h"

/* Shared by the commands with -F. */

/* The names of views, for shells and messages. */
opt_words show_policy_word, show_recording_word, show_breach_word, show_finding_word, show_difference_word;

/* The view with this name, or a usage error with the nearest name. */
int show_find(enum shows, const char *name, const struct view **ret, struct err *e);

/* Write to the file, which becomes standard output or standard error (by `fd`) or a file (-1): text
 * is as wide as the terminal. */
int show(const struct view *, const struct shown *, FILE *, int fd, struct err *e);

/* Write to the output that was created for `path`, and commit it, or abandon it after an error. */
int show_commit(const struct view *, const struct shown *, struct io_out *, const char *path, struct err *e);
