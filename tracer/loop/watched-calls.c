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
#include <linux/ptrace.h>	/* after <sys/ptrace.h>, because the two conflict */
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

/* struct sock_fprog: a length, and a pointer of the ABI's size. */
static const struct call_set *read_filter(struct tracer *t, pid_t tid, const struct call *call, uint64_t address,
					  uint64_t *ret_program)
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
	*ret_program = where;
	return hidden_by(t, program, len);
}

/* What is installed, and what that hides; with opts.open_filter what begins the scope hides nothing. */
static void look_at_filter(struct tracer *t, struct task *task, const struct call *call, uint64_t address)
{
	static const struct call_set none;
	uint64_t program = 0;

	task->watched.hidden = read_filter(t, task->tid, call, address, &program);
	if (t->opts.open_filter && !task->counted && program && filter_open(task->tid, program, &task->watched.opened))
		task->watched.hidden = &none;
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

/* True if all filters of the task are sctrace's own; those of a gate count as the workload's,
 * because a runtime would install them, too. */
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
	uint32_t option = (uint32_t)call->args[0];	/* an int: the kernel ignores the upper half */

	if (option == PR_GET_SECCOMP && has_ours_only(t, task))
		call_cancel(task->tid, 0);
	if (option == PR_SET_SYSCALL_USER_DISPATCH)
		return call->args[1] == PR_SYS_DISPATCH_ON;
	if (option != PR_SET_SECCOMP)
		return false;
	if (call->args[1] == SECCOMP_MODE_FILTER)
		look_at_filter(t, task, call, call->args[2]);
	return true;
}

/* A task with a filter, such as sctrace's, cannot enter strict mode. */
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

/* libseccomp's test whether the kernel has seccomp(2): strict mode takes no flags, so that every
 * kernel that has the call answers EINVAL, not ENOSYS. */
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
		look_at_filter(t, task, call, call->args[2]);
	return operation <= SECCOMP_SET_MODE_FILTER;
}

/* With TSYNC, a positive result is the thread that could not be synchronized. */
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

/* A ring from before, or from another process. With -1 for the ring, it asks for features of the
 * kernel. */
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

/* Translates a pid that the caller used. A new process is the workload's before its first report;
 * in a PID namespace of the workload, every process is. */
static bool is_ours(struct tracer *t, const struct task *caller, pid_t pid)
{
	return !proc_same_namespace(caller->tid) || task_find(&t->tasks, pid) || proc_number(pid, "TracerPid:") == getpid();
}

/* Denied because of sctrace, and not for lack of permission: TRACEME is never denied otherwise, and
 * for a target the kernel shows its tracer. */
static void ptrace_ended(struct tracer *t, struct task *task, int64_t result)
{
	bool by_us = (uint32_t)task->watched.args[0] == PTRACE_TRACEME || is_ours(t, task, (pid_t)task->watched.args[1]);

	if (result == -EPERM && by_us)
		census_add_note(t->census, NOTE_TRACER_REFUSED, task->program);
}

/* The flags are an argument, or the first word of a struct. */
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

/* What the kernel has read from memory may differ from what is there now and was there before: if
 * the child is traced, its parent has reported it. */
static void clone3_ended(struct tracer *t, struct task *task, int64_t result)
{
	if (result > 0 && !task->bore)
		census_add_note(t->census, NOTE_UNTRACED, task->program);
}

/* Only the address matters; the task is resumed at once. */
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
	bool (*begins)(struct tracer *, struct task *, const struct call *);	/* true: the end of the call
										   matters */
	void (*ended)(struct tracer *, struct task *, int64_t result);		/* NULL: nothing to do */
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
	/* another thread can be under the filter before the end of the call is reported */
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
	filter_restore(task->tid, &task->watched.opened);
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
