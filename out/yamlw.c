/* SPDX-License-Identifier: Apache-2.0 */
#include "out/yamlw.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>
#include "base/buf.h"
#include "base/mem.h"

/* YAML 1.1 does not read these as text. */
static bool is_reserved(const char *s)
{
	static const char *const words[] = { "true", "false", "yes", "no", "on", "off", "null", "y", "n" };

	for (size_t i = 0; i < countof(words); i++)
		if (strcasecmp(words[i], s) == 0)
			return true;
	return false;
}

/* Begins with a letter, so that YAML does not read it as a number or date. */
static bool is_plain(const char *s)
{
	static const char inside[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./";

	return isalpha((unsigned char)*s) && (unsigned char)*s < 0x80 && strspn(s, inside) == strlen(s) && !is_reserved(s);
}

static void put_text(struct yamlw *w, const char *s)
{
	scoped(buf_done) struct buf b = { 0 };

	if (is_plain(s))
		buf_adds(&b, s);
	else
		buf_add_quoted(&b, s, true);
	fputs(buf_str(&b), w->file);
}

static void indent(struct yamlw *w)
{
	if (!w->after_dash)
		fprintf(w->file, "%*s", (int)w->depth * 2, "");
	w->after_dash = false;
}

static void put_key(struct yamlw *w, const char *key)
{
	indent(w);
	put_text(w, key);
	fputc(':', w->file);
}

void yamlw_document(struct yamlw *w)
{
	fputs("---\n", w->file);
}

void yamlw_comment(struct yamlw *w, const char *text)
{
	scoped(freep) char *clean = clean_dup(text);

	indent(w);
	fprintf(w->file, "# %s\n", clean);
}

void yamlw_open(struct yamlw *w, const char *key)
{
	put_key(w, key);
	fputc('\n', w->file);
	w->depth++;
}

void yamlw_item(struct yamlw *w)
{
	indent(w);
	fputs("- ", w->file);
	w->after_dash = true;
	w->depth++;
}

void yamlw_close(struct yamlw *w)
{
	w->depth--;
}

void yamlw_member(struct yamlw *w, const char *key, const char *value)
{
	put_key(w, key);
	fputc(' ', w->file);
	put_text(w, value);
	fputc('\n', w->file);
}

void yamlw_member_uint(struct yamlw *w, const char *key, uint64_t value)
{
	put_key(w, key);
	fprintf(w->file, " %" PRIu64 "\n", value);
}

void yamlw_member_bool(struct yamlw *w, const char *key, bool value)
{
	put_key(w, key);
	fprintf(w->file, " %s\n", value ? "true" : "false");
}

/* Printable, not indented at its beginning, with one newline at its end. */
static bool is_block(const char *text)
{
	size_t len = strlen(text);
	scoped(buf_done) struct buf b = { 0 };

	for (const char *c = text; *c; c++)
		buf_add(&b, *c == '\n' ? " " : c, 1);
	scoped(freep) char *clean = clean_dup(buf_str(&b));

	return len > 1 && text[len - 1] == '\n' && text[len - 2] != '\n' && *text != ' ' && *text != '\n' && streq(clean, buf_str(&b));
}

void yamlw_member_block(struct yamlw *w, const char *key, const char *text)
{
	if (!is_block(text)) {
		yamlw_member(w, key, text);
		return;
	}
	put_key(w, key);
	fputs(" |\n", w->file);
	for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
		int len = (int)strcspn(line, "\n");

		fprintf(w->file, "%*s%.*s\n", len ? (int)(w->depth + 1) * 2 : 0, "", len, line);
	}
}

void yamlw_element(struct yamlw *w, const char *value)
{
	indent(w);
	fputs("- ", w->file);
	put_text(w, value);
	fputc('\n', w->file);
}
