/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Podman's containers.conf: `seccomp_profile` in the table `[containers]`. It parses enough of TOML
 * to distinguish keys, strings, comments and tables, so that nothing else is mistaken for that key.
 */
#include <ctype.h>
#include <errno.h>
#include <strings.h>
#include <unistd.h>
#include "base/mem.h"
#include "read/assigned.h"
#include "read/document.h"

enum { NAME_MAX_LEN = 200, DEPTH_MAX = 50 };

/* The state of parsing the text. */
struct toml {
	struct profile *profile;
	const char *at;
	unsigned line;
	char table[NAME_MAX_LEN];	/* the current table, as a dotted name */
	bool in_containers;		/* in `containers = { ... }` */
	char *found;			/* the value of the key */
	unsigned found_line;
};

static int fail(const struct toml *t, struct err *e, const char *what)
{
	return err_set(e, EINVAL, "%s:%u: not valid TOML: %s", t->profile->file, t->line, what);
}

static void step(struct toml *t)
{
	t->line += *t->at == '\n';
	t->at++;
}

/* Never goes past the end. */
static int expect(struct toml *t, char c, struct err *e, const char *what)
{
	if (*t->at != c)
		return fail(t, e, what);
	step(t);
	return 0;
}

static void skip_blank(struct toml *t)
{
	t->at += strspn(t->at, " \t\r");
}

/* Also line ends and comments. */
static void skip_lines(struct toml *t)
{
	while (*t->at && strchr(" \t\r\n#", *t->at))
		if (*t->at == '#')
			t->at += strcspn(t->at, "\n");
		else
			step(t);
}

/* strings */

static int add_code(struct toml *t, struct buf *b, unsigned digits, struct err *e)
{
	unsigned long code;
	char hex[9] = "";

	for (unsigned i = 0; i < digits; i++, t->at++) {
		if (!isxdigit((unsigned char)*t->at))
			return fail(t, e, "an escape without its digits");
		hex[i] = *t->at;
	}
	code = strtoul(hex, NULL, 16);
	if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return fail(t, e, "an escape for what is not a character");
	if (code < 0x80)
		buf_addf(b, "%c", (char)code);
	else if (code < 0x800)
		buf_addf(b, "%c%c", (char)(0xc0 | code >> 6), (char)(0x80 | (code & 63)));
	else if (code < 0x10000)
		buf_addf(b, "%c%c%c", (char)(0xe0 | code >> 12), (char)(0x80 | (code >> 6 & 63)), (char)(0x80 | (code & 63)));
	else
		buf_addf(b, "%c%c%c%c", (char)(0xf0 | code >> 18), (char)(0x80 | (code >> 12 & 63)), (char)(0x80 | (code >> 6 & 63)),
			 (char)(0x80 | (code & 63)));
	return 0;
}

/* After the backslash. */
static int read_escape(struct toml *t, struct buf *b, bool multiline, struct err *e)
{
	static const char from[] = "btnfr\"\\", to[] = "\b\t\n\f\r\"\\";
	const char *known = *t->at ? strchr(from, *t->at) : NULL;

	if (known) {
		buf_add(b, &to[known - from], 1);
		t->at++;
		return 0;
	}
	if (*t->at == 'u' || *t->at == 'U')
		return add_code(t, b, *t->at++ == 'u' ? 4 : 8, e);
	if (multiline && t->at[strspn(t->at, " \t\r")] == '\n') {
		while (*t->at && isspace((unsigned char)*t->at))
			step(t);
		return 0;
	}
	return fail(t, e, "an unknown escape in a string");
}

