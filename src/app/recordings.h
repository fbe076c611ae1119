/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "rec/rec.h"

#define RECORDING_DEFAULT "sctrace.json"

/* Before a run begins: can the recording be written to the file or, with `update`, added to
 * it? */
int recording_check_output(const char *path, bool update, struct err *e);

/* Writes the file, several times while the run lasts.  The recording of another run is kept,
 * as io_old_name(); `kept` is then set. */
struct recording_file {
	const char *path;
	bool kept;
	bool written;			/* by this run, and then it was: */
	uint64_t device, inode;
};

int recording_save(struct recording_file *, const struct rec *, struct err *e);

/* Writes the union of a recording and of the file, if it exists, into the file.  Nothing is
 * lost, also when several processes do this at the same time. */
int recording_update(const struct rec *, const char *path, struct err *e);

/* output_check_about() for what is written about recordings. */
int recordings_check_output(const char *path, const char *format, int count, char *const *paths, struct err *e);

/* The union of the recordings named, or the default one. */
int recordings_load(int count, char *const *paths, struct rec **ret, struct err *e);
