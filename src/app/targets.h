/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/opt.h"
#include "sysdb/target.h"

/* The words of --target, "systemd=252"; "host" stands for what is installed on this host.  A usage error names
 * the nearest.  Units are read as the version of systemd among them does. */
int targets_read(const struct strlist *words, struct targets *ret, struct err *e);

/* What is installed on this host; a program that does not print a version is left out. */
void targets_of_host(struct targets *ret);

/* The installed version of one of them, unless one is there. */
void targets_add_installed(struct targets *ret, const char *name);

/* The words that it accepts, for completion: the names with a "=". */
opt_words targets_word;
