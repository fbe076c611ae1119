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
	pid_t root;			/* the first process; 0: all were attached */
	pid_t first;			/* tracer_run() returns its status: the root, or the first attached process */
	int root_status;
	int native_end;			/* the signal that would have killed it natively (pid1.h); 0: the same */
	bool pidfds;			/* the workload uses pidfds */
	long filters_begun;		/* how many filters the root had at exec; negative: unknown */
	bool careful;			/* the workload may have filters: do not trust the data of stops */
	bool launching;			/* the root has not executed its program yet */
	bool root_gone;
	bool leaving;			/* stopped tasks are detached */
	double left;			/* since when */
	bool attaching;			/* some seized tasks have not stopped yet */
	pid_t awaited;			/* one of these */
	pid_t ring_group;		/* the last process that was checked for rings */
	bool has_others;		/* sctrace has children that are not the workload's */

	double next_tick;
	double terminated;		/* when SIGTERM was sent to all; 0: not yet */
	double asked;			/* when a signal first asked for the end, by the clock; 0: never */
	double asked_last;		/* when one last reached the workload, since the start */
	struct rest rest;		/* the processes it was sent to */
	double rest_since;		/* when the first process ended; 0: not yet */
	bool rest_reported;
};
