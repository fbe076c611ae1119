/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/io.h"
#include "rec/rec.h"

#define RECORDING_DEFAULT "sctrace.json"

/* As io_create(), but a recording is not written over: it cannot be had again. */
int output_create(struct io_out *, const char *path, struct err *e);

/* For what is said of files: none of them is written over either. */
int report_create(struct io_out *, const char *path, int count, const char *const *about, struct err *e);

/* A run that cannot be written down had better not begin: can it be written to the
 * file, and with `update`, be added to what is there? */
int recording_check_output(const char *path, bool update, struct err *e);

/* The union of a recording and what is in the file, if that is there already, into
 * the file: nothing of either is lost, also when others do the same to it at once. */
int recording_update(const struct rec *, const char *path, struct err *e);

/* The union of the recordings named, or the default one. */
int recordings_load(int count, char *const *paths, struct rec **ret, struct err *e);
