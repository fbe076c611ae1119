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
 * An engine is one way to learn which calls a workload makes. The loop, the task table, launching,
 * signals and watched calls are common to all. An engine prepares the child, reads call stops, and
 * may keep state for each tracer and for each task.
 *
 * It counts by what on_call() answers, or in bulk: in memory that it shares with the workload and
 * lends to the census (tally_lend()), or by census_count() in any hook.
 */

/* What an engine works with; it lives until close(). */
struct engine_env {
	const struct tracer_opts *opts;
	const struct tracer_sink *sink;
	void *self;		/* for the sink */
	struct census *census;
};

/* A task at a stop. */
struct tracee {
	pid_t tid;
	struct program *program;	/* what it runs; NULL before its first exec */
	bool careful;			/* there may be filters that are not sctrace's */
	void *state;			/* the engine's own: task_size bytes, zeroed at first, freed with the task */
};

/* What a stop in a call means. A negative errno if it could not be read; -ESRCH: the task died. */
enum reading {
	READ_NOTHING = 0,
	READ_COUNT = 1,		/* a call begins, and counts */
	READ_WATCH = 2,		/* a call begins, and is made: check whether it is a watched one */
	READ_BEGIN = READ_COUNT | READ_WATCH,
	READ_END = 4,		/* a call ended */
};

struct engine {
	const char *name;
	long options;		/* PTRACE_O_* beyond those that every engine needs */
	int request;		/* how a task is resumed: PTRACE_CONT, PTRACE_SYSCALL */
	size_t task_size;	/* bytes of state for each task */
	bool attaches;		/* needs no preparation: can trace running processes */
	bool hidden_from;	/* does not see calls that another filter denies */
	bool misses;		/* not every call stops */
	bool shows_filters;	/* its filters count as the workload's (a gate's do) */
	const struct engine *otherwise;	/* used if this one cannot be prepared and was not chosen by name; NULL:
					   none */

	/* Any of these can be NULL. `state` is what open() returned. Those with a tracee are called
	 * while it is stopped; the loop resumes it. */

	int (*open)(const struct engine_env *, void **ret_state, struct err *);
	void (*close)(void *state);		/* the census no longer reads what was lent to it */

	/* In the child, just before exec; its calls do not count. Async-signal-safe; returns
	 * -errno. *ret_nnp: no_new_privs had to be set. *ret_blind: calls through the vsyscall page
	 * will not be seen. */
	int (*prepare)(void *state, bool *ret_nnp, bool *ret_blind);

	/* wait: a descriptor that the loop polls along with the stops (an epoll's, if there are
	 * several), or -1; asked before every wait. ready: it is readable, or has ended. */
	int (*wait)(void *state);
	void (*on_ready)(void *state);

	/* A stop at the begin of a call, or at its end if tasks are resumed by PTRACE_SYSCALL:
	 * which call? */
	int (*on_call)(void *state, const struct tracee *, const struct stop *, struct call *ret);

	void (*on_signal)(void *state, const struct tracee *, int signal);	/* it is about to get this signal */
	void (*on_exec)(void *state, const struct tracee *);		/* it executed another program */
	void (*on_child)(void *state, const struct tracee *parent, pid_t child);
	void (*on_gone)(void *state, const struct tracee *);		/* ended, or detached: not stopped */

	int (*resume)(void *state, const struct tracee *);		/* NULL: always `request` */
};

extern const struct engine engine_seccomp, engine_syscall;
extern const struct engine engine_gate;		/* see gate.h; cannot be chosen by name */

const struct engine *engine_choose(const struct tracer_opts *);		/* NULL: unknown name */

/* Only seccomp sees calls through the vsyscall page. mind_vsyscall: install a filter that stops
 * only these, with `data` in SECCOMP_RET_DATA; async-signal-safe, returns -errno. The other
 * function: is this the stop of such a call? */
int engine_mind_vsyscall(uint16_t data);
bool engine_by_vsyscall(const struct ptrace_syscall_info *);

/* The plain engine's filter, and decoding what it passes in SECCOMP_RET_DATA: false if the call is
 * not in there. Pure, for tests. */
const struct sock_filter *engine_seccomp_filter(size_t *ret_len);
bool engine_seccomp_decode(unsigned long data, struct call *ret);
