/* SPDX-License-Identifier: Apache-2.0 */
/* The diagram is in tracer.c. */
#include "tracer/loop/stops.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/ptrace.h>	/* after <sys/ptrace.h>, which it would break */
#include "tracer/loop/attach.h"
#include "tracer/loop/ending.h"
#include "tracer/arch/arch.h"
#include "tracer/loop/watched-calls.h"
#include "tracer/loop/pid1.h"
#include "tracer/loop/privilege.h"
#include "tracer/tracee/proc.h"
#include "tracer/signals/relay.h"
#include "tracer/stack/stack.h"
#include "tracer/loop/standing.h"
#include "tracer/signals/unnoticed.h"

/* What the engine gets to see of it. */
static struct tracee seen(const struct tracer *t, struct task *task)
{
	return (struct tracee){ task->tid, task->program, t->careful, task->engine_state };
}

void stops_drop(struct tracer *t, struct task *task)
{
	struct tracee tracee = seen(t, task);

	if (t->engine->on_gone)
		t->engine->on_gone(t->engine_state, &tracee);
	task_drop(&t->tasks, task->tid);
}

/* Let go with the signal that it stopped for: nothing is lost. */
static void let_go(struct tracer *t, struct task *task, int signal)
{
	if (ptrace(PTRACE_DETACH, task->tid, 0, signal) == 0)
		stops_drop(t, task);
}

/* See on_ending(). */
static void mind_end(const struct tracer *t, struct task *task)
{
	long options = t->engine->options | LAUNCH_OPTIONS | (t->root ? PTRACE_O_EXITKILL : 0);

	task->ends_told = ptrace(PTRACE_SETOPTIONS, task->tid, 0, options | PTRACE_O_TRACEEXIT) == 0;
}

/* By PTRACE_SYSCALL where the end of its call matters. */
static int how_to_resume(const struct tracer *t, struct task *task)
{
	struct tracee tracee = seen(t, task);

	if (task->watched.kind)
		return PTRACE_SYSCALL;
	return t->engine->resume ? t->engine->resume(t->engine_state, &tracee) : t->engine->request;
}

/* A task that was killed in its stop answers ESRCH, and its death is reported. */
void stops_resume(struct tracer *t, struct task *task, int signal)
{
	if (t->pidfds && !task->ends_told)
		mind_end(t, task);
	if (t->leaving && !task->watched.kind)
		let_go(t, task, signal);
	else
		ptrace((enum __ptrace_request)how_to_resume(t, task), task->tid, 0, signal);
}

static void enter(struct tracer *t, struct task *task)
{
	task->counted = true;
	t->census->stats.in_scope = true;
}

static void inherit(struct tracer *t, struct task *child, bool counted)
{
	child->early = child->held = false;
	if (counted && !child->counted)
		enter(t, child);
}

/* A task enters the table at its own first stop, and not at its parent's event: by
 * then it may have come and gone, and its tid may be somebody else's. */
struct task *stops_task(struct tracer *t, pid_t tid)
{
	struct task *task = task_find(&t->tasks, tid);
	struct birth b;

	if (task)
		return task;
	task = task_add(&t->tasks, tid);
	task->program = program_of(&t->census->programs, tid, NULL);
	task->counted = t->opts.scope == SCOPE_ALL;
	if (births_take(&t->births, tid, BIRTH_EXPECTED, &b))
		inherit(t, task, b.counted);
	else
		task->early = true;
	return task;
}

static void report_first(struct tracer *t, const struct task *task, const struct call *call)
{
	struct first_call first = {
		.program = task->program->id, .tid = task->tid,
		.arch = call->arch, .nr = call->nr, .seconds = t->census->stats.last_first,
	};

	if (!t->sink->first)
		return;
	first.stack = call->under_way ? stack_capture(t->stacks, task->tid) : NULL;
	t->sink->first(t->self, &first);
}

void stops_count(struct tracer *t, const struct task *task, const struct call *call)
{
	if (census_count(t->census, task->program, call->arch, call->nr))
		report_first(t, task, call);
}

/* scope */

struct entering {
	struct tracer *tracer;
	pid_t group;
};

static void enter_if_in_group(void *self, struct task *task)
{
	const struct entering *e = self;

	if (syscall(SYS_tgkill, e->group, task->tid, 0) == 0)
		enter(e->tracer, task);
}

/* Threads that their parent told of, and that did not have their first stop yet. */
static void enter_expected(struct births *births, pid_t group)
{
	for (size_t i = 0; i < births->count; i++)
		if (births->items[i].what == BIRTH_EXPECTED && syscall(SYS_tgkill, group, births->items[i].tid, 0) == 0)
			births->items[i].counted = true;
}