/* At a quote: a string of any of the four kinds. */
static int read_string(struct toml *t, struct buf *b, struct err *e)
{
	char quote = *t->at;
	const char three[] = { quote, quote, quote, '\0' };
	bool multiline = starts_with(t->at, three);
	int r = 0;

	t->at += multiline ? 3 : 1;
	if (multiline && *t->at == '\n')
		step(t);
	while (r == 0 && (multiline ? !starts_with(t->at, three) : *t->at != quote)) {
		if (!*t->at || (!multiline && *t->at == '\n'))
			return fail(t, e, "a string without an end");
		if (*t->at == '\\' && quote == '"') {
			t->at++;
			r = read_escape(t, b, multiline, e);
		} else {
			buf_add(b, t->at, 1);
			step(t);
		}
	}
	t->at += r < 0 ? 0 : multiline ? 3 : 1;
	/* up to two quotes can be its last characters */
	for (int i = 0; r == 0 && multiline && i < 2 && *t->at == quote; i++, t->at++)
		buf_add(b, &quote, 1);
	return r;
}

/* keys, tables, values */

/* A dot in it separates nothing. */
static int read_quoted_key(struct toml *t, struct buf *key, struct err *e)
{
	size_t from = key->len;
	int r = read_string(t, key, e);

	for (; from < key->len; from++)
		if (key->data[from] == '.')
			key->data[from] = '/';
	return r;
}

