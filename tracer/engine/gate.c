/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/engine/gate.h"

#include <errno.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <linux/ptrace.h>	/* after <sys/ptrace.h>, because the two conflict */
#include <unistd.h>
#include "base/filter.h"
#include "base/attr.h"
#include "base/mem.h"
#include "tracer/arch/arch.h"
#include "tracer/tracee/proc.h"

#ifndef SYS_SECCOMP
#define SYS_SECCOMP 1		/* si_code of SIGSYS from seccomp */
#endif

struct gate {
	const struct tracer_gate *opts;
	struct engine_env env;
	struct sock_filter guard[GATE_GUARD_MAX];
	size_t guard_len;
	uint32_t first_number;		/* of those that are not a call */
};

/* State of a task's current call. */
struct gated {
	uint32_t arch, nr;		/* the current call */
	uint64_t args[6];
	bool skipped;			/* the call is skipped: the gate sets its result */
	bool trapped;			/* SIGSYS is on its way, and must report `trap_nr` and `data` */
	uint32_t trap_nr;
	uint16_t data;
	bool asked, pid1;		/* checked, and is PID 1 of a PID namespace */
};

/* the filter in front */

#define LOAD(field)    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define IF_EQ(k, t, f) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, k, t, f)
#define IF_SET(k, t, f) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, k, t, f)
#define RETURN(k)      BPF_STMT(BPF_RET | BPF_K, k)
#define ADD(...)       (ret[n++] = (struct sock_filter)__VA_ARGS__)

static const uint32_t answers[GATE_ANSWERS] = {
	[GATE_KILL_PROCESS] = SECCOMP_RET_KILL_PROCESS,
	[GATE_KILL_THREAD] = SECCOMP_RET_KILL_THREAD,
	[GATE_TRAP] = SECCOMP_RET_TRAP,
};

/* Calls whose success matters: see watched-calls.c. */
static const enum machine_call watched[] = {
	CALL_CLONE3, CALL_IO_URING_SETUP, CALL_PIDFD_OPEN, CALL_PRCTL, CALL_PTRACE, CALL_SECCOMP,
};

/* The calls of one table; the accumulator has the number. */
static size_t guard_table(struct sock_filter *ret, size_t n, enum machine_table table)
{
	const uint32_t trace = SECCOMP_RET_TRACE | TRACER_GATE_DATA;

	for (size_t i = 0; i < countof(watched); i++) {
		ADD(IF_EQ(machine_number(watched[i], table), 0, 1));
		ADD(RETURN(trace));
	}
	/* an address of the size of an Internet address is not a daemon's socket */
	ADD(IF_EQ(machine_number(CALL_CONNECT, table), 0, 4));
	ADD(LOAD(args[2]));
	ADD(IF_EQ(sizeof(struct sockaddr_in), 2, 0));
	ADD(IF_EQ(sizeof(struct sockaddr_in6), 1, 0));
	ADD(RETURN(trace));
	/* an ordinary fork does not matter */
	ADD(IF_EQ(machine_number(CALL_CLONE, table), 0, 3));
	ADD(LOAD(args[0]));
	ADD(IF_SET(CLONE_UNTRACED | CLONE_PIDFD, 0, 1));
	ADD(RETURN(trace));
	return n;
}

size_t gate_guard(uint32_t first, struct sock_filter ret[static GATE_GUARD_MAX])
{
	size_t n = 0, jump;

	ADD(LOAD(nr));
	for (uint32_t i = 0; i < GATE_ANSWERS; i++) {
		ADD(IF_EQ(first + i, 0, 1));
		ADD(RETURN(answers[i]));
	}
	ADD(LOAD(arch));
	jump = n;
	ADD(IF_EQ(MACHINE_ARCH, 0, 0));
	ADD(LOAD(nr));
	n = guard_table(ret, n, MACHINE_TABLE_OWN);
	ADD(LOAD(nr));
	n = guard_table(ret, n, MACHINE_TABLE_X32);
	ADD(RETURN(SECCOMP_RET_ALLOW));
	ret[jump].jf = (uint8_t)(n - jump - 1);
	ADD(IF_EQ(MACHINE_COMPAT, 1, 0));
	ADD(RETURN(SECCOMP_RET_ALLOW));
	ADD(LOAD(nr));
	n = guard_table(ret, n, MACHINE_TABLE_COMPAT);
	ADD(RETURN(SECCOMP_RET_ALLOW));
	return n;
}

