/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/attr.h"

/*
 * A temporary file that replaces another one when it is complete.
 *
 * Until then it has no name, if the file system supports this: nothing remains if its writer is
 * killed. Otherwise, and for the moment of replacing, it is ".sctrace-XXXXXX.tmp" beside the
 * target. It is locked while its writer lives, so that temp_sweep() can find abandoned files.
 *
 * All functions return 0 or -errno.
 */
struct temp {
	bool open;		/* false: no file */
	int fd;			/* for reading and writing */
	char *name;		/* NULL: no name */
};

int temp_open(struct temp *, const char *beside);
int temp_put(struct temp *, const char *path);		/* replaces an existing file */
void temp_drop(struct temp *);				/* after temp_put(), closes it */

/* Give the file at `path` a second name `old`, replacing an existing `old`. The file always keeps a
 * name. */
int temp_keep(const char *path, const char *old);

/* Remove abandoned files in the folder of `path`. */
void temp_sweep(const char *path);
