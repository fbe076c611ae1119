/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/loop/gate.h"

#include <errno.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <linux/ptrace.h>	/* after <sys/ptrace.h>, which it would break */
#include <unistd.h>
#include "tracer/arch/machine.h"
#include "tracer/loop/pid1.h"
#include "tracer/loop/stops.h"
#include "tracer/loop/watched-calls.h"
#include "tracer/stack/stack.h"

#ifndef SYS_SECCOMP
#define SYS_SECCOMP 1		/* the si_code of a trap */
#endif

static struct sock_filter guard[GATE_GUARD_MAX];
static size_t guard_len;
static uint32_t first_number;

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

/* Whose success means something, see watched-calls.c. */
static const enum machine_call watched[] = {
	CALL_CLONE3, CALL_IO_URING_SETUP, CALL_PIDFD_OPEN, CALL_PRCTL, CALL_PTRACE, CALL_SECCOMP,
};

/* The calls of one ABI, of which the number is loaded. */
static size_t guard_abi(struct sock_filter *ret, size_t n, unsigned column, uint32_t bit)
{
	const uint32_t trace = SECCOMP_RET_TRACE | TRACER_GATE_DATA;

	for (size_t i = 0; i < countof(watched); i++) {
		ADD(IF_EQ(machine_numbers[watched[i]][column] | bit, 0, 1));
		ADD(RETURN(trace));
	}
	/* an address of the Internet's size is not that of a daemon's socket */
	ADD(IF_EQ(machine_numbers[CALL_CONNECT][column] | bit, 0, 4));
	ADD(LOAD(args[2]));
	ADD(IF_EQ(sizeof(struct sockaddr_in), 2, 0));
	ADD(IF_EQ(sizeof(struct sockaddr_in6), 1, 0));
	ADD(RETURN(trace));
	/* an ordinary fork is of no interest */
	ADD(IF_EQ(machine_numbers[CALL_CLONE][column] | bit, 0, 3));
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
	n = guard_abi(ret, n, 0, 0);
	ADD(LOAD(nr));
	n = guard_abi(ret, n, 2, MACHINE_X32_BIT);
	ADD(RETURN(SECCOMP_RET_ALLOW));
	ret[jump].jf = (uint8_t)(n - jump - 1);
	ADD(IF_EQ(MACHINE_COMPAT, 1, 0));
	ADD(RETURN(SECCOMP_RET_ALLOW));
	ADD(LOAD(nr));
	n = guard_abi(ret, n, 1, 0);
	ADD(RETURN(SECCOMP_RET_ALLOW));
	return n;
}

void gate_init(void)
{
	uint32_t random = 0;

	if (getrandom(&random, sizeof random, 0) != sizeof random)
		random = (uint32_t)getpid() * 2654435761u;
	/* above all calls, and below x32's bit */
	first_number = 0x10000000u + random % 0x20000000u;
	guard_len = gate_guard(first_number, guard);
}

static int install_one(const struct sock_filter *code, size_t len, unsigned flags)
{
	const struct sock_fprog program = { (unsigned short)len, (struct sock_filter *)code };

	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) < 0 ? -errno : 0;
}

/* no_new_privs only where the kernel insists, as runtimes do. */
static int prepare(const struct tracer_opts *opts, bool *ret_nnp, bool *ret_blind)
{
	const struct tracer_gate *gate = opts->gate;
	int r = install_one(guard, guard_len, 0);

	*ret_blind = false;
	if (r == -EACCES) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
			return -errno;
		*ret_nnp = true;
		r = install_one(guard, guard_len, 0);
	}
	if (r == 0 && gate->every)
		r = engine_mind_vsyscall(TRACER_GATE_DATA);
	for (size_t i = 0; r == 0 && i < gate->count; i++)
		r = install_one(gate->filters[i].code, gate->filters[i].len, gate->flags);
	return r;
}

/* what becomes of a call */

/* The kernel asks the filters again, and ours kills or traps. */
static void replace(struct task *task, enum gate_answer answer)
{
	machine_regs regs;

	if (ptrace(MACHINE_GETREGS, task->tid, 0, &regs) < 0)
		return;
	machine_set_call(&regs, first_number + answer);
	ptrace(MACHINE_SETREGS, task->tid, 0, &regs);
}

static void carry_out(struct task *task, const struct call *call, uint32_t answer)
{
	uint16_t data = answer & SECCOMP_RET_DATA;

	task->gated.skipped = true;
	switch (answer & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_KILL_THREAD:
		replace(task, GATE_KILL_THREAD);
		break;
	case SECCOMP_RET_TRAP:
		if (pid1_outlives(task, SIGSYS)) {
			replace(task, GATE_KILL_PROCESS);
			break;
		}
		task->gated.trapped = true;
		task->gated.nr = call->nr;
		task->gated.data = data;
		replace(task, GATE_TRAP);
		break;
	case SECCOMP_RET_ERRNO:
		call_cancel(task->tid, data < 4095 ? data : 4095);	/* MAX_ERRNO */
		break;
	case SECCOMP_RET_TRACE:
	case SECCOMP_RET_USER_NOTIF:
		call_cancel(task->tid, ENOSYS);
		break;
	default:
		replace(task, GATE_KILL_PROCESS);
	}
}

