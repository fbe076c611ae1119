/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <time.h>
#include "base/buf.h"
#include "base/err.h"
#include "rec/rec.h"

/*
 * The recordings that `sctrace runtime` makes.
 *
 * In the folder of recordings each container has one of its own, named by its ID: "recording.json" is the union
 * of all its runs and of what was executed in it, "container.json" says what it is, and "busy" is locked while it
 * is recorded, with a byte in it from the container's end on.  All of it is readable by its owner only.
 */
struct kept {
	char *id, *name, *image, *namespace, *pod;	/* owned; NULL: not known.  Clean, except in what was just read
							   of an engine: kept_add() cleans them */
	bool filtered;			/* the engine gave it a seccomp profile */
	/* kept_each() fills these as well: */
	bool busy;			/* it is being recorded */
	char *recording;		/* the file's path; NULL: nothing was written yet */
	time_t written;			/* when it was, last */
};

void kept_done(struct kept *);

/* Where recordings are kept: what runtime.conf says, or the default for this user. */
int kept_folder(const char *configured, char **ret, struct err *e);

/* It is made, for its owner only, if it is not there. */
int kept_make_folder(const char *folder, struct err *e);

/* Can it be a folder's name, and is it what runc takes for an ID? */
bool kept_is_id(const char *word);

/* A container that is recorded from now on.  *ret_busy is the locked file: as long as it is open
 * somewhere the container counts as being recorded.  *ret_path: where the recording goes.  With `is_new` what it is
 * is written; otherwise the container is filled with what is known of it. */
int kept_add(const char *folder, struct kept *, bool is_new, int *ret_busy, char **ret_path, struct err *e);

/* The container has ended, and its recording is about to be complete. */
void kept_ends(int busy);

/* At most `keep` stay: the oldest that are not busy are removed. */
void kept_prune(const char *folder, unsigned keep);

/* Calls `fn` for each, sorted by ID; a folder that is absent has none.  */
typedef void kept_fn(void *self, const struct kept *);
int kept_each(const char *folder, kept_fn *, void *self, struct err *e);

/* The path of a container's recording, by its name, by its ID or the beginning of one.  If the container has just
 * ended, this waits until it is complete. */
int kept_find(const char *folder, const char *word, char **ret_path, struct err *e);

/* Is the container of this ID being recorded? */
bool kept_is_busy(const char *folder, const char *id);
