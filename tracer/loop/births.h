/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * A new task is reported twice, by its parent's event and by its own first stop, in any order. This
 * keeps what the first report said until the second one comes; what remains at the end was lost.
 */
enum birth_state { BIRTH_EXPECTED, BIRTH_GONE };

struct birth {
	pid_t tid;
	enum birth_state what;	/* the parent's event came | the child came and went before it */
	bool counted;		/* EXPECTED: the parent is in scope */
	unsigned program;	/* EXPECTED: the parent's */
};

struct births {
	struct birth *items;
	size_t count, room;
};

void births_add(struct births *, const struct birth *);

/* Take out what is known of a tid; false if nothing is. */
bool births_take(struct births *, pid_t tid, enum birth_state what, struct birth *ret);

/* Drop tasks that no longer exist: the other threads of a process that executes a program vanish
 * silently. */
void births_forget_vanished(struct births *);
void births_done(struct births *);
