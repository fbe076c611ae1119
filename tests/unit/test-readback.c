/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filters that are read back: what the policy means, by the judge, is what the program answers, by the
 * simulator; and what the kernel does not take is rejected.
 */
#include <errno.h>
#include <linux/audit.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/filter.h"
#include "base/mem.h"
#include "diff/policies.h"
#include "read/filter.h"
#include "tests/unit/bpfsim.h"
#include "tests/unit/golden.h"
#include "tests/unit/make.h"
#include "tests/unit/oracle.h"
#include "tests/unit/tap.h"

static struct code code_of(const struct compiled *f)
{
	struct code code = { 0 };

	code.items = (struct sock_filter *)compiled_code(f, &code.count);
	return code;
}

static bool is_kill(const struct policy *p)
{
	return policy_default(p).action == ACT_KILL_THREAD;
}

static bool means(const struct policy *p, const struct policy *read)
{
	struct differences *d = policy_compare_known(p, read);
	const struct difference *first = difference_at(d, 0);

	/* flags are not part of a filter; and it is one thing to cover an ABI and kill its calls, and not to cover it */
	for (size_t i = 0; first && (first->subject == SUBJECT_FLAGS || (first->subject == SUBJECT_ABI && is_kill(p))); i++)
		first = difference_at(d, i);
	if (first) {
		printf("# %s: %s -> %s\n", first->call ? first->call : "?", first->old ? first->old : "?", first->now ? first->now : "?");
		print_policy(p);
		print_policy(read);
	}
	differences_free(d);
	return !first;
}

/* -EOPNOTSUPP: rules cannot express it.  -EINVAL: it means something else. */
static int come_back(const struct policy *p, struct err *e)
{
	scoped(compiled_freep) struct compiled *f = NULL;
	scoped(profile_freep) struct profile *read = NULL;
	struct code code;
	int r = policy_compile(p, &f, e);

	if (r < 0)
		return r;
	code = code_of(f);
	r = profile_read_filters("the filter", &code, 1, &read, e);
	return r == 0 && !means(p, read->policy) ? err_set(e, EINVAL, "it means something else") : r;
}

TEST(generated_policies_come_back)
{
	unsigned policies = getenv("SCTRACE_BRIEF") ? 10 : 100, left = 0;
	struct err e;

	for (unsigned i = 0; i < policies; i++) {
		struct dice d = dice_new(i);
		struct policy *p = make_policy(&d);
		int r = come_back(p, &e);

		left += r == -EOPNOTSUPP;
		policy_free(p);
		CHECK_FOR(r == 0 || r == -EOPNOTSUPP, "policy %u: %s", i, e.text);
	}
	printf("# %u of %u cannot be expressed\n", left, policies);
	CHECK(left < policies / 5);
}

TEST(golden_policies_come_back)
{
	/* sanitizers take a minute for some of them */
	size_t step = getenv("SCTRACE_BRIEF") ? 16 : 1;
	struct golden g;
	struct err e;

	for (size_t i = 0; golden_open(&g, i); i += step) {
		int r = come_back(g.policy, &e);

		golden_close(&g);
		CHECK_FOR(r == 0, "%s: %s", g.name, e.text);
	}
}

/* programs of any kind */

static const struct arch *abis[3];

static void find_abis(void)
{
	abis[0] = arch_find("x86_64");
	abis[1] = arch_find("x86");
	abis[2] = arch_find("x32");
}

static uint32_t any_answer(struct dice *d)
{
	static const uint32_t answers[] = {
		SECCOMP_RET_ALLOW, SECCOMP_RET_LOG, SECCOMP_RET_ERRNO | EPERM, SECCOMP_RET_ERRNO | ENOSYS, SECCOMP_RET_KILL_PROCESS,
		SECCOMP_RET_KILL_THREAD, SECCOMP_RET_TRAP, SECCOMP_RET_TRACE | 7, 0x00010000,
	};

	return answers[dice_below(d, countof(answers))];
}

