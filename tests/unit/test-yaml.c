/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include "base/buf.h"
#include "base/mem.h"
#include "base/yaml.h"
#include "tests/unit/tap.h"

static int read_text(const char *text, size_t len, struct json_doc *doc, size_t *documents, struct err *e)
{
	return yaml_doc_read(doc, "p.yaml", text, len, documents, e);
}

TEST(yaml_means_what_json_of_the_same_says)
{
	static const struct { const char *yaml, *json; size_t documents; } rows[] = {
		{ "a: 1\nb: [x, 'y', \"z\\n\"]\n", "{\"a\":1,\"b\":[\"x\",\"y\",\"z\\n\"]}", 1 },
		{ "- a\n-\n- ~\n- null\n- 'null'\n", "[\"a\",null,null,null,\"null\"]", 1 },
		{ "[true, True, yes, on, 'true', false]", "[true,true,\"yes\",\"on\",\"true\",false]", 1 },
		{ "[0x1f, 0o17, 017, 0b11, 1_000, 08, 0, -0, +5, -7]", "[31,15,15,3,1000,8,0,0,5,-7]", 1 },
		{ "[18446744073709551615, 0xffffffffffffffff]", "[18446744073709551615,18446744073709551615]", 1 },
		{ "[1.0, 1e3, .5, 1.2.3, 1e999, 0x, _1, '1', !!str 1, .inf, -, 1-2]",
		  "[1.0,1e3,0.5,\"1.2.3\",\"1e999\",\"0x\",\"_1\",\"1\",\"1\",\".inf\",\"-\",\"1-2\"]", 1 },
		{ "1: a\ntrue: b\n~: c\n", "{\"1\":\"a\",\"true\":\"b\",\"~\":\"c\"}", 1 },
		{ "a: |\n  x\n  y\nb: >-\n  x\n  y\n", "{\"a\":\"x\\ny\\n\",\"b\":\"x y\"}", 1 },
		{ "a: &x {k: 1}\nb: *x\n", "{\"a\":{\"k\":1},\"b\":{\"k\":1}}", 1 },
		{ "a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  l: 3\n", "{\"a\":{\"k\":1,\"l\":2},\"b\":{\"k\":1,\"l\":3}}", 1 },
		{ "a: &x {k: 1}\nb: &y {k: 2, m: 3}\nc:\n  <<: [*x, *y]\n", "{\"a\":{\"k\":1},\"b\":{\"k\":2,\"m\":3},\"c\":{\"k\":1,\"m\":3}}", 1 },
		{ "a: &x {k: 1}\nb: &y\n  <<: *x\n  m: 3\nc: {<<: *y}\n", "{\"a\":{\"k\":1},\"b\":{\"k\":1,\"m\":3},\"c\":{\"m\":3,\"k\":1}}", 1 },
		{ "{\"a\": [1, {\"b\": null}]}", "{\"a\":[1,{\"b\":null}]}", 1 },
		{ "# nothing\n", "null", 0 },
		{ "", "null", 0 },
		{ "a: 1\n---\n# nothing\n---\nb: 2\n...\n", "[{\"a\":1},{\"b\":2}]", 2 },
		{ "--- text\n", "\"text\"", 1 },
		{ "\xef\xbb\xbf" "a: \xc3\xa4\n", "{\"a\":\"\xc3\xa4\"}", 1 },
		{ "\"tab\\t\\\"\\\\ \\x01\\0\"", "\"tab\\t\\\"\\\\ \\u0001\\u0000\"", 1 },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct json_doc doc;
		struct err e = { "" };
		size_t documents = 99;
		int r = read_text(rows[i].yaml, strlen(rows[i].yaml), &doc, &documents, &e);
		json_t *right = json_loads(rows[i].json, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, NULL);

		CHECK_FOR(r == 0, "%s: %s", rows[i].yaml, e.text);
		if (r < 0)
			continue;
		CHECK_FOR(right && json_equal(doc.root, right), "%s: %s", rows[i].yaml, doc.text);
		CHECK_FOR(documents == rows[i].documents, "%s: %zu", rows[i].yaml, documents);
		json_doc_done(&doc);
		json_decref(right);
	}
}

