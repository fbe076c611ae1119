/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"

/* As a double, a value of 2^53 or more may have lost bits: such numbers are parsed again from the
 * text. */
#define EXACT_BELOW 0x1p53

/* Each costs a pass through the text; a profile has a handful. */
enum { LARGE_MAX = 1000 };

int json_doc_take(struct json_doc *doc, const char *path, char *text, size_t len, struct err *e)
{
	json_error_t why;
	int r = 0;

	*doc = (struct json_doc){ .path = path, .text = text, .len = len };
	doc->root = json_loadb(doc->text, doc->len,
			       JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, &why);
	doc->large_left = xcalloc(1, sizeof *doc->large_left);
	*doc->large_left = LARGE_MAX;
	if (!doc->root) {
		r = doc->len == 0
			? err_set(e, EINVAL, "%s: the file is empty", doc->path)
			: err_set(e, EINVAL, "%s:%d:%d: not valid JSON: %s", doc->path, why.line,
				  why.column, why.text);
		json_doc_done(doc);
	}
	return r;
}

int json_doc_read(struct json_doc *doc, const char *path, size_t max, struct err *e)
{
	char *text;
	size_t len;

	*doc = (struct json_doc){ 0 };
	int r = io_read_all(path, max, &text, &len, e);

	return r < 0 ? r : json_doc_take(doc, streq(path, "-") ? "standard input" : path, text, len, e);
}

void json_doc_done(struct json_doc *doc)
{
	json_decref(doc->root);
	free(doc->text);
	free(doc->large_left);
	*doc = (struct json_doc){ 0 };
}

struct json_at json_root(const struct json_doc *doc)
{
	return (struct json_at){ .doc = doc, .value = doc->root };
}

struct json_at json_member(const struct json_at *object, const char *key)
{
	return (struct json_at){ .doc = object->doc, .up = object, .key = key,
				 .value = json_object_get(object->value, key) };
}

struct json_at json_element(const struct json_at *array, size_t index)
{
	return (struct json_at){ .doc = array->doc, .up = array, .index = index,
				 .value = json_array_get(array->value, index) };
}

/*
 * Finding a place in the text again. jansson keeps no positions, but accepted text is well-formed,
 * so that skipping has to handle only strings and brackets.
 */
static const char *skip_space(const char *s)
{
	while (*s && isspace((unsigned char)*s))
		s++;
	return s;
}

static const char *skip_string(const char *s)
{
	for (s++; *s && *s != '"'; s++)
		if (*s == '\\' && s[1])
			s++;
	return *s ? s + 1 : s;
}

static const char *skip_value(const char *s)
{
	int depth = 0;

	do {
		if (*s == '"') {
			s = skip_string(s);
			continue;
		}
		if (*s == '{' || *s == '[')
			depth++;
		else if (*s == '}' || *s == ']')
			depth--;
		s++;
	} while (*s && (depth > 0 || !strchr(",]} \t\r\n:", *s)));
	return s;
}

/* Is the string at `s`, of `len` bytes with its quotes, equal to `key`? jansson decodes one with
 * escapes, which are rare. */
static bool spells(const char *s, size_t len, const char *key)
{
	if (!memchr(s, '\\', len))
		return len == strlen(key) + 2 && memcmp(s + 1, key, len - 2) == 0;

	json_t *word = json_loadb(s, len, JSON_DECODE_ANY, NULL);
	bool same = word && streq(json_string_value(word), key);

	json_decref(word);
	return same;
}

/* The value of the field `key`; of several, the last one, as in jansson. *count: how many there
 * are; if `key` is NULL, of all fields. */
static const char *find_members(const char *s, const char *key, size_t *count)
{
	const char *found = NULL;

	*count = 0;

	for (s = skip_space(s + 1); *s == '"'; s = skip_space(s)) {
		const char *name = s;

		s = skip_string(s);
		bool same = !key || spells(name, (size_t)(s - name), key);

		s = skip_space(skip_space(s) + 1);
		if (same) {
			found = s;
			++*count;
		}
		s = skip_space(skip_value(s));
		if (*s == ',')
			s = skip_space(s + 1);
	}
	return found;
}

static const char *find_member(const char *s, const char *key)
{
	size_t count;

	return find_members(s, key, &count);
}

static const char *find_element(const char *s, size_t index)
{
	s = skip_space(s + 1);
	while (index-- > 0) {
		s = skip_space(skip_value(s));
		if (*s != ',')
			return NULL;
		s = skip_space(s + 1);
	}
	return s;
}

/* NULL if the value is absent; then the container is the best place. */
static const char *locate(const struct json_at *at)
{
	if (at->text)
		return at->text;
	if (!at->up)
		return skip_space(at->doc->text);

	const char *above = locate(at->up);

	if (!above || (*above != '{' && *above != '['))
		return NULL;
	return at->key ? find_member(above, at->key) : find_element(above, at->index);
}

/* Outside of strings, only numbers have a point, a sign or an exponent. */
static bool is_all_digits(const char *s)
{
	while (*s) {
		if (*s == '.' || *s == '-' || ((*s == 'e' || *s == 'E') && isdigit((unsigned char)s[-1])))
			return false;
		s = *s == '"' ? skip_string(s) : s + 1;
	}
	return true;
}

