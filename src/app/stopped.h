/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <sys/types.h>
#include "check/breach.h"

/* What a tracer knows about a call in which a task is stopped, for a breach. */

/* The call with its arguments, and the text that they point to: 'mkdir("/tmp/x", 0755)'. */
void stopped_print(struct buf *, const struct arch *, const char *name, const uint64_t args[static 6], pid_t tid);

/* Stacks that were captured for breaches, until their frames get names. Zero-initialise. */
struct stacks;
struct stopped_stacks {
	struct stopped_stack *items;
	size_t count, room;
};

/* Capture the task's stack for the breach, which must not move. */
void stopped_capture(struct stopped_stacks *, struct breach *, struct stacks *, pid_t tid);

/* Resolve the frames' names into the breaches, and empty the list. */
void stopped_name(struct stopped_stacks *, struct stacks *);
