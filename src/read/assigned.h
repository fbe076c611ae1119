/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/json.h"
#include "read/reader.h"

/*
 * The files of engines contain no profile: they assign one to each container. A reader of such a
 * file collects the assignments; here one of these is chosen, and read.
 */
enum assigned {
	ASSIGNED_FILE,			/* `what` is its name, relative to the folder of the file or the root */
	ASSIGNED_DEFAULT,		/* `what` is the name of an engine's default profile */
	ASSIGNED_NONE,			/* no filter; `what` is the reason, a clause */
	ASSIGNED_INSIDE,		/* it is in the same file, at `inside`, and the caller reads it; `what` is
					   its name */
	ASSIGNED_UNKNOWN,		/* `what` is the reason, and the remedy */
};

struct assignment {
	const char *name;		/* "deployment/web/nginx"; "": there is only one */
	enum assigned kind;
	const char *what;
	const char *warning;		/* about it, if it is chosen; NULL: none */
	const struct json_at *inside;
	struct place place;		/* the place of the assignment */
};

struct assignments {
	const char *noun;		/* "container" */
	const struct reader *files;	/* the format of the engine's profiles */
	bool has_root;			/* --seccomp-root is used */
	struct assignment *items;
	size_t count, room;
};

enum { ASSIGNMENTS_MAX = 2000 };

/* Copies into the profile's arena; the places are in it already. */
int assign(struct profile *, struct assignments *, const struct assignment *, struct err *e);
void assignments_done(struct assignments *);

/* The selected one, or the only one; several with the same profile count as one. */
int assigned_choose(const struct profile *, const struct assignments *, const struct read_opts *, struct assignment *ret, struct err *e);

/* Reads it into the profile, whose file and reader become those of the assigned one. */
int assigned_read(struct profile *, const struct assignments *, const struct assignment *, const struct read_opts *, struct err *e);

/* A field that looks like an assignment, but is not one: a warning, and a remark for lint. */
void assigned_misspelt(struct profile *, const struct json_at *, const char *right);
void assigned_misspelt_at(struct profile *, struct place, const char *key, const char *right);

/* Is the key this word, ignoring case and everything but letters? */
bool assigned_resembles(const char *key, const char *word);

/* "yes", "on" and "true" count as true, as in older YAML. */
bool assigned_is_true(const json_t *);
