/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/json.h"
#include "read/reader.h"

/*
 * The files of engines have no profile inside: they assign one to each container. A reader of such
 * a file collects what it assigns; here one of these is chosen, and read.
 */
enum assigned {
	ASSIGNED_FILE,			/* `what` is its name, relative to the folder of the file or the root */
	ASSIGNED_DEFAULT,		/* `what` is the word of an engine's own profile */
	ASSIGNED_NONE,			/* no filter; `what` is the reason, a clause */
	ASSIGNED_INSIDE,		/* it is in the same file, at `inside`, which the caller reads; `what` is its name */
	ASSIGNED_UNKNOWN,		/* `what` is the reason, and what to do */
};

struct assignment {
	const char *name;		/* "deployment/web/nginx"; "": there is one only */
	enum assigned kind;
	const char *what;
	const char *warning;		/* about it, if it is chosen; NULL: none */
	const struct json_at *inside;
	struct place place;		/* where the file says so */
};

struct assignments {
	const char *noun;		/* "container" */
	const struct reader *files;	/* what the engine takes a profile's file for */
	bool has_root;			/* --seccomp-root is of use */
	struct assignment *items;
	size_t count, room;
};

enum { ASSIGNMENTS_MAX = 2000 };

/* Copies into the profile's arena; places are there already. */
int assign(struct profile *, struct assignments *, const struct assignment *, struct err *e);
void assignments_done(struct assignments *);

/* The one that is selected, or the only one; several that assign the same are one. */
int assigned_choose(const struct profile *, const struct assignments *, const struct read_opts *, struct assignment *ret, struct err *e);

/* Reads it into the profile, whose file and reader become those of what is assigned. */
int assigned_read(struct profile *, const struct assignments *, const struct assignment *, const struct read_opts *, struct err *e);

/* A field that looks as if it would assign a profile, and does not: a warning, and a remark for lint. */
void assigned_misspelt(struct profile *, const struct json_at *, const char *right);
void assigned_misspelt_at(struct profile *, struct place, const char *key, const char *right);

/* Is a key that word, without their case and what is not a letter? */
bool assigned_resembles(const char *key, const char *word);

/* "yes", "on" and "true" as well as true, as older YAML has it. */
bool assigned_is_true(const json_t *);
