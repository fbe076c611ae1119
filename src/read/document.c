/* SPDX-License-Identifier: Apache-2.0 */
#include "read/document.h"

#include <errno.h>
#include "base/mem.h"
#include "base/yaml.h"

static void parse(struct profile *f, struct document *d)
{
	bool is_json = f->text[strspn(f->text, " \t\r\n")] == '{';
	int r = is_json ? json_doc_take(&d->doc, f->file, xmemdup(f->text, f->len), f->len, &d->why)
		: yaml_doc_read(&d->doc, f->file, f->text, f->len, &d->count, &d->why);

	d->yaml = !is_json;
	d->failed = r < 0;
	if (r == 0)
		json_doc_want_digits(&d->doc);
	if (is_json)
		d->count = 1;
}

const struct document *document_of(struct profile *f)
{
	if (!f->document) {
		f->document = xcalloc(1, sizeof *f->document);
		parse(f, f->document);
	}
	return f->document;
}

void document_free(struct document *d)
{
	if (!d)
		return;
	if (!d->failed)
		json_doc_done(&d->doc);
	free(d->lines);
	free(d);
}

const json_t *document_at(struct profile *f, size_t i)
{
	const struct document *d = document_of(f);

	if (d->failed || i >= d->count)
		return NULL;
	return d->count == 1 ? d->doc.root : json_array_get(d->doc.root, i);
}

int document_root(struct profile *f, struct json_at *ret, struct err *e)
{
	const struct document *d = document_of(f);

	if (d->failed) {
		*e = d->why;
		return -EINVAL;
	}
	*ret = json_root(&d->doc);
	return 0;
}

int document_root_json(struct profile *f, struct json_at *ret, struct err *e)
{
	int r = document_root(f, ret, e);

	if (document_of(f)->yaml && (r < 0 || json_is_object(ret->value)))
		return err_set(e, EINVAL, "%s:1: is not JSON, and engines and runtimes read profiles in JSON only", f->file);
	return r;
}

bool document_has_line(const struct profile *f, const char *start)
{
	for (const char *line = f->text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		if (starts_with(line, start))
			return true;
	return false;
}

struct json_at *document_keep(struct profile *f, const struct json_at *at)
{
	struct json_at *copy = arena_alloc(f->arena, sizeof *copy);

	*copy = *at;
	copy->key = at->key ? arena_strdup(f->arena, at->key) : NULL;
	copy->up = at->up ? document_keep(f, at->up) : NULL;
	return copy;
}

static void find_lines(struct document *d, const char *text)
{
	for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		d->lines = grow(d->lines, d->line_count, &d->line_room, sizeof *d->lines);
		d->lines[d->line_count++] = line;
	}
}

static bool is_comment(const char *line)
{
	return line[strspn(line, " \t")] == '#';
}

/* The text of a comment on one line, without its mark. */
static void add_comment(struct buf *b, const char *line)
{
	line += strspn(line, " \t#");
	if (*line != '\r' && *line != '\n' && *line)
		buf_addf(b, "%s%.*s", b->len ? " " : "", (int)strcspn(line, "\r\n"), line);
}

const char *document_comment(struct profile *f, const struct json_at *at)
{
	enum { LINES_MAX = 10, LENGTH_MAX = 500 };
	struct document *d = f->document;
	size_t line = json_line(at) - 1, first = line;
	scoped(buf_done) struct buf b = { 0 };

	if (!d || !d->yaml)
		return NULL;
	if (!d->lines)
		find_lines(d, f->text);
	while (first > 0 && first <= d->line_count && line - first < LINES_MAX && is_comment(d->lines[first - 1]))
		first--;
	for (; first < line && b.len < LENGTH_MAX; first++)
		add_comment(&b, d->lines[first]);
	return b.len ? arena_strdup(f->arena, buf_str(&b)) : NULL;
}

struct place document_place(struct profile *f, const struct json_at *at)
{
	scoped(freep) char *path = json_path(at);

	return (struct place){ .line = json_line(at), .path = arena_strdup(f->arena, path) };
}
