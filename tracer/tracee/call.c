/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/tracee/call.h"

#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <linux/ptrace.h>	/* after <sys/ptrace.h>, because the two conflict */
#include "base/attr.h"

enum machine_call call_kind(const struct call *call)
{
	const struct machine_row *row = machine_row(call->arch, call->nr);

	return row ? row->call : CALL_OTHER;
}

/* Fields that newer kernels add do not matter, and those that older ones omit read as zero. */
int call_ask(pid_t tid, struct ptrace_syscall_info *ret)
{
	memset(ret, 0, sizeof *ret);
	return ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof *ret, ret) < 0 ? -errno : 0;
}

/* Number and arguments are in the same place for an entry and for a filter's stop. For a 32-bit
 * call the arguments are whole registers, of which the kernel uses the lower halves. */
void call_fill(const struct ptrace_syscall_info *info, struct call *ret)
{
	*ret = (struct call){ .arch = info->arch, .nr = (uint32_t)info->entry.nr, .detailed = true };
	memcpy(ret->args, info->entry.args, sizeof ret->args);
	for (size_t i = 0; info->arch == MACHINE_COMPAT && i < countof(ret->args); i++)
		ret->args[i] = (uint32_t)ret->args[i];
}

void call_cancel(pid_t tid, int error)
{
	machine_regs regs;

	if (ptrace(MACHINE_GETREGS, tid, 0, &regs) < 0)
		return;
	machine_skip_call(&regs, error);
	ptrace(MACHINE_SETREGS, tid, 0, &regs);
}
