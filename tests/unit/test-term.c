/* SPDX-License-Identifier: Apache-2.0 */
/* Text for a terminal. */
#include "base/buf.h"
#include "base/term.h"
#include "tests/unit/tap.h"

struct line { const char *text; unsigned width; bool ascii; const char *expected; };

static void check_lines(const struct line *lines, size_t n, int *failed_)
{
	for (size_t i = 0; i < n; i++) {
		struct buf b = { 0 };

		term_line(&b, lines[i].text, lines[i].width, lines[i].ascii);
		CHECK_STR(buf_str(&b), lines[i].expected);
		buf_done(&b);
	}
}

TEST(a_long_line_continues_below_its_text)
{
	static const struct line lines[] = {
		{ "short", 40, false, "short" },
		{ "one two three", 8, false, "one two\n    three" },
		{ "  two blanks in front of it", 16, false, "  two blanks in\n      front of\n      it" },
		/* below the last column */
		{ "name      the text of it is long", 24, false, "name      the text of it\n          is long" },
		/* a column that leaves no room for text does not count */
		{ "aaaaaaaaaaaaaaaaaa  b c d e f g", 24, false, "aaaaaaaaaaaaaaaaaa  b c\n    d e f g" },
		/* nothing is truncated or lost */
		{ "averylongwordthatfitsnowhere x", 10, false, "averylongwordthatfitsnowhere\n    x" },
		{ "", 10, false, "" },
		{ "   ", 2, false, "" },
		{ "unbroken by zero", 0, false, "unbroken by zero" },
	};

	check_lines(lines, countof(lines), failed_);
}

TEST(colors_have_no_width)
{
	static const struct line lines[] = {
		{ "\033[1;31mone\033[0m two", 7, false, "\033[1;31mone\033[0m two" },
		{ "\033[1;31mone\033[0m two", 6, false, "\033[1;31mone\033[0m\n    two" },
		{ "\033[", 6, false, "\033[" },
	};

	check_lines(lines, countof(lines), failed_);
}

TEST(other_locales_get_plain_ascii)
{
	static const struct line lines[] = {
		{ "a \xe2\x86\x92 b \xe2\x80\xa6", 0, true, "a -> b ..." },
		{ "na\xc3\xafve", 0, true, "na\\xc3\\xafve" },
		{ "\xc3", 0, true, "\\xc3" },
		{ "\xf0\x9f\x98\x80", 0, true, "\\xf0\\x9f\\x98\\x80" },
		{ "na\xc3\xafve", 0, false, "na\xc3\xafve" },
	};

	check_lines(lines, countof(lines), failed_);
}
