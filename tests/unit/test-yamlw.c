/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include "base/mem.h"
#include "out/yamlw.h"
#include "tests/unit/tap.h"

/* What a function writes. */
static char *written(void (*write)(struct yamlw *, const char *), const char *text)
{
	char *ret = NULL;
	size_t len;
	struct yamlw w = { .file = open_memstream(&ret, &len) };

	write(&w, text);
	fclose(w.file);
	return ret;
}

static void member(struct yamlw *w, const char *text)
{
	yamlw_member(w, "k", text);
}

TEST(text_is_plain_where_nothing_reads_it_as_something_else)
{
	static const struct { const char *text, *want; } rows[] = {
		{ "openat", "k: openat\n" }, { "SCMP_ACT_ERRNO", "k: SCMP_ACT_ERRNO\n" }, { "apps/v1", "k: apps/v1\n" },
		{ "", "k: \"\"\n" }, { "yes", "k: \"yes\"\n" }, { "Null", "k: \"Null\"\n" }, { "n", "k: \"n\"\n" }, { "~", "k: \"~\"\n" },
		{ "1", "k: \"1\"\n" }, { "1e3", "k: \"1e3\"\n" }, { "0x1", "k: \"0x1\"\n" }, { ".inf", "k: \".inf\"\n" }, { "-", "k: \"-\"\n" },
		{ "2026-01-01", "k: \"2026-01-01\"\n" }, { "a: b", "k: \"a: b\"\n" }, { "a #b", "k: \"a #b\"\n" }, { " a", "k: \" a\"\n" },
		{ "a\"b\\c", "k: \"a\\\"b\\\\c\"\n" }, { "a\nb\tc", "k: \"a\\nb\\tc\"\n" }, { "\033[1m\x7f", "k: \"\\x1b[1m\\x7f\"\n" },
		{ "&a", "k: \"&a\"\n" }, { "*a", "k: \"*a\"\n" }, { "!a", "k: \"!a\"\n" }, { "{a}", "k: \"{a}\"\n" }, { "\xff", "k: \"\\xff\"\n" },
		{ "\xc3\xa4", "k: \"\xc3\xa4\"\n" },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		scoped(freep) char *got = written(member, rows[i].text);

		CHECK_STR(got, rows[i].want);
	}
}

static void nested(struct yamlw *w, const char *text)
{
	yamlw_comment(w, text);
	yamlw_open(w, "a");
	yamlw_open(w, "list");
	yamlw_item(w);
	yamlw_member_uint(w, "count", UINT64_MAX);
	yamlw_open(w, "inner");
	yamlw_element(w, "x");
	yamlw_element(w, "1");
	yamlw_close(w);
	yamlw_close(w);
	yamlw_item(w);
	yamlw_open(w, "first");
	yamlw_member_bool(w, "b", true);
	yamlw_close(w);
	yamlw_close(w);
	yamlw_close(w);
	yamlw_close(w);
	yamlw_document(w);
	yamlw_member(w, "0", "last");
}

TEST(mappings_and_lists_are_nested)
{
	scoped(freep) char *got = written(nested, "two\nlines");

	CHECK_STR(got, "# two\\x0alines\na:\n  list:\n    - count: 18446744073709551615\n      inner:\n        - x\n        - \"1\"\n"
		  "    - first:\n        b: true\n---\n\"0\": last\n");
}

static void block(struct yamlw *w, const char *text)
{
	yamlw_open(w, "a");
	yamlw_member_block(w, "b", text);
	yamlw_close(w);
}

TEST(lines_stay_as_they_are_or_are_quoted)
{
	static const struct { const char *text, *want; } rows[] = {
		{ "{\n  \"a\": 1\n}\n", "a:\n  b: |\n    {\n      \"a\": 1\n    }\n" },
		{ "x\n\ny\n", "a:\n  b: |\n    x\n\n    y\n" },
		{ " x\n", "a:\n  b: \" x\\n\"\n" }, { "x", "a:\n  b: x\n" }, { "x\n\n", "a:\n  b: \"x\\n\\n\"\n" }, { "\n", "a:\n  b: \"\\n\"\n" },
		{ "x\ty\n", "a:\n  b: \"x\\ty\\n\"\n" }, { "x\r\n", "a:\n  b: \"x\\r\\n\"\n" },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		scoped(freep) char *got = written(block, rows[i].text);

		CHECK_STR(got, rows[i].want);
	}
}