static void enter_group(struct tracer *t, pid_t group)
{
	tasks_each(&t->tasks, enter_if_in_group, &(struct entering){ t, group });
	enter_expected(&t->births, group);
}

void stops_enter_scope(struct tracer *t, struct task *task, bool group)
{
	enter(t, task);
	if (group)
		enter_group(t, (pid_t)proc_number(task->tid, "Tgid:"));
}

/* calls */

/* What executed the program was counted as its call when it had ended already. */
static void report_exec_stack(struct tracer *t, const struct task *task, const struct call *call)
{
	struct first_call late = { .program = task->program->id, .tid = task->tid, .arch = call->arch, .nr = call->nr };
	enum machine_abi abi = machine_abi(call->arch);

	if (abi == MACHINE_ABI_OTHER ||
	    call->nr != machine_number(CALL_EXECVE, abi == MACHINE_ABI_OWN ? MACHINE_TABLE_OWN : MACHINE_TABLE_COMPAT))
		return;
	task->program->lacks_exec_stack = false;
	late.stack = stack_capture(t->stacks, task->tid);
	if (late.stack && t->sink->late_stack)
		t->sink->late_stack(t->self, &late);
	else
		free(late.stack);
}

/*
 * The engine reads arguments only where it has asked for them anyway.  A task that is
 * killed in its stop has none any more (ESRCH, or already its last stop), and never makes
 * the call: that hides nothing.
 */
static void keep_values(struct tracer *t, const struct task *task, struct call *call)
{
	struct ptrace_syscall_info info;
	bool refused = call->refused;

	if (!call->detailed) {
		int r = call_ask(task->tid, &info);

		if (r < 0 && r != -ESRCH)
			census_add_note(t->census, NOTE_UNREAD, task->program);
		if (r < 0 || info.op == PTRACE_SYSCALL_INFO_NONE)
			return;
		call_fill(&info, call);
		call->refused = refused;
		call->under_way = true;
	}
	values_add(t->census->values, call);
}

/* It is what the call's stop meant, see enum reading. */
static void call_begins(struct tracer *t, struct task *task, struct call *call, int it)
{
	bool same = task->again && task->arch == call->arch && task->nr == call->nr;
	bool counts = it & READ_COUNT && task->counted;

	task->again = false;
	task->arch = call->arch;
	task->nr = call->nr;
	task->was_stopped = false;
	call->under_way = true;
	if (counts && !same)
		stops_count(t, task, call);
	if (counts && values_wanted(t->census->values, call))
		keep_values(t, task, call);
	if (counts && task->program->lacks_exec_stack && t->stacks)
		report_exec_stack(t, task, call);
	if (t->stacks && machine_has(call->arch, call->nr, MACHINE_MAPS))
		stacks_stale(t->stacks);
	if (it & READ_WATCH)
		watched_begin(t, task, call);
}

/* What the child does to prepare itself is ours and not counted. */
static void on_call(struct tracer *t, struct stop stop)
{
	struct task *task = stops_task(t, stop.tid);
	struct tracee tracee = seen(t, task);
	struct call call = { 0 };
	int r = READ_NOTHING;

	if (t->engine->misses)
		stacks_stale(t->stacks);
	if (t->engine->on_call && !(t->launching && stop.tid == t->root))
		r = t->engine->on_call(t->engine_state, &tracee, &stop, &call);
	if (r < 0 && r != -ESRCH)
		census_add_note(t->census, NOTE_UNREAD, task->program);
	else if (r == READ_END)
		watched_end(t, task);
	else if (r > 0)
		call_begins(t, task, &call, r);
	if (call.refused)
		call_cancel(stop.tid, ENOSYS);
	stops_resume(t, task, 0);
}

static void on_signal(struct tracer *t, struct stop stop)
{
	struct task *task = stops_task(t, stop.tid);
	struct tracee tracee = seen(t, task);
	siginfo_t info;

	if (relay_minds(stop.signal) && ptrace(PTRACE_GETSIGINFO, stop.tid, 0, &info) == 0) {
		if (t->root)
			relay_seen(&info);
		ending_delivers(t, task, &info);
	}
	if (t->engine->on_signal)
		t->engine->on_signal(t->engine_state, &tracee, stop.signal);
	if (pid1_crashes(t, task, stop.signal))
		return;
	if (!task->was_stopped)
		unnoticed(stop.tid, task->arch, task->nr, stop.signal);
	stops_resume(t, task, stop.signal);
}

/* Who is let go in a group stop stays stopped. */
static void on_group_stop(struct tracer *t, struct stop stop)
{
	struct task *task = stops_task(t, stop.tid);

	task->was_stopped = true;
	if (t->leaving) {
		let_go(t, task, 0);
		return;
	}
	ptrace(PTRACE_LISTEN, stop.tid, 0, 0);
	if (stop.tid == t->root)
		relay_stopped(stop.signal);
}

