/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes are a raw filter, a policy of minijail, or are rejected.  What is read of a filter is what the
 * simulator answers; what is read of a policy is written, and read again says the same.
 */
#include <assert.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include "base/mem.h"
#include "diff/policies.h"
#include "out/view.h"
#include "policy/judge.h"
#include "read/filter.h"
#include "tests/unit/bpfsim.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct parse_host host = { .caps = 1 << 21, .kernel = { 6, 1 } };

static struct profile *read_as(const char *reader, const void *bytes, size_t size)
{
	const struct read_opts how = { .host = &host, .use = READ_TO_JUDGE, .as = reader_find(reader) };
	struct profile *f = NULL;
	struct err e = { "" };
	int r = profile_read_bytes("input", bytes, size, &how, &f, &e);

	assert((r == 0) == (f != NULL) && (r == 0 || *e.text));
	return f;
}

/* What is compared with its number, and arguments that the program has as constants. */
static void check_filter(const struct policy *p, const struct sock_filter *code, size_t count)
{
	const struct arch *arch;

	for (size_t i = 0; (arch = arch_at(i)) && i < 3; i++)
		for (size_t k = 0; k < count && k < 200; k++) {
			struct seccomp_data data = { .nr = (int)(arch->bit | (code[k].k % 1000)), .arch = arch->audit };
			uint32_t answer;

			for (unsigned a = 0; a < 6; a++)
				data.args[a] = code[(k + a) % count].k;
			if (arch_by_bit(arch, (uint32_t)data.nr) != arch || !bpfsim_run(code, count, &data, &answer))
				continue;
			assert(verdict_kernel(verdict_of_kernel(answer)) ==
			       verdict_kernel(policy_judge(p, arch, (uint32_t)data.nr, (const uint64_t *)data.args, NULL)));
		}
}

static void fuzz_filter(const uint8_t *bytes, size_t size)
{
	struct profile *f = read_as("bpf", bytes, size);
	struct sock_filter *code = xcalloc(size / sizeof *code + 1, sizeof *code);

	memcpy(code, bytes, size);
	if (f)
		check_filter(f->policy, code, size / sizeof *code);
	free(code);
	profile_free(f);
}

static void fuzz_minijail(const uint8_t *bytes, size_t size)
{
	struct profile *f = read_as("minijail", bytes, size), *again;
	struct shown shown = { .is = SHOWS_POLICY };
	scoped(buf_done) struct buf text = { 0 };
	scoped(strlist_done) struct strlist losses = { 0 };
	const struct view *v = view_find(SHOWS_POLICY, "minijail");
	struct err e;

	if (!f)
		return;
	shown.policy = f->policy;
	view_losses(v, &shown, &losses);
	if (view_text(v, &shown, &text, &e) == 0 && losses.count == 0 && policy_rule(f->policy, 0)) {
		again = read_as("minijail", text.data, text.len);
		if (again) {
			struct differences *d = policy_compare(f->policy, again->policy);

			assert(!difference_at(d, 0) || policy_default(f->policy).action == ACT_KILL_THREAD);
			differences_free(d);
		}
		profile_free(again);
	}
	profile_free(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	fuzz_filter(bytes, size);
	fuzz_minijail(bytes, size);
	return 0;
}
