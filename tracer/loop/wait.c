/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/loop/wait.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	STREAK = 16,		/* stops of one task in a row before we poll for it */
	POLLS = 64,		/* about the time of two context switches */
	ROOM_EVERY = 64,	/* stops between looks at the load */
};

void wait_init(struct wait *w)
{
	cpu_set_t set;

	*w = (struct wait){ .cpus = 1 };
	if (sched_getaffinity(0, sizeof set, &set) == 0)
		w->cpus = CPU_COUNT(&set);
	w->loadavg = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
}

void wait_done(struct wait *w)
{
	if (w->loadavg >= 0)
		close(w->loadavg);
	w->loadavg = -1;
}

/* "0.20 0.18 0.12 2/80 11206": the fourth field begins with the number of tasks
 * that run or want to, ourselves included.  The tracee will be one more. */
static bool has_room(const struct wait *w)
{
	char text[128];
	ssize_t n = w->loadavg < 0 ? -1 : pread(w->loadavg, text, sizeof text - 1, 0);
	const char *field = text;

	if (n <= 0)
		return false;
	text[n] = '\0';
	for (int i = 0; i < 3; i++) {
		field = strchr(field, ' ');
		if (!field)
			return false;
		field++;
	}
	return atoi(field) + 1 <= w->cpus;
}

static void note(struct wait *w, pid_t tid)
{
	w->streak = tid == w->last ? w->streak + 1 : 0;
	w->last = tid;
	if (w->streak % ROOM_EVERY == STREAK - 1)
		w->room = has_room(w);
}

pid_t wait_next(struct wait *w, int *ret_status)
{
	pid_t tid = 0;

	if (w->streak >= STREAK && w->room)
		for (int i = 0; i < POLLS && tid == 0; i++)
			tid = waitpid(-1, ret_status, __WALL | WNOHANG);
	if (tid == 0)
		tid = waitpid(-1, ret_status, __WALL);
	if (tid > 0)
		note(w, tid);
	return tid;
}
