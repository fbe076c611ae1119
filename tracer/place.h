/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <sys/types.h>

/*
 * Waiting for the next stop, cheaply.
 *
 * The price of a stop is mostly that of waking a CPU that went idle.  While one
 * task makes call after call and a CPU is free for us, we poll for a moment
 * before we sleep, so that our CPU is awake when the stop comes.  Nothing here
 * touches the workload: its affinity and its scheduling stay its own.
 */
struct place {
	pid_t last;		/* who stopped last */
	unsigned streak;	/* how often in a row */
	bool room;		/* polling takes no CPU from anybody */
	int loadavg;		/* /proc/loadavg, or -1 */
	int cpus;		/* we may run on */
};

/* rare: stops are the exception, and no task makes one after the other. */
void place_init(struct place *, bool rare);
void place_done(struct place *);

/* As waitpid(-1, ret_status, __WALL): a tid, or -1 with errno. */
pid_t place_wait(struct place *, int *ret_status);