static int gate_open(const struct engine_env *env, void **ret_state, maybe_unused struct err *e)
{
	struct gate *g = xcalloc(1, sizeof *g);
	uint32_t random = 0;

	if (getrandom(&random, sizeof random, 0) != sizeof random)
		random = (uint32_t)getpid() * 2654435761u;
	g->env = *env;
	g->opts = env->opts->gate;
	/* above all calls, below the bit of x32 */
	g->first_number = 0x10000000u + random % 0x20000000u;
	g->guard_len = gate_guard(g->first_number, g->guard);
	*ret_state = g;
	return 0;
}

static void gate_close(void *state)
{
	free(state);
}

/* Sets no_new_privs only if the kernel insists, as runtimes do. */
static int prepare(void *state, bool *ret_nnp, bool *ret_blind)
{
	const struct gate *g = state;
	int r = filter_install(g->guard, g->guard_len, 0);

	*ret_blind = false;
	if (r == -EACCES) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
			return -errno;
		*ret_nnp = true;
		r = filter_install(g->guard, g->guard_len, 0);
	}
	if (r == 0 && g->opts->every)
		r = engine_mind_vsyscall(TRACER_GATE_DATA);
	for (size_t i = 0; r == 0 && i < g->opts->count; i++)
		r = filter_install(g->opts->filters[i].code, g->opts->filters[i].len, g->opts->flags);
	return r;
}

/* answering a call */

/* The kernel asks the filters again, and ours kills or traps. */
static void replace(const struct gate *g, pid_t tid, enum gate_answer answer)
{
	machine_regs regs;

	if (ptrace(MACHINE_GETREGS, tid, 0, &regs) < 0)
		return;
	machine_set_call(&regs, g->first_number + answer);
	ptrace(MACHINE_SETREGS, tid, 0, &regs);
}

/* The kernel drops SIGSYS for a traced PID 1; natively it would die. */
static bool outlives_trap(const struct tracee *task, struct gated *gated)
{
	if (!gated->asked)
		gated->pid1 = proc_is_pid1(task->tid);
	gated->asked = true;
	return gated->pid1 && proc_dies_of_forced(task->tid, SIGSYS);
}

static void trap(const struct gate *g, const struct tracee *task, struct gated *gated, uint16_t data)
{
	gated->trapped = true;
	gated->trap_nr = gated->nr;
	gated->data = data;
	replace(g, task->tid, GATE_TRAP);
}

static void carry_out(const struct gate *g, const struct tracee *task, struct gated *gated, uint32_t answer)
{
	uint16_t data = answer & SECCOMP_RET_DATA;

	gated->skipped = true;
	switch (answer & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_KILL_THREAD:
		replace(g, task->tid, GATE_KILL_THREAD);
		break;
	case SECCOMP_RET_TRAP:
		if (outlives_trap(task, gated))
			replace(g, task->tid, GATE_KILL_PROCESS);
		else
			trap(g, task, gated, data);
		break;
	case SECCOMP_RET_ERRNO:
		call_cancel(task->tid, data < 4095 ? data : 4095);	/* MAX_ERRNO */
		break;
	case SECCOMP_RET_TRACE:
	case SECCOMP_RET_USER_NOTIF:
		call_cancel(task->tid, ENOSYS);
		break;
	default:
		replace(g, task->tid, GATE_KILL_PROCESS);
	}
}

static struct tracer_call report_of(const struct gate *g, const struct tracee *task, const struct gated *gated)
{
	struct tracer_call ret = {
		.program = task->program->id, .tid = task->tid, .arch = gated->arch, .nr = gated->nr,
		.seconds = census_elapsed(g->env.census),
	};

	memcpy(ret.args, gated->args, sizeof ret.args);
	return ret;
}

static void keep_call(const struct ptrace_syscall_info *info, struct gated *gated, struct call *ret)
{
	call_fill(info, ret);
	gated->arch = ret->arch;
	gated->nr = ret->nr;
	memcpy(gated->args, ret->args, sizeof ret->args);
}

