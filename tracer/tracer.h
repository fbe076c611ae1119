/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/err.h"

/*
 * Run a program and report all system calls of it and of its child processes.
 *
 * The tracer knows processes, registers and call numbers. It does not know names of calls, file
 * formats or policies: it reports numbers, and others give them a meaning.
 *
 * The sink gets a call once, when a program makes it for the first time; the census has the counts.
 * So an engine can count where the loop never looks (in memory that it shares with the tracee), and
 * a million calls cost the sink nothing.
 */
struct tracer;
struct stack;
struct stacks;
struct engine;
struct census;
struct census_want;

/* A program makes a call for the first time. The task is stopped in the call during the sink's
 * function. */
struct first_call {
	unsigned program;	/* its number in the census */
	pid_t tid;
	uint32_t arch;		/* AUDIT_ARCH_* of the call, not of the process */
	uint32_t nr;		/* as in the kernel, with bit 30 of x32 */
	double seconds;		/* since the start */
	struct stack *stack;	/* opts.stacks: where it is, see stack.h; the sink frees it. NULL: unknown */
};

/* A call that a gate stopped, with its arguments. */
struct tracer_call {
	unsigned program;
	pid_t tid;		/* stopped in it */
	uint32_t arch, nr;	/* as in first_call */
	uint64_t args[6];
	double seconds;
};

struct tracer_sink {
	void (*first)(void *self, const struct first_call *);
	void (*late_stack)(void *self, const struct first_call *);	/* the stack of a call that was reported
									   without one */
	void (*tick)(void *self, const struct tracer *);	/* see opts.tick */
	/* The task is stopped: it executed the program, or is about to connect to a UNIX socket
	 * with this address, which is untrusted. Only for tasks in scope. */
	void (*executed)(void *self, const struct tracer *, unsigned program, pid_t tid);
	void (*connects)(void *self, const struct tracer *, unsigned program, pid_t tid, const char *address);
	void (*left)(void *self, const struct tracer *);	/* see tracer_left(); once, ten seconds after the
								   end of the first process */
	void (*attached)(void *self, unsigned tasks);		/* from now on, no call of opts.attach is missed */
	void (*detached)(void *self);	/* see opts.detached; in the tracer's process, before anything is traced */

	/* With SCOPE_MEMBERS, every opts.members_every seconds: the processes that belong to the workload,
	 * at most `room`, whether or not they are traced already. */
	size_t (*members)(void *self, pid_t *ret, size_t room);
	void (*seized)(void *self);		/* all that `members` returned are traced, or cannot be */
	bool (*counts)(void *self, const char *program);	/* not a program that starts others in the workload's name */

	/* With a gate: what is the filters' real answer? A SECCOMP_RET_* value, which is carried
	 * out as in the kernel; TRACE means ENOSYS, as without a tracer. */
	uint32_t (*gated)(void *self, const struct tracer_call *);
	/* With gate.every: a call was made and failed with this error. */
	void (*failed)(void *self, const struct tracer_call *, int error);
};

/* The user to run the program as; needs root. */
struct tracer_user {
	const char *name;	/* for the supplementary groups */
	uid_t uid;
	gid_t gid;
};

/*
 * Which calls count, and from when on. A task in scope stays in scope, and its children inherit it,
 * like a seccomp filter.
 */
enum tracer_scope {
	SCOPE_ALL,
	SCOPE_EXEC,		/* after executing the program `scope_name` */
	SCOPE_SECCOMP,		/* after installing a filter on itself: the calls that a container's profile
				   applies to */
	SCOPE_MEMBERS,		/* of sink.members: while, or after, they run a program that sink.counts accepts */
};

/*
 * A gate: the program runs under these filters. Allowed calls run natively; sink.gated answers the
 * others. The filters return ALLOW, LOG, or TRACE with TRACER_GATE_DATA in place of every denial.
 * The exec that starts the program is allowed.
 */
enum { TRACER_GATE_DATA = 0x5c7a };

struct sock_filter;

struct tracer_filter {
	const struct sock_filter *code;
	size_t len;
};

struct tracer_gate {
	const struct tracer_filter *filters;
	size_t count;
	unsigned flags;			/* SECCOMP_FILTER_FLAG_* */
	bool audit;			/* nothing is denied, everything is reported */
	bool every;			/* every call stops at its begin and end: all are counted, failures are
					   reported */
};

