/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/io.h"
#include "base/opt.h"
#include "out/view.h"

/* What the commands with -F have in common. */

/* The names of the views, for shells and for messages. */
opt_words show_policy_word, show_recording_word, show_breach_word, show_finding_word, show_difference_word;

/* The view of that name, or a usage error with the nearest name. */
int show_find(enum shows, const char *name, const struct view **ret, struct err *e);

/* To the file, which becomes standard output or standard error (by `fd`) or a file (-1): as wide as a
 * terminal, where it is text. */
int show(const struct view *, const struct shown *, FILE *, int fd, struct err *e);

/* The same to what was created for `path`, which is committed then, or else abandoned. */
int show_commit(const struct view *, const struct shown *, struct io_out *, const char *path, struct err *e);
