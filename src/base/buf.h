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

/* The words that go with it. */
static inline const char *plural_is(uint64_t count)
{
	return count == 1 ? "is" : "are";
}

static inline const char *plural_them(uint64_t count)
{
	return count == 1 ? "it" : "them";
}

/*
 * A growable string. `struct buf b = { 0 };` is empty; buf_str() is always a string, also for an
 * unused buffer, and valid until the next write. buf_take() gives the memory to the caller.
 */
struct buf {
	char *data;
	size_t len, room;
};

void buf_add(struct buf *, const char *bytes, size_t len);
void buf_adds(struct buf *, const char *);
void buf_addf(struct buf *, const char *fmt, ...) printf_like(2, 3);
/* " and 3 more", if some of `count` are not shown. */
void buf_add_rest(struct buf *, size_t count, size_t shown);
const char *buf_str(const struct buf *);
char *buf_take(struct buf *);
void buf_done(struct buf *);

/* Append `s` so that it is safe for a terminal and valid in JSON: control characters, invisible
 * characters, characters that reverse text, and bytes that are not UTF-8 become \xNN. */
void buf_add_clean(struct buf *, const char *s);

/* The same in quotes, as a C string; with dots after it if it is not the whole text. */
void buf_add_quoted(struct buf *, const char *s, bool whole);

/* The same as a new string. */
char *clean_dup(const char *s);

/* A list of strings; it owns them. */
struct strlist {
	char **items;
	size_t count, room;
};

void strlist_add(struct strlist *, const char *);
/* Append a NULL for functions that expect it; it is not counted. */
void strlist_terminate(struct strlist *);
void strlist_done(struct strlist *);
/* "a, b and 3 more": only the first `shown`; nothing if the list is empty. */
void strlist_print(const struct strlist *, size_t shown, struct buf *);
/* Keep the list sorted and without duplicates; returns false if the string is there already. */
bool strlist_insert(struct strlist *, const char *);
bool strlist_has(const struct strlist *, const char *);		/* in any order */
