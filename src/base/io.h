/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <signal.h>
#include <stdio.h>
#include "base/attr.h"
#include "base/err.h"
#include "base/temp.h"

/*
 * Whole files in, whole files out.
 *
 * Output exists only after it was written, flushed, checked and renamed: a full
 * disk or a closed pipe is an error and the old file stays.  A target that
 * a rename would destroy (a device, a FIFO, standard output) is written directly,
 * at io_commit() and not before.
 *
 * A limit on the size of files (ulimit -f) is an error like a full disk: its signal is
 * ignored as long as an output is open.
 */

/* Read all of `path` ("-": standard input) into malloc'ed memory with a NUL
 * behind it.  More than `max` bytes is -EFBIG. */
int io_read_all(const char *path, size_t max, char **ret_text, size_t *ret_len, struct err *e);

/* The beginning of a file, at most size - 1 bytes, with a NUL behind it; returns its
 * length, 0 also if it cannot be read. */
size_t io_read_head(const char *path, char *ret, size_t size);

/* Do both exist, and are they the same file? */
bool io_is_same(const char *a, const char *b);

struct io_out {
	FILE *file;		/* write here */
	char *path;		/* where it will be; NULL: standard output */
	struct temp temp;	/* where it is until then; if not open: in `memory` */
	char *memory;
	size_t memory_len;
	bool keeps_old;		/* the caller sets it: the file at `path` is kept, as io_old_name() */
	bool minds_limit;	/* SIGXFSZ is ignored, and was so before: */
	struct sigaction before;
};

/* "-" is standard output.  On failure nothing needs to be undone. */
int io_create(struct io_out *, const char *path, struct err *e);
int io_commit(struct io_out *, struct err *e);	/* abandons on failure */
void io_abandon(struct io_out *);		/* harmless after commit or when zeroed */

/* Where io_commit() keeps what it replaces: "FILE.old", beside what a link leads to. */
char *io_old_name(const char *path);

/* Was standard output written completely?  For the end of a command. */
int io_flush_stdout(struct err *e);
