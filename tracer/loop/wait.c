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

void place_init(struct place *p)
{
	cpu_set_t set;

	*p = (struct place){ .cpus = 1 };
	if (sched_getaffinity(0, sizeof set, &set) == 0)
		p->cpus = CPU_COUNT(&set);
	p->loadavg = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
}

void place_done(struct place *p)
{
	if (p->loadavg >= 0)
		close(p->loadavg);
	p->loadavg = -1;
}

/* "0.20 0.18 0.12 2/80 11206": the fourth field begins with the number of tasks
 * that run or want to, ourselves included.  The tracee will be one more. */
static bool has_room(const struct place *p)
{
	char text[128];
	ssize_t n = p->loadavg < 0 ? -1 : pread(p->loadavg, text, sizeof text - 1, 0);
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
	return atoi(field) + 1 <= p->cpus;
}

static void note(struct place *p, pid_t tid)
{
	p->streak = tid == p->last ? p->streak + 1 : 0;
	p->last = tid;
	if (p->streak % ROOM_EVERY == STREAK - 1)
		p->room = has_room(p);
}

pid_t place_wait(struct place *p, int *ret_status)
{
	pid_t tid = 0;

	if (p->streak >= STREAK && p->room)
		for (int i = 0; i < POLLS && tid == 0; i++)
			tid = waitpid(-1, ret_status, __WALL | WNOHANG);
	if (tid == 0)
		tid = waitpid(-1, ret_status, __WALL);
	if (tid > 0)
		note(p, tid);
	return tid;
}
