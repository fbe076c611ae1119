/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <sys/types.h>

/*
 * What waitpid() meant.  Pure: tests feed it numbers.  The comments say what is
 * to be done, see ptrace(2).
 */
enum stop_kind {
	STOP_CALL,	/* the filter returned TRACE: count the call, go on */
	STOP_SYSCALL,	/* PTRACE_SYSCALL: a call begins or ends */
	STOP_SIGNAL,	/* hand `signal` back when resuming */
	STOP_GROUP,	/* job control: PTRACE_LISTEN, do not resume */
	STOP_STARTED,	/* a new task's first stop, or the end of a group stop: go on */
	STOP_CHILD,	/* the task made another, which will report by itself: go on */
	STOP_EXEC,	/* a new program; other threads are gone, the tid may have changed */
	STOP_ENDING,	/* about to end: let it go, where somebody has a pidfd */
	STOP_EXITED,	/* forget it; `signal` is the exit code */
	STOP_KILLED,	/* forget it; `signal` did it */
	STOP_OTHER,	/* nothing we asked for: go on */
};

struct stop {
	pid_t tid;
	enum stop_kind kind;
	int signal;
	int status;	/* as waitpid() gave it */
};

struct stop stop_read(pid_t tid, int wait_status);
