/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * A new task is reported twice, by its parent's event and by its own first stop,
 * and the two come in any order.  Here is kept what one of them said until the
 * other comes; what is left in the end was lost.
 */
enum birth_state { BIRTH_EXPECTED, BIRTH_GONE };

struct birth {
	pid_t tid;
	enum birth_state what;	/* the parent's event came | it came and went, the parent's event did not come yet */
	bool counted;		/* EXPECTED: its parent is in scope */
	unsigned program;	/* EXPECTED: its parent's */
};

struct births {
	struct birth *items;
	size_t count, room;
};

void births_add(struct births *, const struct birth *);

/* What is known of a tid, taken out; false: nothing is. */
bool births_take(struct births *, pid_t tid, enum birth_state what, struct birth *ret);

/* Leave out those that do not exist any more: the threads of a process that
 * executes a program vanish without a word. */
void births_forget_vanished(struct births *);
void births_done(struct births *);