static uint32_t any_number(struct dice *d)
{
	switch (dice_below(d, 6)) {
	case 0:  return AUDIT_ARCH_X86_64;
	case 1:  return AUDIT_ARCH_I386;
	case 2:  return 0x40000000u | dice_below(d, 500);
	default: return dice_below(d, 460);
	}
}

static struct sock_filter any_load(struct dice *d)
{
	switch (dice_below(d, 8)) {
	case 0:  return (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 4);
	case 1:
	case 2:  return (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0);
	case 3:  return (struct sock_filter)BPF_STMT(BPF_LD | BPF_IMM, any_number(d));
	case 4:  return (struct sock_filter)BPF_STMT(BPF_LD | BPF_MEM, dice_below(d, 3));
	case 5:  return (struct sock_filter)BPF_STMT(BPF_LDX | BPF_IMM, any_number(d));
	default: return (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16 + 8 * dice_below(d, 3));
	}
}

static struct sock_filter any_other(struct dice *d)
{
	switch (dice_below(d, 7)) {
	case 0:  return (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 1u << dice_below(d, 32) | 0xff);
	case 1:  return (struct sock_filter)BPF_STMT(BPF_ST, dice_below(d, 3));
	case 2:  return (struct sock_filter)BPF_STMT(BPF_STX, dice_below(d, 3));
	case 3:  return (struct sock_filter)BPF_STMT(BPF_MISC | BPF_TAX, 0);
	case 4:  return (struct sock_filter)BPF_STMT(BPF_MISC | BPF_TXA, 0);
	case 5:  return (struct sock_filter)BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, dice_below(d, 3));
	default: return (struct sock_filter)BPF_STMT(BPF_ALU | BPF_DIV | BPF_X, 0);
	}
}

static struct sock_filter any_jump(struct dice *d, size_t left)
{
	static const uint16_t ops[] = { BPF_JEQ, BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET };
	uint8_t yes = (uint8_t)dice_below(d, (uint32_t)left), no = (uint8_t)dice_below(d, (uint32_t)left);

	if (dice_below(d, 12) == 0)
		return (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, yes);
	return (struct sock_filter)BPF_JUMP(BPF_JMP | ops[dice_below(d, countof(ops))] | (dice_below(d, 8) ? BPF_K : BPF_X),
					    any_number(d), yes, no);
}

enum { LENGTH_MAX = 24 };

static struct code any_program(struct dice *d, struct sock_filter *items)
{
	struct code code = { .items = items, .count = 2 + dice_below(d, LENGTH_MAX - 2) };

	for (size_t i = 0; i < code.count; i++) {
		size_t left = code.count - i - 1;
		unsigned kind = left < 2 ? 0 : dice_below(d, 10);

		items[i] = kind == 0 ? (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, any_answer(d)) : kind < 5 ? any_load(d) :
			kind < 7 ? any_other(d) : any_jump(d, left);
	}
	if (dice_below(d, 8) == 0)
		items[dice_below(d, (uint32_t)code.count)].code ^= (uint16_t)(1u << dice_below(d, 8));
	return code;
}

/* The kernel's word: does it take the program?  Who is not rejected may not even end as it wants. */
static bool kernel_takes(const struct code *code)
{
	enum { REJECTED = 42, TAKEN = 43 };
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		/* where the filter denies the exit, and a sanitizer's handler only repeats the fault with which libc ends then */
		setitimer(ITIMER_VIRTUAL, &(struct itimerval){ .it_value.tv_usec = 50000 }, NULL);
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		_exit(filter_install(code->items, code->count, 0) == -EINVAL ? REJECTED : TAKEN);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return !WIFEXITED(status) || WEXITSTATUS(status) != REJECTED;
}

/* Not where an outer filter denies it. */
static bool can_install(const struct sock_filter *all)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		_exit(filter_install(all, 1, 0) == 0 ? 0 : 1);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status == 0;
}

