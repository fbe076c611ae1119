/* SPDX-License-Identifier: Apache-2.0 */
/* The census: sets of calls, counts, and how they are read. */
#include "base/attr.h"
#include "tests/unit/tap.h"
#include "tracer/census/fill.h"

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
	/* full: new numbers are not kept, known ones still count */
	CHECK(tally_add(&t, MACHINE_ARCH, 0x60000001) == -1);
	CHECK(tally_add(&t, 0x1234, 0x50000000) == -1);
	CHECK(tally_add(&t, MACHINE_ARCH, 0x50000000 + 7 * 4096) == 1);
	CHECK(tally_add(&t, MACHINE_ARCH, TALLY_NUMBERS) == -1);
	CHECK(tally_add(&t, MACHINE_ARCH, 0) == 0);
	struct sum s = sum_of(&t);

	CHECK(s.rows == TALLY_ODD_MAX + 1 && s.calls == TALLY_ODD_MAX + 2);
	tally_done(&t);
}

TEST(a_lent_array_includes_earlier_counts)
{
	static uint64_t lent[TALLY_NUMBERS];
	struct tally t = { 0 };

	tally_add(&t, MACHINE_ARCH, 5);
	tally_add(&t, MACHINE_ARCH, 6);
	lent[5] = 2;
	tally_lend(&t, MACHINE_ABI_OWN, lent);
	CHECK(lent[5] == 3 && lent[6] == 1);
	lent[5] += 10;		/* as a tracee would */
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

/* sets of calls */

TEST(a_set_of_calls_distinguishes_abis)
{
	struct call_set a = { 0 }, b = { 0 };

	for (uint32_t nr = 0; nr < TALLY_NUMBERS; nr++)
		call_set_add(nr % 3 ? &a : &b, nr % TALLY_ABIS, nr);
	for (uint32_t nr = 0; nr < TALLY_NUMBERS; nr++)
		for (unsigned abi = 0; abi < TALLY_ABIS; abi++)
			CHECK_FOR(call_set_has(&a, abi, nr) == (nr % 3 && abi == nr % TALLY_ABIS), "%u", nr);
	call_set_unite(&a, &b);
	CHECK(call_set_count(&a) == TALLY_NUMBERS);
}
