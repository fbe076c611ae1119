/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/compile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/filter.h"
#include "base/mem.h"
#include "policy/code.h"
#include "policy/judge.h"
#include "policy/says.h"
#include "policy/supplement.h"

struct compiled {
	struct code code;
	unsigned flags;			/* SECCOMP_FILTER_FLAG_* */
};

static void release(scmp_filter_ctx *ctx)
{
	if (*ctx)
		seccomp_release(*ctx);
}

static uint32_t scmp_action(struct verdict v)
{
	/* libseccomp's SCMP_ACT_* are the kernel's values */
	return verdict_kernel(v);
}

/* libseccomp takes numbers of the native ABI, translates them by name, and uses negative ones for
 * calls that only other ABIs have. It passes on unknown numbers unchanged, which is right for the
 * numbers that all ABIs share. */
static bool scmp_number(const char *call, const struct arch *arch, int *ret)
{
	uint32_t nr;

	/* x86 has `accept` only as socketcall(5, ...), which libseccomp handles */
	if (!arch_call_number(arch, call, &nr) && !is_multiplexed(arch, call))
		return false;
	*ret = seccomp_syscall_resolve_name(call);
	if (*ret == __NR_SCMP_ERROR)
		*ret = (int)(nr & ~arch->bit);
	return true;
}

/* True if libseccomp has no number for the call on this ABI. It takes numbers of the native ABI and
 * finds those of others by name. */
static bool is_nameless(const char *call, const struct arch *arch)
{
	return arch != arch_native() && !libseccomp_knows(call);
}

static int add_rule(scmp_filter_ctx ctx, const struct rule *rule, const struct arch *arch, struct err *e)
{
	int nr, r;

	if (!scmp_number(rule->call, arch, &nr) || is_nameless(rule->call, arch))
		return 0;		/* the ABI does not have the call; or the supplement handles it */
	r = seccomp_rule_add(ctx, scmp_action(rule->verdict), nr, 0);
	/* EEXIST: for calls behind a multiplexer */
	if (r < 0 && r != -EEXIST)
		return err_set(e, -r, "libseccomp rejects the rule for '%s' on %s: %s", rule->call,
			       arch->name, strerror(-r));
	return 0;
}

/* Adds the rules that do not depend on arguments. */
static int fill(scmp_filter_ctx ctx, const struct policy *p, const struct arch *arch, struct err *e)
{
	struct verdict otherwise = policy_default(p);
	const struct rule *rule;
	int r = 0;

	for (size_t i = 0; r == 0 && (rule = policy_rule(p, i)); i++)
		if (rule->conditions == 0 && rule_on(rule, arch) && !verdict_equal(rule->verdict, otherwise))
			r = add_rule(ctx, rule, arch, e);
	return r;
}

static int one_arch(scmp_filter_ctx *ret, const struct policy *p, const struct arch *arch, struct err *e)
{
	scoped(release) scmp_filter_ctx ctx = seccomp_init(scmp_action(policy_default(p)));

	if (!ctx)
		return err_set(e, EINVAL, "libseccomp cannot start a filter");
	if (arch->scmp != seccomp_arch_native()) {
		int r = seccomp_arch_add(ctx, arch->scmp);

		r = r < 0 ? r : seccomp_arch_remove(ctx, SCMP_ARCH_NATIVE);
		if (r < 0)
			return err_set(e, -r, "libseccomp does not know the ABI %s", arch->name);
	}
	/* a binary tree: the numbers are found in a few steps */
	seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_THREAD);
	int r = fill(ctx, p, arch, e);
	if (r == 0)
		*ret = take(ctx);
	return r;
}

/* libseccomp writes the program with one write() and ignores a short one. With a file, `ulimit -f`
 * could truncate the filter; a pipe has room, or is full. */
