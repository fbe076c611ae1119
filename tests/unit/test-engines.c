/* SPDX-License-Identifier: Apache-2.0 */
/* Engines: one that is added from outside, to test the interface between loop and engine;
 * and the filters of the others. */
#include <linux/seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <linux/ptrace.h>	/* after <sys/ptrace.h>, because the two conflict */
#include <unistd.h>
#include "base/attr.h"
#include "tests/unit/bpfsim.h"
#include "tests/unit/tap.h"
#include "tracer/engine/engine.h"
#include "tracer/engine/gate.h"

extern char **environ;

enum {
	BY_CHILD = TALLY_NUMBERS - 1,	/* a number that the child counts under, while it is prepared */
	WRITE_END = 8,			/* of the pipe, by which the workload writes to the engine */
};

/* What the engine saw; there is one at a time. */
static struct seen {
	struct census *census;
	uint64_t *counts;		/* shared with the child, lent to the census */
	uint64_t calls;
	unsigned execs, children, gone, signals, opened, closed, without_state;
	int pipe;			/* the engine reads */
	char text[32];
	size_t length;
} seen;

/* Of each task: its calls. */
struct small_task {
	uint64_t calls;
};

static int small_open(const struct engine_env *env, void **ret_state, struct err *e)
{
	int ends[2];

	seen.census = env->census;
	seen.counts = mmap(NULL, TALLY_NUMBERS * sizeof *seen.counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (seen.counts == MAP_FAILED || pipe(ends) < 0 || dup2(ends[1], WRITE_END) < 0)
		return err_sys(e, "no memory or pipe");
	close(ends[1]);
	seen.pipe = ends[0];
	seen.opened++;
	*ret_state = &seen;
	return 0;
}

static void small_close(void *state)
{
	struct seen *s = state;

	munmap(s->counts, TALLY_NUMBERS * sizeof *s->counts);
	close(s->pipe);
	close(WRITE_END);
	s->closed++;
}

static int small_prepare(void *state, maybe_unused bool *ret_nnp, maybe_unused bool *ret_blind)
{
	((struct seen *)state)->counts[BY_CHILD] += 7;
	return 0;
}

static int small_wait(void *state)
{
	struct seen *s = state;

	return s->length ? -1 : s->pipe;
}

static void small_on_ready(void *state)
{
	struct seen *s = state;
	ssize_t n = read(s->pipe, s->text, sizeof s->text - 1);

	s->length = n > 0 ? (size_t)n : 0;
}

static int small_on_call(void *state, const struct tracee *task, maybe_unused const struct stop *stop, struct call *ret)
{
	struct small_task *own = task->state;
	struct seen *s = state;
	struct ptrace_syscall_info info;

	if (call_ask(task->tid, &info) < 0 || info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return READ_NOTHING;
	call_fill(&info, ret);
	own->calls++;
	s->calls++;
	if (ret->nr < BY_CHILD)
		s->counts[ret->nr]++;
	return READ_NOTHING;
}

static void small_on_exec(void *state, const struct tracee *task)
{
	struct seen *s = state;

	if (s->execs++ == 0)
		tally_lend(&task->program->tally, MACHINE_ABI_OWN, s->counts);
}

static void small_on_child(void *state, maybe_unused const struct tracee *parent, maybe_unused pid_t child)
{
	((struct seen *)state)->children++;
}

static void small_on_signal(void *state, maybe_unused const struct tracee *task, int signal)
{
	((struct seen *)state)->signals += signal == SIGUSR1;
}

static void small_on_gone(void *state, const struct tracee *task)
{
	const struct small_task *own = task->state;
	struct seen *s = state;

	s->gone++;
	s->without_state += own->calls == 0;
}

static const struct engine small = {
	.name = "small", .request = PTRACE_SYSCALL, .task_size = sizeof(struct small_task),
	.open = small_open, .close = small_close, .prepare = small_prepare, .wait = small_wait, .on_ready = small_on_ready,
	.on_call = small_on_call, .on_exec = small_on_exec, .on_child = small_on_child, .on_signal = small_on_signal,
	.on_gone = small_on_gone,
};

static uint64_t counted[TALLY_NUMBERS];

static void add_up(maybe_unused void *self, maybe_unused unsigned program, uint32_t arch, uint32_t nr, uint64_t count)
{
	if (arch == MACHINE_ARCH && nr < TALLY_NUMBERS)
		counted[nr] += count;
}

/* Run a line of the shell; the wait status, or negative. */
static int run(const struct engine *engine, const char *line, struct census_stats *ret_stats)
{
	static const struct tracer_sink sink = { .first = NULL };
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)line, NULL };
	const struct tracer_opts opts = { .own_engine = engine, .path = "/bin/sh", .argv = argv, .envp = environ };
	struct err e;
	int status;

	seen = (struct seen){ .census = NULL };
	memset(counted, 0, sizeof counted);
	struct tracer *t = tracer_new(&opts, &sink, NULL);
	int r = tracer_run(t, &status, &e);

	*ret_stats = census_stats(tracer_census(t));
	census_counts(tracer_census(t), add_up, NULL);
	tracer_free(t);
	return r < 0 ? r : status;
}

