/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/loop/untraced.h"

#include <errno.h>
#include <linux/sched.h>
#include <sys/ptrace.h>
#include "tracer/arch/arch.h"

/* clone: the flags are an argument, in a register. */
static bool clear_in_register(pid_t tid, enum machine_abi abi)
{
	machine_regs regs;

	if (ptrace(MACHINE_GETREGS, tid, 0, &regs) < 0)
		return true;		/* it died: no child */

	machine_word *flags = machine_first_arg(&regs, abi);

	if (!(*flags & CLONE_UNTRACED))
		return true;
	*flags &= ~(machine_word)CLONE_UNTRACED;
	return ptrace(MACHINE_SETREGS, tid, 0, &regs) == 0;
}

/* clone3: the flags are the first 64 bits of a struct in memory. Another thread may write there at
 * the same time, and sctrace cannot write to all memory: see clone3_ended() in watched-calls.c. */
static bool clear_in_memory(pid_t tid, uint64_t where, uint64_t *ret_address)
{
	void *address = (void *)(uintptr_t)where;

	errno = 0;
	long word = ptrace(PTRACE_PEEKDATA, tid, address, 0);

	if (errno || !(word & CLONE_UNTRACED))
		return true;		/* the kernel will report the bad address */
	if (ptrace(PTRACE_POKEDATA, tid, address, word & ~(long)CLONE_UNTRACED) < 0)
		return false;
	*ret_address = where;
	return true;
}

void restore_flag(pid_t tid, uint64_t address)
{
	void *at = (void *)(uintptr_t)address;

	errno = 0;
	long word = ptrace(PTRACE_PEEKDATA, tid, at, 0);

	if (!errno)
		ptrace(PTRACE_POKEDATA, tid, at, word | CLONE_UNTRACED);
}

bool keep_traced(pid_t tid, const struct call *call, uint64_t *ret_address)
{
	if (call_kind(call) == CALL_CLONE3)
		return clear_in_memory(tid, call->args[0], ret_address);
	return clear_in_register(tid, machine_abi(call->arch));
}
