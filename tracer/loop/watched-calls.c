/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/loop/watched-calls.h"

#include <errno.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <netinet/in.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <linux/ptrace.h>	/* after <sys/ptrace.h>, which it would break */
#include "base/mem.h"
#include "tracer/filter/bpf.h"
#include "tracer/loop/scope.h"
#include "tracer/tracee/proc.h"
#include "tracer/tracee/remote.h"
#include "tracer/loop/untraced.h"
#include "tracer/loop/watched-calls.h"

enum { FILTERS_KEPT = 256 };

/* A filter that was read once: a server installs the same one for each child. */
struct filter_seen {
	struct sock_filter *program;
	size_t len;
	struct call_set hidden;
	struct filter_seen *next;
};

static const struct call_set *hidden_by(struct tracer *t, struct sock_filter *program, size_t len)
{
	struct filter_seen *f;
	unsigned kept = 0;

	for (f = t->filters; f; f = f->next, kept++)
		if (f->len == len && memcmp(f->program, program, len * sizeof *program) == 0) {
			free(program);
			return &f->hidden;
		}
	if (kept == FILTERS_KEPT) {
		free(program);
		return NULL;
	}
	f = xcalloc(1, sizeof *f);
	*f = (struct filter_seen){ .program = program, .len = len, .next = t->filters };
	bpf_hidden(program, len, &f->hidden);
	t->filters = f;
	return &f->hidden;
}

/* struct sock_fprog: a length, and an address as wide as the ABI's. */
static const struct call_set *read_filter(struct tracer *t, pid_t tid, const struct call *call, uint64_t address)
{
	bool narrow = machine_has_narrow_pointers(call->arch, call->nr);
	uint64_t where = 0;
	uint16_t len = 0;

	if (remote_read((struct remote){ tid, address }, &len, sizeof len) < 0 || len == 0 || len > BPF_MAXINSNS ||
	    remote_read((struct remote){ tid, address + (narrow ? 4 : 8) }, &where, narrow ? 4 : 8) < 0)
		return NULL;

	struct sock_filter *program = xcalloc(len, sizeof *program);

	if (remote_read((struct remote){ tid, where }, program, len * sizeof *program) < 0) {
		free(program);
		return NULL;
	}
	return hidden_by(t, program, len);
}

/* A whole thread group can be put under the filter at once. */
static void filter_installed(struct tracer *t, struct task *task, bool group)
{
	const struct call_set *hidden = task->watched.hidden;

	if (!hidden || call_set_count(hidden))
		census_add_note(t->census, NOTE_OWN_FILTER, task->program);
	if (hidden)
		call_set_unite(&t->census->hidden[HIDER_OWN], hidden);
	if (t->opts.scope != SCOPE_SECCOMP)
		return;
	if (!t->census->stats.in_scope) {
		t->census->stats.scope_program = task->program->id;
		t->census->stats.scope_nnp = proc_number(task->tid, "NoNewPrivs:") == 1;
	}
	scope_enter(t, task, group);
}

/* All filters of the task are those that we put there for ourselves; those of a gate are to
 * be seen, as a runtime's are. */
static bool has_ours_only(const struct tracer *t, const struct task *task)
{
	long filters;

	if (!t->root || t->census->stats.outer_filter || t->engine->shows_filters)
		return false;
	filters = proc_number(task->tid, "Seccomp_filters:");
	return filters < 0 ? !t->careful : filters == t->filters_begun;
}

/* prctl(PR_SET_SECCOMP, mode, program), prctl(PR_SET_SYSCALL_USER_DISPATCH, on),
 * prctl(PR_GET_SECCOMP) */
static bool prctl_begins(struct tracer *t, struct task *task, const struct call *call)
{
	uint32_t option = (uint32_t)call->args[0];	/* an int: the upper half is nothing to the kernel */

	if (option == PR_GET_SECCOMP && has_ours_only(t, task))
		call_cancel(task->tid, 0);
	if (option == PR_SET_SYSCALL_USER_DISPATCH)
		return call->args[1] == PR_SYS_DISPATCH_ON;
	if (option != PR_SET_SECCOMP)
		return false;
	if (call->args[1] == SECCOMP_MODE_FILTER)
		task->watched.hidden = read_filter(t, task->tid, call, call->args[2]);
	return true;
}

/* Strict mode is refused to who has a filter, as ours. */
static void strict_ended(struct tracer *t, struct task *task, int64_t result)
{
	if (result == -EINVAL)
		census_add_note(t->census, NOTE_STRICT_REFUSED, task->program);
	else if (result == 0)
		filter_installed(t, task, false);
}

