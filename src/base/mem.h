/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdlib.h>
#include "base/attr.h"

/*
 * Memory.  Exhaustion ends the process with one message: sctrace is a short-lived tool
 * and has nothing better to do.  Everything is from malloc(); free() frees it.
 *
 * Evidence that took long to collect must be written first: with a reserve, the first failure
 * uses the reserve and continues, and mem_is_low() then asks the caller to finish.
 */
void mem_keep_reserve(size_t size);	/* at least; what cannot be kept is low at once, but at first */
bool mem_is_low(void);

/* The exit status at the end, and what the message says behind "out of memory"; the text
 * must live as long. */
void mem_end_with(int status, const char *text);

void *xcalloc(size_t count, size_t size);
void *xrealloc(void *p, size_t count, size_t size);
char *xstrdup(const char *);
char *xstrndup(const char *, size_t max);
char *xmemdup(const char *, size_t len);	/* with a NUL behind it */
char *xprintf(const char *fmt, ...) printf_like(1, 2);

/* Room for one more element in an array that doubles: use as
 *	v->items = grow(v->items, v->count, &v->room, sizeof *v->items); */
void *grow(void *items, size_t count, size_t *room, size_t size);

/* The first of sorted items that is not before the key; `count` when all are. */
typedef int compare_fn(const void *item, const void *key);
size_t lower_bound(const void *key, const void *items, size_t count, size_t size, compare_fn *);

/* qsort(3), also of no items. */
static inline void sort_items(void *items, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	if (count)
		qsort(items, count, size, compare);
}

static inline void freep(void *pp)
{
	free(*(void **)pp);
}

/*
 * An arena: memory that is freed together.  Models (a policy, a recording) own one
 * and keep all their strings and records in it.
 */
struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *);	/* NULL is fine */
void *arena_alloc(struct arena *, size_t size);			/* zeroed */
char *arena_strdup(struct arena *, const char *);
