/* SPDX-License-Identifier: Apache-2.0 */
/* What the loop keeps of its tasks. */
#include <sys/wait.h>
#include <unistd.h>
#include "base/attr.h"
#include "tests/unit/tap.h"
#include "tracer/loop/births.h"

TEST(a_birth_is_taken_once_by_tid_and_kind)
{
	struct births all = { 0 };
	struct birth b = { 0 };

	CHECK(!births_take(&all, 1, BIRTH_EXPECTED, &b));
	for (pid_t tid = 1; tid <= 100; tid++)
		births_add(&all, &(struct birth){ tid, tid % 2 ? BIRTH_EXPECTED : BIRTH_GONE, true, (unsigned)tid });
	CHECK(!births_take(&all, 1, BIRTH_GONE, &b) && !births_take(&all, 2, BIRTH_EXPECTED, &b));
	for (pid_t tid = 100; tid >= 1; tid--) {
		enum birth_state what = tid % 2 ? BIRTH_EXPECTED : BIRTH_GONE;

		CHECK(births_take(&all, tid, what, &b) && b.tid == tid && b.program == (unsigned)tid && b.counted);
		CHECK(!births_take(&all, tid, what, &b));
	}
	CHECK(all.count == 0);
	births_done(&all);
}

TEST(only_vanished_births_are_forgotten)
{
	struct births all = { 0 };
	struct birth b;

	/* no kernel has a task with this number */
	births_add(&all, &(struct birth){ .tid = 0x7ffffff0, .what = BIRTH_EXPECTED });
	births_add(&all, &(struct birth){ .tid = getpid(), .what = BIRTH_EXPECTED });
	births_add(&all, &(struct birth){ .tid = 0x7ffffff1, .what = BIRTH_GONE });
	births_add(&all, &(struct birth){ .tid = 0x7ffffff2, .what = BIRTH_EXPECTED });
	births_forget_vanished(&all);
	CHECK(all.count == 2);
	CHECK(births_take(&all, getpid(), BIRTH_EXPECTED, &b) && births_take(&all, 0x7ffffff1, BIRTH_GONE, &b));
	births_done(&all);
}
