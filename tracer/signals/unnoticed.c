/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/signals/unnoticed.h"

#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include "tracer/arch/arch.h"
#include "tracer/tracee/proc.h"

/* Internal to the kernel, and not in its headers: without a handler, the call is restarted. */
enum { ERESTARTNOHAND = 514 };

/* Set to be ignored, or ignored by default and not set. */
static bool is_ignored(pid_t tid, int signal)
{
	bool by_default = signal == SIGCHLD || signal == SIGURG || signal == SIGWINCH || signal == SIGCONT;

	return proc_has_signal(tid, "SigIgn:", signal) || (by_default && !proc_has_signal(tid, "SigCgt:", signal));
}

static void make_again(pid_t tid, machine_regs *regs)
{
	machine_set_result(regs, -ERESTARTNOHAND);
	ptrace(MACHINE_SETREGS, tid, 0, regs);
}

void unnoticed(pid_t tid, uint32_t arch, uint32_t nr, int signal)
{
	const struct machine_row *row = machine_row(arch, nr);
	machine_regs regs;

	if (!row || row->limit == LIMIT_NO_WAIT)
		return;
	if (ptrace(MACHINE_GETREGS, tid, 0, &regs) < 0 || !machine_waited_for_ever(&regs, arch) || !is_ignored(tid, signal))
		return;
	make_again(tid, &regs);
}

void unnoticed_stop(pid_t tid)
{
	machine_regs regs;

	if (ptrace(MACHINE_GETREGS, tid, 0, &regs) == 0 &&
	    machine_waited_for_ever(&regs, machine_arch(machine_is_narrow(&regs) ? MACHINE_ABI_COMPAT : MACHINE_ABI_OWN)))
		make_again(tid, &regs);
}
