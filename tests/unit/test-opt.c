/* SPDX-License-Identifier: Apache-2.0 */
/* Options. */
#include <errno.h>
#include "base/buf.h"
#include "base/mem.h"
#include "base/opt.h"
#include "tests/unit/scratch.h"
#include "tests/unit/tap.h"

struct values {
	bool flag;
	int count;
	const char *string;
	struct strlist list;
	int result;
	struct err e;
};

/* Reads a command line of words, of at most 15, as a command with four options. */
static struct values parse(bool stop_early, char **argv)
{
	static struct values v;
	const struct opt first[] = {
		opt_heading("Options:"),
		opt_flag('f', "flag", &v.flag, "a flag"),
		opt_string('o', "output", "FILE", &v.string, "a string"),
		opt_end(),
	};
	const struct opt second[] = {
		opt_count('v', "verbose", &v.count, "a count"),
		opt_list(0, "deny", "WORD", &v.list, "a list"),
		opt_end(),
	};
	const struct opt *const tables[] = { first, second };
	int argc = 0;

	v = (struct values){ .string = "default" };
	while (argv[argc])
		argc++;
	v.result = opt_parse(tables, countof(tables), stop_early, argc, argv, &v.e);
	return v;
}

#define WORDS(...) ((char *[]){ (char *)"cmd", __VA_ARGS__, NULL })
#define W (char *)

TEST(options_are_parsed_in_all_spellings)
{
	struct values v = parse(false, WORDS(W "-fvv", W "--output=a", W "--deny", W "x", W "--deny=y", W "--verbose"));

	CHECK(v.result == 7 && v.flag && v.count == 3);
	CHECK_STR(v.string, "a");
	CHECK(v.list.count == 2 && streq(v.list.items[0], "x") && streq(v.list.items[1], "y"));
	strlist_done(&v.list);
	v = parse(false, WORDS(W "-oa"));
	CHECK_STR(v.string, "a");
	v = parse(false, WORDS(W "-o", W "b"));
	CHECK_STR(v.string, "b");
	v = parse(false, WORDS(W "-o", W ""));
	CHECK_STR(v.string, "");
	v = parse(false, WORDS(W "--output="));
	CHECK_STR(v.string, "");
}

static const char *one_word(size_t i, maybe_unused const void *data)
{
	return i == 0 ? "word" : NULL;
}

TEST(the_type_of_a_value_follows_from_its_row_or_name)
{
	static const char *s;
	static const struct opt rows[] = {
		opt_string(0, "a", "FILE", &s, "help"),
		opt_string(0, "b", "PID", &s, "help"),
		opt_string(0, "c", "NAME", &s, "help"),
		opt_string(0, "d", "NAME", &s, "help", .is = OPT_USER),
		opt_string(0, "e", "FILE", &s, "help", .is = OPT_PID),
		opt_string(0, "f", "FILE", &s, "help", .words = one_word),
		opt_end(),
	};
	static const enum opt_value is[] = { OPT_FILE, OPT_PID, OPT_ANY, OPT_USER, OPT_PID, OPT_ANY };

	for (size_t i = 0; i < countof(is); i++)
		CHECK(opt_value(&rows[i]) == is[i]);
}

TEST(an_option_may_have_a_value_only_behind_an_equals_sign)
{
	static const char *s;
	static const struct opt rows[] = {
		opt_string(0, "pod", "KIND", &s, "help", .maybe = true),
		opt_string('o', "output", "FILE", &s, "help"),
		opt_end(),
	};
	static const struct { char *word; const char *want; } cases[] = { { W "--pod", "" }, { W "--pod=x", "x" }, { W "--pod=", "" } };
	const struct opt *const tables[] = { rows };
	struct err e;

	for (size_t i = 0; i < countof(cases); i++) {
		char *argv[] = { W "cmd", cases[i].word, W "operand", NULL };

		CHECK(opt_parse(tables, 1, false, 3, argv, &e) == 2);
		CHECK_STR(s, cases[i].want);
	}
	CHECK(!opt_needs_value(&rows[0]) && opt_needs_value(&rows[1]));
}

TEST(an_absent_option_keeps_its_value)
{
	struct values v = parse(false, (char *[]){ W "cmd", NULL });

	CHECK(v.result == 1 && !v.flag && v.count == 0 && v.list.count == 0);
	CHECK_STR(v.string, "default");
}

TEST(options_and_operands_can_be_mixed)
{
	char **argv = WORDS(W "one", W "-f", W "two", W "-v");
	struct values v = parse(false, argv);

	CHECK(v.result == 3 && v.flag && v.count == 1);
	CHECK(streq(argv[3], "one") && streq(argv[4], "two"));
}

