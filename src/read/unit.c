/* SPDX-License-Identifier: Apache-2.0 */
/* As systemd 252 reads it, src/shared/conf-parser.c and src/basic/extract-word.c. */
#include "read/unit.h"

#include <errno.h>
#include <stdio.h>
#include "base/mem.h"
#include "sysdb/sysdb.h"

enum { LINE_MAX_BYTES = 1 << 20 };

static const char blanks[] = " \t\n\r";

void unit_begin(struct unit *u, const char *file, const char *text, size_t len)
{
	*u = (struct unit){ .file = file, .at = text, .end = text + len };
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		u->at += 3;
}

void unit_done(struct unit *u)
{
	buf_done(&u->text);
	free(u->pieces);
	free(u->origin);
}

static const char *file_of(const struct unit *u)
{
	return u->origin ? u->origin : u->file;
}

static bool is_line_end(char c)
{
	return c == '\n' || c == '\r' || c == '\0';
}

/* A line of the file, without newline; false: no more. */
static bool next_physical(struct unit *u, const char **ret, size_t *ret_len)
{
	const char *begin = u->at;

	if (u->at == u->end)
		return false;
	while (u->at < u->end && !is_line_end(*u->at))
		u->at++;
	*ret = begin;
	*ret_len = (size_t)(u->at - begin);
	if (u->at < u->end)
		u->at += u->at + 1 < u->end && u->at[0] == '\r' && u->at[1] == '\n' ? 2 : 1;
	u->line++;
	return true;
}

/* `systemctl cat` begins a file with "# /lib/systemd/system/x.service". */
static bool begins_file(const char *comment, size_t len)
{
	static const char units[] = "service,socket,mount,swap,slice,scope,timer,path,target,device,automount";

	if (len <= 3 || memcmp(comment, "# /", 3) != 0 || memchr(comment + 2, ' ', len - 2))
		return false;
	scoped(freep) char *path = xstrndup(comment + 2, len - 2);
	const char *suffix = strrchr(path, '.');

	return suffix && (list_has(units, suffix + 1) || (streq(suffix, ".conf") && strstr(path, ".d/")));
}

static void begin_file(struct unit *u, const char *comment, size_t len)
{
	free(u->origin);
	u->origin = xstrndup(comment + 2, len - 2);
	u->line = 0;
	*u->section = '\0';
}

/* Does the text end with a backslash that is not escaped? */
static bool goes_on(const char *text, size_t len)
{
	bool escaped = false;

	for (size_t i = 0; i < len; i++)
		escaped = !escaped && text[i] == '\\';
	return escaped;
}

static void add_piece(struct unit *u, const char *text, size_t len)
{
	u->pieces = grow(u->pieces, u->piece_count, &u->piece_room, sizeof *u->pieces);
	u->pieces[u->piece_count++] = (struct unit_piece){ u->text.len, u->line };
	buf_add(&u->text, text, len);
}

/* One line with its continuations; false: no more. */
static int next_logical(struct unit *u, struct err *e)
{
	const char *text;
	size_t len;

	u->text.len = 0;
	u->piece_count = 0;
	while (next_physical(u, &text, &len)) {
		size_t skip = 0;

		while (skip < len && strchr(blanks, text[skip]))
			skip++;
		if (skip < len && (text[skip] == '#' || text[skip] == ';')) {
			if (u->piece_count == 0 && begins_file(text, len))
				begin_file(u, text, len);
			continue;
		}
		if (u->text.len + len > LINE_MAX_BYTES)
			return err_set(e, EINVAL, "%s:%u: a line of more than %d bytes, for which systemd rejects the file", file_of(u),
				       u->line, LINE_MAX_BYTES);
		add_piece(u, text, len);
		if (!goes_on(u->text.data ? u->text.data : "", u->text.len))
			return 1;
		u->text.data[u->text.len - 1] = ' ';
	}
	return u->piece_count > 0;
}

static char *strip(char *text)
{
	size_t len;

	text += strspn(text, blanks);
	len = strlen(text);
	while (len > 0 && strchr(blanks, text[len - 1]))
		len--;
	text[len] = '\0';
	return text;
}

static int read_section(struct unit *u, const char *line, struct err *e)
{
	size_t len = strlen(line);

	if (line[len - 1] != ']')
		return err_set(e, EINVAL, "%s:%u: a section without its ']', for which systemd rejects the file", file_of(u),
			       u->pieces[0].line);
	/* a longer name is not one of systemd's */
	snprintf(u->section, sizeof u->section, "%.*s", (int)(len - 2 < sizeof u->section ? len - 2 : 0), line + 1);
	if (!*u->section)
		snprintf(u->section, sizeof u->section, "?");
	return 0;
}

static void read_assignment(struct unit *u, char *line, struct unit_line *ret)
{
	char *sign = strchr(line, '=');

	*ret = (struct unit_line){ .line = u->pieces[0].line };
	if (!*u->section)
		ret->what = "an assignment outside of a section";
	else if (!sign)
		ret->what = "a line without '='";
	else if (sign == line)
		ret->what = "a line without a key before '='";
	if (ret->what)
		return;
	*sign = '\0';
	ret->key = strip(line);
	ret->value = strip(sign + 1);
}

int unit_next(struct unit *u, struct unit_line *ret, struct err *e)
{
	int r;

	while ((r = next_logical(u, e)) > 0) {
		buf_add(&u->text, "", 1);
		char *line = strip(u->text.data);

		if (!*line)
			continue;
		if (*line != '[') {
			read_assignment(u, line, ret);
			return 1;
		}
		r = read_section(u, line, e);
		if (r < 0)
			return r;
	}
	return r;
}

unsigned unit_line_of(const struct unit *u, const char *in_value)
{
	size_t at = (size_t)(in_value - u->text.data);
	unsigned line = u->line;

	for (size_t i = 0; i < u->piece_count && u->pieces[i].at <= at; i++)
		line = u->pieces[i].line;
	return line;
}

int unit_word(char **value, bool quotes, char **ret)
{
	char *from = *value + strspn(*value, blanks), *to = from, quote = '\0';

	*ret = from;
	if (!*from)
		return 0;
	for (; *from && (quote || !strchr(blanks, *from)); from++) {
		bool escaped = *from == '\\';

		if (escaped && !*++from)
			return -EINVAL;
		if (!escaped && (quote ? *from == quote : quotes && strchr("'\"", *from)))
			quote = quote ? '\0' : *from;
		else
			*to++ = *from;
	}
	if (quote)
		return -EINVAL;
	*value = *from ? from + 1 : from;
	*to = '\0';
	return 1;
}
