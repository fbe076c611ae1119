/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdio.h>
#include <string.h>

/*
 * TEST(name) { CHECK(...); } registers itself; main() runs all of them and
 * prints TAP.  The order is the compiler's: tests must not depend on each other.
 */
struct tap_test {
	const char *name;
	void (*fn)(int *failed);
};

#define TEST(id) \
	static void id(int *); \
	static const struct tap_test tap_##id \
		__attribute__((used, section("tap_tests"), aligned(16))) = { #id, id }; \
	static void id(__attribute__((unused)) int *failed_)

/* A failed check ends its test. */
#define CHECK(expr) \
	do { \
		if (!(expr)) { \
			printf("# %s:%d: %s\n", __FILE__, __LINE__, #expr); \
			*failed_ = 1; \
			return; \
		} \
	} while (0)

/* The same for a row of a table: says which one, as printf() does. */
#define CHECK_FOR(expr, ...) \
	do { \
		if (!(expr)) { \
			printf("# %s:%d: %s, for ", __FILE__, __LINE__, #expr); \
			printf(__VA_ARGS__); \
			putchar('\n'); \
			*failed_ = 1; \
			return; \
		} \
	} while (0)

#define CHECK_STR(got, want) \
	do { \
		const char *got_ = (got), *want_ = (want); \
		if (strcmp(got_, want_) != 0) { \
			printf("# %s:%d: %s\n", __FILE__, __LINE__, #got); \
			tap_quote("is", got_); \
			tap_quote("should be", want_); \
			*failed_ = 1; \
			return; \
		} \
	} while (0)

/* Text of any number of lines as a comment. */
static inline void tap_quote(const char *what, const char *text)
{
	printf("# %s:\n", what);
	while (*text) {
		size_t len = strcspn(text, "\n");

		printf("# | %.*s\n", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

extern const struct tap_test __start_tap_tests[], __stop_tap_tests[];

int main(void)
{
	int n = 0, bad = 0;

	printf("1..%td\n", __stop_tap_tests - __start_tap_tests);
	for (const struct tap_test *t = __start_tap_tests; t < __stop_tap_tests; t++) {
		int failed = 0;

		t->fn(&failed);
		printf("%sok %d - %s\n", failed ? "not " : "", ++n, t->name);
		fflush(stdout);
		bad |= failed;
	}
	return bad;
}
