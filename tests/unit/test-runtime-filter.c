/* SPDX-License-Identifier: Apache-2.0 */
/* The filter that runtimes make of a policy, compared with libseccomp's. */
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>
#include "policy/judge-unknown.h"
#include "read/runtime-filter.h"
#include "tests/unit/bpfsim.h"
#include "tests/unit/oracle.h"
#include "tests/unit/tap.h"

/* Adds the rules as runc and crun do; returns -1, or the index of the rule that was rejected. */
static long hand_over(scmp_filter_ctx ctx, const struct policy *p)
{
	static const enum scmp_compare ops[CMP_COUNT] = {
		[CMP_EQ] = SCMP_CMP_EQ, [CMP_NE] = SCMP_CMP_NE, [CMP_LT] = SCMP_CMP_LT, [CMP_LE] = SCMP_CMP_LE,
		[CMP_GT] = SCMP_CMP_GT, [CMP_GE] = SCMP_CMP_GE, [CMP_MASKED_EQ] = SCMP_CMP_MASKED_EQ,
	};
	const struct arch *arch;
	const struct rule *rule;

	for (size_t i = 0; (arch = arch_at(i)); i++)
		if (policy_arches(p) & ARCH_BIT(arch))
			(void)seccomp_arch_add(ctx, arch->scmp);
	for (long i = 0; (rule = policy_rule(p, (size_t)i)); i++) {
		struct scmp_arg_cmp args[6];
		int nr = seccomp_syscall_resolve_name(rule->call);

		if (nr == __NR_SCMP_ERROR || verdict_equal(rule->verdict, policy_default(p)))
			continue;
		for (unsigned k = 0; k < rule->conditions; k++) {
			const struct condition *c = &rule->when[k];

			args[k] = (struct scmp_arg_cmp){ c->arg, ops[c->op], c->op == CMP_MASKED_EQ ? c->mask : c->value, c->value };
		}
		if (seccomp_rule_add_array(ctx, verdict_kernel(rule->verdict), nr, rule->conditions, args) < 0)
			return i;
	}
	return -1;
}

struct made {
	struct sock_filter code[BPF_MAXINSNS];
	size_t len;
	struct runtime_filter *foretold;
	unsigned differ;
};

static bool export_to(struct made *m, scmp_filter_ctx ctx)
{
	int fd = memfd_create("filter", MFD_CLOEXEC);
	ssize_t n = fd >= 0 && seccomp_export_bpf(ctx, fd) == 0 ? pread(fd, m->code, sizeof m->code, 0) : -1;

	close(fd);
	m->len = n > 0 ? (size_t)n / sizeof *m->code : 0;
	return n > 0;
}

/* The filter differs from the judge where that was predicted, and nowhere else. */
static bool is_foretold(struct dice *d, const struct policy *p, const void *context, struct call *c)
{
	struct made *m = (struct made *)context;
	struct seccomp_data data = { .nr = (int)c->nr, .arch = c->arch->audit };
	uint32_t judged = verdict_kernel(policy_judge(p, c->arch, c->nr, c->args, NULL)), answer;
	char name[CALL_NAME_MAX];
	struct partial_call q = { .arch = c->arch, .call = name, .known = 63 };
	struct deviation dev;

	(void)d;
	/* a 32-bit ABI has only these bits of arguments */
	for (unsigned i = 0; i < 6; i++)
		q.args[i] = data.args[i] = c->arch->bits == 32 ? (uint32_t)c->args[i] : c->args[i];
	arch_call_name(c->arch, c->nr, name);
	if (!bpfsim_run(m->code, m->len, &data, &answer))
		return false;
	bool differs = runtime_filter_deviates(m->foretold, &q, DEVIATION_ANY, &dev);

	m->differ += differs;
	return differs ? answer != judged && verdict_kernel(dev.made) == answer && verdict_kernel(dev.meant) == judged :
		answer == judged;
}

/* The example of each deviation is right, for the filter and the judge. */
static bool examples_are_right(const struct policy *p, const struct made *m)
{
	const struct deviation *dev;

	for (size_t i = 0; (dev = runtime_filter_deviation(m->foretold, i)); i++) {
		struct seccomp_data data = { .arch = dev->on->audit };
		uint32_t nr, answer = 0;

		if (dev->kind > DEVIATION_OTHER || !arch_call_number(dev->on, dev->call, &nr))
			return false;
		data.nr = (int)nr;
		memcpy(data.args, dev->args, sizeof data.args);
		if (!bpfsim_run(m->code, m->len, &data, &answer) || answer != verdict_kernel(dev->made) ||
		    !verdict_equal(policy_judge(p, dev->on, nr, dev->args, NULL), dev->meant) || verdict_equal(dev->made, dev->meant))
			return false;
	}
	return true;
}

TEST(the_filter_of_runtimes_is_predicted)
{
	unsigned refused = 0, differ = 0, unknown = 0;
	static struct made m;

	for (unsigned i = 0; i < 1500; i++) {
		struct dice d = dice_new(i);
		struct policy *p = make_policy(&d);
		scmp_filter_ctx ctx = seccomp_init(verdict_kernel(policy_default(p)));
		const struct deviation *first;
		bool right, too_much;
		long bad;

		m = (struct made){ .foretold = runtime_filter_new(p, NULL, arch_native()) };
		first = runtime_filter_deviation(m.foretold, 0);
		too_much = first && first->kind == DEVIATION_UNKNOWN;
		bad = too_much ? -1 : hand_over(ctx, p);
		unknown += too_much;
		if (too_much)
			right = !first->call;
		else if (bad >= 0)
			right = first && first->kind == DEVIATION_NOT_LOADED && streq(first->call, policy_rule(p, (size_t)bad)->call);
		else
			right = export_to(&m, ctx) && holds_on_calls(&d, p, 30, is_foretold, &m) && examples_are_right(p, &m);
		refused += bad >= 0;
		differ += m.differ > 0;
		seccomp_release(ctx);
		runtime_filter_free(m.foretold);
		if (!right)
			print_policy(p);
		policy_free(p);
		CHECK_FOR(right, "policy %u, %s", i, bad >= 0 ? "refused" : "loaded");
	}
	printf("# %u refused, %u mean something else, %u too much for libseccomp\n", refused, differ, unknown);
	CHECK(refused > 50 && differ > 50 && unknown < 15);
}
