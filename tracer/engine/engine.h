/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <linux/filter.h>
#include "base/err.h"
#include "tracer/census/fill.h"
#include "tracer/tracee/call.h"
#include "tracer/tracee/stop.h"
#include "tracer/tracer.h"

struct ptrace_syscall_info;

/*
 * An engine is one way of learning which calls a workload makes.  The loop, the task table,
 * launching, signals and calls that are watched are common to all.  An engine prepares the
 * child, reads the stops of calls, and may keep a state of its own: for each tracer, and for
 * each task.
 *
 * It counts by what on_call() answers, or in bulk: in memory that it shares with the workload
 * and lends to the census (see tally_lend()), or at any hook by census_count().
 */

/* What an engine works with; it lives until close(). */
struct engine_env {
	const struct tracer_opts *opts;
	const struct tracer_sink *sink;
	void *self;		/* the sink's */
	struct census *census;
};

/* A task at a stop. */
struct tracee {
	pid_t tid;
	struct program *program;	/* what it runs; NULL before the first one is executed */
	bool careful;			/* filters may be at work that are not sctrace's */
	void *state;			/* the engine's own: task_size bytes, zero at first, freed with the task */
};

/* What a stop in a call means, or a negative errno: it could not be read; -ESRCH: the task died. */
enum reading {
	READ_NOTHING = 0,
	READ_COUNT = 1,		/* a call begins, and counts */
	READ_WATCH = 2,		/* a call begins, and is made: look whether it is one to watch */
	READ_BEGIN = READ_COUNT | READ_WATCH,
	READ_END = 4,		/* it ended */
};

struct engine {
	const char *name;
	long options;		/* PTRACE_O_* beyond those every engine needs */
	int request;		/* how a task goes on: PTRACE_CONT, PTRACE_SYSCALL */
	size_t task_size;	/* bytes of its state for each task */
	bool attaches;		/* it needs nothing prepared: running processes can be traced */
	bool hidden_from;	/* filters that refuse a call keep it from being seen */
	bool misses;		/* not every call stops */
	bool shows_filters;	/* the filters that it installs are the workload's to see */
	const struct engine *otherwise;	/* where it cannot be prepared and nobody chose it; NULL: none */

	/* All that follow may be NULL, and get what open() returned.  Those with a tracee are
	 * called while it is stopped; the loop resumes it. */

	int (*open)(const struct engine_env *, void **ret_state, struct err *);
	void (*close)(void *state);		/* what it has lent to the census is not read any more */

	/* In the child, just before the program is executed and not to be counted.
	 * Async-signal-safe; returns -errno.  *ret_nnp: no_new_privs had to be set;
	 * *ret_blind: calls by the vsyscall page will not be seen. */
	int (*prepare)(void *state, bool *ret_nnp, bool *ret_blind);

	/* A descriptor that the loop waits for beside the stops (an epoll's, if they are several);
	 * -1: none at present.  It is asked before every wait.  And it can be read, or has ended. */
	int (*wait)(void *state);
	void (*on_ready)(void *state);

	/* A stop in a call, or at its end where tasks go on by PTRACE_SYSCALL: which call? */
	int (*on_call)(void *state, const struct tracee *, const struct stop *, struct call *ret);

	void (*on_signal)(void *state, const struct tracee *, int signal);	/* which it is about to get */
	void (*on_exec)(void *state, const struct tracee *);		/* it runs another program */
	void (*on_child)(void *state, const struct tracee *parent, pid_t child);
	void (*on_gone)(void *state, const struct tracee *);		/* ended, or let go: not stopped */

	int (*resume)(void *state, const struct tracee *);		/* NULL: always `request` */
};

extern const struct engine engine_seccomp, engine_syscall;
extern const struct engine engine_gate;		/* see gate.h; not one to choose by name */

const struct engine *engine_choose(const struct tracer_opts *);		/* NULL: an unknown name */

/* Calls by way of the vsyscall page: only seccomp is asked about them.  A filter that
 * stops them and nothing else, with `data` in SECCOMP_RET_DATA; async-signal-safe,
 * returns -errno.  And is the stop one for such a call? */
int engine_mind_vsyscall(uint16_t data);
bool engine_by_vsyscall(const struct ptrace_syscall_info *);

/* The plain engine's filter, and what it hands over in SECCOMP_RET_DATA; false:
 * the call is not in there.  Pure: tests run the one and feed the other. */
const struct sock_filter *engine_seccomp_filter(size_t *ret_len);
bool engine_seccomp_decode(unsigned long data, struct call *ret);
