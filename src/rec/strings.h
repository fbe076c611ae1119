/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stddef.h>
#include "base/mem.h"

/* The strings of a recording, each stored once: merged recordings repeat the same ones.  Zero-initialise all but
 * `arena`, which owns the strings. */
struct strings {
	struct arena *arena;
	const char **slots;		/* a hash table; NULL: free */
	size_t count, slot_count;
};

void strings_done(struct strings *);

/* Store a string that is clean already, or clean it first (NULL is ""). */
const char *strings_keep(struct strings *, const char *clean);
const char *strings_clean(struct strings *, const char *);

/* Clean a NULL-terminated array (NULL is an empty one). */
const char *const *strings_clean_all(struct strings *, const char *const *);
