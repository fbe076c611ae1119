/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plain engine: a filter that returns TRACE for every call, one stop for each.
 *
 * The filter puts the number and the ABI into the 16 bits of SECCOMP_RET_DATA, and
 * PTRACE_GETEVENTMSG returns them: one word, while PTRACE_GET_SYSCALL_INFO copies 84 bytes and
 * PTRACE_GETREGS 216. `scripts/bench stop` compares them: it is the cheapest of the three, though
 * they differ by less than a tenth of a stop. What does not fit (x32, numbers that no kernel uses)
 * is read in full.
 */
#include "tracer/engine/engine.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <linux/ptrace.h>	/* after <sys/ptrace.h>, because the two conflict */
#include <unistd.h>
#include "base/filter.h"
#include "base/attr.h"
#include "tracer/arch/arch.h"
#include "tracer/census/tally.h"

enum {
	DATA_COMPAT = 0x4000,	/* set for calls of the 32-bit ABI */
	DATA_ASK = 0xffff,	/* the number does not fit */
};

#define LOAD(field)    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define IF_EQ(k, t, f) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, k, t, f)
#define IF_GE(k, t, f) BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, k, t, f)
#define OR(k)          BPF_STMT(BPF_ALU | BPF_OR | BPF_K, k)
#define RETURN(k)      BPF_STMT(BPF_RET | BPF_K, k)
#define RETURN_A       BPF_STMT(BPF_RET | BPF_A, 0)

static const struct sock_filter filter[] = {
	/* 0 */ LOAD(arch),
	/* 1 */ IF_EQ(MACHINE_ARCH, 0, 4),
	/* 2 */ LOAD(nr),
	/* 3 */ IF_GE(TALLY_NUMBERS, 7, 0),
	/* 4 */ OR(SECCOMP_RET_TRACE),
	/* 5 */ RETURN_A,
	/* 6 */ IF_EQ(MACHINE_COMPAT, 0, 4),
	/* 7 */ LOAD(nr),
	/* 8 */ IF_GE(TALLY_NUMBERS, 2, 0),
	/* 9 */ OR(SECCOMP_RET_TRACE | DATA_COMPAT),
	/* 10 */ RETURN_A,
	/* 11 */ RETURN(SECCOMP_RET_TRACE | DATA_ASK),
};

static int install(void)
{
	return filter_install(filter, countof(filter), 0);
}

/* no_new_privs stays set in the workload and makes setuid programs powerless, so it is set only if
 * the kernel insists. */
static int prepare(maybe_unused void *state, bool *ret_nnp, bool *ret_blind)
{
	int r = install();

	*ret_blind = false;
	if (r != -EACCES)
		return r;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	*ret_nnp = true;
	return install();
}

bool engine_seccomp_decode(unsigned long data, struct call *ret)
{
	if (data == DATA_ASK)
		return false;
	*ret = (struct call){
		.arch = data & DATA_COMPAT ? MACHINE_COMPAT : MACHINE_ARCH,
		.nr = (uint32_t)data & (TALLY_NUMBERS - 1),
	};
	return true;
}

/* The SECCOMP_RET_DATA of our filter for this call. */
static uint32_t data_of(const struct call *call)
{
	enum machine_abi abi = machine_abi(call->arch);

	if (abi == MACHINE_ABI_OTHER || call->nr >= TALLY_NUMBERS)
		return DATA_ASK;
	return call->nr | (abi == MACHINE_ABI_COMPAT ? DATA_COMPAT : 0);
}

/* If two filters return TRACE, the kernel passes the data of the newer one. Data that are not ours
 * are those of a filter of the workload that has no tracer of its own: without sctrace the call
 * would fail. */
static int ask(pid_t tid, struct call *ret)
{
	struct ptrace_syscall_info info;
	int r = call_ask(tid, &info);

	if (r < 0)
		return r;
	if (info.op != PTRACE_SYSCALL_INFO_SECCOMP)
		return -EPROTO;
	call_fill(&info, ret);
	ret->refused = info.seccomp.ret_data != data_of(ret);
	return READ_BEGIN;
}

/* The stops of PTRACE_SYSCALL come only after the end of a call was requested. */
static int on_call(maybe_unused void *state, const struct tracee *task, const struct stop *stop, struct call *ret)
{
	unsigned long data;

	if (stop->kind == STOP_SYSCALL)
		return READ_END;
	if (task->careful)
		return ask(task->tid, ret);
	if (ptrace(PTRACE_GETEVENTMSG, task->tid, 0, &data) < 0)
		return -errno;
	return engine_seccomp_decode(data, ret) ? READ_BEGIN : ask(task->tid, ret);
}

const struct sock_filter *engine_seccomp_filter(size_t *ret_len)
{
	*ret_len = countof(filter);
	return filter;
}

const struct engine engine_seccomp = {
	.name = "seccomp",
	.options = PTRACE_O_TRACESECCOMP,
	.request = PTRACE_CONT,
	.hidden_from = true,
	.otherwise = &engine_syscall,	/* if no filter can be installed */
	.prepare = prepare,
	.on_call = on_call,
};
