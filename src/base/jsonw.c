/* SPDX-License-Identifier: Apache-2.0 */
#include "base/jsonw.h"

#include <inttypes.h>

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
