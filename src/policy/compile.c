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
#include "base/mem.h"
#include "policy/judge.h"
#include "policy/supplement.h"

struct filters {
	struct filter *items;
	size_t count, room;
	unsigned flags;			/* SECCOMP_FILTER_FLAG_* */
};

static void release(scmp_filter_ctx *ctx)
{
	if (*ctx)
		seccomp_release(*ctx);
}

static uint32_t scmp_action(struct verdict v)
{
	/* libseccomp's SCMP_ACT_* have the kernel's values */
	return verdict_kernel(v);
}

static enum scmp_compare scmp_op(enum cmp op)
{
	static const enum scmp_compare ops[CMP_COUNT] = {
		[CMP_EQ] = SCMP_CMP_EQ, [CMP_NE] = SCMP_CMP_NE, [CMP_LT] = SCMP_CMP_LT,
		[CMP_LE] = SCMP_CMP_LE, [CMP_GT] = SCMP_CMP_GT, [CMP_GE] = SCMP_CMP_GE,
		[CMP_MASKED_EQ] = SCMP_CMP_MASKED_EQ,
	};

	return ops[op];
}

/* libseccomp takes numbers of the native ABI, translates them by name, and has
 * negative ones for calls that only other ABIs have.  What it does not know it
 * passes on as it is, which is right for the numbers that all ABIs share. */
static bool scmp_number(const char *call, const struct arch *arch, int *ret)
{
	uint32_t nr;

	/* x86 has `accept` as socketcall(5, ...) only, which libseccomp sees to */
	if (!arch_call_number(arch, call, &nr) && !is_multiplexed(arch, call))
		return false;
	*ret = seccomp_syscall_resolve_name(call);
	if (*ret == __NR_SCMP_ERROR)
		*ret = (int)(nr & ~arch->bit);
	return true;
}

static int add_rule(scmp_filter_ctx ctx, const struct rule *rule, const struct arch *arch, struct err *e)
{
	struct scmp_arg_cmp args[CONDITIONS_MAX];
	int nr;

	if (!scmp_number(rule->call, arch, &nr) || supplement_has(rule->call, arch))
		return 0;		/* the ABI has no such call: nothing to refuse or allow */
	for (unsigned i = 0; i < rule->conditions; i++) {
		const struct condition *c = &rule->when[i];
		bool masked = c->op == CMP_MASKED_EQ;

		args[i] = (struct scmp_arg_cmp){ .arg = c->arg, .op = scmp_op(c->op),
						 .datum_a = masked ? c->mask : c->value,
						 .datum_b = masked ? c->value & c->mask : 0 };
	}
	int r = seccomp_rule_add_array(ctx, scmp_action(rule->verdict), nr, rule->conditions, args);

	/* EEXIST: another rule already says so */
	if (r < 0 && r != -EEXIST)
		return err_set(e, -r, "libseccomp refuses the rule for '%s' on %s: %s", rule->call,
			       arch->name, strerror(-r));
	return 0;
}

static bool same_call(const struct rule *a, const struct rule *b, const struct arch *arch)
{
	return streq(a->call, b->call) && rule_on(a, arch) && rule_on(b, arch);
}

/* Is rule `i` the first one of its call on this ABI with its verdict? */
static bool is_first_of_verdict(const struct policy *p, size_t i, const struct arch *arch)
{
	const struct rule *rule = policy_rule(p, i);

	for (size_t j = 0; j < i; j++)
		if (same_call(policy_rule(p, j), rule, arch) &&
		    verdict_equal(policy_rule(p, j)->verdict, rule->verdict))
			return false;
	return true;
}

/* Rules of one call on one ABI fall into layers: in layer 0 is the weakest
 * verdict, or the rule that decides alone; in each higher one a stricter verdict.
 * -1: the rule has no effect. */