struct tracer_opts {
	const char *engine;		/* by name; NULL: the best available */
	const struct engine *own_engine;	/* the caller's: see engine/engine.h; NULL: none */
	const char *path;		/* executed without search; NULL: attach */
	char *const *argv, *const *envp;
	const pid_t *attach;		/* running processes, each with all its threads */
	size_t attach_count;
	enum tracer_scope scope;
	const char *scope_name;		/* a path, a base name, or the name of a script */
	const struct tracer_user *user;	/* NULL: no change */
	const struct tracer_gate *gate;	/* NULL: none; with a gate, only calls that it stops are counted */
	double limit;			/* seconds until SIGTERM, then SIGKILL; 0: none;
					   attached processes are released instead */
	double grace;			/* seconds between the two */
	bool until_exit;		/* when the first process has ended, end the remaining ones in the same way */
	double members_every;		/* seconds; 0: never */
	int members_fd;			/* readable when there may be new ones before that; -1: none */
	double tick;			/* sink.tick is called about this often; 0: never */
	const struct census_want *wants;	/* copied */
	size_t want_count;
	bool stacks;			/* if built with libunwind: report the stack with a first call */
	bool detached;			/* the caller's process executes the program, and another one is the tracer: see
					   tracer_run() */
	bool open_filter;		/* the filters with which SCOPE_SECCOMP begins are made to allow everything */
	bool last;			/* the process exits after tracer_free(): ignored signals stay ignored, and a
					   late Ctrl-C does not change the exit status */
};

/* Start and follow until the last task has ended. *ret_status is the first process's wait status,
 * as of waitpid(2). If the program could not be executed, the error is that of execve(2), and the
 * census has stats.not_executed. The calling thread becomes the tracer. From the end until
 * tracer_free() (with opts.last, for good) it ignores the signals that it passed on.
 *
 * With opts.detached the caller's process executes the program, with all that belongs to a process: number,
 * parent, session, descriptors.  In it this returns only if that failed, with an error and *ret_status -1.  The
 * tracer is a new process, in a session of its own, for which the caller's parent does not wait; it ignores the
 * signals that it would pass on, and if it is killed, so is all that it traces.  In it this returns at the end, with
 * the status of the first process that came into scope, or else of the program. */
struct tracer *tracer_new(const struct tracer_opts *, const struct tracer_sink *, void *self);
int tracer_run(struct tracer *, int *ret_status, struct err *);
void tracer_free(struct tracer *);		/* NULL is fine */

/* What was seen so far: see census/census.h. */
const struct census *tracer_census(const struct tracer *);

/* The processes that are alive, or were alive when they were ended (the census's stats.cut): how
 * many, and some of them. The kernel's names are untrusted. */
enum { TRACER_LEFT_MAX = 8 };

struct tracer_left {
	pid_t pid;
	char name[17];
};

size_t tracer_left(const struct tracer *, struct tracer_left ret[static TRACER_LEFT_MAX]);

/* Is the address, as seen by a stopped task of the workload, a UNIX socket on which another process
 * of the workload listens? */
bool tracer_serves(const struct tracer *, pid_t tid, const char *address);

/* Text at an address of a task that is stopped in the sink: as much as can be read and fits into
 * `size`, NUL-terminated. *ret_whole: it is complete. False if nothing could be read. */
bool tracer_read_text(pid_t tid, uint64_t address, char *ret, size_t size, bool *ret_whole);

/* For the names in stacks; NULL if there are none. */
struct stacks *tracer_stacks(const struct tracer *);

/* Names of engines; NULL past the end. */
const char *tracer_engine_name(size_t i);
bool tracer_engine_attaches(const char *name);		/* it can trace a running process */

/* What this host allows a tracer to do; each is tried in a child process. */
struct tracer_ability {
	const char *name, *what;
	bool yes;
	char why[256];		/* if not: the reason and the remedy; otherwise empty, or a remark */
};

size_t tracer_probe(struct tracer_ability *ret, size_t max);	/* returns how many there are */
const char *tracer_ability_name(size_t i);	/* without trying; NULL past the end */
