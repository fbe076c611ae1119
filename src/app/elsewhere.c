/* SPDX-License-Identifier: Apache-2.0 */
#include "app/elsewhere.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"

enum { WORDS_MAX = 64, TEXT_MAX = 65536 };

static bool we_have(maybe_unused void *self, const char *name)
{
	return getenv(name) != NULL;
}

/* A script with that name may do something else, as podman's `docker` does: what it executes is
 * recorded. */
static bool is_script(const char *path)
{
	char head[3];

	return io_read_head(path, head, sizeof head) > 0 && streq(head, "#!");
}

void elsewhere_warn(const char *path, char *const *argv)
{
	scoped(freep) char *real = realpath(path, NULL);
	const struct daemon *d = client_daemon(argv[0], (const char *const *)argv, we_have, NULL);

	if (!d && real)
		d = client_daemon(real, (const char *const *)argv, we_have, NULL);
	if (d && !is_script(path))
		log_warning("'%s' hands work to %s: sctrace does not see %s; %s", argv[0], d->name, d->unseen, d->remedy);
}

/* The NUL-terminated words of a file in /proc, as a NULL-terminated array. */
static size_t split(const char *text, size_t size, const char **words, size_t max)
{
	size_t n = 0;

	for (size_t at = 0; at < size && n + 1 < max; at += strlen(text + at) + 1)
		words[n++] = text + at;
	words[n] = NULL;
	return n;
}

static size_t read_words(pid_t tid, const char *file, char **ret)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/%s", tid, file);
	*ret = xcalloc(1, TEXT_MAX);
	return io_read_head(path, *ret, TEXT_MAX);
}

static bool it_has(void *self, const char *name)
{
	scoped(freep) char *text = NULL;
	size_t size = read_words(*(const pid_t *)self, "environ", &text), len = strlen(name);

	for (size_t at = 0; at < size; at += strlen(text + at) + 1)
		if (strncmp(text + at, name, len) == 0 && text[at + len] == '=')
			return true;
	return false;
}

const struct daemon *elsewhere_executed(pid_t tid, const char *path)
{
	scoped(freep) char *text = NULL;
	const char *words[WORDS_MAX];

	if (!client_is(path))
		return NULL;
	split(text, read_words(tid, "cmdline", &text), words, countof(words));
	return client_daemon(path, words, it_has, &tid);
}

/* A path in the task's own view: from its root, or from its current folder. */
static bool is_there(pid_t tid, const char *address)
{
	scoped(freep) char *path = xprintf("/proc/%d/%s%s", tid, *address == '/' ? "root" : "cwd/", address);
	struct stat st;

	return stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

const struct daemon *elsewhere_connects(const struct tracer *t, pid_t tid, const char *address)
{
	const struct daemon *d = client_socket(address);

	return d && is_there(tid, address) && !tracer_serves(t, tid, address) ? d : NULL;
}

char *elsewhere_detail(const struct daemon *d)
{
	return xprintf("programs talked to %s: %s is not recorded", d->name, d->unseen);
}