static struct tracer_call told(const struct tracer *t, const struct task *task, const struct call *call)
{
	struct tracer_call ret = {
		.program = task->program->id, .tid = task->tid, .arch = call->arch, .nr = call->nr,
		.seconds = census_elapsed(t->census),
	};

	memcpy(ret.args, call->args, sizeof ret.args);
	return ret;
}

/* What maps and unmaps natively is not seen. */
static void take_call(struct tracer *t, const struct ptrace_syscall_info *info, struct call *ret)
{
	call_fill(info, ret);
	ret->under_way = true;
	stacks_stale(t->stacks);
}

static bool lets_through(uint32_t answer)
{
	uint32_t action = answer & SECCOMP_RET_ACTION_FULL;

	return action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG;
}

static void count(struct tracer *t, const struct task *task, const struct call *call)
{
	stops_count(t, task, call);
	if (values_wanted(t->census->values, call))
		values_add(t->census->values, call);
}

/* The stop is there for one of four reasons: the gate refuses the call; a filter of
 * the workload's own asks for a tracer, which it has not; the call is watched; of
 * every call, it is one by the vsyscall page, which has no other stop. */
static void filtered(struct tracer *t, struct task *task, const struct ptrace_syscall_info *info)
{
	struct call call;

	take_call(t, info, &call);
	task->arch = call.arch;
	task->nr = call.nr;

	struct tracer_call tell = told(t, task, &call);
	uint32_t answer = t->sink->gated(t->self, &tell);

	if (t->opts.gate->every ? engine_by_vsyscall(info) : !lets_through(answer))
		count(t, task, &call);
	if (!lets_through(answer) && !t->opts.gate->audit) {
		carry_out(task, &call, answer);
		return;
	}
	if (info->seccomp.ret_data != TRACER_GATE_DATA) {
		task->gated.skipped = true;
		call_cancel(task->tid, ENOSYS);
	} else {
		watched_begin(t, task, &call);
	}
}

static void began(struct tracer *t, struct task *task, const struct ptrace_syscall_info *info)
{
	struct call call;

	take_call(t, info, &call);
	task->arch = call.arch;
	task->nr = call.nr;
	task->gated.skipped = false;
	memcpy(task->gated.args, call.args, sizeof call.args);
	count(t, task, &call);
}

static void ended(struct tracer *t, struct task *task, const struct ptrace_syscall_info *info)
{
	struct call call = { .arch = task->arch, .nr = task->nr };

	if (task->watched.kind)
		watched_end(t, task);
	if (!t->opts.gate->every || task->gated.skipped || !info->exit.is_error || !t->sink->failed)
		return;
	memcpy(call.args, task->gated.args, sizeof call.args);

	struct tracer_call tell = told(t, task, &call);

	t->sink->failed(t->self, &tell, (int)-info->exit.rval);
}

void gate_on_call(struct tracer *t, struct task *task, const struct stop *stop)
{
	struct ptrace_syscall_info info;
	int r = call_ask(stop->tid, &info);

	if (r == -ESRCH)
		return;
	if (r == 0 && info.op == PTRACE_SYSCALL_INFO_SECCOMP)
		filtered(t, task, &info);
	else if (r == 0 && info.op == PTRACE_SYSCALL_INFO_ENTRY)
		began(t, task, &info);
	else if (r == 0 && info.op == PTRACE_SYSCALL_INFO_EXIT)
		ended(t, task, &info);
	else
		census_add_note(t->census, NOTE_UNREAD, task->program);
}

/* As SECCOMP_RET_TRAP in the kernel has it: the registers are those of the call. */
void gate_on_signal(struct task *task, int signal)
{
	siginfo_t info;
	machine_regs regs;

	if (signal != SIGSYS || ptrace(PTRACE_GETSIGINFO, task->tid, 0, &info) < 0 || info.si_code != SYS_SECCOMP ||
	    (uint32_t)info.si_syscall != first_number + GATE_TRAP)
		return;
	task->gated.trapped = false;
	info.si_syscall = (int)task->gated.nr;
	info.si_errno = task->gated.data;
	ptrace(PTRACE_SETSIGINFO, task->tid, 0, &info);
	if (ptrace(MACHINE_GETREGS, task->tid, 0, &regs) < 0)
		return;
	machine_rolled_back(&regs, task->gated.nr);
	ptrace(MACHINE_SETREGS, task->tid, 0, &regs);
}

const struct engine engine_gate = {
	.name = "gate",
	.help = "filters stop what they do not let through",
	.options = PTRACE_O_TRACESECCOMP,
	.resume = PTRACE_CONT,
	.hidden_from = true,
	.prepare = prepare,
};
