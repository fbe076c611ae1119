/* SPDX-License-Identifier: Apache-2.0 */
/* What filters hide, as the tracer reads them and as it tries them. */
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/attr.h"
#include "base/mem.h"
#include "tests/unit/bpfsim.h"
#include "tests/unit/tap.h"
#include "tracer/filter/bpf.h"
#include "tracer/filter/outer-filter.h"

#define LOAD(field)     BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define LOAD_ARG(i)     BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args) + 8 * (i))
#define IF(op, k, t, f) BPF_JUMP(BPF_JMP | BPF_##op | BPF_K, k, t, f)
#define RET(k)          BPF_STMT(BPF_RET | BPF_K, k)

enum { REFUSE = SECCOMP_RET_ERRNO | 1, ALLOW = SECCOMP_RET_ALLOW, LONGEST = 4096 };

static bool simulated(const struct sock_filter *program, size_t len, const struct seccomp_data *data, bool *ret_right)
{
	uint32_t answer = ALLOW;

	*ret_right = bpfsim_run(program, len, data, &answer);
	answer &= SECCOMP_RET_ACTION_FULL;
	return answer != SECCOMP_RET_ALLOW && answer != SECCOMP_RET_LOG;
}

static double now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* the simulator, on which these tests depend */

TEST(the_simulator_obeys_the_kernels_rules)
{
	const struct seccomp_data data = { .nr = 7, .arch = 9, .args = { 0x1122334455667788 } };
	const struct sock_filter high[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 20), BPF_STMT(BPF_RET | BPF_A, 0),
	};
	const struct sock_filter odd[] = { BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 2), BPF_STMT(BPF_RET | BPF_K, 1) };
	const struct sock_filter far[] = { BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 64), BPF_STMT(BPF_RET | BPF_K, 1) };
	const struct sock_filter open_end[] = { BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 0) };
	const struct sock_filter masked[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16), BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xff),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 0x88, 0, 1), BPF_STMT(BPF_RET | BPF_K, 1),
		BPF_STMT(BPF_RET | BPF_K, 2),
	};
	uint32_t ret = 0;

	CHECK(bpfsim_run(high, countof(high), &data, &ret) && ret == 0x11223344);
	CHECK(bpfsim_run(masked, countof(masked), &data, &ret) && ret == 2);
	CHECK(!bpfsim_run(odd, countof(odd), &data, &ret));
	CHECK(!bpfsim_run(far, countof(far), &data, &ret));
	CHECK(!bpfsim_run(open_end, countof(open_end), &data, &ret));
	CHECK(!bpfsim_run(high, 0, &data, &ret));
}

TEST(of_two_filters_the_strictest_answer_counts)
{
	static const uint32_t order[] = {
		SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_TRAP, SECCOMP_RET_ERRNO | 1,
		SECCOMP_RET_USER_NOTIF, SECCOMP_RET_TRACE | 9, SECCOMP_RET_LOG, SECCOMP_RET_ALLOW,
	};

	for (size_t a = 0; a < countof(order); a++)
		for (size_t b = a; b < countof(order); b++)
			CHECK(bpfsim_stricter(order[a], order[b]) == order[a] &&
			      bpfsim_stricter(order[b], order[a]) == order[a]);
	/* of equally strict ones the first, that is, the newest filter's */
	CHECK(bpfsim_stricter(SECCOMP_RET_ERRNO | 1, SECCOMP_RET_ERRNO | 2) == (SECCOMP_RET_ERRNO | 1));
}

/* reading a filter */

/* Programs may depend on arguments; these and small numbers are what
 * the random programs compare with. */
static uint32_t some_value(void)
{
	static const uint32_t values[] = { 0, 1, 2, 7, 56, 0x7fffffff, 0x80000000, 0xffffffff, MACHINE_ARCH, MACHINE_COMPAT };

	return rand() % 3 ? (uint32_t)(rand() % 64) : values[rand() % (int)countof(values)];
}

static uint32_t some_answer(void)
{
	static const uint32_t answers[] = {
		ALLOW, ALLOW, ALLOW, SECCOMP_RET_LOG, REFUSE, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_KILL_PROCESS,
		SECCOMP_RET_TRAP, SECCOMP_RET_TRACE, SECCOMP_RET_USER_NOTIF,
	};

	return answers[rand() % (int)countof(answers)];
}

static uint8_t jump_within(size_t room)
{
	return (uint8_t)((size_t)rand() % (room < 6 ? room : 6));
}

