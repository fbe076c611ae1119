/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine of strace: PTRACE_SYSCALL, two stops for each call.
 *
 * These stops come before any filter runs, so it sees denied calls, too, and it can trace a running
 * process.
 *
 * It does not see calls through the vsyscall page: the kernel emulates them in a page fault, and
 * only seccomp sees them. So it installs a filter for this page alone, if this does not change the
 * workload, that is, if no_new_privs is not needed.
 */
#include "tracer/engine/engine.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <linux/ptrace.h>	/* after <sys/ptrace.h>, because the two conflict */
#include <unistd.h>
#include "base/filter.h"
#include "tracer/arch/arch.h"

enum { PAGE = 4096 };

#define VSYSCALL_HIGH ((uint32_t)(MACHINE_VSYSCALL >> 32))
#define VSYSCALL_LOW  ((uint32_t)MACHINE_VSYSCALL)
#define LOAD_IP(at)   BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer) + (at))

int engine_mind_vsyscall(uint16_t data)
{
	const struct sock_filter filter[] = {
		/* 0 */ LOAD_IP(4),
		/* 1 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, VSYSCALL_HIGH, 0, 3),
		/* 2 */ LOAD_IP(0),
		/* 3 */ BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, VSYSCALL_LOW, 0, 1),
		/* 4 */ BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, VSYSCALL_LOW + PAGE, 0, 1),
		/* 5 */ BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		/* 6 */ BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | data),
	};

	return filter_install(filter, countof(filter), 0);
}

bool engine_by_vsyscall(const struct ptrace_syscall_info *info)
{
	return info->instruction_pointer - MACHINE_VSYSCALL < PAGE;
}

static int prepare(maybe_unused void *state, bool *ret_nnp, bool *ret_blind)
{
	*ret_nnp = false;
	*ret_blind = engine_mind_vsyscall(0) < 0;
	return 0;
}

static int on_call(maybe_unused void *state, const struct tracee *task, maybe_unused const struct stop *stop,
		   struct call *ret)
{
	struct ptrace_syscall_info info;
	int r = call_ask(task->tid, &info);

	if (r < 0)
		return r;
	switch (info.op) {
	case PTRACE_SYSCALL_INFO_ENTRY:
		call_fill(&info, ret);
		return READ_BEGIN;
	case PTRACE_SYSCALL_INFO_SECCOMP:
		call_fill(&info, ret);
		ret->refused = !engine_by_vsyscall(&info);
		return ret->refused ? READ_NOTHING : READ_BEGIN;
	case PTRACE_SYSCALL_INFO_EXIT:
		return READ_END;
	default:
		return -EPROTO;
	}
}

const struct engine engine_syscall = {
	.name = "syscall",
	.options = PTRACE_O_TRACESECCOMP,
	.request = PTRACE_SYSCALL,
	.attaches = true,
	.prepare = prepare,
	.on_call = on_call,
};