void json_doc_want_digits(struct json_doc *doc)
{
	/* checking each number is slow, and few files need it */
	doc->digits = !is_all_digits(doc->text);
}

static bool has_other_than_digits(const struct json_at *at)
{
	const char *s = at->doc->digits ? locate(at) : NULL;
	size_t digits = s ? strspn(s, "0123456789") : 0;

	return s && (digits == 0 || (s[digits] && strchr(".eE", s[digits])));
}

static unsigned count_lines(const char *from, const char *to)
{
	unsigned n = 0;

	while (from < to && (from = memchr(from, '\n', (size_t)(to - from)))) {
		from++;
		n++;
	}
	return n;
}

unsigned json_line(const struct json_at *at)
{
	const struct json_at *known;
	const char *s = NULL;

	for (; at && !(s = locate(at)); at = at->up)
		;
	if (!at)
		return 1;
	for (known = at; known && !known->text; known = known->up)
		;
	return known ? known->line + count_lines(known->text, s) : 1 + count_lines(at->doc->text, s);
}

bool json_each(const struct json_at *array, struct json_at *at)
{
	size_t index = at->doc ? at->index + 1 : 0;
	const char *from = at->doc ? at->text : locate(array), *s;
	unsigned line = at->doc ? at->line : json_line(array);

	if (index >= json_array_size(array->value))
		return false;
	s = skip_space(index == 0 ? from + 1 : skip_space(skip_value(from)) + 1);
	*at = json_element(array, index);
	at->text = s;
	at->line = line + count_lines(from, s);
	return true;
}

static void add_path(struct buf *b, const struct json_at *at)
{
	if (!at->up)
		return;
	add_path(b, at->up);
	if (at->key)
		buf_addf(b, "%s%s", at->up->up ? "." : "", at->key);
	else
		buf_addf(b, "[%zu]", at->index);
}

size_t json_repeats(const struct json_at *object, const char *key)
{
	const char *s = json_is_object(object->value) ? locate(object) : NULL;
	size_t count = 0;

	if (s)
		find_members(s, NULL, &count);
	/* mostly every name occurs once, which saves the search for this one */
	if (count == json_object_size(object->value))
		return json_object_get(object->value, key) ? 1 : 0;
	find_members(s, key, &count);
	return count;
}

char *json_path(const struct json_at *at)
{
	struct buf path = { 0 };

	add_path(&path, at);
	return buf_take(&path);
}

int json_fail(const struct json_at *at, struct err *e, const char *fmt, ...)
{
	scoped(freep) char *path = json_path(at);
	char what[sizeof e->text];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	return err_set(e, EINVAL, "%s:%u: %s%s%s", at->doc->path, json_line(at), path, *path ? ": " : "", what);
}

bool json_present(const struct json_at *at)
{
	return at->value && !json_is_null(at->value);
}

static int want(const struct json_at *at, bool right, const char *what, struct err *e)
{
	if (!at->value)
		return json_fail(at, e, "is missing; it should be %s", what);
	return right ? 0 : json_fail(at, e, "should be %s", what);
}

int json_want_string(const struct json_at *at, const char **ret, struct err *e)
{
	int r = want(at, json_is_string(at->value), "a string", e);

	if (r < 0)
		return r;
	if (strlen(json_string_value(at->value)) != json_string_length(at->value))
		return json_fail(at, e, "has a NUL character");
	*ret = json_string_value(at->value);
	return 0;
}

int json_want_uint(const struct json_at *at, uint64_t max, uint64_t *ret, struct err *e)
{
	double n = json_real_value(at->value);
	int r = want(at, json_is_real(at->value) && n >= 0 && n <= 0x1p64 && floor(n) == n,
		     "a whole number, not negative", e);
	uint64_t value;

	if (r < 0)
		return r;
	if (has_other_than_digits(at))
		return json_fail(at, e, "should be a whole number in digits only; runtimes accept neither 1.0 nor 1e0");
	if (n < EXACT_BELOW) {
		value = (uint64_t)n;
	} else {
		errno = 0;
		if ((*at->doc->large_left)-- == 0)
			return json_fail(at, e, "more than %d numbers of 2^53 and above", LARGE_MAX);
		value = strtoull(locate(at), NULL, 10);
		if (errno || (double)value != n)
			return json_fail(at, e, "should be a whole number below 2^64");
	}
	if (value > max)
		return json_fail(at, e, "should be at most %llu", (unsigned long long)max);
	*ret = value;
	return 0;
}

int json_want_real(const struct json_at *at, double *ret, struct err *e)
{
	int r = want(at, json_is_real(at->value) && json_real_value(at->value) >= 0,
		     "a number, not negative", e);

	if (r == 0)
		*ret = json_real_value(at->value);
	return r;
}

int json_want_array(const struct json_at *at, struct err *e)
{
	return want(at, json_is_array(at->value), "an array", e);
}

int json_want_list(const struct json_at *at, struct err *e)
{
	return json_present(at) ? json_want_array(at, e) : 0;
}

int json_want_object(const struct json_at *at, struct err *e)
{
	return want(at, json_is_object(at->value), "an object", e);
}