static int layer_of(const struct policy *p, const struct rule *rule, const struct arch *arch)
{
	const struct rule *alone = policy_decider(p, arch, rule->call), *other;
	int layer = 0;

	if (alone)
		return alone == rule ? 0 : -1;
	for (size_t i = 0; (other = policy_rule(p, i)); i++)
		layer += same_call(other, rule, arch) && verdict_stricter(rule->verdict, other->verdict) &&
			 is_first_of_verdict(p, i, arch);
	return layer;
}

/* What lies above layer 0 can only make the answer stricter. */
static int check_layer(const struct policy *p, const struct rule *rule, int layer, struct err *e)
{
	if (layer > 0 && rule->verdict.action > policy_default(p).action)
		return err_set(e, EOPNOTSUPP, "the rules for '%s' mix several actions that are weaker than the "
			       "default, under conditions that may hold together: no filter can do that",
			       rule->call);
	return 0;
}

static bool stands_for(const struct arch *arch, const char *multiplexer, const char *call)
{
	const char *inner;

	for (uint64_t n = 0; n < 32; n++)
		if ((inner = multiplexed(arch, multiplexer, n)) && streq(inner, call))
			return true;
	return false;
}

/* libseccomp makes a rule for `accept` one for socketcall(5, ...) too.  Where the
 * rules for socketcall say something else, it is out of our hands, unless one of
 * them decides alone and libseccomp is told of it. */
static int check_multiplexer(const struct policy *p, const struct rule *rule, const struct arch *arch, int layer,
			     struct err *e)
{
	const struct rule *other, *alone;

	for (size_t i = 0; is_multiplexed(arch, rule->call) && (other = policy_rule(p, i)); i++) {
		if (!rule_on(other, arch) || !stands_for(arch, other->call, rule->call))
			continue;
		alone = policy_decider(p, arch, other->call);
		if (alone && (verdict_equal(alone->verdict, rule->verdict) ||
			      (layer <= 0 && !verdict_equal(alone->verdict, policy_default(p)))))
			continue;
		return err_set(e, EOPNOTSUPP, "on %s '%s' is also reached by '%s', and libseccomp cannot join the rules "
			       "for the two; let one without conditions decide for '%s'", arch->name, rule->call, other->call,
			       other->call);
	}
	return 0;
}

static bool is_exact(enum cmp op)
{
	return op == CMP_EQ || op == CMP_MASKED_EQ;
}

/* libseccomp makes one tree of all rules for a call, and in 2.5.4 the answer
 * of that tree is wrong, also too weak, where comparisons of one argument meet
 * that are not all exact: when their values differ in the upper half, or when
 * one of the rules has further conditions. */
static bool tree_is_wrong(const struct rule *a, const struct rule *b, unsigned bits)
{
	for (unsigned i = 0; i < a->conditions; i++)
		for (unsigned j = 0; j < b->conditions; j++) {
			const struct condition *x = &a->when[i], *y = &b->when[j];

			if (x->arg == y->arg && !(is_exact(x->op) && is_exact(y->op)) &&
			    (a->conditions > 1 || b->conditions > 1 || (bits == 64 && x->value >> 32 != y->value >> 32)))
				return true;
		}
	return false;
}

static int check_tree(const struct policy *p, const struct rule *rule, const struct arch *arch, struct err *e)
{
	const struct rule *other;

	for (size_t i = 0; (other = policy_rule(p, i)) && other != rule; i++)
		if (streq(other->call, rule->call) && rule_on(other, arch) &&
		    verdict_equal(other->verdict, rule->verdict) && tree_is_wrong(other, rule, arch->bits))
			return err_set(e, EOPNOTSUPP, "two rules for '%s' compare the same argument in a way that "
				       "libseccomp %s joins wrongly; state one of them by equality, or put the "
				       "conditions into one rule", rule->call, libseccomp_version());
	return 0;
}

/* The filter of one layer for one ABI; *ret_any: it has a rule. */
static int fill(scmp_filter_ctx ctx, const struct policy *p, const struct arch *arch, int layer,
		struct verdict otherwise, bool *ret_any, struct err *e)
{
	const struct rule *rule;
	int r = 0;

