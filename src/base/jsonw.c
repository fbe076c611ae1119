/* SPDX-License-Identifier: Apache-2.0 */
#include "base/jsonw.h"

#include <inttypes.h>
#include <jansson.h>

static void separate(struct jsonw *w)
{
	if (w->after_key) {
		w->after_key = false;
		return;
	}
	if (w->need_comma)
		fputs(w->inline_depth ? ", " : ",", w->file);
	if (!w->inline_depth && w->depth > 0)
		fprintf(w->file, "\n%*s", (int)w->depth * 2, "");
}

void jsonw_open(struct jsonw *w, char bracket)
{
	separate(w);
	fputc(bracket, w->file);
	w->depth++;
	w->need_comma = false;
}

void jsonw_open_inline(struct jsonw *w, char bracket)
{
	jsonw_open(w, bracket);
	if (!w->inline_depth)
		w->inline_depth = w->depth;
}

void jsonw_close(struct jsonw *w, char bracket)
{
	bool on_one_line = w->inline_depth != 0;

	if (w->inline_depth == w->depth)
		w->inline_depth = 0;
	w->depth--;
	if (!on_one_line && w->need_comma)
		fprintf(w->file, "\n%*s", (int)w->depth * 2, "");
	fputc(bracket, w->file);
	w->need_comma = true;
}

static void quote(struct jsonw *w, const char *s)
{
	fputc('"', w->file);
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			fprintf(w->file, "\\%c", *s);
		else if ((unsigned char)*s < 0x20)
			fprintf(w->file, "\\u%04x", (unsigned char)*s);
		else
			fputc(*s, w->file);
	}
	fputc('"', w->file);
}

void jsonw_key(struct jsonw *w, const char *key)
{
	separate(w);
	quote(w, key);
	fputs(": ", w->file);
	w->after_key = true;
	w->need_comma = true;
}

void jsonw_string(struct jsonw *w, const char *s)
{
	separate(w);
	quote(w, s);
	w->need_comma = true;
}

void jsonw_uint(struct jsonw *w, uint64_t n)
{
	separate(w);
	fprintf(w->file, "%" PRIu64, n);
	w->need_comma = true;
}

void jsonw_seconds(struct jsonw *w, double s)
{
	separate(w);
	fprintf(w->file, "%.6f", s);
	w->need_comma = true;
}

void jsonw_bool(struct jsonw *w, bool b)
{
	separate(w);
	fputs(b ? "true" : "false", w->file);
	w->need_comma = true;
}

void jsonw_member(struct jsonw *w, const char *key, const char *value)
{
	jsonw_key(w, key);
	jsonw_string(w, value);
}

void jsonw_member_uint(struct jsonw *w, const char *key, uint64_t value)
{
	jsonw_key(w, key);
	jsonw_uint(w, value);
}

void jsonw_end(struct jsonw *w)
{
	fputc('\n', w->file);
}

static bool is_flat(const json_t *v)
{
	const char *key;
	json_t *one;
	size_t i;

	json_array_foreach(v, i, one)
		if (json_is_array(one) || json_is_object(one))
			return false;
	json_object_foreach((json_t *)v, key, one)
		if (json_is_object(one) || (json_is_array(one) && !is_flat(one)))
			return false;
	return true;
}

static void write_value(struct jsonw *w, const json_t *v);

static void write_inside(struct jsonw *w, const json_t *v)
{
	const char *key;
	json_t *one;
	size_t i;

	json_array_foreach(v, i, one)
		write_value(w, one);
	json_object_foreach((json_t *)v, key, one) {
		jsonw_key(w, key);
		write_value(w, one);
	}
}

static void write_value(struct jsonw *w, const json_t *v)
{
	bool nested = json_is_array(v) || json_is_object(v);
	char open = json_is_array(v) ? '[' : '{', *text;

	if (nested) {
		(is_flat(v) ? jsonw_open_inline : jsonw_open)(w, open);
		write_inside(w, v);
		jsonw_close(w, json_is_array(v) ? ']' : '}');
		return;
	}
	if (json_is_string(v)) {
		jsonw_string(w, json_string_value(v));
		return;
	}
	/* the JSON reader makes all numbers real */
	if (json_is_real(v) && json_real_value(v) >= 0 && json_real_value(v) < 0x1p53 &&
	    json_real_value(v) == (double)(uint64_t)json_real_value(v)) {
		jsonw_uint(w, (uint64_t)json_real_value(v));
		return;
	}
	separate(w);
	text = json_dumps(v, JSON_ENCODE_ANY);
	fputs(text ? text : "null", w->file);
	free(text);
	w->need_comma = true;
}

void jsonw_members(struct jsonw *w, const char *object)
{
	json_t *v = json_loads(object, JSON_DECODE_ANY, NULL), *one;
	const char *key;

	json_object_foreach(v, key, one) {
		jsonw_key(w, key);
		write_value(w, one);
	}
	json_decref(v);
}
