/* SPDX-License-Identifier: Apache-2.0 */
#include <linux/audit.h>
#include <linux/ptrace.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/attr.h"
#include "tests/unit/bpfsim.h"
#include "tests/unit/tap.h"
#include "tracer/engine/engine.h"
#include "tracer/arch/arch.h"
#include "tracer/census/fill.h"
#include "tracer/tracee/stop.h"
#include "tracer/tracer.h"

#define STOPPED(event, signal) ((event) << 16 | (signal) << 8 | 0x7f)

TEST(a_wait_status_is_read_by_its_numbers)
{
	static const struct { int status; enum stop_kind kind; int signal; } rows[] = {
		{ 0, STOP_EXITED, 0 },
		{ 0x0300, STOP_EXITED, 3 },
		{ 0xff00, STOP_EXITED, 255 },
		{ SIGKILL, STOP_KILLED, SIGKILL },
		{ SIGSEGV | 0x80, STOP_KILLED, SIGSEGV },		/* with a core */
		{ STOPPED(PTRACE_EVENT_SECCOMP, SIGTRAP), STOP_CALL, SIGTRAP },
		{ STOPPED(0, SIGTRAP), STOP_SIGNAL, SIGTRAP },
		{ STOPPED(0, SIGUSR1), STOP_SIGNAL, SIGUSR1 },
		{ STOPPED(0, SIGSTOP), STOP_SIGNAL, SIGSTOP },		/* on its way; the group stop follows */
		{ STOPPED(0, 64), STOP_SIGNAL, 64 },
		{ STOPPED(PTRACE_EVENT_STOP, SIGTRAP), STOP_STARTED, SIGTRAP },
		{ STOPPED(PTRACE_EVENT_STOP, SIGSTOP), STOP_GROUP, SIGSTOP },
		{ STOPPED(PTRACE_EVENT_STOP, SIGTSTP), STOP_GROUP, SIGTSTP },
		{ STOPPED(PTRACE_EVENT_STOP, SIGTTIN), STOP_GROUP, SIGTTIN },
		{ STOPPED(PTRACE_EVENT_STOP, SIGTTOU), STOP_GROUP, SIGTTOU },
		{ STOPPED(PTRACE_EVENT_FORK, SIGTRAP), STOP_CHILD, SIGTRAP },
		{ STOPPED(PTRACE_EVENT_VFORK, SIGTRAP), STOP_CHILD, SIGTRAP },
		{ STOPPED(PTRACE_EVENT_CLONE, SIGTRAP), STOP_CHILD, SIGTRAP },
		{ STOPPED(PTRACE_EVENT_EXEC, SIGTRAP), STOP_EXEC, SIGTRAP },
		{ STOPPED(PTRACE_EVENT_EXIT, SIGTRAP), STOP_ENDING, SIGTRAP },
		{ STOPPED(PTRACE_EVENT_VFORK_DONE, SIGTRAP), STOP_OTHER, SIGTRAP },
		{ STOPPED(77, SIGTRAP), STOP_OTHER, SIGTRAP },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct stop s = stop_read(42, rows[i].status);

		CHECK_FOR(s.kind == rows[i].kind, "status 0x%x: kind %d", rows[i].status, s.kind);
		CHECK_FOR(s.signal == rows[i].signal, "status 0x%x: signal %d", rows[i].status, s.signal);
		CHECK(s.tid == 42 && s.status == rows[i].status);
	}
}

/* a tracee's memory */

TEST(text_is_read_up_to_its_end_to_what_is_wanted_and_to_what_is_mapped)
{
	enum { PAGE = 4096 };
	char *map = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char got[9];
	bool whole;
#define READ(place) tracer_read_text(getpid(), (uint64_t)(uintptr_t)(place), got, sizeof got, &whole)

	CHECK(map != MAP_FAILED);
	memset(map, 'x', 2 * PAGE);
	CHECK(READ("") && whole);
	CHECK_STR(got, "");
	CHECK(READ("seven b") && whole);
	CHECK_STR(got, "seven b");
	CHECK(READ("eight by") && whole);
	CHECK_STR(got, "eight by");
	CHECK(READ("nine byte") && !whole);
	CHECK_STR(got, "nine byt");
	/* over the end of a page, and to the end of what there is */
	map[PAGE + 3] = '\0';
	CHECK(READ(map + PAGE - 3) && whole);
	CHECK_STR(got, "xxxxxx");
	CHECK(munmap(map + PAGE, PAGE) == 0);
	CHECK(READ(map + PAGE - 3) && !whole);
	CHECK_STR(got, "xxx");
	CHECK(!READ(map + PAGE));
	CHECK(!READ(UINTPTR_MAX - 2));
	munmap(map, PAGE);
}

/* tally */

struct sum {
	unsigned rows;
	uint64_t calls, own_5;
};

static void add_up(void *self, uint32_t arch, uint32_t nr, uint64_t count)
{
	struct sum *s = self;

	s->rows++;
	s->calls += count;
	if (arch == MACHINE_ARCH && nr == 5)
		s->own_5 = count;
}

static struct sum sum_of(const struct tally *t)
{
	struct sum s = { 0 };

	tally_each(t, add_up, &s);
	return s;
}

