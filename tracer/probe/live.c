/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/probe/live.h"

#include <dirent.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <linux/ptrace.h>	/* after <sys/ptrace.h>, which it would break */
#include "base/mem.h"
#include "tracer/signals/unnoticed.h"
#include "tracer/tracee/proc.h"
#include "tracer/tracee/stop.h"

/* PATIENCE_MS: until a thread stops.  FILTERS: the kernel allows 32768 instructions in all, and counts 4 more for each
 * filter. */
enum { PATIENCE_MS = 2000, FILTERS_MAX = 8192, THREADS_MAX = 4096 };

static int explain(pid_t tid, int error, struct err *e)
{
	long tracer = proc_number(tid, "TracerPid:");

	if (error == ESRCH)
		return err_set(e, error, "there is no process %d, or it has ended", tid);
	if (tracer > 0)
		return err_set(e, error, "process %d is traced already, by process %ld (a debugger, strace?)", tid, tracer);
	if (error == ETIMEDOUT)
		return err_set(e, error, "process %d does not stop: it waits for a device or a file system", tid);
	if (error == EACCES || error == EPERM)
		return err_set(e, error, "cannot read the filters of process %d: this requires CAP_SYS_ADMIN; root has it", tid);
	if (error == EIO)
		return err_set(e, error, "this kernel does not show the filters of processes (CONFIG_CHECKPOINT_RESTORE)");
	return err_set(e, error, "cannot read the filters of process %d: %s", tid, strerror(error));
}

/* Until it stops; a signal that comes first is handed back. */
static int stop(pid_t tid, int *ret_signal)
{
	int status;

	if (ptrace(PTRACE_SEIZE, tid, 0, 0) < 0 || ptrace(PTRACE_INTERRUPT, tid, 0, 0) < 0)
		return -errno;
	for (unsigned ms = 0; ms < PATIENCE_MS * 10; ms++) {
		pid_t who = waitpid(tid, &status, __WALL | WNOHANG);

		if (who < 0 || (who == tid && !WIFSTOPPED(status)))
			return -ESRCH;
		if (who == tid) {
			struct stop how = stop_read(tid, status);

			*ret_signal = how.kind == STOP_SIGNAL ? how.signal : 0;
			return 0;
		}
		nanosleep(&(struct timespec){ .tv_nsec = 100000 }, NULL);
	}
	return -ETIMEDOUT;
}

/* The kernel counts from the oldest one, whatever ptrace(2) says. */
static void put_newest_first(struct live_filters *f)
{
	for (size_t i = 0; i < f->count / 2; i++) {
		struct live_filter one = f->items[i];

		f->items[i] = f->items[f->count - 1 - i];
		f->items[f->count - 1 - i] = one;
	}
}

/* Of a stopped thread. */
static int fetch(pid_t tid, struct live_filters *ret)
{
	static struct sock_filter code[BPF_MAXINSNS];

	while (ret->count < FILTERS_MAX) {
		long n = ptrace(PTRACE_SECCOMP_GET_FILTER, tid, (void *)ret->count, code);

		if (n < 0 && errno == ENOENT)
			return 0;
		if (n < 0)
			return -errno;
		ret->items = grow(ret->items, ret->count, &ret->room, sizeof *ret->items);
		ret->items[ret->count++] = (struct live_filter){
			(struct sock_filter *)xmemdup((const char *)code, (size_t)n * sizeof *code), (size_t)n };
	}
	return -E2BIG;
}

static int read_stopped(pid_t tid, struct live_filters *ret)
{
	int signal = 0, r = stop(tid, &signal);

	if (r < 0)
		return r;
	r = fetch(tid, ret);
	if (!signal)
		unnoticed_stop(tid);
	ptrace(PTRACE_DETACH, tid, 0, (void *)(long)signal);
	return r;
}

int live_filters_read(pid_t tid, struct live_filters *ret, struct err *e)
{
	long mode = proc_number(tid, "Seccomp:");
	int r;

	*ret = (struct live_filters){ 0 };
	if (!proc_is_ours())
		return err_set(e, EINVAL, "this /proc belongs to another PID namespace than sctrace");
	if (tid <= 0 || mode < 0)
		return explain(tid, ESRCH, e);
	if (mode == SECCOMP_MODE_STRICT)
		return err_set(e, EINVAL, "process %d runs in seccomp's strict mode, without a filter: it can only read, write and exit", tid);
	if (mode == SECCOMP_MODE_DISABLED)
		return 0;
	if (prctl(PR_GET_SECCOMP) > 0)
		return err_set(e, EACCES, "cannot read the filters of process %d: sctrace runs under a filter itself, and the kernel "
			       "shows none then; run it outside the container", tid);
	r = read_stopped(tid, ret);
	put_newest_first(ret);
	if (r < 0)
		live_filters_done(ret);
	return r < 0 ? explain(tid, -r, e) : 0;
}

static bool are_equal(const struct live_filters *a, const struct live_filters *b)
{
	bool equal = a->count == b->count;

	for (size_t i = 0; equal && i < a->count; i++)
		equal = a->items[i].len == b->items[i].len &&
			memcmp(a->items[i].code, b->items[i].code, a->items[i].len * sizeof *a->items[i].code) == 0;
	return equal;
}

/* A thread that ended meanwhile has none. */
static int compare(pid_t tid, const struct live_filters *with, bool *ret_other, struct err *e)
{
	struct live_filters its;
	int r = live_filters_read(tid, &its, e);

	*ret_other = r == 0 && !are_equal(&its, with);
	if (r == 0)
		live_filters_done(&its);
	return r == -ESRCH ? 0 : r;
}

int live_filters_others(pid_t pid, const struct live_filters *filters, pid_t *ret_other, size_t *ret_count, struct err *e)
{
	char path[64];
	const struct dirent *entry;
	size_t threads = 0;
	bool other;
	int r = 0;

	*ret_count = 0;
	snprintf(path, sizeof path, "/proc/%d/task", pid);
	DIR *dir = proc_number(pid, "Tgid:") == pid ? opendir(path) : NULL;

	while (r == 0 && dir && (entry = readdir(dir)) && threads++ < THREADS_MAX) {
		pid_t tid = (pid_t)atoi(entry->d_name);

		if (tid <= 0 || tid == pid)
			continue;
		r = compare(tid, filters, &other, e);
		if (r == 0 && other && (*ret_count)++ == 0)
			*ret_other = tid;
	}
	if (dir)
		closedir(dir);
	return r;
}

void live_filters_done(struct live_filters *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->items[i].code);
	free(f->items);
	*f = (struct live_filters){ 0 };
}