/* children */

/* The parent tells of its child: which may be there already, or gone again. */
static void on_child(struct tracer *t, struct stop stop)
{
	struct task *parent = stops_task(t, stop.tid), *child;
	struct tracee tracee = seen(t, parent);
	unsigned long tid = 0;
	struct birth gone;

	parent->bore = true;
	ptrace(PTRACE_GETEVENTMSG, stop.tid, 0, &tid);
	if (tid && t->engine->on_child)
		t->engine->on_child(t->engine_state, &tracee, (pid_t)tid);
	child = task_find(&t->tasks, (pid_t)tid);
	if (child && child->early) {
		bool held = child->held;

		inherit(t, child, parent->counted);
		if (held)
			stops_resume(t, child, 0);
	} else if (tid && !births_take(&t->births, (pid_t)tid, BIRTH_GONE, &gone)) {
		births_add(&t->births, &(struct birth){ (pid_t)tid, BIRTH_EXPECTED, parent->counted, parent->program->id });
	}
	stops_resume(t, parent, 0);
}

/* A task's first stop, or the end of a group stop, or our own interrupt. */
static void on_started(struct tracer *t, struct stop stop)
{
	struct task *task = stops_task(t, stop.tid);

	task->held = task->early && t->opts.scope != SCOPE_ALL && !t->leaving;
	if (!task->held)
		stops_resume(t, task, 0);
}

/* Its parent was killed: what it inherits is what its process has, or its parent
 * by /proc. */
static void release_held(void *self, struct task *task)
{
	struct tracer *t = self;

	if (!task->held)
		return;
	if (!task->aged) {
		task->aged = true;
		return;
	}

	long group = proc_number(task->tid, "Tgid:"), parent = proc_number(task->tid, "PPid:");
	const struct task *from = task_find(&t->tasks, (pid_t)(group == task->tid ? parent : group));

	inherit(t, task, from && from->counted);
	task->early = true;
	stops_resume(t, task, 0);
}

void stops_release_held(struct tracer *t)
{
	tasks_each(&t->tasks, release_held, t);
}

/* programs */

/* We are the reason when we had to set no_new_privs, and when we have no right to
 * trace who is more than we are. */
static void note_privilege(struct tracer *t, const struct task *task)
{
	if ((t->census->stats.no_new_privs || geteuid() != 0) && privilege_lost(task->tid))
		census_add_note(t->census, NOTE_POWERLESS, task->program);
}

/* "/usr/bin/nginx", "nginx"; of a script the kernel keeps the name, cut short. */
static bool is_program(const struct task *task, const char *name)
{
	const char *path = task->program->path, *last = strrchr(path, '/');
	char comm[17];

	if (streq(path, name) || (last && streq(last + 1, name)))
		return true;
	return !strchr(name, '/') && proc_comm(task->tid, comm) && strncmp(comm, name, 15) == 0;
}

static bool scope_begins(const struct tracer *t, const struct task *task)
{
	return t->opts.scope == SCOPE_EXEC && !task->counted && is_program(task, t->opts.scope_name);
}

/* The call that executed the program is part of what it needs: of the first one,
 * whose caller we were, and of one that is not counted before. */
static void count_exec(struct tracer *t, const struct task *task)
{
	task->program->lacks_exec_stack = true;
	stops_count(t, task, &(struct call){ .arch = task->arch, .nr = task->nr });
}

static void launched(struct tracer *t, struct task *task)
{
	t->launching = false;
	t->census->stats.no_new_privs = launch_set_nnp(t->launch);
	t->filters_begun = proc_number(task->tid, "Seccomp_filters:");
	task->arch = MACHINE_ARCH;
	task->nr = machine_number(CALL_EXECVE, MACHINE_TABLE_OWN);
	if (launch_blind(t->launch))
		census_add_note(t->census, NOTE_NO_VSYSCALL, task->program);
	if (standing_ring(task->tid))
		census_add_note(t->census, NOTE_RING, task->program);	/* from the one that started us */
	if (t->opts.scope == SCOPE_ALL)
		count_exec(t, task);
}

static void drop_vanished(void *self, struct task *task)
{
	struct tracer *t = self;

	if (!task->leader && kill(task->tid, 0) < 0 && errno == ESRCH)
		stops_drop(t, task);
}

/* Executed from a thread, the program goes on under the leader's tid, and the
 * event's message is the tid that the thread had.  The other threads vanish. */
static struct task *leader_after_exec(struct tracer *t, pid_t tid)
{
	struct task *task = stops_task(t, tid), *thread;
	unsigned long former;