/* Any instruction that the kernel accepts; `room`: how many follow it. */
static struct sock_filter some_instruction(size_t room)
{
	static const uint16_t jumps[] = { BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET };
	static const uint16_t sums[] = {
		BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_AND, BPF_OR, BPF_XOR, BPF_LSH, BPF_RSH, BPF_NEG,
	};
	uint16_t source = rand() % 2 ? BPF_K : BPF_X, op;
	uint32_t k = some_value();

	switch (rand() % 12) {
	case 0: return (struct sock_filter)LOAD(nr);
	case 1: return (struct sock_filter)LOAD(arch);
	case 2: return (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(rand() % 16) * 4);
	case 3: return (struct sock_filter)BPF_STMT(rand() % 2 ? BPF_LD | BPF_IMM : BPF_LDX | BPF_IMM, k);
	case 4: return (struct sock_filter)BPF_STMT(rand() % 2 ? BPF_LD | BPF_MEM : BPF_LDX | BPF_MEM, k % BPF_MEMWORDS);
	case 5: return (struct sock_filter)BPF_STMT(rand() % 2 ? BPF_ST : BPF_STX, k % BPF_MEMWORDS);
	case 6: return (struct sock_filter)BPF_STMT(rand() % 2 ? BPF_MISC | BPF_TAX : BPF_MISC | BPF_TXA, 0);
	case 7:
		op = sums[rand() % (int)countof(sums)];
		if (source == BPF_K && op == BPF_DIV)
			k |= 1;
		if (source == BPF_K && (op == BPF_LSH || op == BPF_RSH))
			k %= 32;
		return (struct sock_filter)BPF_STMT(BPF_ALU | op | source, k);
	case 8:
		if (rand() % 3 == 0)
			return (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, jump_within(room));
		return (struct sock_filter)BPF_STMT(BPF_RET | (rand() % 6 ? BPF_K : BPF_A), some_answer());
	default:
		return (struct sock_filter)BPF_JUMP(BPF_JMP | jumps[rand() % (int)countof(jumps)] | source, k,
						    jump_within(room), jump_within(room));
	}
}

static size_t some_program(struct sock_filter *program)
{
	size_t len = 4 + (size_t)rand() % 40;

	for (size_t i = 0; i < len - 1; i++)
		program[i] = some_instruction(len - 1 - i);
	program[len - 1] = (struct sock_filter)RET(some_answer());
	return len;
}

/* An ABI killed altogether is left out. */
static bool is_left_out(unsigned abi, const struct call_set *hidden)
{
	for (uint32_t nr = 0; nr < TALLY_NUMBERS; nr++)
		if (call_set_has(hidden, abi, nr))
			return false;
	return abi != MACHINE_ABI_OWN;
}

TEST(every_call_that_a_filter_denies_is_found)
{
	struct sock_filter program[64];
	unsigned refused = 0;

	srand(1);
	for (int round = 0; round < 3000; round++) {
		size_t len = some_program(program);
		struct call_set hidden;

		bpf_hidden(program, len, &hidden);
		for (int i = 0; i < 300; i++) {
			unsigned abi = (unsigned)rand() % TALLY_ABIS;
			struct seccomp_data data = {
				.nr = rand() % 2 ? rand() % 64 : rand() % TALLY_NUMBERS, .arch = machine_arch(abi),
				.instruction_pointer = (uint64_t)some_value() << 32 | some_value(),
			};
			bool right;

			for (int a = 0; a < 6; a++)
				data.args[a] = (uint64_t)some_value() << 32 | some_value();
			if (!simulated(program, len, &data, &right) || is_left_out(abi, &hidden))
				continue;
			refused++;
			CHECK_FOR(call_set_has(&hidden, abi, (uint32_t)data.nr), "round %d: abi %u, %d", round, abi, data.nr);
		}
	}
	CHECK(refused > 10000);
}

