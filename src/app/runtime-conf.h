/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/err.h"

#define RUNTIME_CONF "/etc/sctrace/runtime.conf"	/* SCTRACE_RUNTIME_CONF names another one */

/* How `sctrace runtime` works, from its configuration file: lines of KEY=VALUE, and comments that begin
 * with '#'.  Strings are owned; NULL: not given. */
struct runtime_conf {
	char *real;		/* the runtime that does the work: a path, or a name in PATH */
	char *dir;		/* where recordings are kept; an absolute path */
	unsigned keep;		/* how many containers' recordings, at most */
	bool keep_filter;	/* containers keep the filter that they were given */
};

enum { RUNTIME_KEEP = 100, RUNTIME_KEEP_MAX = 1000000 };

/* Without a file everything is as by default; a line that is not understood is an error. */
int runtime_conf_load(struct runtime_conf *ret, struct err *e);
void runtime_conf_done(struct runtime_conf *);

/* "50" */
int runtime_conf_keep(const char *word, unsigned *ret, struct err *e);
