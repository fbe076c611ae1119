/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/attach.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <unistd.h>
#include <linux/ptrace.h>	/* after <sys/ptrace.h>, which it would break */
#include "tracer/proc.h"

static int explain(pid_t pid, int error, struct err *e)
{
	long tracer = proc_number(pid, "TracerPid:");

	if (error == ESRCH)
		return err_set(e, error, "there is no process %d", pid);
	if (pid == getpid())
		return err_set(e, error, "process %d is sctrace itself", pid);
	if (tracer > 0)
		return err_set(e, error, "process %d is traced already, by process %ld (a debugger, strace?)", pid, tracer);
	if (error == EPERM)
		return err_set(e, error, "may not trace process %d: it is another user's, privileged, or ended, or yama "
			       "forbids it ('sctrace doctor yama' tells); root may", pid);
	return err_set(e, error, "cannot trace process %d: %s", pid, strerror(error));
}

/* Seized threads go on; the interrupt is what gives us a stop to resume them from,
 * into the first call.  A thread that one of them made meanwhile is ours already,
 * and tells of itself. */
static int seize(struct tracer *t, pid_t tid, long options)
{
	if (ptrace(PTRACE_SEIZE, tid, 0, options) < 0)
		return errno == EPERM && proc_number(tid, "TracerPid:") == getpid() ? 0 : -errno;
	act_task(t, tid)->early = false;
	ptrace(PTRACE_INTERRUPT, tid, 0, 0);
	return 1;
}

/* How many threads were not ours yet; a thread may end while we look. */
static int pass(struct tracer *t, pid_t pid, DIR *dir, long options)
{
	const struct dirent *entry;
	int fresh = 0;

	rewinddir(dir);
	while ((entry = readdir(dir))) {
		pid_t tid = (pid_t)atoi(entry->d_name);

		if (tid <= 0 || task_find(&t->tasks, tid))
			continue;
		int r = seize(t, tid, options);

		if (r < 0 && (tid == pid || r != -ESRCH))
			return r;
		fresh += r > 0;
	}
	return fresh;
}

static int attach(struct tracer *t, pid_t given, long options, struct err *e)
{
	long pid = proc_number(given, "Tgid:");		/* who names a thread means its process */
	char path[64];
	int r;

	if (pid == getpid())
		return explain((pid_t)pid, EPERM, e);
	snprintf(path, sizeof path, "/proc/%ld/task", pid);
	DIR *dir = pid > 0 ? opendir(path) : NULL;

	if (!dir)
		return explain(given, ESRCH, e);
	do
		r = pass(t, (pid_t)pid, dir, options);
	while (r > 0);
	closedir(dir);
	return r < 0 ? explain(given, -r, e) : 0;
}

int attach_all(struct tracer *t, long options, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < t->opts.attach_count; i++)
		r = attach(t, t->opts.attach[i], options, e);
	return r;
}

/* Who is held is stopped already. */
static void interrupt(void *self, struct task *task)
{
	if (task->held)
		act_resume(self, task, 0);
	else
		ptrace(PTRACE_INTERRUPT, task->tid, 0, 0);
}

void attach_leave(struct tracer *t)
{
	if (t->leaving)
		return;
	t->leaving = true;
	t->stats.let_go = t->tasks.alive > 0;
	tasks_each(&t->tasks, interrupt, t);
}
