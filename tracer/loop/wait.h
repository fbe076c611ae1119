/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <sys/types.h>

/*
 * Waiting for the next stop, cheaply.
 *
 * The cost of a stop is mostly that of waking an idle CPU. While one task makes call after call and
 * a CPU is free, sctrace polls for a moment before it sleeps, so that its CPU is awake when the
 * stop comes. If others need the CPU, the tracee waits while sctrace waits for its turn. sctrace
 * remains an ordinary task: a batch task, which preempts nothing, made the tracee wait several
 * times as long as strace does; with shorter time slices, programs that start many others waited
 * longer. The affinity and scheduling of the workload stay unchanged.
 */
struct wait {
	pid_t last;		/* the last task that stopped */
	unsigned streak;	/* how often in a row */
	bool room;		/* a CPU is free for polling */
	int loadavg;		/* /proc/loadavg, or -1 */
	int cpus;		/* on which sctrace may run */
	int stops;		/* reports SIGCHLD while a descriptor is polled; or -1 */
	bool beside;		/* next time check the descriptor first */
};

void wait_init(struct wait *);
void wait_done(struct wait *);

/* Like waitpid(-1, ret_status, __WALL): a tid, or -1 with errno; 0 if the descriptor `fd` is
 * readable or has ended. A negative fd is ignored. */
pid_t wait_next(struct wait *, int fd, int *ret_status);