/* Without conditions on arguments the result is exact. */
TEST(only_denied_calls_are_hidden)
{
	const struct sock_filter program[] = {
		LOAD(arch), IF(JEQ, MACHINE_ARCH, 0, 6),
		LOAD(nr), IF(JGE, 200, 3, 0), IF(JEQ, 41, 3, 0), IF(JEQ, 42, 1, 0), RET(ALLOW),
		RET(SECCOMP_RET_LOG), RET(REFUSE),
	};
	struct call_set hidden;
	bool right;

	bpf_hidden(program, countof(program), &hidden);
	for (uint32_t nr = 0; nr < TALLY_NUMBERS; nr++) {
		struct seccomp_data data = { .nr = (int)nr, .arch = MACHINE_ARCH };

		CHECK_FOR(call_set_has(&hidden, MACHINE_ABI_OWN, nr) == simulated(program, countof(program), &data, &right), "%u", nr);
		CHECK(right);
	}
	CHECK(call_set_has(&hidden, MACHINE_ABI_COMPAT, 1));
}

TEST(a_shift_by_x_works_as_on_the_machine)
{
	/* the kernel's: by X modulo 32, so 1 << 33 is 2 */
	const struct sock_filter program[] = {
		BPF_STMT(BPF_LDX | BPF_IMM, 33), BPF_STMT(BPF_LD | BPF_IMM, 1), BPF_STMT(BPF_ALU | BPF_LSH | BPF_X, 0),
		IF(JEQ, 2, 0, 1), RET(REFUSE), RET(ALLOW),
	};
	struct call_set hidden;

	bpf_hidden(program, countof(program), &hidden);
	CHECK(call_set_has(&hidden, MACHINE_ABI_OWN, 1));
}

TEST(possible_conditions_on_arguments_hide_and_impossible_ones_do_not)
{
	const struct sock_filter program[] = {
		LOAD(nr), IF(JEQ, 10, 0, 3), LOAD_ARG(1), IF(JSET, 4, 0, 1), RET(REFUSE),
		LOAD(nr), IF(JEQ, 11, 0, 2), IF(JEQ, 12, 0, 1), RET(REFUSE), RET(ALLOW),
	};
	struct call_set hidden;

	bpf_hidden(program, countof(program), &hidden);
	CHECK(call_set_has(&hidden, MACHINE_ABI_OWN, 10));
	CHECK(!call_set_has(&hidden, MACHINE_ABI_OWN, 11) && !call_set_has(&hidden, MACHINE_ABI_OWN, 12));
}

TEST(an_abi_that_is_killed_is_left_out_and_a_denied_one_is_not)
{
	struct sock_filter program[] = { LOAD(arch), IF(JEQ, MACHINE_ARCH, 1, 0), RET(SECCOMP_RET_KILL_PROCESS), RET(ALLOW) };
	struct call_set hidden;

	bpf_hidden(program, countof(program), &hidden);
	CHECK(call_set_count(&hidden) == 0);
	program[2].k = REFUSE;
	bpf_hidden(program, countof(program), &hidden);
	CHECK(call_set_count(&hidden) == (MACHINE_COMPAT ? TALLY_NUMBERS : 0));
	program[1] = (struct sock_filter)IF(JEQ, MACHINE_ARCH, 0, 1);
	program[2].k = SECCOMP_RET_KILL_PROCESS;
	bpf_hidden(program, countof(program), &hidden);
	CHECK(call_set_count(&hidden) == TALLY_NUMBERS);
}

TEST(junk_is_read_without_harm)
{
	struct sock_filter program[64];
	const struct sock_filter far[] = {
		BPF_STMT(BPF_JMP | BPF_JA, 0xffffffff), IF(JEQ, 0, 255, 255), BPF_STMT(BPF_LD | BPF_MEM, 0xffffffff),
		BPF_STMT(BPF_ST, 16), BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), BPF_STMT(BPF_MISC | 0x78, 0),
	};
	struct call_set hidden;

	srand(2);
	for (int round = 0; round < 500; round++) {
		size_t len = 1 + (size_t)rand() % countof(program);

		for (size_t i = 0; i < len; i++)
			program[i] = (struct sock_filter){
				(uint16_t)(rand() % 4 ? rand() % 256 : rand()), (uint8_t)rand(), (uint8_t)rand(),
				rand() % 2 ? (uint32_t)rand() * 3 : (uint32_t)(rand() % 70),
			};
		bpf_hidden(program, len, &hidden);
	}
	for (size_t i = 0; i < countof(far); i++)
		bpf_hidden(far + i, countof(far) - i, &hidden);
	CHECK(call_set_count(&hidden) == 0);
}

