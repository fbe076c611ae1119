/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/loop/attach.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <linux/ptrace.h>	/* after <sys/ptrace.h>, because the two conflict */
#include "base/mem.h"
#include "tracer/loop/follow.h"
#include "tracer/loop/scope.h"
#include "tracer/loop/stops.h"
#include "tracer/tracee/proc.h"
#include "tracer/signals/relay.h"

#define TAKE_NOTE_EVERY 0.02	/* seconds; see on_timer() */

enum { TRIES = 100 };		/* to seize a task, one each millisecond: it takes time on a busy host */

static int explain(pid_t pid, int error, struct err *e)
{
	long tracer = proc_number(pid, "TracerPid:");

	if (error == ESRCH)
		return err_set(e, error, kill(pid, 0) == 0 ? "process %d has ended" : "there is no process %d", pid);
	if (pid == getpid())
		return err_set(e, error, "process %d is sctrace itself", pid);
	if (proc_number(pid, "Kthread:") == 1)
		return err_set(e, error, "process %d is a thread of the kernel: it makes no calls", pid);
	if (tracer > 0)
		return err_set(e, error, "process %d is traced already, by process %ld (a debugger, strace?)", pid, tracer);
	if (error == EPERM)
		return err_set(e, error, "cannot trace process %d: it belongs to another user, or is privileged, or yama "
			       "forbids it (see 'sctrace doctor yama'); root can", pid);
	return err_set(e, error, "cannot trace process %d: %s", pid, strerror(error));
}

/*
 * A thread that calls execve waits until the other threads have ended, and seized ones end only
 * after their tracer has waited for them; meanwhile PTRACE_SEIZE of the next thread blocks until
 * that execve is done (ptrace(2), BUGS). So a timer collects the reports meanwhile. All other stops
 * arrive there, too: they are kept, and handled later.
 */
static struct report {
	pid_t tid;
	int status;
} reports[16384];
static volatile sig_atomic_t report_count;

static void on_timer(maybe_unused int signal)
{
	int error = errno, status;
	pid_t tid;

	while (report_count < (int)countof(reports) && (tid = waitpid(-1, &status, WNOHANG | __WALL)) > 0)
		reports[report_count++] = (struct report){ tid, status };
	errno = error;
}

static void take_reports(struct tracer *t)
{
	for (int i = 0; i < report_count; i++)
		stops_take(t, stop_read(reports[i].tid, reports[i].status));
	report_count = 0;
}

