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

/* Is the variable in the environment of the program? */
typedef bool client_has_variable_fn(void *self, const char *name);

/* Is it a program that can hand work to a daemon? */
bool client_is(const char *path);

/* The daemon that a program, by its path, hands work to with these arguments (argv[0] is its
 * name; NULL-terminated), or NULL. */
const struct daemon *client_daemon(const char *path, const char *const *argv, client_has_variable_fn *, void *self);

/* The daemon behind the address of a socket, or NULL. */
const struct daemon *client_socket(const char *path);

/* The rows; NULL past the end. */
const char *client_at(size_t i);