static int export(scmp_filter_ctx ctx, struct code *ret, struct err *e)
{
	enum { ROOM = 1 << 20 };	/* allowed without privileges; 32 times the kernel's limit */
	int fds[2], size = 0, room;

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_sys(e, "cannot make the filter");
	(void)fcntl(fds[1], F_SETPIPE_SZ, ROOM);
	room = fcntl(fds[1], F_GETPIPE_SZ);

	int r = seccomp_export_bpf(ctx, fds[1]);

	if (r == 0 && (ioctl(fds[0], FIONREAD, &size) < 0 || size >= room))
		r = -E2BIG;
	if (r == 0) {
		ret->count = ret->room = (size_t)size / sizeof *ret->items;
		ret->items = xcalloc(ret->count, sizeof *ret->items);
		if (read(fds[0], ret->items, (size_t)size) != size)
			r = -EIO;
	}
	close(fds[0]);
	close(fds[1]);
	return r < 0 ? err_set(e, -r, "libseccomp cannot make the filter: %s", strerror(-r)) : 0;
}

static int check_size(const struct code *f, struct err *e)
{
	if (f->count > BPF_MAXINSNS)
		return err_set(e, E2BIG, "the filter has %zu instructions; the kernel takes %d", f->count, BPF_MAXINSNS);
	return 0;
}

/* The part of libseccomp: all ABIs in one filter. */
static int make(const struct policy *p, struct code *ret, struct err *e)
{
	scoped(release) scmp_filter_ctx whole = NULL;
	const struct arch *arch;

	for (size_t i = 0; (arch = arch_at(i)); i++) {
		scmp_filter_ctx part = NULL;
		int r;

		if (!(policy_covers(p) & ARCH_BIT(arch)))
			continue;
		r = one_arch(&part, p, arch, e);
		if (r < 0)
			return r;
		if (!whole) {
			whole = part;
			continue;
		}
		r = seccomp_merge(whole, part);		/* frees `part` on success */
		if (r < 0) {
			seccomp_release(part);
			return err_set(e, -r, "libseccomp cannot join the filters of several ABIs: %s", strerror(-r));
		}
	}
	return export(whole, ret, e);
}

/* verification */

struct calls {
	struct policy_call *items;
	size_t count, room;
};

static void add_call(struct calls *c, const struct arch *arch, uint32_t nr)
{
	c->items = grow(c->items, c->count, &c->room, sizeof *c->items);
	c->items[c->count++] = (struct policy_call){ arch, nr };
}

static int by_audit(const void *va, const void *vb)
{
	const struct policy_call *a = va, *b = vb;

	if (a->arch->audit != b->arch->audit)
		return a->arch->audit < b->arch->audit ? -1 : 1;
	return a->nr < b->nr ? -1 : a->nr > b->nr;
}

/* Adds the call of a rule, and the multiplexers through which it can be made. */
static void add_calls(struct calls *ret, const struct arch *arch, const char *call)
{
	uint32_t nr;

	if (arch_call_number(arch, call, &nr))
		add_call(ret, arch, nr);
	for (size_t m = 0; multiplexer_at(m) && is_multiplexed(arch, call); m++)
		if (arch_call_number(arch, multiplexer_at(m), &nr))
			add_call(ret, arch, nr);
}

/* The calls of all rules, without duplicates. */
static void find_calls(const struct policy *p, struct calls *ret)
{
	const struct arch *arch;
	const struct rule *rule;
	size_t kept = 0;

	for (size_t i = 0; (rule = policy_rule(p, i)); i++)
		for (size_t a = 0; policy_first_rule(p, rule->call) == rule && (arch = arch_at(a)); a++)
			if (policy_covers(p) & ARCH_BIT(arch))
				add_calls(ret, arch, rule->call);
	sort_items(ret->items, ret->count, sizeof *ret->items, by_audit);
	for (size_t i = 0; i < ret->count; i++)
		if (!kept || by_audit(&ret->items[kept - 1], &ret->items[i]) != 0)
			ret->items[kept++] = ret->items[i];
	ret->count = kept;
}

