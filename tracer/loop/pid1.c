/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/loop/pid1.h"

#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <time.h>
#include "tracer/arch/arch.h"
#include "tracer/loop/follow.h"
#include "tracer/tracee/proc.h"
#include "tracer/tracee/remote.h"

/* Kernel flags in /proc/PID/stat: it is exiting, or was killed by a signal. */
enum { PF_EXITING = 0x4, PF_SIGNALED = 0x400 };

/* Seconds for a task to repeat its fault. */
#define PATIENCE 2.0

static bool is_pid1(struct task *task)
{
	if (!task->rank)
		task->rank = proc_is_pid1(task->tid) ? RANK_PID1 : RANK_OTHER;
	return task->rank == RANK_PID1;
}

static bool is_crash(int signal)
{
	return signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE || signal == SIGILL || signal == SIGTRAP ||
	       signal == SIGSYS;
}

/* Length of the instruction before the instruction pointer that caused the signal; negative if
 * repeating it does not raise the signal again. */
static int way_back(const struct task *task, int signal, const machine_regs *regs)
{
	uint8_t before[2] = { 0 };

	if (signal != SIGTRAP && signal != SIGSYS)
		return machine_in_call(regs) ? -1 : 0;
	if (remote_read((struct remote){ task->tid, machine_ip(regs) - sizeof before }, before, sizeof before) < 0)
		return -1;
	return signal == SIGTRAP ? machine_trap_length(before) : machine_call_length(before);
}

static void go_to(const struct task *task, uint64_t ip)
{
	machine_regs regs;

	if (ptrace(MACHINE_GETREGS, task->tid, 0, &regs) < 0)
		return;
	machine_set_ip(&regs, ip);
	ptrace(MACHINE_SETREGS, task->tid, 0, &regs);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool dies(pid_t tid)
{
	double until = now() + PATIENCE;

	do {
		long flags = proc_flags(tid);

		if (flags < 0 || flags & (PF_EXITING | PF_SIGNALED))
			return true;
		nanosleep(&(struct timespec){ .tv_nsec = 50000 }, NULL);
	} while (now() < until);
	return false;
}

/* Its parent gets the native status. */
static void kill_noted(struct tracer *t, const struct task *task, int signal)
{
	census_add_signal_note(t->census, NOTE_PID1_KILLED, task->program, signal);
	if (task->tid == t->first.pid || proc_number(task->tid, "Tgid:") == t->first.pid)
		t->first.native_end = signal;
	kill(task->tid, SIGKILL);
}

/* In its own namespace no process can kill it: there it goes on, as the kernel lets it. */
static void end_from_outside(struct tracer *t, struct task *task)
{
	int signal = task->crash.signal;

	task->crash.signal = 0;
	ptrace(PTRACE_SETSIGMASK, task->tid, sizeof task->crash.mask, &task->crash.mask);
	kill_noted(t, task, signal);
	follow_resume(t, task, 0);
}

/* The end of a child of sctrace is reported like that of one without a tracer. */
static void leave(struct tracer *t, struct task *task)
{
	int signal = task->crash.signal;

	task->crash.signal = 0;
	go_to(task, task->crash.ip - task->crash.back);
	if (ptrace(PTRACE_DETACH, task->tid, 0, 0) < 0)
		return;
	if (!dies(task->tid))
		kill_noted(t, task, signal);
	if (task->tid == t->first.pid && !t->root) {
		t->first.status = signal;
		t->first.gone = true;
	}
	if (task->tid != t->root)
		follow_forget(t, task->tid);
}

/* The kernel itself caused the fault: it had no room for a handler's frame, or got an invalid one.
 * Any SIGSEGV ends the task in the same way. */
static void end(struct tracer *t, struct task *task)
{
	if (task->crash.signal != SIGSEGV) {
		end_from_outside(t, task);
		return;
	}
	task->crash.ip = MACHINE_NOWHERE;
	task->crash.back = 0;
	leave(t, task);
}

/* One instruction, which is not a call. */
static void repeat(const struct task *task)
{
	go_to(task, task->crash.ip - task->crash.back);
	ptrace(PTRACE_SYSEMU_SINGLESTEP, task->tid, 0, 0);
}

/* No other signal can interfere. */
static void block_all(struct task *task)
{
	const uint64_t all = UINT64_MAX;

	ptrace(PTRACE_GETSIGMASK, task->tid, sizeof task->crash.mask, &task->crash.mask);
	ptrace(PTRACE_SETSIGMASK, task->tid, sizeof all, &all);
}

/* The kernel forced it. A task can queue a signal to itself that looks the same, which is dropped
 * natively, too. */
static bool is_forced(const struct task *task, siginfo_t *ret_info, machine_regs *ret_regs)
{
	return ptrace(PTRACE_GETSIGINFO, task->tid, 0, ret_info) == 0 && ret_info->si_code > 0 &&
	       ptrace(MACHINE_GETREGS, task->tid, 0, ret_regs) == 0 && !machine_in_queueing(ret_regs);
}

bool pid1_crashes(struct tracer *t, struct task *task, int signal)
{
	siginfo_t info;
	machine_regs regs;

	if (t->leaving.active || !is_crash(signal) || !is_pid1(task) || !proc_dies_of_forced(task->tid, signal) || !is_forced(task, &info, &regs))
		return false;

	int back = way_back(task, signal, &regs);

	task->crash = (struct crash){ .signal = signal, .code = info.si_code, .ip = machine_ip(&regs) };
	block_all(task);
	task->crash.back = back < 0 ? 0 : (unsigned)back;
	if (back < 0)
		end(t, task);
	else if (signal == SIGSYS)	/* a call cannot be tried without making it */
		leave(t, task);
	else
		repeat(task);
	return true;
}

static bool is_the_same(const struct task *task, const struct stop *stop)
{
	siginfo_t info;
	machine_regs regs;

	return stop->kind == STOP_SIGNAL && stop->signal == task->crash.signal &&
	       ptrace(PTRACE_GETSIGINFO, task->tid, 0, &info) == 0 && info.si_code == task->crash.code &&
	       ptrace(MACHINE_GETREGS, task->tid, 0, &regs) == 0 && machine_ip(&regs) == task->crash.ip;
}

bool pid1_stopped(struct tracer *t, struct task *task, const struct stop *stop)
{
	switch (stop->kind) {
	case STOP_EXITED:
	case STOP_KILLED:
	case STOP_ENDING:
	case STOP_GROUP:
		return false;
	case STOP_STARTED:
		if (t->leaving.active)
			return false;
		repeat(task);
		return true;
	default:
		break;
	}
	if (is_the_same(task, stop))
		leave(t, task);
	else
		end(t, task);
	return true;
}