	for (size_t i = 0; r == 0 && (rule = policy_rule(p, i)); i++) {
		int own = rule_on(rule, arch) ? layer_of(p, rule, arch) : -1;

		if (own == layer)
			r = check_multiplexer(p, rule, arch, layer, e);
		if (r < 0 || own != layer || verdict_equal(rule->verdict, otherwise))
			continue;
		r = check_layer(p, rule, layer, e);
		r = r < 0 ? r : check_tree(p, rule, arch, e);
		r = r < 0 ? r : add_rule(ctx, rule, arch, e);
		*ret_any = true;
	}
	return r;
}

static int one_arch(scmp_filter_ctx *ret, const struct policy *p, const struct arch *arch, int layer,
		    bool *ret_any, struct err *e)
{
	struct verdict otherwise = layer == 0 ? policy_default(p) : (struct verdict){ ACT_ALLOW, 0 };
	scoped(release) scmp_filter_ctx ctx = seccomp_init(scmp_action(otherwise));

	if (!ctx)
		return err_set(e, EINVAL, "libseccomp cannot start a filter");
	if (arch->scmp != seccomp_arch_native()) {
		int r = seccomp_arch_add(ctx, arch->scmp);

		r = r < 0 ? r : seccomp_arch_remove(ctx, SCMP_ARCH_NATIVE);
		if (r < 0)
			return err_set(e, -r, "libseccomp does not know the ABI %s", arch->name);
	}
	/* a binary tree: long lists of numbers are found in a few steps */
	seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	/* above layer 0 only the ABIs it speaks of matter */
	seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, layer == 0 ? SCMP_ACT_KILL_THREAD : SCMP_ACT_ALLOW);
	int r = fill(ctx, p, arch, layer, otherwise, ret_any, e);
	if (r == 0)
		*ret = take(ctx);
	return r;
}

/* libseccomp writes the program in one go and takes less for all of it.  Into a file that
 * would be a filter cut off by `ulimit -f`; a pipe has room, or is full. */
static int export(scmp_filter_ctx ctx, struct filter *ret, struct err *e)
{
	enum { ROOM = 1 << 20 };	/* what anybody may ask for; 32 times what the kernel takes */
	int fds[2], size = 0, room;

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_sys(e, "cannot make the filter");
	(void)fcntl(fds[1], F_SETPIPE_SZ, ROOM);
	room = fcntl(fds[1], F_GETPIPE_SZ);

	int r = seccomp_export_bpf(ctx, fds[1]);

	if (r == 0 && (ioctl(fds[0], FIONREAD, &size) < 0 || size >= room))
		r = -E2BIG;
	if (r == 0) {
		ret->len = (size_t)size / sizeof *ret->code;
		ret->code = xcalloc(ret->len, sizeof *ret->code);
		if (read(fds[0], ret->code, (size_t)size) != size)
			r = -EIO;
	}
	close(fds[0]);
	close(fds[1]);
	return r < 0 ? err_set(e, -r, "libseccomp cannot make the filter: %s", strerror(-r)) : 0;
}

static int check_size(const struct filter *f, struct err *e)
{
	if (f->len > BPF_MAXINSNS)
		return err_set(e, E2BIG, "the filter has %zu instructions; the kernel takes %d", f->len, BPF_MAXINSNS);
	return 0;
}

