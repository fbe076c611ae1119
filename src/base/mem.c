/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdnoreturn.h>
#include <string.h>
#include <unistd.h>

enum { RESERVE_LEAST = 1 << 20 };

static void *reserve;
static size_t reserved;
static bool low;
static int end_status = 2;
static const char *end_text = "";

/* Untouched, it uses addresses but no memory. */
void mem_keep_reserve(size_t size)
{
	void *more = NULL;

	if (low || size <= reserved)
		return;
	do
		more = malloc(size);
	while (!more && !reserved && (size /= 2) >= RESERVE_LEAST);
	if (!more) {
		low = reserved;
		return;
	}
	free(reserve);
	reserve = more;
	reserved = size;
}

static void drop_reserve(void)
{
	free(reserve);
	reserve = NULL;
}

bool mem_is_low(void)
{
	return low;
}

void mem_end_with(int status, const char *text)
{
	end_status = status;
	end_text = text;
}

/* Without stdio, which may allocate a buffer. */
static noreturn void end(void)
{
	static const char message[] = "sctrace: out of memory";

	(void)!write(STDERR_FILENO, message, sizeof message - 1);
	(void)!write(STDERR_FILENO, end_text, strlen(end_text));
	(void)!write(STDERR_FILENO, "\n", 1);
	_exit(end_status);
}

/* Is another attempt possible? */
static bool use_reserve(void)
{
	if (!reserve)
		end();
	drop_reserve();
	low = true;
	return true;
}

void *xcalloc(size_t count, size_t size)
{
	void *p;

	do
		p = calloc(count ? count : 1, size);
	while (!p && use_reserve());
	return p;
}

void *xrealloc(void *p, size_t count, size_t size)
{
	void *more;

	do
		more = reallocarray(p, count ? count : 1, size);
	while (!more && use_reserve());
	return more;
}

char *xstrdup(const char *s)
{
	return xstrndup(s, strlen(s));
}

char *xmemdup(const char *s, size_t len)
{
	char *copy = xcalloc(len + 1, 1);

	memcpy(copy, s, len);
	return copy;
}

char *xstrndup(const char *s, size_t max)
{
	return xmemdup(s, strnlen(s, max));
}

char *xprintf(const char *fmt, ...)
{
	char *s;
	va_list ap;
	int n;

	do {
		va_start(ap, fmt);
		n = vasprintf(&s, fmt, ap);
		va_end(ap);
	} while (n < 0 && use_reserve());
	return s;
}

void *grow(void *items, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return items;
	*room = *room ? *room * 2 : 16;
	return xrealloc(items, *room, size);
}

size_t lower_bound(const void *key, const void *items, size_t count, size_t size, compare_fn *compare)
{
	size_t from = 0, to = count;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (compare((const char *)items + mid * size, key) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

/* Blocks in a list, newest first; a request larger than a block gets its own. */
struct block {
	struct block *next;
	size_t used, size;
	alignas(max_align_t) char bytes[];
};

struct arena {
	struct block *blocks;
};

enum { BLOCK_SIZE = 16384 };

struct arena *arena_new(void)
{
	return xcalloc(1, sizeof(struct arena));
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	for (struct block *b = a->blocks, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

static struct block *block_for(struct arena *a, size_t size)
{
	if (a->blocks && a->blocks->size - a->blocks->used >= size)
		return a->blocks;

	size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
	struct block *b = xcalloc(1, sizeof *b + room);

	b->size = room;
	b->next = a->blocks;
	a->blocks = b;
	return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
	const size_t align = alignof(max_align_t);

	size = (size + align - 1) / align * align;
	struct block *b = block_for(a, size);
	void *p = b->bytes + b->used;

	b->used += size;
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	size_t size = strlen(s) + 1;

	return memcpy(arena_alloc(a, size), s, size);
}
