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
void mem_keep_reserve(size_t size);	/* at least; memory counts as low if a
					   reserve cannot grow */
bool mem_is_low(void);

/* The exit status of that end, and the text after "out of memory", which is not copied. */
void mem_end_with(int status, const char *text);

void *xcalloc(size_t count, size_t size);
void *xrealloc(void *p, size_t count, size_t size);
char *xstrdup(const char *);
char *xstrndup(const char *, size_t max);
char *xmemdup(const char *, size_t len);	/* with a NUL after it */
char *xprintf(const char *fmt, ...) printf_like(1, 2);

/* Make room for one more element in an array that doubles:
 *	v->items = grow(v->items, v->count, &v->room, sizeof *v->items); */
void *grow(void *items, size_t count, size_t *room, size_t size);

/* The index of the first sorted item that is not less than the key; `count` if there is none. */
typedef int compare_fn(const void *item, const void *key);
size_t lower_bound(const void *key, const void *items, size_t count, size_t size, compare_fn *);

/* qsort(3), also for 0 items. */
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
 * An arena: memory that is freed together. Models (a policy, a recording) own one for all their
 * strings and records.
 */
struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *);	/* NULL is fine */
void *arena_alloc(struct arena *, size_t size);			/* zeroed */
char *arena_strdup(struct arena *, const char *);