static void prctl_ended(struct tracer *t, struct task *task, int64_t result)
{
	bool dispatch = (uint32_t)task->watched.args[0] == PR_SET_SYSCALL_USER_DISPATCH;

	if (!dispatch && task->watched.args[1] == SECCOMP_MODE_STRICT)
		strict_ended(t, task, result);
	else if (result == 0 && dispatch)
		census_add_note(t->census, NOTE_DISPATCH, task->program);
	else if (result == 0)
		filter_installed(t, task, false);
}

/* libseccomp's question whether the kernel has seccomp(2): strict mode takes no
 * flags, and EINVAL, which is not ENOSYS, is the answer everywhere. */
static bool asks_whether_there(const uint64_t *args)
{
	return (uint32_t)args[0] == SECCOMP_SET_MODE_STRICT && ((uint32_t)args[1] || args[2]);
}

/* seccomp(operation, flags, program) */
static bool seccomp_begins(struct tracer *t, struct task *task, const struct call *call)
{
	uint32_t operation = (uint32_t)call->args[0];

	if (asks_whether_there(call->args))
		return false;
	if (operation == SECCOMP_SET_MODE_FILTER)
		task->watched.hidden = read_filter(t, task->tid, call, call->args[2]);
	return operation <= SECCOMP_SET_MODE_FILTER;
}

/* With TSYNC a positive result is the thread that could not be put under it. */
static void seccomp_ended(struct tracer *t, struct task *task, int64_t result)
{
	bool group = task->watched.args[1] & SECCOMP_FILTER_FLAG_TSYNC;

	if ((uint32_t)task->watched.args[0] == SECCOMP_SET_MODE_STRICT)
		strict_ended(t, task, result);
	else if (result < 0)
		return;
	else if (!(group && result > 0 && !(task->watched.args[1] & SECCOMP_FILTER_FLAG_NEW_LISTENER)))
		filter_installed(t, task, group);
}

static bool ring_begins(maybe_unused struct tracer *t, maybe_unused struct task *task,
			maybe_unused const struct call *call)
{
	return true;
}

static void ring_ended(struct tracer *t, struct task *task, maybe_unused int64_t result)
{
	census_add_note(t->census, NOTE_RING, task->program);
}

/* A ring that was there before, or came from another process.  With -1 for a ring the kernel
 * is asked what it can do. */
static bool ring_use_begins(struct tracer *t, struct task *task, const struct call *call)
{
	return (int32_t)call->args[0] >= 0 && !notes_has(&t->census->notes, NOTE_RING, task->program->id);
}

static void ring_use_ended(struct tracer *t, struct task *task, int64_t result)
{
	if (result != -EBADF && result != -ENOSYS && result != -EOPNOTSUPP && result != -EPERM)
		census_add_note(t->census, NOTE_RING, task->program);
}

static bool ptrace_begins(maybe_unused struct tracer *t, maybe_unused struct task *task, const struct call *call)
{
	uint32_t request = (uint32_t)call->args[0];

	return request == PTRACE_TRACEME || request == PTRACE_ATTACH || request == PTRACE_SEIZE;
}

/* A number that the caller used.  One that was just made is ours before we have heard
 * of it; in a PID namespace that the workload made, everybody is. */
static bool is_ours(struct tracer *t, const struct task *caller, pid_t pid)
{
	return !proc_same_namespace(caller->tid) || task_find(&t->tasks, pid) || proc_number(pid, "TracerPid:") == getpid();
}

/* Refused because of us, and not because it may not be: TRACEME never is otherwise,
 * and of a victim the kernel tells who traces it. */
static void ptrace_ended(struct tracer *t, struct task *task, int64_t result)
{
	bool by_us = (uint32_t)task->watched.args[0] == PTRACE_TRACEME || is_ours(t, task, (pid_t)task->watched.args[1]);

	if (result == -EPERM && by_us)
		census_add_note(t->census, NOTE_TRACER_REFUSED, task->program);
}

/* The flags are an argument, or the first word of one. */
static uint64_t clone_flags(const struct task *task, const struct call *call)
{
	uint64_t flags = 0;

	if (call_kind(call) == CALL_CLONE)
		return call->args[0];
	(void)remote_read((struct remote){ task->tid, call->args[0] }, &flags, sizeof flags);
	return flags;
}

static bool pidfd_begins(struct tracer *t, maybe_unused struct task *task, maybe_unused const struct call *call)
{
	t->pidfds = true;
	return false;
}

