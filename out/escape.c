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
			buf_adds(b, "&#58;");	/* no link either */
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