/* The kernel limits the total length of installed filters. */
TEST(the_longest_filter_is_read_quickly)
{
	struct sock_filter *program = xcalloc(LONGEST, sizeof *program);
	struct call_set hidden;
	double start = now(CLOCK_PROCESS_CPUTIME_ID), took;

	/* each instruction is met for each number */
	for (size_t i = 0; i < LONGEST - 1; i++)
		program[i] = i % 2 ? (struct sock_filter)BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, 1) : (struct sock_filter)LOAD_ARG(i % 6);
	program[LONGEST - 1] = (struct sock_filter)RET(REFUSE);
	bpf_hidden(program, LONGEST, &hidden);
	took = now(CLOCK_PROCESS_CPUTIME_ID) - start;
	printf("# %.2f s for %d instructions\n", took, LONGEST);
	CHECK(call_set_count(&hidden) == TALLY_ABIS * TALLY_NUMBERS);
	CHECK(took < 5);
	free(program);
}

/* what libseccomp makes of a profile */

static size_t exported(scmp_filter_ctx filter, struct sock_filter *program, size_t max)
{
	int fd = memfd_create("filter", MFD_CLOEXEC);
	ssize_t n = -1;

	if (fd >= 0 && seccomp_export_bpf(filter, fd) == 0)
		n = pread(fd, program, max * sizeof *program, 0);
	close(fd);
	return n < 0 ? 0 : (size_t)n / sizeof *program;
}

TEST(filters_of_libseccomp_are_read_exactly)
{
	static const char *const calls[] = { "read", "openat", "execve", "exit_group", "futex", "clone3", "ptrace", "bpf", "chmod" };
	static struct sock_filter program[LONGEST];

	for (int optimized = 1; optimized <= 2; optimized++)
		for (int allow_list = 0; allow_list < 2; allow_list++) {
			scmp_filter_ctx filter = seccomp_init(allow_list ? SCMP_ACT_ERRNO(1) : SCMP_ACT_ALLOW);
			struct call_set hidden;
			bool right;

			CHECK(filter && seccomp_arch_add(filter, SCMP_ARCH_X86) == 0);
			(void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, (uint32_t)optimized);
			for (size_t i = 0; i < countof(calls); i++)
				CHECK(seccomp_rule_add(filter, allow_list ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(1),
						       seccomp_syscall_resolve_name(calls[i]), 0) == 0);
			size_t len = exported(filter, program, countof(program));

			seccomp_release(filter);
			CHECK(len > countof(calls));
			bpf_hidden(program, len, &hidden);
			for (unsigned abi = 0; abi < TALLY_ABIS; abi++)
				for (uint32_t nr = 0; nr < TALLY_NUMBERS; nr++) {
					struct seccomp_data data = { .nr = (int)nr, .arch = machine_arch(abi) };
					bool refused = simulated(program, len, &data, &right);

					CHECK_FOR(right && call_set_has(&hidden, abi, nr) == refused, "abi %u, %u", abi, nr);
				}
		}
}

/* a call that is denied for some arguments only, like personality and clone in Docker's profile */
TEST(conditions_of_libseccomp_filters_hide_calls)
{
	static struct sock_filter program[LONGEST];
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(1));
	struct call_set hidden;

	CHECK(filter);
	for (uint32_t nr = 0; nr < 400; nr++)
		if ((int)nr != SCMP_SYS(personality) && (int)nr != SCMP_SYS(clone) && (int)nr != SCMP_SYS(mount))
			(void)seccomp_rule_add(filter, SCMP_ACT_ALLOW, (int)nr, 0);
	CHECK(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(personality), 1, SCMP_A0(SCMP_CMP_EQ, 8, 0)) == 0);
	CHECK(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, 0x7e020000, 0)) == 0);
	size_t len = exported(filter, program, countof(program));

	seccomp_release(filter);
	CHECK(len > 0);
	bpf_hidden(program, len, &hidden);
	CHECK(call_set_has(&hidden, MACHINE_ABI_OWN, SCMP_SYS(personality)));
	CHECK(call_set_has(&hidden, MACHINE_ABI_OWN, SCMP_SYS(clone)));
	CHECK(call_set_has(&hidden, MACHINE_ABI_OWN, SCMP_SYS(mount)));
	CHECK(!call_set_has(&hidden, MACHINE_ABI_OWN, SCMP_SYS(read)));
}

/* trying a filter out */

