/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <sys/types.h>

/*
 * Waiting for the next stop, cheaply.
 *
 * The price of a stop is mostly that of waking a CPU that went idle.  While one
 * task makes call after call and a CPU is free for us, we poll for a moment
 * before we sleep, so that our CPU is awake when the stop comes.  Where others run
 * as well, the tracee waits while we wait for our turn: we stay an ordinary task (a
 * batch task, which preempts nobody, made it wait several times as long as strace
 * does; with shorter turns, programs that start many others waited longer).  Nothing
 * here touches the workload: its affinity and its scheduling stay its own.
 */
struct wait {
	pid_t last;		/* who stopped last */
	unsigned streak;	/* how often in a row */
	bool room;		/* polling takes no CPU from anybody */
	int loadavg;		/* /proc/loadavg, or -1 */
	int cpus;		/* we may run on */
	int stops;		/* gives SIGCHLD where a descriptor is waited for, too; or -1 */
	bool beside;		/* it is the descriptor's turn */
};

void wait_init(struct wait *);
void wait_done(struct wait *);

/* As waitpid(-1, ret_status, __WALL): a tid, or -1 with errno.  0: the descriptor can be read,
 * or has ended; negative: there is none. */
pid_t wait_next(struct wait *, int fd, int *ret_status);
