/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/term.h"
#include "tests/unit/scratch.h"
#include "tests/unit/tap.h"

/* err */

TEST(a_failure_is_told_and_its_code_is_negative)
{
	struct err e;

	CHECK(err_set(&e, EINVAL, "no %s", "luck") == -EINVAL);
	CHECK_STR(e.text, "no luck");
}

TEST(a_system_error_ends_with_its_own_words)
{
	struct err e;

	errno = ENOENT;
	CHECK(err_sys(&e, "cannot open '%s'", "x") == -ENOENT);
	CHECK_STR(e.text, "cannot open 'x': No such file or directory");
}

TEST(the_outermost_place_is_read_first)
{
	struct err e;
	int r = err_set(&e, EIO, "bad");

	r = err_in(&e, r, "inner");
	CHECK(err_in(&e, r, "outer %d", 7) == -EIO);
	CHECK_STR(e.text, "outer 7: inner: bad");
}

TEST(a_failure_too_long_to_tell_is_cut_and_its_place_stays)
{
	struct err e;
	char big[4096];

	memset(big, 'x', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	CHECK(err_in(&e, err_set(&e, EIO, "%s", big), "place") == -EIO);
	CHECK(starts_with(e.text, "place: xxx"));
	CHECK(strlen(e.text) < sizeof e.text);
	CHECK(err_in(&e, -EIO, "%s", big) == -EIO);
	CHECK(strlen(e.text) < sizeof e.text);
	CHECK(strstr(e.text, ": place: xxx"));
}

/* buf */

TEST(a_buffer_never_written_to_is_an_empty_string)
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

TEST(hostile_bytes_are_shown_and_not_obeyed)
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

TEST(text_in_quotes_has_one_reading)
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

TEST(cleaning_twice_is_cleaning_once)
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

TEST(a_list_keeps_its_order_and_a_set_its_own)
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

static int by_number(const void *item, const void *key)
{
	return *(const int *)item - *(const int *)key;
}

TEST(a_search_finds_the_first_that_is_not_before)
{
	static const struct { int key; size_t at; } rows[] = { { 0, 0 }, { 1, 0 }, { 2, 1 }, { 3, 1 }, { 4, 3 }, { 7, 3 }, { 8, 4 } };
	static const int items[] = { 1, 3, 3, 7 };

	for (size_t i = 0; i < countof(rows); i++)
		CHECK_FOR(lower_bound(&rows[i].key, items, countof(items), sizeof *items, by_number) == rows[i].at, "%d", rows[i].key);
	CHECK(lower_bound(&rows[0].key, NULL, 0, sizeof *items, by_number) == 0);
	sort_items(NULL, 0, sizeof *items, by_number);
}

TEST(a_list_in_words_has_the_first_and_how_many_there_are_more)
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

/* mem */

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

/* opt */

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

TEST(options_are_read_long_short_joined_and_apart)
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

TEST(what_a_value_is_is_told_by_its_row_or_its_name)
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

TEST(an_absent_option_leaves_its_value_alone)
{
	struct values v = parse(false, (char *[]){ W "cmd", NULL });

	CHECK(v.result == 1 && !v.flag && v.count == 0 && v.list.count == 0);
	CHECK_STR(v.string, "default");
}

TEST(options_and_operands_may_mix)
{
	char **argv = WORDS(W "one", W "-f", W "two", W "-v");
	struct values v = parse(false, argv);

	CHECK(v.result == 3 && v.flag && v.count == 1);
	CHECK(streq(argv[3], "one") && streq(argv[4], "two"));
}

TEST(options_end_at_the_first_word_when_told_so)
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

TEST(a_mistake_names_the_culprit_and_the_nearest_option)
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

TEST(the_nearest_word_is_near)
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

TEST(a_word_too_long_to_compare_is_near_nothing)
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

/* io */

static int save(const char *path, const char *text, struct err *e)
{
	struct io_out out;
	int r = io_create(&out, path, e);

	if (r < 0)
		return r;
	fputs(text, out.file);
	return io_commit(&out, e);
}

TEST(a_file_appears_when_it_is_complete)
{
	struct io_out out;
	struct err e;

	scratch_write("f", "old");
	CHECK(io_create(&out, "f", &e) == 0);
	fputs("new", out.file);
	fflush(out.file);
	scoped(freep) char *before = scratch_read("f");

	CHECK_STR(before, "old");
	CHECK(io_commit(&out, &e) == 0);
	scoped(freep) char *after = scratch_read("f");

	CHECK_STR(after, "new");
	CHECK(scratch_files() == 1);
	unlink("f");
}

TEST(an_abandoned_file_leaves_no_trace)
{
	struct io_out out;
	struct err e;

	CHECK(io_create(&out, "f", &e) == 0);
	fputs("half", out.file);
	io_abandon(&out);
	io_abandon(&out);
	CHECK(scratch_files() == 0);
}

TEST(a_symbolic_link_stays_one)
{
	struct err e;
	struct stat st;

	CHECK(mkdir("d", 0755) == 0);
	scratch_write("d/real", "old");
	CHECK(symlink("d/real", "link") == 0);
	CHECK(save("link", "new", &e) == 0);
	CHECK(lstat("link", &st) == 0 && S_ISLNK(st.st_mode));
	scoped(freep) char *text = scratch_read("d/real");

	CHECK_STR(text, "new");
	unlink("link");
	unlink("d/real");
	CHECK(rmdir("d") == 0);
}

TEST(a_link_to_a_file_that_is_not_there_yet_stays_one)
{
	struct err e;
	struct stat st;

	CHECK(symlink("later", "link") == 0);
	CHECK(save("link", "new", &e) == 0);
	CHECK(lstat("link", &st) == 0 && S_ISLNK(st.st_mode));
	scoped(freep) char *text = scratch_read("later");

	CHECK(text);
	CHECK_STR(text, "new");
	unlink("link");
	unlink("later");
}

TEST(the_mode_of_a_file_is_kept_and_a_new_one_obeys_the_umask)
{
	struct err e;
	struct stat st;
	mode_t old = umask(027);

	scratch_write("f", "old");
	chmod("f", 0604);
	CHECK(save("f", "new", &e) == 0);
	CHECK(stat("f", &st) == 0 && (st.st_mode & 07777) == 0604);
	unlink("f");
	CHECK(save("f", "new", &e) == 0);
	CHECK(stat("f", &st) == 0 && (st.st_mode & 07777) == 0640);
	unlink("f");
	umask(old);
}

TEST(a_full_disk_is_an_error_and_the_old_file_stays)
{
	/* a limit on the size of files is a disk that anybody can fill */
	struct rlimit old, small;
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	struct io_out out;
	struct err e;

	scratch_write("f", "old");
	CHECK(getrlimit(RLIMIT_FSIZE, &old) == 0);
	small = (struct rlimit){ 4096, old.rlim_max };
	CHECK(io_create(&out, "f", &e) == 0);
	setrlimit(RLIMIT_FSIZE, &small);
	for (int i = 0; i < 4096; i++)
		fputs("line\n", out.file);
	int r = io_commit(&out, &e);

	setrlimit(RLIMIT_FSIZE, &old);
	signal(SIGXFSZ, handler);
	CHECK(r < 0);
	CHECK(starts_with(e.text, "cannot write '"));
	scoped(freep) char *text = scratch_read("f");

	CHECK_STR(text, "old");
	CHECK(scratch_files() == 1);
	unlink("f");
}

/* A device of our own: as root, a mistake would put a file in the place of
 * /dev/full.  Others cannot make one, and cannot replace that one either. */
static const char *device(const char *name, unsigned minor, const char *system)
{
	int fd = -1;

	if (mknod(name, S_IFCHR | 0600, makedev(1, minor)) == 0)
		fd = open(name, O_WRONLY);
	if (fd < 0)
		return geteuid() == 0 ? NULL : system;	/* a file system without devices */
	close(fd);
	return name;
}

TEST(a_full_device_is_an_error_and_stays_a_device)
{
	const char *full = device("full", 7, "/dev/full"), *null = device("null", 3, "/dev/null");
	struct err e;
	struct stat st;

	if (full && null) {
		CHECK(save(full, "text", &e) == -ENOSPC);
		CHECK(starts_with(e.text, "cannot write '") && strstr(e.text, "full': No space left on device"));
		CHECK(save(null, "text", &e) == 0);
		CHECK(stat(full, &st) == 0 && S_ISCHR(st.st_mode));
		CHECK(stat(null, &st) == 0 && S_ISCHR(st.st_mode));
	}
	unlink("full");
	unlink("null");
}

TEST(a_fifo_is_written_to_and_not_replaced)
{
	struct err e;
	struct stat st;
	char text[8] = "";

	CHECK(mkfifo("fifo", 0600) == 0);
	int fd = open("fifo", O_RDONLY | O_NONBLOCK);

	CHECK(fd >= 0);
	CHECK(save("fifo", "text", &e) == 0);
	CHECK(read(fd, text, sizeof text - 1) == 4);
	CHECK_STR(text, "text");
	CHECK(stat("fifo", &st) == 0 && S_ISFIFO(st.st_mode));
	close(fd);
	unlink("fifo");
}

TEST(a_place_that_cannot_be_written_to_is_named)
{
	struct err e;

	CHECK(save("no/such", "x", &e) == -ENOENT);
	CHECK_STR(e.text, "cannot write 'no/such': No such file or directory");
	CHECK(save(".", "x", &e) == -EISDIR);
	CHECK_STR(e.text, "cannot write '.': is a directory");
}

/* Status of a child whose standard output is `path` and which saves to "-". */
static int save_to_stdout(const char *path)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		struct err e;
		int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		dup2(fd, STDOUT_FILENO);
		_exit(save("-", "to stdout", &e) == 0 ? 0 : streq(e.text,
		      "cannot write standard output: No space left on device") ? 1 : 2);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

TEST(a_dash_is_standard_output_and_its_errors_are_seen)
{
	fflush(stdout);
	CHECK(save_to_stdout("f") == 0);
	scoped(freep) char *text = scratch_read("f");

	CHECK_STR(text, "to stdout");
	unlink("f");
	CHECK(save_to_stdout("/dev/full") == 1);
}

TEST(a_whole_file_is_read_with_its_zeros)
{
	scoped(freep) char *text = NULL;
	size_t len = 0;
	struct err e;

	scratch_write_bytes("f", "a\0b", 3);
	CHECK(io_read_all("f", 3, &text, &len, &e) == 0);
	CHECK(len == 3 && memcmp(text, "a\0b", 4) == 0);
	unlink("f");
}

TEST(what_cannot_be_read_is_named)
{
	char *text = NULL;
	size_t len = 0;
	struct err e;

	CHECK(io_read_all("f", 9, &text, &len, &e) == -ENOENT);
	CHECK_STR(e.text, "cannot open 'f': No such file or directory");
	CHECK(io_read_all(".", 9, &text, &len, &e) == -EISDIR);
	CHECK_STR(e.text, ".: cannot read: Is a directory");
	scratch_write("f", "four");
	CHECK(io_read_all("f", 3, &text, &len, &e) == -EFBIG);
	CHECK(starts_with(e.text, "f: larger than "));
	/* endless input ends, too */
	CHECK(io_read_all("/dev/zero", 1 << 20, &text, &len, &e) == -EFBIG);
	CHECK(!text);
	unlink("f");
}

/* term */

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

TEST(a_long_line_goes_on_below_its_text)
{
	static const struct line lines[] = {
		{ "short", 40, false, "short" },
		{ "one two three", 8, false, "one two\n    three" },
		{ "  two blanks in front of it", 16, false, "  two blanks in\n      front of\n      it" },
		/* below the last column */
		{ "name      the text of it is long", 24, false, "name      the text of it\n          is long" },
		/* a column that leaves no room for text does not count */
		{ "aaaaaaaaaaaaaaaaaa  b c d e f g", 24, false, "aaaaaaaaaaaaaaaaaa  b c\n    d e f g" },
		/* nothing is cut, and nothing lost */
		{ "averylongwordthatfitsnowhere x", 10, false, "averylongwordthatfitsnowhere\n    x" },
		{ "", 10, false, "" },
		{ "   ", 2, false, "" },
		{ "unbroken by zero", 0, false, "unbroken by zero" },
	};

	check_lines(lines, countof(lines), failed_);
}

TEST(colours_take_no_room)
{
	static const struct line lines[] = {
		{ "\033[1;31mone\033[0m two", 7, false, "\033[1;31mone\033[0m two" },
		{ "\033[1;31mone\033[0m two", 6, false, "\033[1;31mone\033[0m\n    two" },
		{ "\033[", 6, false, "\033[" },
	};

	check_lines(lines, countof(lines), failed_);
}

TEST(ascii_is_all_that_some_locales_have)
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
