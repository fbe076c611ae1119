/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/engine/engine.h"

#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <linux/ptrace.h>	/* after <sys/ptrace.h>, which it would break */
#include "tracer/arch/machine.h"

static const struct engine *const engines[] = { &engine_seccomp, &engine_syscall };

const struct engine *engine_find(const char *name)
{
	for (size_t i = 0; i < countof(engines); i++)
		if (streq(engines[i]->name, name))
			return engines[i];
	return NULL;
}

const char *tracer_engine_name(size_t i)
{
	return i < countof(engines) ? engines[i]->name : NULL;
}

bool tracer_engine_attaches(const char *name)
{
	return engine_find(name) && engine_find(name)->attaches;
}

/* What a kernel adds to the structure is of no interest, what an old one leaves
 * out reads as zero. */
int engine_ask(pid_t tid, struct ptrace_syscall_info *ret)
{
	memset(ret, 0, sizeof *ret);
	return ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof *ret, ret) < 0 ? -errno : 0;
}

/* Number and arguments lie at the same place for an entry and for a filter's stop.  Of
 * a 32-bit call they are whole registers, of which the kernel takes the lower halves. */
void engine_fill(const struct ptrace_syscall_info *info, struct call *ret)
{
	*ret = (struct call){ .arch = info->arch, .nr = (uint32_t)info->entry.nr, .detailed = true };
	memcpy(ret->args, info->entry.args, sizeof ret->args);
	for (size_t i = 0; info->arch == MACHINE_COMPAT && i < countof(ret->args); i++)
		ret->args[i] = (uint32_t)ret->args[i];
}

void engine_cancel(pid_t tid, int error)
{
	machine_regs regs;

	if (ptrace(MACHINE_GETREGS, tid, 0, &regs) < 0)
		return;
	machine_skip_call(&regs, error);
	ptrace(MACHINE_SETREGS, tid, 0, &regs);
}
