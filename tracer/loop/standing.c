/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/loop/standing.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <unistd.h>
#include <linux/ptrace.h>	/* after <sys/ptrace.h>, because the two conflict */
#include "base/attr.h"
#include "tracer/arch/arch.h"
#include "tracer/tracee/proc.h"

#define RING "anon_inode:[io_uring]"

bool standing_call(const struct task *task, struct call *ret, bool *ret_again)
{
	struct ptrace_syscall_info info;
	machine_regs regs;

	if (ptrace(MACHINE_GETREGS, task->tid, 0, &regs) < 0 || !machine_in_call(&regs) || proc_is_worker(task->tid) ||
	    call_ask(task->tid, &info) < 0)
		return false;

	enum machine_abi abi = machine_abi(info.arch);

	*ret = (struct call){ .arch = info.arch, .nr = machine_call_number(&regs), .detailed = true, .under_way = true };
	for (unsigned i = 0; i < countof(ret->args); i++)
		ret->args[i] = machine_arg(&regs, abi, i);
	*ret_again = machine_is_made_again(&regs);
	return true;
}

static bool is_ring(int dir, const char *name)
{
	char target[64];
	ssize_t n = readlinkat(dir, name, target, sizeof target - 1);

	target[n > 0 ? n : 0] = '\0';
	return streq(target, RING);
}

static bool has_ring_fd(pid_t pid)
{
	const struct dirent *entry;
	bool found = false;
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/fd", pid);
	DIR *dir = opendir(path);

	while (dir && !found && (entry = readdir(dir)))
		found = is_ring(dirfd(dir), entry->d_name);
	if (dir)
		closedir(dir);
	return found;
}

/* A registered ring needs no descriptor. */
static bool maps_ring(pid_t pid)
{
	char path[64], line[512];
	bool found = false;

	snprintf(path, sizeof path, "/proc/%d/maps", pid);
	FILE *f = fopen(path, "re");

	while (f && !found && fgets(line, sizeof line, f))
		found = strstr(line, " " RING "\n");
	if (f)
		fclose(f);
	return found;
}

bool standing_ring(pid_t pid)
{
	return has_ring_fd(pid) || maps_ring(pid);
}