	if (ptrace(PTRACE_GETEVENTMSG, tid, 0, &former) == 0 && (pid_t)former != tid) {
		thread = task_find(&t->tasks, (pid_t)former);
		if (thread) {
			task->counted = thread->counted;
			task->arch = thread->arch;
			task->nr = thread->nr;
			stops_drop(t, thread);
		}
	}
	if (t->tasks.alive > t->census->stats.processes) {
		tasks_each(&t->tasks, drop_vanished, t);
		births_forget_vanished(&t->births);
	}
	task->watched = (struct watched){ 0 };
	task->restore = 0;
	return task;
}

static void on_exec(struct tracer *t, struct stop stop)
{
	struct task *task = leader_after_exec(t, stop.tid);

	task->program = program_of(&t->census->programs, stop.tid, task->program);
	stacks_stale(t->stacks);

	struct tracee tracee = seen(t, task);

	if (t->engine->on_exec)
		t->engine->on_exec(t->engine_state, &tracee);
	if (t->launching && stop.tid == t->root)
		launched(t, task);
	if (scope_begins(t, task)) {
		enter(t, task);
		count_exec(t, task);
	}
	task->program->execs += task->counted;
	note_privilege(t, task);
	if (task->counted && t->sink->executed)
		t->sink->executed(t->self, t, task->program->id, stop.tid);
	stops_resume(t, task, 0);
}

/* ends */

void stops_forget(struct tracer *t, pid_t tid)
{
	struct task *task = task_find(&t->tasks, tid);
	struct birth b;

	if (task ? task->early : !births_take(&t->births, tid, BIRTH_EXPECTED, &b))
		births_add(&t->births, &(struct birth){ .tid = tid, .what = BIRTH_GONE });
	if (task)
		stops_drop(t, task);
}

static void on_end(struct tracer *t, struct stop stop)
{
	stops_forget(t, stop.tid);
	if (stop.tid == t->first) {
		t->root_status = t->native_end ? t->native_end : stop.status;
		t->root_gone = true;
	}
}

/* Who is traced when it ends is its tracer's to wait for first, while its pidfd says
 * already that it has ended: its parent, who waits for it then, would find nothing.
 * So it is let go before, but for the one whose end we are to tell. */
static void on_ending(struct tracer *t, struct stop stop)
{
	struct task *task = stops_task(t, stop.tid);

	if (stop.tid == t->first || ptrace(PTRACE_DETACH, stop.tid, 0, 0) < 0)
		stops_resume(t, task, 0);
	else
		stops_forget(t, stop.tid);
}

static void on_other(struct tracer *t, struct stop stop)
{
	stops_resume(t, stops_task(t, stop.tid), 0);
}

/* Once for each process, of which the first thread may have ended. */
static void look_for_ring(struct tracer *t, const struct task *task)
{
	pid_t group = task->leader ? task->tid : (pid_t)proc_number(task->tid, "Tgid:");

	if (!task->leader && (task_find(&t->tasks, group) || group == t->ring_group))
		return;
	t->ring_group = group;
	if (standing_ring(task->tid))
		census_add_note(t->census, NOTE_RING, task->program);
}

/* Its first stop, wherever it was. */
static void attached(struct tracer *t, struct task *task, enum stop_kind kind)
{
	struct call call;

	if (kind != STOP_STARTED && kind != STOP_GROUP && kind != STOP_SIGNAL && kind != STOP_CHILD)
		return;
	look_for_ring(t, task);
	if (!standing_call(task, &call, &task->again))
		return;
	task->arch = call.arch;
	task->nr = call.nr;
	if (!task->counted)
		return;
	stops_count(t, task, &call);
	if (values_wanted(t->census->values, &call))
		values_add(t->census->values, &call);
}

void stops_take(struct tracer *t, struct stop stop)
{
	static void (*const acts[])(struct tracer *, struct stop) = {
		[STOP_CALL] = on_call,       [STOP_SYSCALL] = on_call, [STOP_SIGNAL] = on_signal,
		[STOP_GROUP] = on_group_stop, [STOP_STARTED] = on_started, [STOP_CHILD] = on_child,
		[STOP_EXEC] = on_exec,       [STOP_ENDING] = on_ending, [STOP_EXITED] = on_end,
		[STOP_KILLED] = on_end,      [STOP_OTHER] = on_other,
	};

	struct task *task = task_find(&t->tasks, stop.tid);

	if (task && task->fresh) {
		task->fresh = false;
		attached(t, task, stop.kind);
	}
	if (task && task->crash.signal && pid1_stopped(t, task, &stop))
		return;
	acts[stop.kind](t, stop);
}