TEST(a_value_is_in_the_line_that_it_has_in_the_yaml)
{
	static const char text[] =
		"# a comment\n"			/* 1 */
		"kind: X\n"
		"base: &base\n"
		"  deep:\n"
		"    - one\n"			/* 5 */
		"\n"
		"    - two: 2\n"
		"      three: |\n"
		"        text\n"
		"        more\n"		/* 10 */
		"      four: 18446744073709551615\n"
		"copy: *base\n"
		"last: {a: 1,\n"
		"  b: 2}\n";
	struct json_doc doc;
	struct err e;
	size_t documents;

	CHECK(read_text(text, sizeof text - 1, &doc, &documents, &e) == 0);
	struct json_at root = json_root(&doc), kind = json_member(&root, "kind"), base = json_member(&root, "base");
	struct json_at deep = json_member(&base, "deep"), second = json_element(&deep, 1), four = json_member(&second, "four");
	struct json_at copy = json_member(&root, "copy"), last = json_member(&root, "last"), b = json_member(&last, "b");
	struct json_at inner = json_member(&copy, "deep"), none = json_member(&inner, "none");
	uint64_t n = 0;

	CHECK(json_line(&kind) == 2 && json_line(&deep) == 5 && json_line(&second) == 7 && json_line(&four) == 11);
	CHECK(json_line(&copy) == 12 && json_line(&none) == 12 && json_line(&b) == 14);
	json_doc_want_digits(&doc);
	CHECK(json_want_uint(&four, UINT64_MAX, &n, &e) == 0 && n == UINT64_MAX);
	CHECK(json_want_string(&four, &(const char *){ NULL }, &e) == -EINVAL);
	CHECK_STR(e.text, "p.yaml:11: base.deep[1].four: should be a string");
	json_doc_done(&doc);
}

TEST(what_is_wrong_with_a_yaml_is_told_with_its_line)
{
	static const struct { const char *yaml, *message; } rows[] = {
		{ "a: 1\nb: [\n", "p.yaml:3:1: not valid YAML: did not find expected node content" },
		{ "a: 1\n b: 2\n", "p.yaml:2:3: not valid YAML: mapping values are not allowed in this context" },
		{ "a: 1\nb: 2\na: 3\n", "p.yaml:3: this mapping has twice the key 'a'" },
		{ "a: *x\n", "p.yaml:1: there is no complete anchor before the alias 'x'" },
		{ "a: &x [*x]\n", "p.yaml:1: there is no complete anchor before the alias 'x'" },
		{ "a: &x 1\n---\nb: *x\n", "p.yaml:3: there is no complete anchor before the alias 'x'" },
		{ "? [a]\n: 1\n", "p.yaml:1: a key that is a list or a mapping" },
		{ "\"a\\0b\": 1\n", "p.yaml:1: a key with a NUL character" },
		{ "a: &x 1\nb: {<<: *x}\n", "p.yaml:2: only a mapping can be merged by '<<'" },
		{ "a: &x 1\nb: {<<: [*x]}\n", "p.yaml:2: only a mapping can be merged by '<<'" },
		{ "a: \xff\n", "p.yaml:1:1: not valid YAML: invalid leading UTF-8 octet" },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct json_doc doc;
		struct err e = { "" };
		size_t documents;

		CHECK_FOR(read_text(rows[i].yaml, strlen(rows[i].yaml), &doc, &documents, &e) == -EINVAL, "%s", rows[i].yaml);
		CHECK_STR(e.text, rows[i].message);
	}
}

/* Empties the text. */
static bool is_refused(struct buf *b, const char *message)
{
	struct json_doc doc;
	struct err e = { "" };
	size_t documents;
	int r = read_text(buf_str(b), b->len, &doc, &documents, &e);

	buf_done(b);
	if (!strstr(e.text, message))
		printf("# %s: %s\n", message, e.text);
	return r == -EINVAL && strstr(e.text, message);
}

TEST(a_yaml_that_grows_without_end_is_refused)
{
	struct buf b = { 0 };

	buf_adds(&b, "l0: &l0 [x]\n");
	for (unsigned i = 1; i < 12; i++) {
		buf_addf(&b, "l%u: &l%u [*l%u", i, i, i - 1);
		for (unsigned k = 0; k < 9; k++)
			buf_addf(&b, ", *l%u", i - 1);
		buf_adds(&b, "]\n");
	}
	CHECK(is_refused(&b, "too many nodes"));
	buf_adds(&b, "l0: &l0 {x: 1}\n");
	for (unsigned i = 1; i < 12; i++) {
		buf_addf(&b, "l%u: &l%u {<<: [*l%u", i, i, i - 1);
		for (unsigned k = 0; k < 9; k++)
			buf_addf(&b, ", *l%u", i - 1);
		buf_adds(&b, "]}\n");
	}
	CHECK(is_refused(&b, "too many nodes"));
	for (unsigned i = 0; i < 200; i++)
		buf_adds(&b, "[");
	CHECK(is_refused(&b, "nested too deeply"));
	buf_adds(&b, "l0: &l0 [x]\n");
	for (unsigned i = 1; i < 150; i++)
		buf_addf(&b, "l%u: &l%u [*l%u]\n", i, i, i - 1);
	CHECK(is_refused(&b, "by its aliases"));
	for (unsigned i = 0; i < 300; i++)
		buf_addf(&b, "- &a%u x\n", i);
	CHECK(is_refused(&b, "too many anchors"));
	for (unsigned i = 0; i < 6000; i++)
		buf_addf(&b, "k%u: x\n", i);
	CHECK(is_refused(&b, "too many keys"));
	for (unsigned i = 0; i < 250000; i++)
		buf_adds(&b, "- x\n");
	CHECK(is_refused(&b, "too many nodes"));
}
