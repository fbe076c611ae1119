/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/err.h"

/*
 * Run a program and report what it, and all it starts, asks of the kernel.
 *
 * The tracer knows processes, registers and call numbers.  It knows no names of
 * calls, no file formats and no policies: numbers go out, meaning is given
 * elsewhere.
 *
 * A call is reported once to the sink, when a program makes it for the first time;
 * how often it was made is in the census.  An engine can so count where the loop never
 * looks (in memory that it shares with the tracee), and a million calls cost the sink
 * nothing.
 */
struct tracer;
struct stack;
struct stacks;
struct engine;
struct census;
struct census_want;

/* A program makes a call that it had not made before.  The task is stopped in
 * the call while the sink is called. */
struct first_call {
	unsigned program;	/* its number in the census */
	pid_t tid;
	uint32_t arch;		/* AUDIT_ARCH_* of the call, not of the process */
	uint32_t nr;		/* as the kernel has it: x32's bit 30 included */
	double seconds;		/* since the start */
	struct stack *stack;	/* opts.stacks: where it stands, see stack.h; the sink's to free.  NULL: not known */
};

/* A call that a gate stopped, with all that is known of it. */
struct tracer_call {
	unsigned program;
	pid_t tid;		/* stopped in it */
	uint32_t arch, nr;	/* as in first_call */
	uint64_t args[6];
	double seconds;
};

struct tracer_sink {
	void (*first)(void *self, const struct first_call *);
	void (*late_stack)(void *self, const struct first_call *);	/* the stack of a call that was reported without */
	void (*tick)(void *self, const struct tracer *);	/* see opts.tick */
	/* The task is stopped: it executed the program, or is about to connect to a UNIX socket of this
	 * address, which is not clean.  Only of tasks in scope. */
	void (*executed)(void *self, const struct tracer *, unsigned program, pid_t tid);
	void (*connects)(void *self, const struct tracer *, unsigned program, pid_t tid, const char *address);
	void (*left)(void *self, const struct tracer *);	/* see tracer_left(); once, ten seconds after the first process's end */
	void (*attached)(void *self, unsigned tasks);		/* from now on no call of opts.attach is missed */

	/* With a gate.  What did the filters mean to answer?  A SECCOMP_RET_* value, which
	 * is carried out as the kernel does; TRACE is ENOSYS, as without a tracer. */
	uint32_t (*gated)(void *self, const struct tracer_call *);
	/* With gate.every: a call that was made failed so. */
	void (*failed)(void *self, const struct tracer_call *, int error);
};

/* Whom to become before the program is executed; needs root. */
struct tracer_user {
	const char *name;	/* for the supplementary groups */
	uid_t uid;
	gid_t gid;
};

/*
 * From when on, and of whom, calls count.  A task that is in scope stays so, and
 * whom it makes is, too: just as a seccomp filter is inherited.
 */
enum tracer_scope {
	SCOPE_ALL,
	SCOPE_EXEC,		/* once it executed the program `scope_name` */
	SCOPE_SECCOMP,		/* once it put a filter on itself: what a container's profile meets */
};

/*
 * A gate: the program runs under these filters, natively but for what they do not let
 * through, which is sink.gated's to answer.  They return ALLOW, LOG, or TRACE with
 * TRACER_GATE_DATA in place of every refusal.  The launching itself passes.
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
	bool audit;			/* nothing is denied, all is reported */
	bool every;			/* every call stops, and its end: all are counted, failures are reported */
};

struct tracer_opts {
	const char *engine;		/* by name; NULL: the best one that works */
	const struct engine *own_engine;	/* the caller's: see engine/engine.h; NULL: none */
	const char *path;		/* executed as it is: no search; NULL: attach */
	char *const *argv, *const *envp;
	const pid_t *attach;		/* running processes, each with all its threads */
	size_t attach_count;
	enum tracer_scope scope;
	const char *scope_name;		/* a path, or its last component, or a script's */
	const struct tracer_user *user;	/* NULL: stay who we are */
	const struct tracer_gate *gate;	/* NULL: none; with it only what is gated is counted */
	double limit;			/* seconds until SIGTERM, then SIGKILL; 0: none;
					   what was attached to is let go instead */
	double grace;			/* seconds between the two */
	bool until_exit;		/* end what is left, in the same way, when the first process has ended */
	double tick;			/* about so often sink.tick is called; 0: never */
	const struct census_want *wants;	/* copied */
	size_t want_count;
	bool stacks;			/* where libunwind is: with a first call comes its stack */
	bool last;			/* the process exits after tracer_free(): what was ignored stays so until then,
					   and a late Ctrl-C does not change the exit status */
};

/* Start and follow to the end of the last task.  *ret_status is the first
 * process's wait status, as of waitpid(2).  When the program could not be executed
 * the error is execve(2)'s and the census's stats.not_executed is set.
 * The calling thread becomes the tracer.  Signals that it passed on are ignored from
 * its end until tracer_free(), and with opts.last for good. */
struct tracer *tracer_new(const struct tracer_opts *, const struct tracer_sink *, void *self);
int tracer_run(struct tracer *, int *ret_status, struct err *);
void tracer_free(struct tracer *);		/* NULL is fine */

/* What was seen, up to now: see census/census.h. */
const struct census *tracer_census(const struct tracer *);

/* The processes that live, or that lived when they were ended (the census's stats.cut): how many, and some of
 * them.  Names are those that the kernel keeps, and not clean. */
enum { TRACER_LEFT_MAX = 8 };

struct tracer_left {
	pid_t pid;
	char name[17];
};

size_t tracer_left(const struct tracer *, struct tracer_left ret[static TRACER_LEFT_MAX]);

/* Is the address, as a stopped task of the workload would name it, that of a UNIX socket on which another
 * one of the workload listens? */
bool tracer_serves(const struct tracer *, pid_t tid, const char *address);

/* Text at an address of a task that is stopped in the sink: as far as it can be read and
 * `size` suffices, with a NUL behind it; its end was there, too: *ret_whole.  False: none. */
bool tracer_read_text(pid_t tid, uint64_t address, char *ret, size_t size, bool *ret_whole);

/* For the names behind stacks; NULL where there are none. */
struct stacks *tracer_stacks(const struct tracer *);

/* The engines there are; NULL past the end. */
const char *tracer_engine_name(size_t i);
bool tracer_engine_attaches(const char *name);		/* it can be put on a running process */

/* What this host lets a tracer do, each found by trying it in a child. */
struct tracer_ability {
	const char *name, *what;
	bool yes;
	char why[256];		/* when not: the reason and the remedy; else empty, or a remark */
};

size_t tracer_probe(struct tracer_ability *ret, size_t max);	/* how many there are */
const char *tracer_ability_name(size_t i);	/* without trying; NULL past the end */
