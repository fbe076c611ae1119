/* SPDX-License-Identifier: Apache-2.0 */
/* The filter itself, as the kernel takes it: struct sock_filter after struct sock_filter, in this machine's byte order. */
#include "out/escape.h"
#include "out/view.h"
#include "policy/compile.h"

static int emit(const struct shown *s, FILE *f, struct err *e)
{
	scoped(compiled_freep) struct compiled *filter = NULL;
	size_t len;
	int r = policy_compile(s->policy, &filter, e);

	if (r < 0)
		return r;
	const struct sock_filter *code = compiled_code(filter, &len);

	fwrite(code, sizeof *code, len, f);
	return 0;
}

static void losses(const struct shown *s, struct strlist *ret)
{
	const struct policy_flag *flag;

	for (size_t i = 0; (flag = policy_flag_at(i)); i++)
		if (policy_flags(s->policy) & flag->bit)
			view_add_loss(ret, "bpf", "has no flags, which belong to the call that installs it", 1, flag->oci);
}

static void next(maybe_unused const struct shown *s, const char *path, struct buf *ret)
{
	buf_adds(ret, "bwrap --seccomp 3 ... 3<");
	escape_shell(ret, path);
}

const struct view view_policy_bpf = {
	.shows = SHOWS_POLICY,
	.name = "bpf",
	.suffix = ".bpf",
	.help = "the filter itself, for bubblewrap, crun's annotation and setpriv",
	.is_binary = true,
	.emit = emit,
	.can = CAN_ARGS | CAN_PER_ARCH | CAN_ERRNO | CAN_UNNAMED,
	.actions = ANY_ACTION, .defaults = ANY_ACTION, .flags = ANY_FLAG,
	.losses = losses, .next = next,
};
