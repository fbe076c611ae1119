/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/arch/arch.h"
#include "tracer/census/fill.h"

/* A call under way whose end is waited for. */
struct watched {
	enum machine_call kind;		/* CALL_OTHER: none is */
	uint64_t args[2];
	const struct call_set *hidden;	/* a filter that is being installed: what it refuses; NULL: unreadable */
};

/* Of a PID 1 that crashes: see pid1.h. */
struct crash {
	int signal, code;		/* 0: it does not */
	uint64_t ip, mask;		/* where it stood, and what it blocked */
	unsigned back;			/* so many bytes before it the instruction begins */
};

enum rank { RANK_UNKNOWN, RANK_PID1, RANK_OTHER };

/* Tasks are threads, keyed by tid. */
struct task {
	pid_t tid;
	bool leader;			/* of its thread group, or stands for it: a process */
	bool counted;			/* in scope */
	bool fresh;			/* seized, and not stopped yet */
	bool reports_end;		/* its end will be a stop: see on_ending() */
	bool early;			/* here before its parent's event was */
	bool held;			/* and not resumed until then */
	bool aged;			/* held for a whole turn of the timer */
	bool bore;			/* since its call began its event for a child came */
	bool again;			/* the call it was attached to in is made again: the next is the same */
	bool was_stopped;		/* by job control, since it began its call */
	struct program *program;
	uint32_t arch, nr;		/* the call that it makes, or made last */
	struct watched watched;		/* see watched-calls.h */
	uint64_t restore;		/* see untraced.h; 0: nothing */
	struct crash crash;		/* see pid1.h */
	enum rank rank;			/* of its process: PID 1 of a PID namespace, or another one */
	struct task *next;		/* in the same bucket */
	_Alignas(max_align_t) unsigned char engine_state[];	/* see engine.h */
};

struct tasks {
	struct task *buckets[4096];
	struct task *last;		/* found last: mostly asked for again */
	unsigned alive;
	size_t engine_size;		/* of a task's engine_state */
	struct census_stats *stats;	/* where others are counted, too */
};

/* Calls fn for each, which may drop it. */
void tasks_each(const struct tasks *, void (*fn)(void *self, struct task *), void *self);

struct task *task_find(struct tasks *, pid_t tid);	/* NULL: not known */
struct task *task_add(struct tasks *, pid_t tid);
void task_drop(struct tasks *, pid_t tid);		/* unknown is fine */
void task_set_leader(struct tasks *, struct task *);
void tasks_done(struct tasks *);