/* Is the code's answer the judge's, for all arguments? */
static bool is_right(struct diagram *diagram, const struct code *code, const struct policy *p, const struct policy_call *c)
{
	char name[CALL_NAME_MAX];
	diagram_node meant, made;
	scoped(says_done) struct says says;

	arch_call_name(c->arch, c->nr, name);
	says_find(&says, p, c->arch, name);
	diagram_begin(diagram, c->arch);
	meant = says_answers(diagram, p, &says);
	return !diagram_is_lost(diagram) && code_answers(diagram, code, c->arch, c->nr, &made) && made == meant;
}

static void keep_wrong(struct diagram *diagram, const struct code *code, const struct policy *p, struct calls *calls)
{
	size_t kept = 0;

	for (size_t i = 0; i < calls->count; i++)
		if (!is_right(diagram, code, p, &calls->items[i]))
			calls->items[kept++] = calls->items[i];
	calls->count = kept;
}

/* The supplement answers the calls that libseccomp's code does not, and is verified in the same way. */
static int complete(struct code *code, const struct policy *p, struct err *e)
{
	scoped(diagram_freep) struct diagram *diagram = diagram_new();
	char name[CALL_NAME_MAX];
	struct calls calls = { 0 };
	int r = 0;

	find_calls(p, &calls);
	keep_wrong(diagram, code, p, &calls);
	if (calls.count)
		r = supplement_prepend(code, p, diagram, calls.items, calls.count, e);
	r = r < 0 ? r : check_size(code, e);
	if (r == 0)
		keep_wrong(diagram, code, p, &calls);
	if (r == 0 && calls.count) {
		arch_call_name(calls.items[0].arch, calls.items[0].nr, name);
		r = err_set(e, EOPNOTSUPP, "the filter for '%s' on %s cannot be shown to mean what the rules say", name,
			    calls.items[0].arch->name);
	}
	free(calls.items);
	return r;
}

size_t policy_calls(const struct policy *p, struct policy_call **ret)
{
	struct calls calls = { 0 };

	find_calls(p, &calls);
	*ret = calls.items;
	return calls.count;
}

static unsigned kernel_flags(unsigned flags)
{
	const struct policy_flag *flag;
	unsigned kernel = 0;

	for (size_t i = 0; (flag = policy_flag_at(i)); i++)
		kernel |= flags & flag->bit ? flag->kernel : 0;
	return kernel;
}

int policy_compile(const struct policy *p, struct compiled **ret, struct err *e)
{
	struct compiled *f = xcalloc(1, sizeof *f);
	int r;

	f->flags = kernel_flags(policy_flags(p));
	r = make(p, &f->code, e);
	r = r < 0 ? r : check_size(&f->code, e);
	r = r < 0 ? r : complete(&f->code, p, e);
	if (r < 0)
		compiled_free(f);
	else
		*ret = f;
	return r;
}

void compiled_free(struct compiled *f)
{
	if (!f)
		return;
	free(f->code.items);
	free(f);
}

const struct sock_filter *compiled_code(const struct compiled *f, size_t *ret_len)
{
	*ret_len = f->code.count;
	return f->code.items;
}

unsigned compiled_flags(const struct compiled *f)
{
	return f->flags;
}

void compiled_defer(struct compiled *f, uint16_t data)
{
	for (size_t at = 0; at < f->code.count; at++) {
		struct sock_filter *one = &f->code.items[at];

		if (one->code == (BPF_RET | BPF_K) && !verdict_passes(verdict_of_kernel(one->k)))
			one->k = SECCOMP_RET_TRACE | data;
	}
}

static int install(const struct compiled *f)
{
	return filter_install(f->code.items, f->code.count, f->flags);
}

int compiled_install(const struct compiled *f, struct err *e)
{
	int r = install(f);

	if (r == -EACCES && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		r = install(f);
	return r < 0 ? err_set(e, -r, "cannot install the filter: %s", strerror(-r)) : 0;
}
