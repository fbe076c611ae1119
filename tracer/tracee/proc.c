/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/tracee/proc.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/attr.h"
#include "base/io.h"

long proc_number_at(pid_t tid, const char *key, unsigned index, int base)
{
	char path[64], line[256];
	long found = -1;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", tid);
	f = fopen(path, "re");
	while (f && found < 0 && fgets(line, sizeof line, f)) {
		char *at = line + strlen(key), *end = at;

		if (!starts_with(line, key))
			continue;
		for (unsigned i = 0; i <= index; i++, at = end)
			found = (long)strtoul(at, &end, base);
		if (end == line + strlen(key))
			found = -1;
		break;
	}
	if (f)
		fclose(f);
	return found;
}

long proc_number(pid_t tid, const char *key)
{
	return proc_number_at(tid, key, 0, 10);
}

bool proc_is_pid1(pid_t tid)
{
	char path[64], text[4096];

	snprintf(path, sizeof path, "/proc/%d/status", tid);
	io_read_head(path, text, sizeof text);

	/* one for each PID namespace, from sctrace's inwards */
	char *line = strstr(text, "\nNStgid:"), *end = line ? strchr(line + 1, '\n') : NULL;

	if (!end)
		return false;
	*end = '\0';

	const char *last = strrchr(line, '\t');

	return last && streq(last + 1, "1");
}

bool proc_has_signal(pid_t tid, const char *key, int signal)
{
	long mask = proc_number_at(tid, key, 0, 16);

	return mask != -1 && (unsigned long)mask >> (signal - 1) & 1;
}

bool proc_dies_of_forced(pid_t tid, int signal)
{
	return !proc_has_signal(tid, "SigCgt:", signal) || proc_has_signal(tid, "SigBlk:", signal);
}

bool proc_is_ours(void)
{
	char text[32];
	ssize_t n = readlink("/proc/self", text, sizeof text - 1);

	text[n > 0 ? n : 0] = '\0';
	return atol(text) == getpid();
}

bool proc_same_namespace(pid_t tid)
{
	struct stat ours, its;
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/ns/pid", tid);
	return stat("/proc/self/ns/pid", &ours) < 0 || stat(path, &its) < 0 || its.st_ino == ours.st_ino;
}

/* The fields from the state on. The name before it may have parentheses and newlines; nothing after
 * it has. */
static const char *read_stat(pid_t tid, char text[static 512])
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/stat", tid);
	io_read_head(path, text, 512);
	return strrchr(text, ')');
}

bool proc_is_over(pid_t tid)
{
	char text[512];
	const char *state = read_stat(tid, text);

	return !state || starts_with(state, ") Z") || starts_with(state, ") X");
}

bool proc_is_runnable(pid_t tid)
{
	char text[512];
	const char *state = read_stat(tid, text);

	return state && starts_with(state, ") R");
}

long proc_flags(pid_t tid)
{
	char text[512];
	const char *state = read_stat(tid, text);
	unsigned long flags;

	return state && sscanf(state, ") %*c %*d %*d %*d %*d %*d %lu", &flags) == 1 ? (long)flags : -1;
}

bool proc_is_worker(pid_t tid)
{
	enum { IO_WORKER = 0x10, USER_WORKER = 0x4000 };
	long flags = proc_flags(tid);

	return flags > 0 && flags & (IO_WORKER | USER_WORKER);
}

bool proc_comm(pid_t tid, char ret[static 17])
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/comm", tid);
	bool there = io_read_head(path, ret, 17) > 0;

	ret[strcspn(ret, "\n")] = '\0';
	return there;
}
