/* SPDX-License-Identifier: Apache-2.0 */
#include "out/escape.h"

#include <ctype.h>
#include "base/mem.h"

void escape_markdown(struct buf *b, const char *s)
{
	scoped(freep) char *clean = clean_dup(s);

	for (s = clean; *s; s++) {
		if (*s == '<' || *s == '>' || *s == '&' || *s == '@' || *s == '#')
			buf_addf(b, "&#%d;", *s);
		else if (strchr("\\`*_[]|~", *s))
			buf_addf(b, "\\%c", *s);
		else if (*s == ':' && starts_with(s, "://"))
			buf_adds(b, "&#58;");	/* and no link */
		else
			buf_add(b, s, 1);
	}
}

void escape_shell(struct buf *b, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./,:@%^";

	if (*word && strspn(word, plain) == strlen(word)) {
		buf_adds(b, word);
		return;
	}
	buf_adds(b, "'");
	for (; *word; word++)
		if (*word == '\'')
			buf_adds(b, "'\\''");
		else
			buf_add(b, word, 1);
	buf_adds(b, "'");
}

void escape_uri(struct buf *b, const char *path)
{
	if (*path == '/')
		buf_adds(b, "file://");
	for (; *path; path++)
		if (isalnum((unsigned char)*path) || strchr("-._~/", *path))
			buf_add(b, path, 1);
		else
			buf_addf(b, "%%%02X", (unsigned char)*path);
}

void escape_sarif(struct buf *b, const char *text)
{
	bool link = strstr(text, "](");

	for (; *text; text++) {
		if (*text == '{' || *text == '}')
			buf_add(b, text, 1);
		else if (link && strchr("[]\\", *text))
			buf_adds(b, "\\");
		buf_add(b, text, 1);
	}
}

void escape_xml(struct buf *b, const char *text)
{
	static const struct { char c; const char *entity; } entities[] = {
		{ '<', "&lt;" }, { '>', "&gt;" }, { '&', "&amp;" }, { '"', "&quot;" },
	};

	for (; *text; text++) {
		const char *entity = NULL;

		for (size_t i = 0; i < countof(entities); i++)
			if (*text == entities[i].c)
				entity = entities[i].entity;
		if (entity)
			buf_adds(b, entity);
		else if ((unsigned char)*text >= ' ')
			buf_add(b, text, 1);
	}
}

/* Percent-encodes separators. */
static void encode(struct buf *b, const char *text, const char *separators)
{
	for (; *text; text++)
		if (strchr(separators, *text))
			buf_addf(b, "%%%02X", (unsigned char)*text);
		else
			buf_add(b, text, 1);
}

void escape_github(struct buf *b, const char *text)
{
	encode(b, text, "%\r\n");
}

void escape_github_property(struct buf *b, const char *text)
{
	encode(b, text, "%\r\n:,");
}

void escape_put(FILE *f, const char *text, void (*escape)(struct buf *, const char *))
{
	struct buf t = { 0 };

	escape(&t, text);
	fputs(buf_str(&t), f);
	buf_done(&t);
}

void escape_comment(struct buf *b, const char *text)
{
	scoped(freep) char *clean = clean_dup(text);

	for (const char *s = clean; *s; s++) {
		buf_add(b, s, 1);
		if ((*s == '*' && s[1] == '/') || (*s == '/' && s[1] == '*'))
			buf_adds(b, " ");
	}
}
