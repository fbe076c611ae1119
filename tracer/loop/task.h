/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/arch/arch.h"
#include "tracer/census/fill.h"
#include "tracer/loop/opened.h"

/* A current call whose end matters. */
struct watched {
	enum machine_call kind;		/* CALL_OTHER: there is none */
	uint64_t args[2];
	const struct call_set *hidden;	/* a filter that is being installed: the calls that it denies; NULL:
					   unreadable */
	struct opened opened;		/* that filter, if it was made to allow everything: see opened.h */
};

/* A crash of PID 1: see pid1.h. */
struct crash {
	int signal, code;		/* 0: no crash */
	uint64_t ip, mask;		/* its instruction pointer and signal mask at the crash */
	unsigned back;			/* the instruction begins this many bytes before */
};

enum rank { RANK_UNKNOWN, RANK_PID1, RANK_OTHER };

/* Tasks are threads, by tid. */
struct task {
	pid_t tid;
	bool leader;			/* of its thread group, or represents it: a process */
	bool counted;			/* in scope */
	bool fresh;			/* seized, and not stopped yet */
	bool reports_end;		/* its end will be a stop: see on_ending() */
	bool early;			/* it came before its parent's event */
	bool held;			/* not resumed until that event */
	bool aged;			/* held for a whole turn of the timer */
	bool bore;			/* the event for a child came during its call */
	bool again;			/* its call at attach time is restarted: the next one is the same */
	bool was_stopped;		/* by job control, during its call */
	struct program *program;
	uint32_t arch, nr;		/* its current or last call */
	struct watched watched;		/* see watched-calls.h */
	uint64_t restore;		/* see untraced.h; 0: nothing to restore */
	struct crash crash;		/* see pid1.h */
	enum rank rank;			/* PID 1 of a PID namespace, or another process */
	struct task *next;		/* in the same bucket */
	_Alignas(max_align_t) unsigned char engine_state[];	/* see engine.h */
};

struct tasks {
	struct task *buckets[4096];
	struct task *last;		/* cache: mostly the next one, too */
	unsigned alive;
	size_t engine_size;		/* bytes of a task's engine_state */
	struct census_stats *stats;	/* counts tasks and processes */
};

/* Calls fn for each; fn may drop it. */
void tasks_each(const struct tasks *, void (*fn)(void *self, struct task *), void *self);

struct task *task_find(struct tasks *, pid_t tid);	/* NULL if unknown */
struct task *task_add(struct tasks *, pid_t tid);
void task_drop(struct tasks *, pid_t tid);		/* ignores an unknown one */
void task_set_leader(struct tasks *, struct task *);
void tasks_done(struct tasks *);
