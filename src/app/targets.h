/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/opt.h"
#include "sysdb/target.h"

/* The words of --target, "systemd=252"; "host" stands for what is installed on this host.  A usage error names
 * the nearest.  Units are read as the version of systemd among them does. */
int targets_read(const struct strlist *words, struct targets *ret, struct err *e);

/* The programs on this host; those that do not print a version are left out. */
void targets_of_host(struct targets *ret);

/* Add the installed version of a target, unless it is there already. */
void targets_add_installed(struct targets *ret, const char *name);

/* The accepted words, for completion: the names with "=". */
opt_words targets_word;