/* All ABIs of one layer in one filter. */
static int one_layer(const struct policy *p, int layer, struct filter *ret, bool *ret_any, struct err *e)
{
	scoped(release) scmp_filter_ctx whole = NULL;
	const struct arch *arch;

	*ret_any = layer == 0;
	for (size_t i = 0; (arch = arch_at(i)); i++) {
		scmp_filter_ctx part = NULL;
		int r;

		if (!(policy_covers(p) & ARCH_BIT(arch)))
			continue;
		r = one_arch(&part, p, arch, layer, ret_any, e);
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
	return *ret_any ? export(whole, ret, e) : 0;
}

static unsigned kernel_flags(unsigned flags)
{
	static const struct { unsigned ours, kernel; } table[] = {
		{ POLICY_LOG, SECCOMP_FILTER_FLAG_LOG },
		{ POLICY_SPEC_ALLOW, SECCOMP_FILTER_FLAG_SPEC_ALLOW },
		{ POLICY_TSYNC, SECCOMP_FILTER_FLAG_TSYNC },
		/* WAIT_KILLABLE_RECV is valid only together with a listener */
	};
	unsigned kernel = 0;

	for (size_t i = 0; i < countof(table); i++)
		if (flags & table[i].ours)
			kernel |= table[i].kernel;
	return kernel;
}

static void add_filter(struct filters *f, struct filter one)
{
	f->items = grow(f->items, f->count, &f->room, sizeof *f->items);
	f->items[f->count++] = one;
}

void policy_fit(struct policy *p, struct strlist *ret_calls)
{
	const struct rule *rule;
	const struct arch *arch;

	for (size_t i = 0; (rule = policy_rule(p, i)); i++) {
		arch_set all = rule->arches ? rule->arches : policy_covers(p), fits = all;

		for (size_t a = 0; (arch = arch_at(a)); a++)
			if ((all & ARCH_BIT(arch)) && !supplement_can(p, rule, arch))
				fits &= ~ARCH_BIT(arch);
		if (fits == all)
			continue;
		strlist_insert(ret_calls, rule->call);
		policy_restrict(p, i, fits);
		i -= !fits;
	}
}

int policy_compile(const struct policy *p, struct filters **ret, struct err *e)
{
	struct filters *f = xcalloc(1, sizeof *f);
	bool any = true;
	int r = 0;

	f->flags = kernel_flags(policy_flags(p));
	for (int layer = 0; r == 0 && any; layer++) {
		struct filter one = { 0 };

		r = one_layer(p, layer, &one, &any, e);
		if (r == 0 && any)
			add_filter(f, one);
	}
	r = r < 0 ? r : supplement_prepend(p, &f->items[0], e);
	for (size_t i = 0; r == 0 && i < f->count; i++)
		r = check_size(&f->items[i], e);
	if (r < 0)
		filters_free(f);
	else
		*ret = f;
	return r;
}

void filters_free(struct filters *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->count; i++)
		free(f->items[i].code);
	free(f->items);
	free(f);
}

size_t filters_count(const struct filters *f)
{
	return f->count;
}

const struct sock_filter *filters_at(const struct filters *f, size_t i, size_t *ret_len)
{
	if (i >= f->count)
		return NULL;
	*ret_len = f->items[i].len;
	return f->items[i].code;
}

unsigned filters_flags(const struct filters *f)
{
	return f->flags;
}

void filters_defer(struct filters *f, uint16_t data)
{
	for (size_t i = 0; i < f->count; i++)
		for (size_t at = 0; at < f->items[i].len; at++) {
			struct sock_filter *one = &f->items[i].code[at];

			if (one->code == (BPF_RET | BPF_K) && verdict_of_kernel(one->k).action < ACT_LOG)
				one->k = SECCOMP_RET_TRACE | data;
		}
}

static int install(const struct filter *one, unsigned flags)
{
	const struct sock_fprog program = { (unsigned short)one->len, one->code };

	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) < 0 ? -errno : 0;
}

int filters_install(const struct filters *f, struct err *e)
{
	for (size_t i = 0; i < f->count; i++) {
		int r = install(&f->items[i], f->flags);

		if (r == -EACCES && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
			r = install(&f->items[i], f->flags);
		if (r < 0 && i > 0)
			return err_set(e, -r, "cannot install the second of %zu filters: %s; the rules need several, "
				       "and the first one refuses seccomp(2)", f->count, strerror(-r));
		if (r < 0)
			return err_set(e, -r, "cannot install the filter: %s", strerror(-r));
	}
	return 0;
}
