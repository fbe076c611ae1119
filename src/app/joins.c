/* SPDX-License-Identifier: Apache-2.0 */
#include "app/joins.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/mem.h"

struct joins {
	int fd;
	bool holds;		/* by fanotify, else by inotify */
	int *held;		/* the files of the events that wait for an answer */
	size_t count, room;
};

static bool can_seize_held(void)
{
	unsigned major = 0, minor = 0;
	struct utsname u;

	return uname(&u) == 0 && sscanf(u.release, "%u.%u", &major, &minor) == 2 && (major > 6 || (major == 6 && minor >= 8));
}

/* \040 for a blank, and the like. */
static void unescape(char *path)
{
	char *to = path;
	unsigned code;

	for (const char *at = path; *at; at++)
		if (*at == '\\' && sscanf(at + 1, "%3o", &code) == 1) {
			*to++ = (char)code;
			at += 3;
		} else {
			*to++ = *at;
		}
	*to = '\0';
}

/* The container's own mounts: those of the host, of the same files, report nothing. */
static bool mark_mounts(int fd, pid_t member)
{
	scoped(freep) char *list = xprintf("/proc/%d/mountinfo", member);
	char line[4096], point[4096];
	bool any = false;
	FILE *f = fopen(list, "re");

	while (f && fgets(line, sizeof line, f)) {
		if (sscanf(line, "%*d %*d %*s %*s %4095s", point) != 1)
			continue;
		unescape(point);
		scoped(freep) char *path = xprintf("/proc/%d/root%s", member, point);

		any |= fanotify_mark(fd, FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_OPEN_EXEC_PERM, AT_FDCWD, path) == 0;
	}
	if (f)
		fclose(f);
	return any;
}

static bool open_holding(struct joins *j, pid_t member)
{
	if (!can_seize_held())
		return false;
	j->fd = fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC | FAN_NONBLOCK, O_RDONLY | O_CLOEXEC);
	j->holds = j->fd >= 0 && mark_mounts(j->fd, member);
	if (j->fd >= 0 && !j->holds)
		close(j->fd);
	return j->holds;
}

static void watch_group(void *self, const char *file)
{
	const struct joins *j = self;

	inotify_add_watch(j->fd, file, IN_MODIFY);
}

struct joins *joins_open(const struct container *c, pid_t member)
{
	struct joins *j = xcalloc(1, sizeof *j);

	if (open_holding(j, member))
		return j;
	j->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (j->fd >= 0)
		container_each_group(c, watch_group, j);
	return j;
}

void joins_close(struct joins *j)
{
	if (!j)
		return;
	joins_release(j);
	if (j->fd >= 0)
		close(j->fd);
	free(j->held);
	free(j);
}

int joins_fd(const struct joins *j)
{
	return j->fd;
}

static void hold(struct joins *j, const struct fanotify_event_metadata *event)
{
	if (event->fd < 0)
		return;
	j->held = grow(j->held, j->count, &j->room, sizeof *j->held);
	j->held[j->count++] = event->fd;
}

void joins_take(struct joins *j)
{
	_Alignas(struct fanotify_event_metadata) char events[4096];
	ssize_t n;

	while ((n = read(j->fd, events, sizeof events)) > 0)
		for (struct fanotify_event_metadata *event = (void *)events; j->holds && FAN_EVENT_OK(event, n);
		     event = FAN_EVENT_NEXT(event, n))
			hold(j, event);
}

void joins_release(struct joins *j)
{
	for (size_t i = 0; i < j->count; i++) {
		const struct fanotify_response answer = { .fd = j->held[i], .response = FAN_ALLOW };

		if (write(j->fd, &answer, sizeof answer) < 0)
			j->holds = false;	/* it answers no more; closing it releases all */
		close(j->held[i]);
	}
	j->count = 0;
}
