/* SPDX-License-Identifier: Apache-2.0 */
/* A raw filter: struct sock_filter after struct sock_filter, in this machine's byte order. */
#include <byteswap.h>
#include <errno.h>
#include "base/mem.h"
#include "read/filter.h"

/* A copy: a text is aligned to nothing. */
static struct code code_of(const struct profile *f)
{
	struct code code = { .count = f->len / sizeof *code.items };

	code.items = xcalloc(code.count + 1, sizeof *code.items);
	memcpy(code.items, f->text, code.count * sizeof *code.items);
	return code;
}

static bool is_whole(const struct profile *f)
{
	return f->len > 0 && f->len % sizeof(struct sock_filter) == 0 && f->len / sizeof(struct sock_filter) <= BPF_MAXINSNS;
}

static void swap_bytes(struct code *code)
{
	for (size_t i = 0; i < code->count; i++) {
		code->items[i].code = bswap_16(code->items[i].code);
		code->items[i].k = bswap_32(code->items[i].k);
	}
}

/* Of either byte order: every instruction has a zero byte, which no text has. */
static bool looks_like(struct profile *f)
{
	struct code code;
	struct err ignored;
	bool good;

	if (!is_whole(f))
		return false;
	code = code_of(f);
	good = code_check(&code, &ignored) == 0;
	swap_bytes(&code);
	good = good || code_check(&code, &ignored) == 0;
	free(code.items);
	return good;
}

static int reject_order(const struct profile *f, struct code *code, struct err *e)
{
	struct err ignored;

	if (code_check(code, &ignored) == 0)
		return 0;
	swap_bytes(code);
	if (code_check(code, &ignored) == 0)
		return err_set(e, EINVAL, "%s: the filter is for a machine of the other byte order", f->file);
	swap_bytes(code);
	return 0;
}

static int read_file(struct profile *f, maybe_unused const struct read_opts *how, struct err *e)
{
	struct code code;
	int r;

	if (!is_whole(f))
		return err_set(e, EINVAL, "%s: %zu bytes are not a filter: it has 8 for each of 1 to %d instructions", f->file,
			       f->len, BPF_MAXINSNS);
	code = code_of(f);
	r = reject_order(f, &code, e);
	r = r < 0 ? r : filters_read(f, &code, 1, e);
	free(code.items);
	return r;
}

const struct reader reader_bpf = {
	.name = "bpf",
	.help = "a raw filter, as bubblewrap and crun take it",
	.looks_like = looks_like,
	.read = read_file,
};