TEST(an_engine_from_outside_sees_and_counts_calls)
{
	struct census_stats stats;
	int status = run(&small, "trap : USR1; kill -USR1 $$; (exit 3); echo hello >&8; exit 5", &stats);

	CHECK_FOR(status == 5 << 8, "0x%x", status);
	CHECK_STR(stats.engine, "small");
	CHECK_STR(seen.text, "hello\n");
	CHECK(seen.opened == 1 && seen.closed == 1 && seen.execs == 1);
	CHECK(seen.children == 1 && seen.signals == 1 && seen.gone == 2 && seen.without_state == 0);
	CHECK(counted[BY_CHILD] == 7 && counted[SYS_write] >= 1 && counted[SYS_kill] == 1);
	CHECK(counted[SYS_exit_group] == 2 && seen.calls > 20);
}

/* No task stops: only the descriptor can wake the loop. */
static void end_it(void *state)
{
	struct seen *s = state;

	small_on_ready(state);
	kill(atoi(s->text), SIGKILL);
}

TEST(a_descriptor_of_an_engine_wakes_the_loop_without_a_stop)
{
	struct engine waiting = small;
	struct census_stats stats;
	int status;

	waiting.request = PTRACE_CONT;
	waiting.on_ready = end_it;
	status = run(&waiting, "echo $$ >&8; exec sleep 300", &stats);
	CHECK_FOR(status == SIGKILL, "0x%x", status);
	CHECK(seen.calls == 0 && seen.execs <= 2 && stats.seconds < 250);
}

TEST(all_hooks_of_an_engine_are_optional)
{
	static const struct engine idle = { .name = "idle", .request = PTRACE_CONT };
	struct census_stats stats;

	CHECK(run(&idle, "exit 6", &stats) == 6 << 8);
	CHECK(stats.calls == 1 && stats.tasks == 1);	/* the call that executed it */
}

/* the plain engine's filter */

