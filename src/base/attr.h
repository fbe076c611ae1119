/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Attributes are written with underscores, because a macro named `cleanup` or `format` would
 * rewrite the attributes in <jansson.h> and <libunwind.h>. */
#define printf_like(fmt, args) __attribute__((__format__(__printf__, fmt, args)))
#define must_use               __attribute__((__warn_unused_result__))
#define scoped(fn)             __attribute__((__cleanup__(fn)))
#define maybe_unused           __attribute__((__unused__))

/* Number of elements of an array; does not compile for a pointer. */
#define countof(a) (sizeof(a) / sizeof *(a) + \
	0 * sizeof(char[1 - 2 * __builtin_types_compatible_p(__typeof__(a), __typeof__(&(a)[0]))]))

/* After this, scoped(NAME_freep) frees a pointer of this type with NAME_free() at the end of its
 * scope. */
#define scoped_pointer(type, free_fn) static inline void free_fn##p(type **pp) { free_fn(*pp); }

/* Return a scoped pointer to the caller: the scope no longer frees it. */
#define take(p) ({ __typeof__(p) taken_ = (p); (p) = NULL; taken_; })

static inline bool streq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static inline bool starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

/* How many bytes of a path are its folder, with the slash; 0: the current one. */
static inline size_t folder_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash + 1 - path) : 0;
}

/* The last component; the whole path if it ends with a slash. */
static inline const char *base_name(const char *path)
{
	const char *last = path + folder_length(path);

	return *last ? last : path;
}
