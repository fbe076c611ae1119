/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/attr.h"

/*
 * A file that is written aside and put in its place when it is complete.
 *
 * Until then it has no name, where the file system has such files: nothing is left
 * when its writer is killed.  Elsewhere, and for the instant in which it replaces another
 * one, it is ".sctrace-XXXXXX.tmp" beside that.  It is locked as long as its writer lives,
 * so that temp_sweep() finds files of dead writers.
 *
 * All functions return 0 or -errno.
 */
struct temp {
	bool open;		/* false: there is none */
	int fd;			/* for reading and writing */
	char *name;		/* NULL: it has none */
};

int temp_open(struct temp *, const char *beside);
int temp_put(struct temp *, const char *path);		/* replaces an existing file */
void temp_drop(struct temp *);				/* after temp_put(), closes it */

/* A second name, `old`, for the file at `path`; replaces an existing `old`.  The file always
 * has a name. */
int temp_keep(const char *path, const char *old);

/* Remove the files of killed writers in the folder of `path`. */
void temp_sweep(const char *path);
