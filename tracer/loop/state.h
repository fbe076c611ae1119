/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/loop/births.h"
#include "tracer/engine/engine.h"
#include "tracer/loop/launch.h"
#include "tracer/census/fill.h"
#include "tracer/loop/wait.h"
#include "tracer/loop/task.h"
#include "tracer/tracer.h"

/* What the parts of the tracer share; nobody else includes this. */
struct filter_seen;

/* Processes that are left, as tracer_left() has them. */
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
	struct stacks *stacks;		/* NULL: not wanted, or not to be had */
	pid_t root;			/* the first process; 0: we attached to all there are */
	pid_t first;			/* whose end tracer_run() returns: the root, or what we attached to first */
	int root_status;
	int native_end;			/* what would have killed it without us: see pid1.h; 0: the same */
	bool pidfds;			/* the workload has used some */
	long filters_begun;		/* how many the root had when it executed its program; negative: not known */
	bool careful;			/* the workload may have filters: trust no data of theirs */
	bool launching;			/* the root has not executed the program yet */
	bool root_gone;
	bool leaving;			/* whoever stops is let go */
	double left;			/* since when */
	bool attaching;			/* some are still to be stopped for the first time */
	pid_t awaited;			/* one of those */
	pid_t ring_group;		/* whose rings were looked for last */
	bool has_others;		/* children that are not the workload's */

	double next_tick;
	double terminated;		/* when SIGTERM was sent to all; 0: not yet */
	double asked;			/* when a signal asked for the end first, by the clock; 0: none did */
	double asked_last;		/* when one reached the workload last, since the start */
	struct rest rest;		/* those that it was sent to */
	double rest_since;		/* when the first process had ended; 0: not yet */
	bool rest_reported;
};
