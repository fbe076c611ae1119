/* SPDX-License-Identifier: Apache-2.0 */
/* Memory and search. */
#include <stdint.h>
#include "base/attr.h"
#include "base/mem.h"
#include "tests/unit/tap.h"

TEST(an_arena_gives_zeroed_aligned_memory_of_any_size)
{
	struct arena *a = arena_new();

	for (size_t size = 0; size < 40000; size = size * 2 + 1) {
		unsigned char *p = arena_alloc(a, size);

		CHECK((uintptr_t)p % 16 == 0);
		for (size_t i = 0; i < size; i++)
			CHECK(p[i] == 0);
		memset(p, 0xff, size);
	}
	CHECK_STR(arena_strdup(a, "copy"), "copy");
	arena_free(a);
	arena_free(NULL);
}

static int by_number(const void *item, const void *key)
{
	return *(const int *)item - *(const int *)key;
}

TEST(a_search_finds_the_first_item_that_is_not_less)
{
	static const struct { int key; size_t at; } rows[] = { { 0, 0 }, { 1, 0 }, { 2, 1 }, { 3, 1 }, { 4, 3 }, { 7, 3 }, { 8, 4 } };
	static const int items[] = { 1, 3, 3, 7 };

	for (size_t i = 0; i < countof(rows); i++)
		CHECK_FOR(lower_bound(&rows[i].key, items, countof(items), sizeof *items, by_number) == rows[i].at, "%d", rows[i].key);
	CHECK(lower_bound(&rows[0].key, NULL, 0, sizeof *items, by_number) == 0);
	sort_items(NULL, 0, sizeof *items, by_number);
}
