/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/loop/wait.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/attr.h"

enum {
	STREAK = 16,		/* stops of one task in a row before polling for it */
	POLLS = 64,		/* about the time of two context switches */
	ROOM_EVERY = 64,	/* stops between checks of the load */
};

void wait_init(struct wait *w)
{
	cpu_set_t set;

	*w = (struct wait){ .cpus = 1, .stops = -1 };
	if (sched_getaffinity(0, sizeof set, &set) == 0)
		w->cpus = CPU_COUNT(&set);
	w->loadavg = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
}

void wait_done(struct wait *w)
{
	if (w->loadavg >= 0)
		close(w->loadavg);
	if (w->stops >= 0)
		close(w->stops);
	w->loadavg = w->stops = -1;
}

/* "0.20 0.18 0.12 2/80 11206": the fourth field begins with the number of runnable tasks, including
 * sctrace. The tracee will be one more. */
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

/* SIGCHLD interrupts the poll. It is blocked, and read from a descriptor. */
static void hear_of_stops(struct wait *w)
{
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	sigaction(SIGCHLD, &(struct sigaction){ .sa_handler = SIG_DFL }, NULL);
	w->stops = signalfd(-1, &child, SFD_NONBLOCK | SFD_CLOEXEC);
}

static bool is_ready(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) > 0;
}

/* Alternates, so that neither starves: a stop, and the descriptor if it is ready. */
static pid_t wait_beside(struct wait *w, int fd, int *ret_status)
{
	struct pollfd both[] = { { .fd = fd, .events = POLLIN }, { .fd = w->stops, .events = POLLIN } };
	struct signalfd_siginfo taken;

	w->beside = !w->beside;
	if (w->beside && is_ready(fd))
		return 0;
	for (;;) {
		pid_t tid = waitpid(-1, ret_status, __WALL | WNOHANG);

		if (tid != 0)
			return tid;
		if (poll(both, countof(both), -1) < 0)
			return -1;
		while (read(w->stops, &taken, sizeof taken) > 0)
			;
		if (both[0].revents)
			return 0;
	}
}

pid_t wait_next(struct wait *w, int fd, int *ret_status)
{
	pid_t tid = 0;

	if (fd >= 0 && w->stops < 0)
		hear_of_stops(w);
	if (fd >= 0 && w->stops >= 0)
		return wait_beside(w, fd, ret_status);
	if (w->streak >= STREAK && w->room)
		for (int i = 0; i < POLLS && tid == 0; i++)
			tid = waitpid(-1, ret_status, __WALL | WNOHANG);
	if (tid == 0)
		tid = waitpid(-1, ret_status, __WALL);
	if (tid > 0)
		note(w, tid);
	return tid;
}
