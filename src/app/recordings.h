/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/opt.h"
#include "rec/rec.h"

#define RECORDING_DEFAULT "sctrace.json"

/* Before a run: can the recording be written to the file or, with `update`, added to it? */
int recording_check_output(const char *path, bool update, struct err *e);

/* Writes the file, also several times during a run. Keeps the recording of another run as
 * io_old_name(), and sets `kept`. */
struct recording_file {
	const char *path;
	bool kept;
	bool written;			/* by this run; and then: */
	uint64_t device, inode;
};

int recording_save(struct recording_file *, const struct rec *, struct err *e);

/* Merge a recording into the file, if it exists. Nothing is lost, even if several processes do this
 * at the same time. */
int recording_update(const struct rec *, const char *path, struct err *e);

/* Containers whose recordings `sctrace runtime` keeps are named beside files. */
extern struct strlist recordings_containers;

#define opt_container() \
	opt_list(0, "container", "CONTAINER", &recordings_containers, \
		 "the recording that 'sctrace runtime' made of this\ncontainer: its name, or the beginning of its ID;\nrepeatable")

/* The operands, and behind them the files of the containers; `all` owns them. */
int recordings_name(int *argc, char ***argv, struct strlist *all, struct err *e);

/* output_check_about() for output about recordings. */
int recordings_check_output(const char *path, const char *format, int count, char *const *paths, struct err *e);

/* The union of these recordings, or the default one. */
int recordings_load(int count, char *const *paths, struct rec **ret, struct err *e);
