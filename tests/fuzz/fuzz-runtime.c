/* SPDX-License-Identifier: Apache-2.0 */
/* What engines and administrators hand to `sctrace runtime`: the first byte says which. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "app/installs.h"
#include "app/oci-bundle.h"
#include "app/oci-line.h"
#include "app/runtime-conf.h"
#include "base/mem.h"

enum { WORDS = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void read_conf(const char *path)
{
	struct runtime_conf conf;
	struct err e = { "" };

	setenv("SCTRACE_RUNTIME_CONF", path, 1);
	if (runtime_conf_load(&conf, &e) < 0) {
		assert(*e.text);
		return;
	}
	assert(conf.keep >= 1 && conf.keep <= RUNTIME_KEEP_MAX && (!conf.dir || *conf.dir == '/'));
	runtime_conf_done(&conf);
}

static void read_bundle(const char *path)
{
	struct kept c = { .id = xstrdup("web") };
	scoped(strlist_done) struct strlist command = { 0 };
	struct err e = { "" };

	if (oci_bundle_read(path, &c, &command, &e) < 0 || oci_process_read(path, &command, &e) < 0)
		assert(*e.text);
	kept_done(&c);
}

/* Merged twice is merged once. */
static void merge(const char *text)
{
	const struct install *in;
	struct err e = { "" };

	for (size_t i = 0; (in = install_at(i)); i++) {
		scoped(freep) char *once = NULL, *twice = NULL;

		if (in->merge(text, "/usr/bin/sctrace-runtime", &once, &e) < 0) {
			assert(*e.text);
			continue;
		}
		assert(in->merge(once, "/usr/bin/sctrace-runtime", &twice, &e) == 0 && streq(once, twice));
	}
}

static void read_words(char *text, size_t size)
{
	char *words[WORDS + 1] = { 0 };
	size_t n = 0;

	for (size_t at = 0; at < size && n < WORDS; at += strlen(text + at) + 1)
		words[n++] = text + at;

	struct oci_line line = oci_line_read(words);

	assert(!line.id || (line.command && line.rest >= words && line.rest <= words + n));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static void (*const readers[])(const char *path) = { read_conf, read_bundle };
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	char path[32];

	if (size == 0 || fd < 0 || write(fd, bytes + 1, size - 1) != (ssize_t)size - 1) {
		close(fd);
		return 0;
	}

	scoped(freep) char *text = xmemdup((const char *)bytes + 1, size - 1);

	snprintf(path, sizeof path, "/dev/fd/%d", fd);
	if (*bytes % 4 < countof(readers))
		readers[*bytes % 4](path);
	else if (*bytes % 4 == 2)
		merge(text);
	else
		read_words(text, size - 1);
	close(fd);
	return 0;
}
