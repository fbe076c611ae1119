/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include "base/buf.h"
#include "base/json.h"
#include "base/jsonw.h"
#include "base/mem.h"
#include "tests/unit/scratch.h"
#include "tests/unit/tap.h"

static int read_text(const char *text, struct json_doc *doc, struct err *e)
{
	scratch_write("p.json", text);
	return json_doc_read(doc, "p.json", 1 << 20, e);
}

TEST(invalid_json_is_an_error_with_line_and_column)
{
	static const struct { const char *text, *message; } rows[] = {
		{ "", "p.json: the file is empty" },
		{ "{\n  \"a\": 1,\n}\n", "p.json:3:1: not valid JSON: string or '}' expected near '}'" },
		{ "[1, 2", "p.json:1:5: not valid JSON: ']' expected near end of file" },
		{ "{}\n{}", "p.json:2:1: not valid JSON: end of file expected near '{'" },
		{ "\xef\xbb\xbf{}", "p.json:1:1: not valid JSON: invalid token near '\xef\xbb\xbf'" },
		{ "\"\xff\"", "p.json:1:1: not valid JSON: unable to decode byte 0xff near '\"'" },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct json_doc doc;
		struct err e;

		CHECK_FOR(read_text(rows[i].text, &doc, &e) == -EINVAL, "%s", rows[i].text);
		/* jansson chooses the column */
		CHECK_STR(e.text, rows[i].message);
	}
}

TEST(endless_nesting_is_an_error)
{
	enum { DEPTH = 100000 };
	scoped(freep) char *text = xcalloc(DEPTH + 1, 1);
	struct json_doc doc;
	struct err e;

	memset(text, '[', DEPTH);
	CHECK(read_text(text, &doc, &e) == -EINVAL);
	CHECK(strstr(e.text, "maximum parsing depth"));
	for (size_t i = 0; i < DEPTH; i++)
		text[i] = "[{\"a\":"[i % 6];
	CHECK(read_text(text, &doc, &e) == -EINVAL);
}

TEST(an_error_has_file_line_and_path)
{
	static const char text[] =
		"{\n"
		"  \"skip\": [\"}\", \"\\\"]\", {\"rules\": [9]}, -1.5e3, null, true],\n"
		"  \"rules\": [\n"
		"    {\"name\": \"a{[,\\\\\"},\n"
		"    {\n"
		"      \"name\": 7,\n"
		"      \"name\":\n"
		"        8}\n"
		"  ]\n"
		"}\n";
	struct json_doc doc;
	struct err e;

	CHECK(read_text(text, &doc, &e) == 0);
	struct json_at root = json_root(&doc), rules = json_member(&root, "rules");
	struct json_at one = json_element(&rules, 0), two = json_element(&rules, 1);
	struct json_at name = json_member(&two, "name"), none = json_member(&one, "gone");
	struct json_at far = json_element(&rules, 7), below = json_member(&far, "x");

	CHECK(json_fail(&root, &e, "bad %d", 1) == -EINVAL);
	CHECK_STR(e.text, "p.json:1: bad 1");
	json_fail(&rules, &e, "bad");
	CHECK_STR(e.text, "p.json:3: rules: bad");
	json_fail(&one, &e, "bad");
	CHECK_STR(e.text, "p.json:4: rules[0]: bad");
	/* of two fields with one name the last one counts */
	json_fail(&name, &e, "bad");
	CHECK_STR(e.text, "p.json:8: rules[1].name: bad");
	/* an absent value has the place of its container */
	json_fail(&none, &e, "bad");
	CHECK_STR(e.text, "p.json:4: rules[0].gone: bad");
	json_fail(&far, &e, "bad");
	CHECK_STR(e.text, "p.json:3: rules[7]: bad");
	json_fail(&below, &e, "bad");
	CHECK_STR(e.text, "p.json:3: rules[7].x: bad");
	json_doc_done(&doc);
}