TEST(the_filter_stops_every_call_and_passes_its_number)
{
	static const struct { uint32_t arch, nr; bool told; } rows[] = {
		{ MACHINE_ARCH, 0, true }, { MACHINE_ARCH, 1, true }, { MACHINE_ARCH, 257, true },
		{ MACHINE_ARCH, TALLY_NUMBERS - 1, true }, { MACHINE_ARCH, TALLY_NUMBERS, false },
		{ MACHINE_ARCH, 0x40000000, false }, { MACHINE_ARCH, 0x40000000 + 39, false },
		{ MACHINE_ARCH, 0x7fffffff, false }, { MACHINE_ARCH, 0x80000000, false },
		{ MACHINE_ARCH, 0xffffffff, false },
		{ MACHINE_COMPAT, 0, MACHINE_COMPAT != 0 }, { MACHINE_COMPAT, 5, MACHINE_COMPAT != 0 },
		{ MACHINE_COMPAT, TALLY_NUMBERS - 1, MACHINE_COMPAT != 0 },
		{ MACHINE_COMPAT, TALLY_NUMBERS, false }, { MACHINE_COMPAT, 0xffffffff, false },
		{ 0x1234, 5, false }, { 0xffffffff, 0xffffffff, false },
	};
	size_t len = 0;
	const struct sock_filter *filter = engine_seccomp_filter(&len);

	for (size_t i = 0; i < countof(rows); i++) {
		struct seccomp_data data = { .nr = (int)rows[i].nr, .arch = rows[i].arch };
		struct call call = { .arch = 1, .nr = 1 };
		uint32_t answer = 0;

		CHECK(bpfsim_run(filter, len, &data, &answer));
		CHECK_FOR((answer & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_TRACE, "0x%x %u: 0x%x", rows[i].arch,
			  rows[i].nr, answer);
		CHECK_FOR(engine_seccomp_decode(answer & SECCOMP_RET_DATA, &call) == rows[i].told, "0x%x %u: 0x%x",
			  rows[i].arch, rows[i].nr, answer);
		CHECK_FOR(!rows[i].told || (call.arch == rows[i].arch && call.nr == rows[i].nr), "0x%x %u: 0x%x %u",
			  rows[i].arch, rows[i].nr, call.arch, call.nr);
	}
}

TEST(numbers_are_decoded_exactly)
{
	static const uint32_t arches[] = { MACHINE_ARCH, MACHINE_COMPAT, 0x1234 };
	size_t len = 0;
	const struct sock_filter *filter = engine_seccomp_filter(&len);

	for (size_t a = 0; a < countof(arches); a++)
		for (uint32_t nr = 0; nr < 70000; nr++) {
			struct seccomp_data data = { .nr = (int)nr, .arch = arches[a] };
			struct call call;
			uint32_t answer = 0;

			CHECK(bpfsim_run(filter, len, &data, &answer));
			CHECK_FOR(!engine_seccomp_decode(answer & SECCOMP_RET_DATA, &call) ||
				  (call.arch == arches[a] && call.nr == nr), "0x%x %u", arches[a], nr);
		}
}

/* the gate's guard */

static uint32_t guarded(const struct sock_filter *guard, size_t len, uint32_t arch, uint32_t nr, uint64_t arg)
{
	const struct seccomp_data data = { .nr = (int)nr, .arch = arch, .args = { arg } };
	uint32_t answer = 0;

	return bpfsim_run(guard, len, &data, &answer) ? answer : UINT32_MAX;
}

TEST(a_guard_kills_and_traps_for_its_numbers_and_stops_watched_calls)
{
	enum { FIRST = 0x12345678 };
	static const uint32_t arches[] = { MACHINE_ARCH, MACHINE_COMPAT, MACHINE_ARCH }, bits[] = { 0, 0, MACHINE_X32_BIT };
	const uint32_t trace = SECCOMP_RET_TRACE | TRACER_GATE_DATA;
	struct sock_filter guard[GATE_GUARD_MAX];
	size_t len = gate_guard(FIRST, guard);

	CHECK(len <= GATE_GUARD_MAX);
	for (size_t abi = 0; abi < countof(arches); abi++) {
		CHECK(guarded(guard, len, arches[abi], FIRST, 0) == SECCOMP_RET_KILL_PROCESS);
		CHECK(guarded(guard, len, arches[abi], FIRST + 1, 0) == SECCOMP_RET_KILL_THREAD);
		CHECK(guarded(guard, len, arches[abi], FIRST + 2, 0) == SECCOMP_RET_TRAP);
		CHECK(guarded(guard, len, arches[abi], FIRST + 3, 0) == SECCOMP_RET_ALLOW);
		CHECK(guarded(guard, len, arches[abi], FIRST - 1, 0) == SECCOMP_RET_ALLOW);
		for (uint32_t nr = 0; nr < 1000; nr++) {
			const struct call call = { .arch = arches[abi], .nr = nr | bits[abi] };
			enum machine_call kind = call_kind(&call);
			bool program = kind == CALL_OTHER || kind == CALL_EXECVE || kind == CALL_EXECVEAT ||
				kind == CALL_IO_URING_ENTER || kind == CALL_IO_URING_REGISTER;
			uint32_t plain = guarded(guard, len, call.arch, call.nr, 17 /* SIGCHLD */);

			if (kind == CALL_CONNECT)	/* see the next one */
				continue;
			CHECK_FOR(plain == (program || kind == CALL_CLONE ? SECCOMP_RET_ALLOW : trace), "abi %zu, %u", abi, nr);
			plain = guarded(guard, len, call.arch, call.nr, 0x800000 /* CLONE_UNTRACED */);
			CHECK_FOR(plain == (program ? SECCOMP_RET_ALLOW : trace), "abi %zu, %u, untraced", abi, nr);
		}
	}
	CHECK(guarded(guard, len, 0x1234, machine_number(CALL_PTRACE, MACHINE_TABLE_OWN), 0) == SECCOMP_RET_ALLOW);
}

TEST(a_guard_stops_a_connection_that_may_be_to_a_daemon)
{
	static const uint32_t arches[MACHINE_TABLES] = {
		[MACHINE_TABLE_OWN] = MACHINE_ARCH, [MACHINE_TABLE_COMPAT] = MACHINE_COMPAT, [MACHINE_TABLE_X32] = MACHINE_ARCH,
	};
	struct sock_filter guard[GATE_GUARD_MAX];
	size_t len = gate_guard(0x12345678, guard);

	for (unsigned table = 0; table < MACHINE_TABLES; table++)
		for (uint64_t size = 0; size < 200; size++) {
			const struct seccomp_data data = { .nr = (int)machine_number(CALL_CONNECT, table), .arch = arches[table],
							   .args = { 3, 0, size } };
			uint32_t answer = 0, expected = size == 16 || size == 28 ? SECCOMP_RET_ALLOW : SECCOMP_RET_TRACE | TRACER_GATE_DATA;

			CHECK_FOR(bpfsim_run(guard, len, &data, &answer) && answer == expected, "table %u, %u bytes", table, (unsigned)size);
		}
}