TEST(what_the_kernel_does_not_take_is_rejected)
{
	const struct sock_filter all[] = { BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
	struct sock_filter items[LENGTH_MAX];
	unsigned taken = 0;
	struct err e;

	if (!can_install(all)) {
		printf("# this host allows no filters\n");
		return;
	}

	for (unsigned i = 0; i < 300; i++) {
		struct dice d = dice_new(7000 + i);
		struct code code = any_program(&d, items);
		bool good = code_check(&code, &e) == 0;

		taken += good;
		CHECK_FOR(good == kernel_takes(&code), "program %u: %s", i, good ? "accepted" : e.text);
	}
	CHECK(taken > 30 && taken < 270);
}

/* the meaning of programs of any kind, and of several */

struct stack {
	struct sock_filter items[2][LENGTH_MAX];
	struct code code[2];
	size_t count;
};

static uint32_t simulated(const struct stack *s, const struct arch *arch, uint32_t nr, const uint64_t args[static 6])
{
	struct seccomp_data data = { .nr = (int)nr, .arch = arch->audit };
	uint32_t answer = SECCOMP_RET_ALLOW, one = 0;

	memcpy(data.args, args, sizeof data.args);
	for (size_t i = 0; i < s->count; i++) {
		if (!bpfsim_run(s->code[i].items, s->code[i].count, &data, &one))
			abort();
		/* what has no meaning kills, and other data than an errno's and a tracer's are not looked at */
		one = verdict_kernel(verdict_of_kernel(one));
		answer = i ? bpfsim_stricter(answer, one) : one;
	}
	return answer;
}

static bool agrees_on(const struct stack *s, const struct policy *p, const struct arch *arch, struct dice *d)
{
	for (uint32_t n = 0; n < 460; n++) {
		uint32_t nr = arch->bit | n;
		uint64_t args[6] = { 0 };

		for (unsigned a = 0; a < 3; a++)
			args[a] = dice_below(d, 3) ? any_number(d) : dice_u64(d) & (arch->bits == 32 ? UINT32_MAX : UINT64_MAX);
		uint32_t want = simulated(s, arch, nr, args), got = verdict_kernel(policy_judge(p, arch, nr, args, NULL));

		if (want != got) {
			printf("# %s %u(0x%llx, 0x%llx, 0x%llx): the filter says 0x%08x, the policy 0x%08x\n", arch->name, nr,
			       (unsigned long long)args[0], (unsigned long long)args[1], (unsigned long long)args[2], want, got);
			print_policy(p);
			return false;
		}
	}
	return true;
}

static bool any_stack(struct dice *d, struct stack *s)
{
	struct err e;

	s->count = 1 + dice_below(d, 2);
	for (size_t i = 0; i < s->count; i++) {
		s->code[i] = any_program(d, s->items[i]);
		if (code_check(&s->code[i], &e) < 0)
			return false;
	}
	return true;
}

TEST(programs_of_any_kind_mean_what_is_read)
{
	unsigned read = 0, left = 0, programs = getenv("SCTRACE_BRIEF") ? 60 : 800;

	find_abis();
	for (unsigned i = 0; i < programs; i++) {
		scoped(profile_freep) struct profile *f = NULL;
		struct dice d = dice_new(90000 + i);
		struct stack s;
		struct err e;

		if (!any_stack(&d, &s))
			continue;
		int r = profile_read_filters("the filters", s.code, s.count, &f, &e);

		CHECK_FOR(r == 0 || r == -EOPNOTSUPP, "%u: %s", i, e.text);
		read += r == 0;
		left += r < 0;
		for (size_t a = 0; r == 0 && a < countof(abis); a++)
			CHECK_FOR(agrees_on(&s, f->policy, abis[a], &d), "program %u on %s", i, abis[a]->name);
	}
	printf("# %u read, %u cannot be expressed\n", read, left);
	CHECK(read > programs / 20);
}
