/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <signal.h>
#include <stdio.h>
#include "base/attr.h"
#include "base/err.h"
#include "base/temp.h"

/*
 * Reading and writing whole files.
 *
 * An output file appears only after it was written, flushed, checked and renamed: after an error
 * (full disk, closed pipe) the old file is still there. A target that a rename would destroy (a
 * device, a FIFO, standard output) is written directly, but only at io_commit().
 *
 * A limit on the size of files (ulimit -f) is an error like a full disk: its signal is ignored
 * while an output is open.
 */

/* Read all of `path` ("-": standard input) into malloc'ed memory, NUL-terminated. More than `max`
 * bytes is -EFBIG. */
int io_read_all(const char *path, size_t max, char **ret_text, size_t *ret_len, struct err *e);

/* Read the beginning of a file, at most size - 1 bytes, NUL-terminated; returns its length, or 0 if
 * it cannot be read. */
size_t io_read_head(const char *path, char *ret, size_t size);

/* Do both exist, and are they the same file? */
bool io_is_same(const char *a, const char *b);

struct io_out {
	FILE *file;		/* write here */
	char *path;		/* the final path; NULL: standard output */
	struct temp temp;	/* the file until then; if not open: in `memory` */
	char *memory;
	size_t memory_len;
	bool keeps_old;		/* set by the caller: keep the old file at `path` as io_old_name() */
	bool minds_limit;	/* SIGXFSZ is ignored, and was so before: */
	struct sigaction before;
};

/* "-" is standard output. After a failure there is nothing to undo. */
int io_create(struct io_out *, const char *path, struct err *e);
int io_commit(struct io_out *, struct err *e);	/* abandons on failure */
void io_abandon(struct io_out *);		/* does nothing after commit, or if zeroed */

/* The name under which io_commit() keeps the replaced file: "FILE.old", beside the target of a
 * symbolic link. */
char *io_old_name(const char *path);

/* Check at the end of a command that standard output was written completely. */
int io_flush_stdout(struct err *e);