static bool lets_through(uint32_t answer)
{
	uint32_t action = answer & SECCOMP_RET_ACTION_FULL;

	return action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG;
}

/* There are four reasons for this stop: the gate denies the call; a filter of the workload itself
 * returns TRACE, without a tracer of its own; the call is watched; or every call stops, and this
 * one came through the vsyscall page, which has no other stop. */
static int filtered(struct gate *g, const struct tracee *task, const struct ptrace_syscall_info *info, struct call *ret)
{
	struct gated *gated = task->state;

	keep_call(info, gated, ret);

	struct tracer_call report = report_of(g, task, gated);
	uint32_t answer = g->env.sink->gated(g->env.self, &report);
	int counts = (g->opts->every ? engine_by_vsyscall(info) : !lets_through(answer)) ? READ_COUNT : READ_NOTHING;

	if (!lets_through(answer) && !g->opts->audit) {
		carry_out(g, task, gated, answer);
		return counts;
	}
	if (info->seccomp.ret_data == TRACER_GATE_DATA)
		return counts | READ_WATCH;
	gated->skipped = true;
	call_cancel(task->tid, ENOSYS);
	return counts;
}

static int began(const struct tracee *task, const struct ptrace_syscall_info *info, struct call *ret)
{
	struct gated *gated = task->state;

	keep_call(info, gated, ret);
	gated->skipped = false;
	return READ_COUNT;
}

static int ended(const struct gate *g, const struct tracee *task, const struct ptrace_syscall_info *info)
{
	const struct gated *gated = task->state;

	if (g->opts->every && !gated->skipped && info->exit.is_error && g->env.sink->failed) {
		struct tracer_call report = report_of(g, task, gated);

		g->env.sink->failed(g->env.self, &report, (int)-info->exit.rval);
	}
	return READ_END;
}

static int on_call(void *state, const struct tracee *task, maybe_unused const struct stop *stop, struct call *ret)
{
	struct ptrace_syscall_info info;
	int r = call_ask(task->tid, &info);

	if (r < 0)
		return r;
	switch (info.op) {
	case PTRACE_SYSCALL_INFO_SECCOMP: return filtered(state, task, &info, ret);
	case PTRACE_SYSCALL_INFO_ENTRY:   return began(task, &info, ret);
	case PTRACE_SYSCALL_INFO_EXIT:    return ended(state, task, &info);
	default:                          return -EPROTO;
	}
}

/* As SECCOMP_RET_TRAP does in the kernel: the registers are those of the call, and the signal
 * reports that call. */
static void on_signal(void *state, const struct tracee *task, int signal)
{
	const struct gate *g = state;
	struct gated *gated = task->state;
	siginfo_t info;
	machine_regs regs;

	if (!gated->trapped || signal != SIGSYS || ptrace(PTRACE_GETSIGINFO, task->tid, 0, &info) < 0 ||
	    info.si_code != SYS_SECCOMP || (uint32_t)info.si_syscall != g->first_number + GATE_TRAP)
		return;
	gated->trapped = false;
	info.si_syscall = (int)gated->trap_nr;
	info.si_errno = gated->data;
	ptrace(PTRACE_SETSIGINFO, task->tid, 0, &info);
	if (ptrace(MACHINE_GETREGS, task->tid, 0, &regs) < 0)
		return;
	machine_rolled_back(&regs, gated->trap_nr);
	ptrace(MACHINE_SETREGS, task->tid, 0, &regs);
}

static int how_to_resume(void *state, maybe_unused const struct tracee *task)
{
	return ((const struct gate *)state)->opts->every ? PTRACE_SYSCALL : PTRACE_CONT;
}

const struct engine engine_gate = {
	.name = "gate",
	.options = PTRACE_O_TRACESECCOMP,
	.task_size = sizeof(struct gated),
	.hidden_from = true,
	.misses = true,
	.shows_filters = true,
	.open = gate_open,
	.close = gate_close,
	.prepare = prepare,
	.on_call = on_call,
	.on_signal = on_signal,
	.resume = how_to_resume,
};