TEST(options_can_end_at_the_first_word)
{
	char **argv = WORDS(W "-f", W "prog", W "-v", W "--bogus");
	struct values v = parse(true, argv);

	CHECK(v.result == 2 && v.flag && v.count == 0);
	CHECK_STR(argv[v.result], "prog");
}

TEST(two_dashes_end_the_options)
{
	char **argv = WORDS(W "--", W "-f");
	struct values v = parse(false, argv);

	CHECK(v.result == 2 && !v.flag);
	CHECK_STR(argv[v.result], "-f");
	v = parse(true, WORDS(W "-v", W "--", W "-f"));
	CHECK(v.result == 3 && v.count == 1 && !v.flag);
}

TEST(an_error_has_the_wrong_word_and_the_nearest_option)
{
	static const struct { const char *words[4], *text; } rows[] = {
		{ { "--outptu=x" }, "unknown option '--outptu'; the nearest is '--output'" },
		{ { "--outptu", "x" }, "unknown option '--outptu'; the nearest is '--output'" },
		{ { "--verbos3" }, "unknown option '--verbos3'; the nearest is '--verbose'" },
		{ { "--frobnicate" }, "unknown option '--frobnicate'" },
		{ { "-x" }, "unknown option '-x'" },
		{ { "-fx" }, "unknown option '-x'" },
		{ { "-o" }, "option '--output' needs a value: FILE" },
		{ { "--output" }, "option '--output' needs a value: FILE" },
		{ { "--deny" }, "option '--deny' needs a value: WORD" },
		{ { "--flag=yes" }, "option '--flag' takes no value" },
		{ { "a", "--falg", "b" }, "unknown option '--falg'; the nearest is '--flag'" },
		{ { "-f", "b", "--dney=x" }, "unknown option '--dney'; the nearest is '--deny'" },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		char *argv[6] = { W "cmd" };

		for (size_t w = 0; w < 4; w++)
			argv[w + 1] = (char *)rows[i].words[w];
		struct values v = parse(false, argv);

		strlist_done(&v.list);
		CHECK_FOR(v.result == -EINVAL, "%s", rows[i].words[0]);
		CHECK_STR(v.e.text, rows[i].text);
	}
}

TEST(help_starts_in_its_column)
{
	bool b = false;
	const char *s = NULL;
	const struct opt table[] = {
		opt_heading("Options:"),
		opt_flag('f', "flag", &b, "one line"),
		opt_string(0, "very-long-option", "ARGUMENT", &s, "two\nlines"),
		opt_end(),
	};
	scoped(freep) char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	opt_help(table, f);
	fclose(f);
	CHECK_STR(text,
		  "\nOptions:\n"
		  "  -f, --flag              one line\n"
		  "      --very-long-option ARGUMENT\n"
		  "                          two\n"
		  "                          lines\n");
}

static const char *word_at(size_t i, const void *data)
{
	return ((const char *const *)data)[i];
}

TEST(the_nearest_word_is_similar)
{
	static const char *const words[] = { "mount", "mkdir", "module", "ptrace", NULL };
	static const struct { const char *word, *near; } rows[] = {
		{ "mout", "mount" }, { "mkdri", "mkdir" }, { "modul", "module" }, { "ptr", "ptrace" },
		{ "mounted", "mount" }, { "zzzzzz", NULL }, { "", NULL }, { "execute-everything", NULL },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		const char *near = opt_nearest(rows[i].word, word_at, words);

		CHECK_FOR(rows[i].near ? near && streq(near, rows[i].near) : !near, "%s: %s", rows[i].word,
			  near ? near : "none");
	}
}

TEST(a_very_long_word_has_no_nearest_one)
{
	static const char *const words[] = { "mount", NULL };
	char big[5000];

	memset(big, 'm', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	CHECK(!opt_nearest(big, word_at, words));
}

TEST(durations_have_units)
{
	static const struct { const char *text; double seconds; } rows[] = {
		{ "90", 90 }, { "1.5s", 1.5 }, { "2m", 120 }, { "1h", 3600 }, { "250ms", 0.25 }, { "0", 0 },
		{ "1d", 86400 }, { ".5", 0.5 },
		{ "", -1 }, { "s", -1 }, { "-1", -1 }, { "1x", -1 }, { "1 s", -1 }, { "nan", -1 }, { "inf", -1 },
		{ "1e300", -1 }, { "5 ", -1 }, { "1s2", -1 }, { "99999999999", -1 },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct err e;
		double seconds = -2;
		int r = opt_duration(rows[i].text, &seconds, &e);

		CHECK_FOR(r == (rows[i].seconds < 0 ? -EINVAL : 0), "'%s'", rows[i].text);
		CHECK_FOR(seconds == (r < 0 ? -2 : rows[i].seconds), "'%s'", rows[i].text);
	}
}
