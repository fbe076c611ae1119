/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/tally.h"
#include "tracer/tracer.h"

/*
 * Tasks (threads, keyed by tid) and programs (executable files, keyed by path).
 * A task knows nothing of output; a program holds the counts of all tasks that
 * ran it.
 */
struct program {
	unsigned id;
	char *path;
	uint64_t execs;
	struct tally tally;
};

struct task {
	pid_t tid;
	bool leader;			/* of its thread group: a process */
	struct program *program;
	uint64_t restore;		/* see untraced.h; 0: nothing */
	struct task *next;		/* in the same bucket */
};

struct tasks {
	struct task *buckets[4096];
	struct task *last;		/* found last: mostly asked for again */
	unsigned alive, processes, ever;
};

struct programs {
	struct program **items;
	size_t count, room;
};

struct task *task_find(struct tasks *, pid_t tid);	/* NULL: not known */
struct task *task_add(struct tasks *, pid_t tid);
void task_drop(struct tasks *, pid_t tid);		/* unknown is fine */
void tasks_done(struct tasks *);

/* The program that a stopped task runs, by /proc; never NULL. */
struct program *program_of(struct programs *, pid_t tid);
struct program *program_get(struct programs *, const char *path);
void programs_done(struct programs *);