TEST(a_call_is_counted_by_abi_and_number)
{
	struct tally t = { 0 };

	CHECK(sum_of(&t).rows == 0);
	for (int i = 0; i < 10; i++)
		CHECK(tally_add(&t, MACHINE_ARCH, 5) == i);
	CHECK(tally_add(&t, MACHINE_ARCH, TALLY_NUMBERS - 1) == 0);
	CHECK(tally_add(&t, 0x1234, 5) == 0);
	CHECK(tally_add(&t, MACHINE_ARCH, 0x40000005) == 0);
	CHECK(tally_add(&t, MACHINE_ARCH, 0x40000005) == 1);
	if (MACHINE_COMPAT)
		CHECK(tally_add(&t, MACHINE_COMPAT, 5) == 0);
	struct sum s = sum_of(&t);

	CHECK(s.rows == 4 + !!MACHINE_COMPAT && s.calls == 14 + !!MACHINE_COMPAT && s.own_5 == 10);
	CHECK(tally_array(&t, 0)[5] == 10);
	tally_done(&t);
	CHECK(sum_of(&t).rows == 0);
}

TEST(endless_different_numbers_do_not_fill_the_memory)
{
	struct tally t = { 0 };

	for (uint32_t i = 0; i < TALLY_ODD_MAX; i++)
		CHECK(tally_add(&t, MACHINE_ARCH, 0x50000000 + i * 4096) == 0);
	/* full: what is new is not kept, what is known still counts */
	CHECK(tally_add(&t, MACHINE_ARCH, 0x60000001) == -1);
	CHECK(tally_add(&t, 0x1234, 0x50000000) == -1);
	CHECK(tally_add(&t, MACHINE_ARCH, 0x50000000 + 7 * 4096) == 1);
	CHECK(tally_add(&t, MACHINE_ARCH, TALLY_NUMBERS) == -1);
	CHECK(tally_add(&t, MACHINE_ARCH, 0) == 0);
	struct sum s = sum_of(&t);

	CHECK(s.rows == TALLY_ODD_MAX + 1 && s.calls == TALLY_ODD_MAX + 2);
	tally_done(&t);
}

TEST(an_array_that_is_lent_counts_on_from_what_was_counted)
{
	static uint64_t lent[TALLY_NUMBERS];
	struct tally t = { 0 };

	tally_add(&t, MACHINE_ARCH, 5);
	tally_add(&t, MACHINE_ARCH, 6);
	lent[5] = 2;
	tally_lend(&t, MACHINE_ABI_OWN, lent);
	CHECK(lent[5] == 3 && lent[6] == 1);
	lent[5] += 10;		/* as a tracee does that shares it */
	CHECK(tally_add(&t, MACHINE_ARCH, 5) == 13);
	CHECK(sum_of(&t).own_5 == 14 && sum_of(&t).calls == 15);
	tally_done(&t);
	CHECK(lent[5] == 14);
}

/* the census */

static void count_rows(void *self, unsigned program, maybe_unused uint32_t arch, uint32_t nr, uint64_t count)
{
	uint64_t *sums = self;

	sums[program] += count * (nr == 5);
}

TEST(a_census_is_read_as_it_was_filled)
{
	const struct census_want want = { MACHINE_ARCH, 5, 1, 0xff };
	struct census *c = census_new(&want, 1);
	struct program *cat = program_get(&c->programs, "/bin/cat"), *dog = program_get(&c->programs, "/bin/dog");
	struct census_program p;
	struct census_note note;
	uint64_t sums[2] = { 0 };

	census_start(c);
	CHECK(program_get(&c->programs, "/bin/cat") == cat && dog->id == 1);
	CHECK(census_count(c, cat, MACHINE_ARCH, 5));
	CHECK(!census_count(c, cat, MACHINE_ARCH, 5));
	CHECK(census_count(c, cat, MACHINE_COMPAT, 5));
	values_add(c->values, &(struct call){ .arch = MACHINE_ARCH, .nr = 5, .args = { 0, 0x1234 } });
	census_add_note(c, NOTE_RING, dog);
	census_add_note(c, NOTE_RING, dog);
	call_set_add(&c->hidden[HIDER_OWN], MACHINE_ABI_OWN, 7);

	CHECK(census_stats(c).calls == 3 && census_stats(c).firsts == 2);
	CHECK(census_program_at(c, 0, &p) && p.in_scope && p.execs == 0);
	CHECK_STR(p.path, "/bin/cat");
	CHECK(census_program_at(c, 1, &p) && !p.in_scope);
	CHECK(!census_program_at(c, 2, &p));
	census_counts(c, count_rows, sums);
	CHECK(sums[0] == 3 && sums[1] == 0);
	CHECK(census_note_at(c, 0, &note) && note.kind == NOTE_RING && note.program == 1 && note.count == 2);
	CHECK(!census_note_at(c, 1, &note));
	CHECK(census_values(c, 0).count == 1 && census_values(c, 0).items[0] == 0x34);
	census_free(c);
}

/* the plain engine's filter */

TEST(the_filter_stops_every_call_and_says_which)
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

TEST(no_number_is_mistaken_for_another)
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

/* the simulator, which all this leans on */

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
	/* of equally strict ones the first, that is the newest filter's */
	CHECK(bpfsim_stricter(SECCOMP_RET_ERRNO | 1, SECCOMP_RET_ERRNO | 2) == (SECCOMP_RET_ERRNO | 1));
}