TEST(a_key_written_with_escapes_is_the_same_key)
{
	struct json_doc doc;
	struct err e;
	uint64_t n = 0;

	CHECK(read_text("{\n\"\\u0076alue\":\n18446744073709551615}", &doc, &e) == 0);
	struct json_at root = json_root(&doc), value = json_member(&root, "value");

	CHECK(json_want_uint(&value, UINT64_MAX, &n, &e) == 0);
	CHECK(n == UINT64_MAX);
	json_fail(&value, &e, "bad");
	CHECK_STR(e.text, "p.json:3: value: bad");
	json_doc_done(&doc);
}

TEST(whole_numbers_are_exact)
{
	static const struct { const char *text; uint64_t max, value; const char *message; } rows[] = {
		{ "0", 9, 0, NULL },
		{ "-0", 9, 0, NULL },
		{ "9", 9, 9, NULL },
		{ "1e3", 9999, 1000, NULL },
		{ "9007199254740991", UINT64_MAX, 9007199254740991, NULL },
		{ "9007199254740993", UINT64_MAX, 9007199254740993, NULL },
		{ "18446744073709551614", UINT64_MAX, UINT64_MAX - 1, NULL },
		{ "18446744073709551615", UINT64_MAX, UINT64_MAX, NULL },
		{ "18446744073709551616", UINT64_MAX, 0, "should be a whole number below 2^64" },
		{ "1.8446744073709552e19", UINT64_MAX, 0, "should be a whole number below 2^64" },
		{ "1e30", UINT64_MAX, 0, "should be a whole number, not negative" },
		{ "-1", UINT64_MAX, 0, "should be a whole number, not negative" },
		{ "1.5", UINT64_MAX, 0, "should be a whole number, not negative" },
		{ "\"1\"", UINT64_MAX, 0, "should be a whole number, not negative" },
		{ "null", UINT64_MAX, 0, "should be a whole number, not negative" },
		{ "10", 9, 0, "should be at most 9" },
		{ "18446744073709551615", UINT64_MAX - 1, 0, "should be at most 18446744073709551614" },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		scoped(freep) char *text = xprintf("[\n%s]", rows[i].text);
		struct json_doc doc;
		struct err e = { "" };
		uint64_t n = 0;

		CHECK_FOR(read_text(text, &doc, &e) == 0, "%s: %s", text, e.text);
		struct json_at root = json_root(&doc), at = json_element(&root, 0);
		int r = json_want_uint(&at, rows[i].max, &n, &e);

		json_doc_done(&doc);
		CHECK_FOR(r == (rows[i].message ? -EINVAL : 0), "%s: %s", rows[i].text, e.text);
		if (rows[i].message) {
			scoped(freep) char *want = xprintf("p.json:2: [0]: %s", rows[i].message);

			CHECK_STR(e.text, want);
		}
		CHECK_FOR(n == rows[i].value, "%s", rows[i].text);
	}
}

/* Strings may have points, signs and exponents, and so may ignored numbers. */
TEST(integers_can_be_restricted_to_digits)
{
	static const struct { const char *text; int r; } rows[] = {
		{ "1", 0 }, { "0", 0 }, { "18446744073709551615", 0 },
		{ "1.0", -EINVAL }, { "1e0", -EINVAL }, { "1E+0", -EINVAL }, { "-0", -EINVAL }, { "0.0", -EINVAL }, { "20e-1", -EINVAL },
	};

	for (size_t i = 0; i < countof(rows); i++)
		for (int strict = 0; strict < 2; strict++) {
			scoped(freep) char *text = xprintf("{\"1.0\": \"-1e5\", \"more\": [true, 2.5, -7], \"n\":%s}", rows[i].text);
			struct json_doc doc;
			struct err e = { "" };
			uint64_t n = 7;

			CHECK(read_text(text, &doc, &e) == 0);
			struct json_at root = json_root(&doc), at = json_member(&root, "n");

			if (strict)
				json_doc_want_digits(&doc);
			CHECK_FOR(json_want_uint(&at, UINT64_MAX, &n, &e) == (strict ? rows[i].r : 0), "%s: %s", text, e.text);
			if (strict && rows[i].r)
				CHECK_STR(e.text, "p.json:1: n: should be a whole number in digits only; runtimes accept neither 1.0 nor 1e0");
			json_doc_done(&doc);
		}
}

