/* SPDX-License-Identifier: Apache-2.0 */
/* Strings and lists. */
#include <stdint.h>
#include "base/buf.h"
#include "base/mem.h"
#include "tests/unit/tap.h"

TEST(an_unused_buffer_is_an_empty_string)
{
	struct buf b = { 0 };

	CHECK_STR(buf_str(&b), "");
	scoped(freep) char *s = buf_take(&b);

	CHECK_STR(s, "");
	buf_done(&b);
}

TEST(a_buffer_grows_and_is_always_a_string)
{
	struct buf b = { 0 };

	for (int i = 0; i < 1000; i++) {
		buf_addf(&b, "%d,", i);
		CHECK(strlen(buf_str(&b)) == b.len);
	}
	buf_add(&b, "ab\0cd", 5);
	CHECK(b.len == 3895);
	CHECK(memcmp(b.data + b.len - 5, "ab\0cd", 6) == 0);
	buf_done(&b);
	CHECK(b.len == 0 && !b.data);
}

TEST(hostile_bytes_are_escaped)
{
	static const struct { const char *raw, *clean; } rows[] = {
		{ "", "" },
		{ "plain text /usr/bin/x", "plain text /usr/bin/x" },
		{ "\x1b[31mred", "\\x1b[31mred" },
		{ "a\tb\nc\rd", "a\\x09b\\x0ac\\x0dd" },
		{ "\x7f", "\\x7f" },
		{ "\xc2\x9b" "2J", "\\xc2\\x9b2J" },			/* C1: CSI in one character */
		{ "\xc2\x80\xc2\xa0", "\\xc2\\x80\xc2\xa0" },		/* the last C1's neighbour is fine */
		{ "\xe2\x80\xae" "evil", "\\xe2\\x80\\xaeevil" },	/* right-to-left override */
		{ "\xe2\x81\xa6", "\\xe2\\x81\\xa6" },			/* isolate */
		{ "\xe2\x80\x8f", "\\xe2\\x80\\x8f" },			/* right-to-left mark */
		{ "\xe2\x80\x8b|\xef\xbb\xbf", "\\xe2\\x80\\x8b|\\xef\\xbb\\xbf" },	/* of no width */
		{ "\xc2\xad", "\\xc2\\xad" },				/* soft hyphen */
		{ "\xe2\x80\xa8", "\\xe2\\x80\\xa8" },			/* line separator */
		{ "\xf3\xa0\x81\x81", "\\xf3\\xa0\\x81\\x81" },		/* a tag, which is invisible */
		{ "gr\xc3\xb6\xc3\x9f" "e", "gr\xc3\xb6\xc3\x9f" "e" },
		{ "\xe6\x97\xa5\xf0\x9f\x98\x80", "\xe6\x97\xa5\xf0\x9f\x98\x80" },
		{ "\xff\xfe", "\\xff\\xfe" },
		{ "\x80", "\\x80" },
		{ "\xc0\xaf", "\\xc0\\xaf" },				/* overlong '/' */
		{ "\xe0\x80\x9b", "\\xe0\\x80\\x9b" },			/* overlong ESC */
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },			/* surrogate */
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },		/* above U+10FFFF */
		{ "\xf0\x9f\x98", "\\xf0\\x9f\\x98" },			/* cut short */
		{ "\xc3", "\\xc3" },
		{ "\xc3(", "\\xc3(" },
		{ "\xf8\x88\x80\x80\x80", "\\xf8\\x88\\x80\\x80\\x80" },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		scoped(freep) char *clean = clean_dup(rows[i].raw);

		CHECK_STR(clean, rows[i].clean);
	}
}

TEST(quoted_text_is_unambiguous)
{
	static const struct { const char *raw; bool whole; const char *quoted; } rows[] = {
		{ "", true, "\"\"" },
		{ "/tmp/x", true, "\"/tmp/x\"" },
		{ "/tmp/x", false, "\"/tmp/x\"..." },
		{ "a\"b\\c\nd\te\rf", true, "\"a\\\"b\\\\c\\nd\\te\\rf\"" },
		{ "\x1b[1m\xe2\x80\xae", true, "\"\\x1b[1m\\xe2\\x80\\xae\"" },
		{ "\xc3\xb6", true, "\"\xc3\xb6\"" },
		{ "\xc3", false, "\"\\xc3\"..." },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct buf b = { 0 };

		buf_add_quoted(&b, rows[i].raw, rows[i].whole);
		CHECK_STR(buf_str(&b), rows[i].quoted);
		buf_done(&b);
	}
}

TEST(cleaning_twice_changes_nothing)
{
	uint32_t random = 1;

	for (int round = 0; round < 2000; round++) {
		char raw[33] = "";

		for (size_t i = 0; i < sizeof raw - 1; i++) {
			random = random * 1664525 + 1013904223;
			raw[i] = (char)(random >> 24);
		}
		scoped(freep) char *once = clean_dup(raw);
		scoped(freep) char *twice = clean_dup(once);

		CHECK_STR(twice, once);
		for (const char *s = once; *s; s++)
			CHECK((unsigned char)*s >= 0x20 && *s != 0x7f);
	}
}

TEST(lists_keep_their_order_and_sets_are_sorted)
{
	struct strlist list = { 0 }, set = { 0 };
	static const char *const words[] = { "b", "a", "c", "b", "", "a" };

	for (size_t i = 0; i < countof(words); i++) {
		strlist_add(&list, words[i]);
		CHECK(strlist_insert(&set, words[i]) == (i != 3 && i != 5));
	}
	CHECK(list.count == 6 && streq(list.items[0], "b") && streq(list.items[5], "a"));
	CHECK(set.count == 4);
	for (size_t i = 1; i < set.count; i++)
		CHECK(strcmp(set.items[i - 1], set.items[i]) < 0);
	CHECK(strlist_has(&list, "c") && !strlist_has(&list, "d") && strlist_has(&set, ""));
	strlist_done(&list);
	strlist_done(&set);
	CHECK(list.count == 0 && !strlist_has(&list, "c"));
}

TEST(a_printed_list_has_the_first_words_and_the_number_of_others)
{
	static const struct { size_t shown; const char *text; } rows[] = {
		{ 0, " and 3 more" }, { 1, "a and 2 more" }, { 2, "a, b and 1 more" }, { 3, "a, b, c" }, { SIZE_MAX, "a, b, c" },
	};
	struct strlist list = { 0 };

	strlist_add(&list, "a");
	strlist_add(&list, "b");
	strlist_add(&list, "c");
	for (size_t i = 0; i < countof(rows); i++) {
		scoped(buf_done) struct buf b = { 0 };

		strlist_print(&list, rows[i].shown, &b);
		CHECK_STR(buf_str(&b), rows[i].text);
	}
	strlist_done(&list);
	CHECK_STR(plural(0), "s");
	CHECK_STR(plural(1), "");
}

TEST(a_set_of_many_strings_is_sorted)
{
	struct strlist set = { 0 };
	char word[16];

	for (unsigned i = 0; i < 1000; i++) {
		snprintf(word, sizeof word, "%u", i * 7919 % 1000);
		CHECK(strlist_insert(&set, word));
	}
	for (size_t i = 1; i < set.count; i++)
		CHECK(strcmp(set.items[i - 1], set.items[i]) < 0);
	strlist_done(&set);
}
