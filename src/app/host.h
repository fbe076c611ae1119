/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/jsonw.h"
#include "sysdb/action.h"

/*
 * What doctor reports about the host besides its abilities: the kernel's seccomp, and programs that
 * take profiles.
 */

/* Does the kernel have this action? From /proc/sys/kernel/seccomp/actions_avail or, if that cannot
 * be read, by SECCOMP_GET_ACTION_AVAIL. */
bool host_has_action(enum action);

/* The version that a program in $PATH prints, as it spells it; NULL: it is not there, or prints none. */
char *host_version_of(const char *program);

void host_print(void);			/* as text, to standard output */
void host_write(struct jsonw *);	/* the fields of an open object */