TEST(a_wrong_type_is_an_error_with_the_right_one)
{
	struct json_doc doc;
	struct err e;
	const char *s = "kept";
	double d = 7;

	CHECK(read_text("{\"n\": null, \"s\": \"a\\u0000b\", \"d\": -1, \"ok\": \"x\"}", &doc, &e) == 0);
	struct json_at root = json_root(&doc), n = json_member(&root, "n"), nul = json_member(&root, "s");
	struct json_at minus = json_member(&root, "d"), gone = json_member(&root, "gone"), ok = json_member(&root, "ok");

	CHECK(json_want_string(&nul, &s, &e) == -EINVAL);
	CHECK_STR(e.text, "p.json:1: s: has a NUL character");
	CHECK(json_want_string(&minus, &s, &e) == -EINVAL);
	CHECK_STR(e.text, "p.json:1: d: should be a string");
	CHECK(json_want_real(&minus, &d, &e) == -EINVAL);
	CHECK_STR(e.text, "p.json:1: d: should be a number, not negative");
	CHECK(json_want_object(&gone, &e) == -EINVAL);
	CHECK_STR(e.text, "p.json:1: gone: is missing; it should be an object");
	CHECK(json_want_array(&root, &e) == -EINVAL);
	CHECK_STR(e.text, "p.json:1: should be an array");
	CHECK_STR(s, "kept");
	CHECK(d == 7);
	CHECK(!json_present(&n) && !json_present(&gone) && json_present(&ok));
	CHECK(json_want_string(&ok, &s, &e) == 0);
	CHECK_STR(s, "x");
	json_doc_done(&doc);
}

TEST(a_number_in_the_middle_of_a_large_file_is_found)
{
	struct buf b = { 0 };
	struct json_doc doc;
	struct err e;
	uint64_t n;

	buf_adds(&b, "[");
	for (int i = 0; i < 300; i++)
		buf_addf(&b, "%s{\"x\": [[\"]\", {}], {\"v\": %d}],\n\"v\": %llu}", i ? "," : "", i,
			 0xfffffffffffffe00ull + (unsigned)i);
	buf_adds(&b, "]");
	CHECK(read_text(buf_str(&b), &doc, &e) == 0);
	struct json_at root = json_root(&doc);

	for (size_t i = 0; i < 300; i++) {
		struct json_at one = json_element(&root, i), v = json_member(&one, "v");

		CHECK(json_want_uint(&v, UINT64_MAX, &n, &e) == 0);
		CHECK(n == 0xfffffffffffffe00ull + i);
		json_fail(&v, &e, "x");
		scoped(freep) char *want = xprintf("p.json:%zu: [%zu].v: x", i + 2, i);

		CHECK_STR(e.text, want);
	}
	json_doc_done(&doc);
	buf_done(&b);
}

/* jsonw */

static void write_sample(FILE *f)
{
	struct jsonw w = { .file = f };

	jsonw_open(&w, '{');
	jsonw_member(&w, "a", "x");
	jsonw_key(&w, "empty");
	jsonw_open(&w, '[');
	jsonw_close(&w, ']');
	jsonw_key(&w, "list");
	jsonw_open(&w, '[');
	jsonw_open_inline(&w, '{');
	jsonw_member_uint(&w, "n", UINT64_MAX);
	jsonw_key(&w, "inner");
	jsonw_open(&w, '[');
	jsonw_bool(&w, true);
	jsonw_bool(&w, false);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	jsonw_open_inline(&w, '[');
	jsonw_close(&w, ']');
	jsonw_seconds(&w, 1.5);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	jsonw_end(&w);
}

