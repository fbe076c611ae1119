/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are a profile or are refused; what is read is written, and read
 * again says the same. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/mem.h"
#include "out/out.h"
#include "policy/judge.h"
#include "policy/parse-oci.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static struct policy *parse(const void *bytes, size_t size)
{
	const struct parse_host host = { .caps = 1 << 21, .kernel = { 6, 1 } };
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct strlist warnings = { 0 };
	struct policy *p = NULL;
	struct err e = { "" };
	char path[32];

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof path, "/dev/fd/%d", fd);
	int r = policy_parse_oci(path, &host, &p, &warnings, &e);

	close(fd);
	strlist_done(&warnings);
	assert((r == 0) == (p != NULL) && (r == 0 || *e.text));
	return p;
}

static char *emit(const struct policy *p, const char *format, size_t *ret_len)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, ret_len);

	out_find(format)->emit(p, &(struct out_opts){ .annotate = false }, f);
	fclose(f);
	return text;
}

static bool has_unnamed(const struct policy *p)
{
	for (size_t i = 0; policy_rule(p, i); i++)
		if (starts_with(policy_rule(p, i)->call, "call_"))
			return true;
	return false;
}

static void compare(const struct policy *p, const struct policy *q)
{
	const struct rule *r;
	const struct arch *a;

	for (size_t i = 0; (r = policy_rule(p, i)) && i < 50; i++)
		for (size_t n = 0; (a = arch_at(n)) && n < 4; n++) {
			uint64_t args[6] = { 0 };
			uint32_t nr;

			for (unsigned c = 0; c < r->conditions; c++)
				args[r->when[c].arg] = r->when[c].value;
			if (arch_call_number(a, r->call, &nr))
				assert(verdict_equal(policy_judge(p, a, nr, args, NULL),
						     policy_judge(q, a, nr, args, NULL)));
		}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct policy *p = parse(bytes, size), *again;
	size_t len = 0, text_len = 0;

	if (!p)
		return 0;
	scoped(freep) char *json = emit(p, "docker", &len);
	scoped(freep) char *text = emit(p, "text", &text_len);

	again = parse(json, len);
	assert(again && text_len > 0);
	if (!has_unnamed(p))
		compare(p, again);
	policy_free(p);
	policy_free(again);
	return 0;
}
