/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "rec/rec.h"

#define RECORDING_DEFAULT "sctrace.json"

/* A run that cannot be written down had better not begin: can it be written to the
 * file, and with `update`, be added to what is there? */
int recording_check_output(const char *path, bool update, struct err *e);

/* Into the file, more than once as long as the run lasts.  What another run left there is
 * kept, as io_old_name(): `kept` says so afterwards. */
struct recording_file {
	const char *path;
	bool kept;
	bool written;			/* by this run, and then it was: */
	uint64_t device, inode;
};

int recording_save(struct recording_file *, const struct rec *, struct err *e);

/* The union of a recording and what is in the file, if that is there already, into
 * the file: nothing of either is lost, also when others do the same to it at once. */
int recording_update(const struct rec *, const char *path, struct err *e);

/* output_check_about() for what is written about recordings. */
int recordings_check_output(const char *path, const char *format, int count, char *const *paths, struct err *e);

/* The union of the recordings named, or the default one. */
int recordings_load(int count, char *const *paths, struct rec **ret, struct err *e);
