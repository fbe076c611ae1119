/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are a recording or are rejected; a recording is written and read again. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/mem.h"
#include "policy/derive.h"
#include "policy/judge.h"
#include "rec/rec.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static struct rec *load(const void *bytes, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct rec *rec = NULL;
	struct err e = { "" };
	char path[32];

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof path, "/dev/fd/%d", fd);
	int r = rec_load(path, &rec, &e);

	close(fd);
	assert((r == 0) == (rec != NULL) && (r == 0 || *e.text));
	return rec;
}

static char *bytes_of(const struct rec *rec, size_t *ret_len)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, ret_len);

	rec_write(rec, f);
	fclose(f);
	return text;
}

static void check_derived(const struct rec *rec)
{
	struct policy *p = policy_derive(rec, &(struct derive_opts){ .refuse = { ACT_ERRNO, 1 } });
	const uint64_t args[6] = { 0 };
	const struct rec_call *c;

	for (size_t i = 0; (c = rec_call_at(rec, i)); i++)
		assert((policy_judge(p, c->arch, c->nr, args, NULL).action == ACT_ALLOW) == rec_is_call(c));
	policy_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct rec *rec = load(bytes, size), *again;
	size_t len = 0, len_again = 0;

	if (!rec)
		return 0;
	scoped(freep) char *text = bytes_of(rec, &len);

	again = load(text, len);
	assert(again);
	scoped(freep) char *text_again = bytes_of(again, &len_again);

	assert(len == len_again && memcmp(text, text_again, len) == 0);
	check_derived(rec);
	rec_free(rec);
	rec_free(again);
	return 0;
}
