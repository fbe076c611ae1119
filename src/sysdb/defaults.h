/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stddef.h>
#include "base/err.h"

/*
 * The default profiles of container engines, by name: "docker-default", "podman-default", or with a
 * release, "docker-default:20.10". The data are in defaults.tbl and releases.tbl.
 */
struct default_profile {
	const char *name;		/* "docker" */
	const char *version;		/* "29.4" */
	int error;			/* the errno for calls that no row allows */
	const char *machines;
	const char *what;		/* "dockerd 29.4.3 (moby/profiles 0.2.1)" */
};

const struct default_profile *default_at(size_t i);		/* NULL past the end */

/* NULL: another word. Without a release, the newest one. */
const struct default_profile *default_find(const char *word);

/* Its shortest name, malloc'ed. */
char *default_word(const struct default_profile *);

/* The profile in Docker's format, malloc'ed. */
char *default_text(const struct default_profile *);

/* -EINVAL: the word names a default, but the release is unknown; the error lists the known ones. 0:
 * anything else. */
int default_check(const char *word, struct err *e);
