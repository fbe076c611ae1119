/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/births.h"
#include "tracer/engine/engine.h"
#include "tracer/loop/launch.h"
#include "tracer/census/fill.h"
#include "tracer/loop/wait.h"
#include "tracer/loop/task.h"
#include "tracer/tracer.h"

/* What the files of the loop share; no other folder includes it. */
struct filter_seen;

/* Remaining processes, as tracer_left() returns them. */
struct rest {
	struct tracer_left items[TRACER_LEFT_MAX];
	size_t count;
};

/* The process whose status tracer_run() returns: the root, or the first attached one. */
struct first_process {
	pid_t pid;
	bool gone;
	int status;			/* its wait status, once it is gone */
	int native_end;			/* the signal that would have killed it natively (pid1.h); 0: the same */
};

/* Attaching, see attach.h. */
struct attaching {
	bool active;			/* some seized tasks have not stopped yet */
	pid_t awaited;			/* one of these */
	pid_t ring_group;		/* the last process that was checked for rings */
	bool counts;			/* the calls of what is seized now count */
	double next_look;		/* for members, see attach_members() */
	pid_t *refused;			/* members that cannot be traced; each is tried once */
	size_t refused_count, refused_room;
};

/* Releasing attached processes, see leave.h. */
struct leaving {
	bool active;			/* stopped tasks are detached */
	double since;
};

/* Ending the workload, see ending.h.  Times are in seconds since the start, 0: not yet. */
struct ending {
	double terminated;		/* SIGTERM was sent to all */
	struct rest rest;		/* the processes that it was sent to */
	double asked;			/* a signal first asked for the end, by the clock */
	double asked_last;		/* one last reached the workload */
	double rest_since;		/* the first process ended */
	bool rest_reported;
};

struct tracer {
	struct tracer_opts opts;
	const struct tracer_sink *sink;
	void *self;
	const struct engine *engine;
	void *engine_state;
	bool engine_open;

	struct tasks tasks;
	struct births births;
	struct census *census;
	struct filter_seen *filters;	/* see watched-calls.c */
	struct wait wait;
	struct launch *launch;
	struct stacks *stacks;		/* NULL: not requested, or not available */
	pid_t root;			/* the process that was started; 0: all were attached */
	bool launching;			/* the root has not executed its program yet */
	long filters_begun;		/* how many filters the root had at exec; negative: unknown */
	bool careful;			/* the workload may have filters: do not trust the data of stops */
	bool pidfds;			/* the workload uses pidfds */
	bool has_others;		/* sctrace has children that are not the workload's */
	double next_tick;

	struct first_process first;
	struct attaching attaching;
	struct leaving leaving;
	struct ending ending;
};
