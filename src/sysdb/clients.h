/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/attr.h"

/* Programs that hand work to a daemon; see clients.def. */
struct daemon {
	const char *id;
	const char *name;		/* "dockerd" */
	const char *unseen;		/* "what runs in its containers" */
	const char *remedy;
};

/* Does the program have this environment variable? */
typedef bool client_has_variable_fn(void *self, const char *name);

/* Is it a program that can hand work to a daemon? */
bool client_is(const char *path);

/* The daemon that does the work of this program with these arguments (argv[0] is its name;
 * NULL-terminated), or NULL. */
const struct daemon *client_daemon(const char *path, const char *const *argv, client_has_variable_fn *, void *self);

/* The daemon that listens at this socket address, or NULL. */
const struct daemon *client_socket(const char *path);

/* The rows; NULL past the end. */
const char *client_at(size_t i);