TEST(the_layout_is_readable)
{
	scoped(freep) char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	write_sample(f);
	fclose(f);
	CHECK_STR(text,
		  "{\n"
		  "  \"a\": \"x\",\n"
		  "  \"empty\": [],\n"
		  "  \"list\": [\n"
		  "    {\"n\": 18446744073709551615, \"inner\": [true, false]},\n"
		  "    [],\n"
		  "    1.500000\n"
		  "  ]\n"
		  "}\n");
}

TEST(strings_survive_writing_and_reading)
{
	uint32_t random = 7;

	for (int round = 0; round < 1000; round++) {
		char raw[25] = "";
		scoped(freep) char *text = NULL;
		size_t len = 0;
		FILE *f = open_memstream(&text, &len);
		struct jsonw w = { .file = f };

		for (size_t i = 0; i < sizeof raw - 1; i++) {
			random = random * 1664525 + 1013904223;
			raw[i] = (char)(round % 2 ? random >> 24 : (random >> 24) % 0x80);
		}
		/* any ASCII is quoted; other bytes must be cleaned before */
		scoped(freep) char *clean = round % 2 ? clean_dup(raw) : xstrdup(raw);

		jsonw_open(&w, '{');
		jsonw_member(&w, clean, clean);
		jsonw_close(&w, '}');
		fclose(f);
		json_t *json = json_loads(text, 0, NULL);

		CHECK_FOR(json, "%s", text);
		const char *back = json_string_value(json_object_get(json, clean));

		CHECK_FOR(back && streq(back, clean), "%s", text);
		json_decref(json);
	}
}

TEST(write_errors_stay_in_the_file)
{
	FILE *f = fopen("/dev/full", "w");

	CHECK(f);
	write_sample(f);
	fflush(f);
	CHECK(ferror(f));
	fclose(f);
}

TEST(a_walk_has_lines_and_paths)
{
	static const char *const paths[] = { "a[0]", "a[1]", "a[2].b[0]", "a[2].b[1]", "a[3]" };
	static const unsigned lines[] = { 2, 2, 5, 6, 7 };
	struct json_doc doc;
	struct err e;
	size_t n = 0;

	scratch_write("walk.json", "{ \"a\":\n[ \"]\\\"[,\\n\", 1,\n\n{ \"c\": [[2], {\"b\": 3}],\n\"b\": [4,\n\t{}]},\n[]\n]}");
	CHECK(json_doc_read(&doc, "walk.json", 1000, &e) == 0);
	struct json_at root = json_root(&doc), list = json_member(&root, "a"), one = { 0 };

	while (json_each(&list, &one)) {
		struct json_at inner = json_member(&one, "b"), two = { 0 };
		bool has_inner = json_is_array(inner.value);

		do {
			if (has_inner && !json_each(&inner, &two))
				break;
			scoped(freep) char *path = json_path(has_inner ? &two : &one);

			CHECK(n < countof(paths));
			CHECK_STR(path, paths[n]);
			CHECK_FOR(json_line(has_inner ? &two : &one) == lines[n], "%s", path);
			n++;
		} while (has_inner);
	}
	CHECK(n == countof(paths));
	json_doc_done(&doc);
}

TEST(repeated_fields_are_counted)
{
	struct json_doc doc;
	struct err e;

	scratch_write("twice.json", "{ \"a\": {\"b\": 1}, \"b\": 1, \"\\u0062\": {\"b\": 1, \"a\": 2}, \"c\": 1 }");
	CHECK(json_doc_read(&doc, "twice.json", 1000, &e) == 0);
	struct json_at root = json_root(&doc), b = json_member(&root, "b"), c = json_member(&root, "c");

	CHECK(json_repeats(&root, "a") == 1 && json_repeats(&root, "b") == 2 && json_repeats(&root, "c") == 1);
	CHECK(json_repeats(&root, "d") == 0 && json_repeats(&b, "b") == 1 && json_repeats(&c, "b") == 0);
	json_doc_done(&doc);
}