/* "a.'b'.c" as "a.b.c"; a key that is too long is another one. */
static int read_key(struct toml *t, char ret[static NAME_MAX_LEN], struct err *e)
{
	scoped(buf_done) struct buf key = { 0 };
	int r = 0;

	do {
		if (key.len)
			t->at++;
		skip_blank(t);
		buf_adds(&key, key.len ? "." : "");
		size_t bare = strspn(t->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

		if (*t->at == '"' || *t->at == '\'')
			r = read_quoted_key(t, &key, e);
		else if (bare)
			buf_add(&key, t->at, bare);
		else
			return fail(t, e, "there should be a key");
		t->at += *t->at == '"' || *t->at == '\'' ? 0 : bare;
		skip_blank(t);
	} while (r == 0 && *t->at == '.');
	snprintf(ret, NAME_MAX_LEN, "%s", buf_str(&key));
	return r;
}

static int read_table(struct toml *t, struct err *e)
{
	bool of_array = t->at[1] == '[';
	int r;

	t->at += of_array ? 2 : 1;
	r = read_key(t, t->table, e);
	if (r == 0 && strncmp(t->at, of_array ? "]]" : "]", of_array ? 2 : 1) != 0)
		return fail(t, e, "the name of a table without its bracket");
	if (r == 0 && of_array && strcasecmp(t->table, "containers") == 0)
		return fail(t, e, "'containers' should be a table, and not an array of tables");
	t->at += r < 0 ? 0 : of_array ? 2 : 1;
	return r;
}

static int skip_value(struct toml *t, unsigned depth, struct err *e);
static int read_profile(struct toml *t, struct err *e);

/* An array or an inline table: values, commas, and in a table keys. */
static int skip_brackets(struct toml *t, unsigned depth, struct err *e)
{
	char end = *t->at == '[' ? ']' : '}', key[NAME_MAX_LEN];
	int r = depth > DEPTH_MAX ? fail(t, e, "arrays are nested too deeply") : 0;

	for (t->at++, skip_lines(t); r == 0 && *t->at != end; skip_lines(t)) {
		r = end == '}' ? read_key(t, key, e) : 0;
		if (r == 0 && end == '}')
			r = expect(t, '=', e, "a key without '='");
		skip_lines(t);
		if (r == 0 && depth == 0 && t->in_containers && end == '}' && strcasecmp(key, "seccomp_profile") == 0)
			r = read_profile(t, e);
		else
			r = r < 0 ? r : skip_value(t, depth + 1, e);
		skip_lines(t);
		if (r == 0 && *t->at != end)
			r = expect(t, ',', e, "a bracket without an end");
	}
	t->at += r == 0;
	return r;
}

static int skip_value(struct toml *t, unsigned depth, struct err *e)
{
	scoped(buf_done) struct buf ignored = { 0 };
	size_t plain = strcspn(t->at, ",]}#\n");

	if (*t->at == '"' || *t->at == '\'')
		return read_string(t, &ignored, e);
	if (*t->at == '[' || *t->at == '{')
		return skip_brackets(t, depth, e);
	if (!plain)
		return fail(t, e, "a key without a value");
	t->at += plain;
	return 0;
}

static void look_at_spelling(struct toml *t, const char *full)
{
	static const char *const words[] = { "containers.seccomp_profile", "containers.seccomp", "containers.seccomp_profile_path" };

	for (size_t i = 0; i < countof(words); i++)
		if (assigned_resembles(full, words[i])) {
			assigned_misspelt_at(t->profile, (struct place){ .line = t->line, .path = arena_strdup(t->profile->arena, full) }, full,
					     "seccomp_profile");
			return;
		}
}

static int read_profile(struct toml *t, struct err *e)
{
	struct buf value = { 0 };
	int r;

	if (t->found)
		return fail(t, e, "the key 'seccomp_profile' is repeated");
	if (*t->at != '"' && *t->at != '\'')
		return fail(t, e, "'seccomp_profile' should be a string");
	t->found_line = t->line;
	r = read_string(t, &value, e);
	t->found = buf_take(&value);
	return r;
}

static int read_pair(struct toml *t, struct err *e)
{
	char key[NAME_MAX_LEN], full[2 * NAME_MAX_LEN + 2];
	int r = read_key(t, key, e);

	r = r < 0 ? r : expect(t, '=', e, "a key without '='");
	if (r < 0)
		return r;
	skip_blank(t);
	snprintf(full, sizeof full, "%s%s%s", t->table, *t->table ? "." : "", key);
	/* the reader of Podman minds no case */
	if (strcasecmp(full, "containers.seccomp_profile") == 0)
		return read_profile(t, e);
	t->in_containers = strcasecmp(full, "containers") == 0;
	look_at_spelling(t, full);
	return skip_value(t, 0, e);
}

static int walk(struct toml *t, struct err *e)
{
	int r = 0;

	for (skip_lines(t); r == 0 && *t->at; skip_lines(t)) {
		r = (*t->at == '[' ? read_table : read_pair)(t, e);
		skip_blank(t);
		if (r == 0 && *t->at && *t->at != '\n' && *t->at != '#')
			return fail(t, e, "a line with something behind its value");
	}
	return r;
}

/* Podman looks for it in its own working folder, and not beside this file. */
static const char *whole_path(struct profile *f, const char *path)
{
	scoped(freep) char *folder = getcwd(NULL, 0);
	scoped(freep) char *whole = *path != '/' && folder ? xprintf("%s/%s", folder, path) : xstrdup(path);

	return arena_strdup(f->arena, whole);
}

static int read_containers_conf(struct profile *f, const struct read_opts *how, struct err *e)
{
	struct toml t = { .profile = f, .at = f->text, .line = 1 };
	const struct assignments all = { .noun = "seccomp_profile", .files = &reader_docker };
	struct assignment a = { .name = "", .kind = ASSIGNED_DEFAULT, .what = "podman-default", .place = { .line = 1, .path = "containers" } };
	int r = strlen(f->text) == f->len ? walk(&t, e) : fail(&t, e, "a NUL character");

	if (t.found && *t.found) {
		a.kind = streq(t.found, "unconfined") ? ASSIGNED_NONE : ASSIGNED_FILE;
		a.what = a.kind == ASSIGNED_NONE ? "it is unconfined" : whole_path(f, t.found);
	}
	if (t.found)
		a.place = (struct place){ .line = t.found_line, .path = "containers.seccomp_profile" };
	free(t.found);
	return r < 0 ? r : assigned_read(f, &all, &a, how, e);
}

/* A line with the table or the key, which in other kinds of files can only be in a string. */
static bool looks_like_containers_conf(struct profile *f)
{
	return document_has_line(f, "[containers]") || document_has_line(f, "seccomp_profile =") ||
	       document_has_line(f, "containers.seccomp_profile");
}

const struct reader reader_containers_conf = {
	.name = "containers-conf",
	.help = "Podman's containers.conf, with its seccomp_profile: TOML",
	.container = true,
	.looks_like = looks_like_containers_conf,
	.read = read_containers_conf,
};
