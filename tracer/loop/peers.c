/* SPDX-License-Identifier: Apache-2.0 */
/* Is the other end of a socket part of the workload? */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/attr.h"
#include "tracer/loop/state.h"

enum { LISTENS = 0x10000 };

struct search {
	char link[48];			/* "socket:[123]" */
	bool found;
};

/* "Num RefCount Protocol Flags Type St Inode Path" */
static bool find_listener(pid_t tid, const char *address, uint64_t *ret_inode)
{
	char path[64], line[512];
	bool found = false;

	snprintf(path, sizeof path, "/proc/%d/net/unix", tid);
	FILE *f = fopen(path, "re");

	while (f && !found && fgets(line, sizeof line, f)) {
		unsigned flags;
		int at = 0;

		line[strcspn(line, "\n")] = '\0';
		found = sscanf(line, "%*s %*x %*x %x %*x %*x %" SCNu64 " %n", &flags, ret_inode, &at) == 2 && at &&
			flags & LISTENS && streq(line + at, address);
	}
	if (f)
		fclose(f);
	return found;
}

static bool has_fd(pid_t pid, const char *link)
{
	const struct dirent *entry;
	char path[64], target[48];
	bool found = false;

	snprintf(path, sizeof path, "/proc/%d/fd", pid);
	DIR *dir = opendir(path);

	while (dir && !found && (entry = readdir(dir))) {
		ssize_t n = readlinkat(dirfd(dir), entry->d_name, target, sizeof target - 1);

		target[n > 0 ? n : 0] = '\0';
		found = streq(target, link);
	}
	if (dir)
		closedir(dir);
	return found;
}

static void look_at(void *self, struct task *task)
{
	struct search *s = self;

	if (!s->found && task->leader)
		s->found = has_fd(task->tid, s->link);
}

bool tracer_serves(const struct tracer *t, pid_t tid, const char *address)
{
	struct search s = { .found = false };
	uint64_t inode;

	if (!find_listener(tid, address, &inode))
		return false;
	snprintf(s.link, sizeof s.link, "socket:[%" PRIu64 "]", inode);
	tasks_each(&t->tasks, look_at, &s);
	return s.found;
}