/* In a child process under the filter; the result is in shared memory. */
static bool probed_with(unsigned flags, const struct sock_filter *program, size_t len, struct call_set *ret)
{
	const struct sock_fprog filter = { (unsigned short)len, (struct sock_filter *)program };
	struct call_set *found = mmap(NULL, sizeof *found, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = -1;

	if (found == MAP_FAILED)
		return false;
	pid_t pid = fork();

	if (pid == 0) {
		alarm(300);
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter) < 0)
			_exit(1);
		outer_filter_probe(found);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	*ret = *found;
	munmap(found, sizeof *found);
	return status == 0;
}

static bool probed(const struct sock_filter *program, size_t len, struct call_set *ret)
{
	return probed_with(0, program, len, ret);
}

TEST(trying_a_filter_and_reading_it_agree)
{
	static const uint32_t answers[] = {
		REFUSE, SECCOMP_RET_ERRNO, SECCOMP_RET_TRAP, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_TRACE,
	};

	for (size_t i = 0; i < countof(answers); i++) {
		/* chroot, settimeofday, and all from 440 on */
		const struct sock_filter program[] = {
			LOAD(arch), IF(JEQ, MACHINE_ARCH, 0, 4),
			LOAD(nr), IF(JEQ, SYS_chroot, 3, 0), IF(JEQ, SYS_settimeofday, 2, 0), IF(JGE, 440, 1, 0),
			RET(ALLOW), RET(answers[i]),
		};
		struct call_set read, tried;

		bpf_hidden(program, countof(program), &read);
		CHECK_FOR(probed(program, countof(program), &tried), "0x%x", answers[i]);
		for (uint32_t nr = 0; nr < 600; nr++)
			CHECK_FOR(call_set_has(&read, MACHINE_ABI_OWN, nr) == call_set_has(&tried, MACHINE_ABI_OWN, nr) ||
				  answers[i] == SECCOMP_RET_TRACE, "0x%x, number %u", answers[i], nr);
	}
}

TEST(division_by_zero_in_x_denies)
{
	/* 100 / (nr - that of chroot), and by the low half of an argument */
	const struct sock_filter by_number[] = {
		LOAD(nr), BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, SYS_chroot), BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_IMM, 100), BPF_STMT(BPF_ALU | BPF_DIV | BPF_X, 0), RET(ALLOW),
	};
	const struct sock_filter by_argument[] = {
		LOAD(nr), IF(JEQ, SYS_chroot, 0, 4), LOAD_ARG(0), BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_IMM, 100), BPF_STMT(BPF_ALU | BPF_DIV | BPF_X, 0), RET(ALLOW),
	};
	struct call_set hidden, tried;

	bpf_hidden(by_number, countof(by_number), &hidden);
	CHECK(call_set_has(&hidden, MACHINE_ABI_OWN, SYS_chroot) && call_set_count(&hidden) == TALLY_ABIS);
	CHECK(probed(by_number, countof(by_number), &tried) && call_set_has(&tried, MACHINE_ABI_OWN, SYS_chroot));
	CHECK(!call_set_has(&tried, MACHINE_ABI_OWN, SYS_settimeofday));
	bpf_hidden(by_argument, countof(by_argument), &hidden);
	CHECK(call_set_has(&hidden, MACHINE_ABI_OWN, SYS_chroot) && call_set_count(&hidden) == TALLY_ABIS);
}

TEST(a_filter_that_denies_a_tracer_is_not_tried)
{
	const struct sock_filter program[] = { LOAD(nr), IF(JEQ, SYS_ptrace, 0, 1), RET(REFUSE), RET(ALLOW) };
	struct call_set tried;

	CHECK(probed(program, countof(program), &tried));
	CHECK(call_set_count(&tried) == 0);
}

/* No process reads the listener: each such call waits forever. */
TEST(a_silent_supervisor_delays_only_briefly)
{
	const struct sock_filter program[] = {
		LOAD(arch), IF(JEQ, MACHINE_ARCH, 0, 4), LOAD(nr), IF(JGE, 450, 0, 2), IF(JGE, 470, 1, 0),
		RET(SECCOMP_RET_USER_NOTIF), RET(ALLOW),
	};
	struct call_set tried;
	double start = now(CLOCK_MONOTONIC);

	CHECK(probed_with(SECCOMP_FILTER_FLAG_NEW_LISTENER, program, countof(program), &tried));
	CHECK(now(CLOCK_MONOTONIC) - start < 300);	/* and not forever; other programs may use the machine */
	for (uint32_t nr = 440; nr < 480; nr++)
		CHECK_FOR(call_set_has(&tried, MACHINE_ABI_OWN, nr) == (nr >= 450 && nr < 470), "%u", nr);
}