static bool clone_begins(struct tracer *t, struct task *task, const struct call *call)
{
	bool in_memory = call_kind(call) == CALL_CLONE3;

	if (clone_flags(task, call) & CLONE_PIDFD)
		t->pidfds = true;
	task->bore = false;
	if (!keep_traced(task->tid, call, &task->restore) && !in_memory)
		census_add_note(t->census, NOTE_UNTRACED, task->program);
	return in_memory;
}

/* What the kernel read in memory may not be what is there now, nor what was there before:
 * of a child that is traced the parent had to tell. */
static void clone3_ended(struct tracer *t, struct task *task, int64_t result)
{
	if (result > 0 && !task->bore)
		census_add_note(t->census, NOTE_UNTRACED, task->program);
}

/* Only the address is of interest, and the task goes on at once. */
static bool connect_begins(struct tracer *t, struct task *task, const struct call *call)
{
	struct sockaddr_un a = { 0 };
	char address[sizeof a.sun_path + 1] = "";
	size_t size = (uint32_t)call->args[2];

	if (!task->counted || !t->sink->connects || size < sizeof a.sun_family + 2 || size > sizeof a ||
	    size == sizeof(struct sockaddr_in) || size == sizeof(struct sockaddr_in6) ||
	    remote_read((struct remote){ task->tid, call->args[1] }, &a, size) < 0 || a.sun_family != AF_UNIX)
		return false;
	memcpy(address, a.sun_path, sizeof a.sun_path);
	if (*address)
		t->sink->connects(t->self, t, task->program->id, task->tid, address);
	return false;
}

static const struct {
	bool (*begins)(struct tracer *, struct task *, const struct call *);	/* true: its end matters */
	void (*ended)(struct tracer *, struct task *, int64_t result);		/* NULL: nothing is to be done */
	bool failure_matters;
} acts[CALL_COUNT] = {
	[CALL_CLONE]          = { .begins = clone_begins },
	[CALL_CLONE3]         = { .begins = clone_begins, .ended = clone3_ended },
	[CALL_CONNECT]        = { .begins = connect_begins },
	[CALL_IO_URING_ENTER] = { .begins = ring_use_begins, .ended = ring_use_ended, .failure_matters = true },
	[CALL_IO_URING_REGISTER] = { .begins = ring_use_begins, .ended = ring_use_ended, .failure_matters = true },
	[CALL_IO_URING_SETUP] = { .begins = ring_begins, .ended = ring_ended },
	[CALL_PIDFD_OPEN]     = { .begins = pidfd_begins },
	[CALL_PRCTL]          = { .begins = prctl_begins, .ended = prctl_ended, .failure_matters = true },
	[CALL_PTRACE]         = { .begins = ptrace_begins, .ended = ptrace_ended, .failure_matters = true },
	[CALL_SECCOMP]        = { .begins = seccomp_begins, .ended = seccomp_ended, .failure_matters = true },
};

static bool detail(struct task *task, struct call *call)
{
	struct ptrace_syscall_info info;

	if (!call->detailed) {
		if (call_ask(task->tid, &info) < 0)
			return false;
		call_fill(&info, call);
	}
	return true;
}

void watched_begin(struct tracer *t, struct task *task, struct call *call)
{
	enum machine_call kind = call_kind(call);

	if (!acts[kind].begins || !detail(task, call))
		return;
	task->watched = (struct watched){ .args = { call->args[0], call->args[1] } };
	if (!acts[kind].begins(t, task, call))
		return;
	task->watched.kind = kind;
	/* another thread of it can be under the filter before its end is reported */
	if (kind == CALL_PRCTL || kind == CALL_SECCOMP)
		t->careful = true;
}

void watched_end(struct tracer *t, struct task *task)
{
	enum machine_call kind = task->watched.kind;
	struct ptrace_syscall_info info;

	task->watched.kind = CALL_OTHER;
	if (task->restore)
		restore_flag(task->tid, task->restore);
	task->restore = 0;
	if (!acts[kind].ended || call_ask(task->tid, &info) < 0 || info.op != PTRACE_SYSCALL_INFO_EXIT)
		return;
	if (!info.exit.is_error || acts[kind].failure_matters)
		acts[kind].ended(t, task, info.exit.rval);
}

void watched_done(struct tracer *t)
{
	while (t->filters) {
		struct filter_seen *f = t->filters;

		t->filters = f->next;
		free(f->program);
		free(f);
	}
}