/* A thread that was replaced as leader is back under the same tid at once. */
static int seize_patiently(pid_t tid, long options)
{
	for (int tries = 0; tries < TRIES; tries++) {
		if (ptrace(PTRACE_SEIZE, tid, 0, options) == 0)
			return 0;
		int error = errno;

		if (proc_number(tid, "TracerPid:") > 0 || proc_is_over(tid) || error != EPERM)
			return -error;
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
	return -EPERM;
}

/* False for a leader that another thread has replaced. */
static bool is_seized(struct tracer *t, pid_t tid, pid_t pid)
{
	struct task *task = task_find(&t->tasks, tid);

	if (!task || tid != pid || proc_number(tid, "TracerPid:") == getpid())
		return task;
	follow_drop(t, task);
	return false;
}

/* Seized threads keep running; the interrupt stops them once, so that they can be resumed into the
 * first call. A thread that one of them has made meanwhile is traced already, and reports itself.
 * Seizing a thread that has ended fails like one without permission. */
static int seize(struct tracer *t, pid_t tid)
{
	struct task *task;

	int r = seize_patiently(tid, t->engine->options | LAUNCH_OPTIONS);

	if (r < 0)
		return proc_number(tid, "TracerPid:") == getpid() || proc_is_over(tid) ? 0 : r;
	task = follow_task(t, tid);
	task->early = false;
	task->fresh = true;
	if (t->attaching.counts && !task->counted)
		scope_enter(t, task, false);
	ptrace(PTRACE_INTERRUPT, tid, 0, 0);
	return 1;
}

/* Returns how many threads were not traced yet; a thread may end meanwhile. */
static int pass(struct tracer *t, pid_t pid, DIR *dir)
{
	const struct dirent *entry;
	int fresh = 0;

	rewinddir(dir);
	while ((entry = readdir(dir))) {
		pid_t tid = (pid_t)atoi(entry->d_name);

		if (tid <= 0 || is_seized(t, tid, pid))
			continue;
		int r = seize(t, tid);

		if (r < 0)
			return r;
		fresh += r > 0;
	}
	return fresh;
}

/* Repeats until there is no new thread; returns how many there were. */
static int seize_all(struct tracer *t, pid_t pid)
{
	char path[64];
	int r, fresh = 0;

	snprintf(path, sizeof path, "/proc/%d/task", pid);
	DIR *dir = opendir(path);

	if (!dir)
		return errno == ENOENT ? -ESRCH : -errno;
	while ((r = pass(t, pid, dir)) > 0)
		fresh += r;
	closedir(dir);
	return r < 0 ? r : fresh;
}

/* Two processes that trace each other would wait for each other forever. */
static bool is_our_tracer(pid_t pid)
{
	return proc_number(getpid(), "TracerPid:") == pid;
}

static int attach(struct tracer *t, pid_t given, struct err *e)
{
	pid_t pid = (pid_t)proc_number(given, "Tgid:");		/* a thread stands for its process */

	if (pid <= 0)
		return explain(given, ESRCH, e);
	if (pid == getpid())
		return explain(pid, EPERM, e);
	if (is_our_tracer(pid))
		return err_set(e, EPERM, "process %d traces sctrace itself", given);
	if (!t->first.pid)
		t->first.pid = pid;

	int r = seize_all(t, pid);

	if (r == 0 && !task_find(&t->tasks, pid) && proc_is_over(pid))
		r = -ESRCH;		/* and none of its threads is left */
	return r < 0 ? explain(given, -r, e) : 0;
}

static bool is_refused(const struct attaching *a, pid_t pid)
{
	for (size_t i = 0; i < a->refused_count; i++)
		if (a->refused[i] == pid)
			return true;
	return false;
}

static void refuse(struct attaching *a, pid_t pid)
{
	a->refused = grow(a->refused, a->refused_count, &a->refused_room, sizeof *a->refused);
	a->refused[a->refused_count++] = pid;
}

/* Returns whether a process is traced now. If its calls count, those until now are missed. */
static bool seize_member(struct tracer *t, pid_t pid, bool late)
{
	const struct program *program = program_of(&t->census->programs, pid, NULL);

	t->attaching.counts = t->sink->counts(t->self, program->path);
	int r = seize_all(t, pid);
	bool refused = r < 0 && !proc_is_over(pid);

	if (refused)
		refuse(&t->attaching, pid);
	if (refused || (late && r > 0 && t->attaching.counts))
		census_add_note(t->census, NOTE_JOINED, program);
	return r > 0;
}

static bool seize_members(struct tracer *t, bool late)
{
	enum { ROOM = 4096 };
	static pid_t members[ROOM];
	size_t count = t->sink->members(t->self, members, ROOM);
	bool found = false;

	for (size_t i = 0; i < count; i++)
		if (!task_find(&t->tasks, members[i]) && !is_refused(&t->attaching, members[i]))
			found |= seize_member(t, members[i], late);
	t->sink->seized(t->self);
	return found;
}

void attach_members(struct tracer *t)
{
	relay_borrow_timer(on_timer, TAKE_NOTE_EVERY);
	if (!t->leaving.active)
		seize_members(t, true);
	relay_return_timer();
	take_reports(t);
	t->attaching.next_look = census_elapsed(t->census) + t->opts.members_every;
}

bool attach_is_due(const struct tracer *t)
{
	return t->opts.members_every > 0 && !t->leaving.active && census_elapsed(t->census) >= t->attaching.next_look;
}

int attach_all(struct tracer *t, struct err *e)
{
	t->attaching.counts = t->opts.scope == SCOPE_MEMBERS;
	int r = proc_is_ours() ? 0 : err_set(e, EINVAL, "this /proc belongs to another PID namespace than sctrace");

	relay_borrow_timer(on_timer, TAKE_NOTE_EVERY);
	for (size_t i = 0; r == 0 && i < t->opts.attach_count; i++)
		r = attach(t, t->opts.attach[i], e);
	while (r == 0 && t->opts.members_every > 0 && seize_members(t, false))
		;
	relay_return_timer();
	take_reports(t);
	t->attaching.active = r == 0;
	return r;
}

static void find_fresh(void *self, struct task *task)
{
	if (task->fresh)
		*(pid_t *)self = task->tid;
}

/* Called after every stop, and with many threads there are many stops: so the last one found is
 * checked first. */
static bool is_anybody_fresh(struct tracer *t)
{
	const struct task *known = task_find(&t->tasks, t->attaching.awaited);

	if (known && known->fresh)
		return true;
	t->attaching.awaited = 0;
	tasks_each(&t->tasks, find_fresh, &t->attaching.awaited);
	return t->attaching.awaited;
}

/* Returns how many there were; an ended process has none. */
static int look_again(struct tracer *t)
{
	int found = 0;

	relay_borrow_timer(on_timer, TAKE_NOTE_EVERY);
	for (size_t i = 0; i < t->opts.attach_count; i++) {
		int r = seize_all(t, (pid_t)proc_number(t->opts.attach[i], "Tgid:"));

		found += r > 0 ? r : 0;
	}
	relay_return_timer();
	take_reports(t);
	return found;
}

bool attach_anew(struct tracer *t)
{
	bool anew = t->attaching.active && !t->leaving.active && look_again(t) > 0;

	errno = ECHILD;
	return anew;
}

void attach_go_on(struct tracer *t)
{
	if (!t->attaching.active || is_anybody_fresh(t) || (!t->leaving.active && look_again(t) > 0))
		return;
	t->attaching.active = false;
	if (t->sink->attached && !t->leaving.active)
		t->sink->attached(t->self, t->tasks.alive);
}
