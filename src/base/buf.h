/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdint.h>
#include "base/attr.h"

/* The end of a plural: "" for one, "s" (of "process", "es") for any other number. */
static inline const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static inline const char *plural_es(uint64_t count)
{
	return count == 1 ? "" : "es";
}

/*
 * A growable string.  `struct buf b = { 0 };` is an empty one; buf_str() is
 * always a string, also of a buffer that was never written to, and is valid
 * until the next write.  buf_take() hands the memory to the caller.
 */
struct buf {
	char *data;
	size_t len, room;
};

void buf_add(struct buf *, const char *bytes, size_t len);
void buf_adds(struct buf *, const char *);
void buf_addf(struct buf *, const char *fmt, ...) printf_like(2, 3);
/* " and 3 more", when that many of `count` are not shown. */
void buf_add_rest(struct buf *, size_t count, size_t shown);
const char *buf_str(const struct buf *);
char *buf_take(struct buf *);
void buf_done(struct buf *);

/* Append `s` so that it can be shown on a terminal and kept in JSON: control
 * characters, characters that reverse text or are invisible, and bytes that are not
 * UTF-8 become \xNN. */
void buf_add_clean(struct buf *, const char *s);

/* The same in quotes, as a C string; dots behind it if there is more. */
void buf_add_quoted(struct buf *, const char *s, bool whole);

/* The same as a string of its own. */
char *clean_dup(const char *s);

/* A list of strings, owned. */
struct strlist {
	char **items;
	size_t count, room;
};

void strlist_add(struct strlist *, const char *);
/* Put a NULL behind the last one, for functions that expect it; it is not counted. */
void strlist_terminate(struct strlist *);
void strlist_done(struct strlist *);
/* "a, b and 3 more": the first `shown` of them; nothing of an empty list. */
void strlist_print(const struct strlist *, size_t shown, struct buf *);
/* Keep it sorted and each string once; returns false if it was there already. */
bool strlist_insert(struct strlist *, const char *);
bool strlist_has(const struct strlist *, const char *);		/* any order */
