/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/tracee/stop.h"

#include <linux/ptrace.h>
#include <signal.h>
#include <sys/wait.h>

/* PTRACE_O_TRACESYSGOOD sets bit 7 in the stops of PTRACE_SYSCALL. PTRACE_EVENT_STOP has the
 * stopping signal for a group stop, and SIGTRAP for a new task's first stop or when SIGCONT has
 * ended a group stop. */
static enum stop_kind kind_of_event(int event, int signal)
{
	switch (event) {
	case 0:                    return signal == (SIGTRAP | 0x80) ? STOP_SYSCALL : STOP_SIGNAL;
	case PTRACE_EVENT_SECCOMP: return STOP_CALL;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:   return STOP_CHILD;
	case PTRACE_EVENT_EXEC:    return STOP_EXEC;
	case PTRACE_EVENT_EXIT:    return STOP_ENDING;
	case PTRACE_EVENT_STOP:    return signal == SIGTRAP ? STOP_STARTED : STOP_GROUP;
	default:                   return STOP_OTHER;
	}
}

struct stop stop_read(pid_t tid, int status)
{
	struct stop s = { .tid = tid, .status = status };

	if (WIFEXITED(status)) {
		s.kind = STOP_EXITED;
		s.signal = WEXITSTATUS(status);
	} else if (WIFSIGNALED(status)) {
		s.kind = STOP_KILLED;
		s.signal = WTERMSIG(status);
	} else {
		s.signal = WSTOPSIG(status);
		s.kind = kind_of_event(status >> 16, s.signal);
	}
	return s;
}
