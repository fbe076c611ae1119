/* SPDX-License-Identifier: Apache-2.0 */
#include "app/runtime-conf.h"

#include <errno.h>
#include <unistd.h>
#include "base/io.h"
#include "base/mem.h"

enum { CONF_MAX = 65536 };

int runtime_conf_keep(const char *word, unsigned *ret, struct err *e)
{
	char *end;
	unsigned long n = strtoul(word, &end, 10);

	if (*word < '0' || *word > '9' || *end || n == 0 || n > RUNTIME_KEEP_MAX)
		return err_set(e, EINVAL, "'%s' is not a number of containers from 1 to %d", word, RUNTIME_KEEP_MAX);
	*ret = (unsigned)n;
	return 0;
}

static int set_real(struct runtime_conf *c, const char *value, maybe_unused struct err *e)
{
	free(c->real);
	c->real = xstrdup(value);
	return 0;
}

static int set_dir(struct runtime_conf *c, const char *value, struct err *e)
{
	if (*value != '/')
		return err_set(e, EINVAL, "'%s' is not an absolute path", value);
	free(c->dir);
	c->dir = xstrdup(value);
	return 0;
}

static int set_keep(struct runtime_conf *c, const char *value, struct err *e)
{
	return runtime_conf_keep(value, &c->keep, e);
}

static int set_keep_filter(struct runtime_conf *c, const char *value, struct err *e)
{
	if (!streq(value, "yes") && !streq(value, "no"))
		return err_set(e, EINVAL, "'%s' is neither yes nor no", value);
	c->keep_filter = streq(value, "yes");
	return 0;
}

static const struct {
	const char *key;
	int (*set)(struct runtime_conf *, const char *value, struct err *e);
} keys[] = {
	{ "dir", set_dir }, { "keep", set_keep }, { "keep-filter", set_keep_filter }, { "real", set_real },
};

/* Blanks round a word are cut off. */
static char *trimmed(char *text)
{
	size_t len;

	text += strspn(text, " \t\r");
	len = strlen(text);
	while (len && strchr(" \t\r", text[len - 1]))
		text[--len] = '\0';
	return text;
}

static int read_line(struct runtime_conf *c, char *text, struct err *e)
{
	char *value = strchr(text, '=');

	if (!*text || *text == '#')
		return 0;
	if (value)
		*value++ = '\0';
	text = trimmed(text);
	for (size_t i = 0; value && i < countof(keys); i++)
		if (streq(keys[i].key, text)) {
			int r = keys[i].set(c, trimmed(value), e);

			return r < 0 ? err_in(e, r, "%s", text) : 0;
		}
	return err_set(e, EINVAL, "'%s' is not one of dir=, keep=, keep-filter= and real=", text);
}

static int read_lines(struct runtime_conf *c, const char *path, char *text, struct err *e)
{
	int r = 0;
	char *line;

	for (unsigned n = 1; r == 0 && (line = strsep(&text, "\n")); n++) {
		r = read_line(c, trimmed(line), e);
		if (r < 0)
			err_in(e, r, "%s:%u", path, n);
	}
	return r;
}

int runtime_conf_load(struct runtime_conf *ret, struct err *e)
{
	const char *named = getenv("SCTRACE_RUNTIME_CONF"), *path = named && *named ? named : RUNTIME_CONF;
	scoped(freep) char *text = NULL;
	size_t len;
	int r;

	*ret = (struct runtime_conf){ .keep = RUNTIME_KEEP };
	if (path != named && access(path, F_OK) < 0)
		return 0;
	r = io_read_all(path, CONF_MAX, &text, &len, e);
	r = r < 0 ? r : read_lines(ret, path, text, e);
	if (r < 0)
		runtime_conf_done(ret);
	return r;
}

void runtime_conf_done(struct runtime_conf *c)
{
	free(c->real);
	free(c->dir);
	*c = (struct runtime_conf){ 0 };
}
