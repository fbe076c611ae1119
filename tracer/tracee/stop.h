/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <sys/types.h>

/*
 * The meaning of a wait status, see ptrace(2). Pure, for tests. The comments say what to do.
 */
enum stop_kind {
	STOP_CALL,	/* the filter returned TRACE: count the call, resume */
	STOP_SYSCALL,	/* PTRACE_SYSCALL: a call begins or ends */
	STOP_SIGNAL,	/* deliver `signal` when resuming */
	STOP_GROUP,	/* job control: PTRACE_LISTEN, do not resume */
	STOP_STARTED,	/* a new task's first stop, or the end of a group stop: resume */
	STOP_CHILD,	/* the task created another, which reports itself: resume */
	STOP_EXEC,	/* a new program; other threads are gone, the tid may have changed */
	STOP_ENDING,	/* about to end: detach it if there is a pidfd */
	STOP_EXITED,	/* forget it; `signal` is the exit code */
	STOP_KILLED,	/* forget it; `signal` did it */
	STOP_OTHER,	/* not requested: resume */
};

struct stop {
	pid_t tid;
	enum stop_kind kind;
	int signal;
	int status;	/* from waitpid() */
};

struct stop stop_read(pid_t tid, int wait_status);
