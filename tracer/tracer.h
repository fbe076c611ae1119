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
 * A call is told once to the sink, when a program makes it for the first time;
 * how often it was made is kept here and asked for in bulk.  An engine may so
 * count where the tracer never looks (in memory it shares with the tracee), and
 * a million calls cost the sink nothing.
 */
struct tracer;
struct stack;
struct stacks;

/* A program makes a call that it had not made before.  The task is stopped in
 * the call while the sink is told. */
struct first_call {
	unsigned program;	/* see tracer_program() */
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
	bool audit;			/* nothing is refused, all is told */
	bool every;			/* every call stops, and its end: all are counted, failures are told */
};

/* An argument whose values are to be kept, with the bits that matter.  Those of one ABI
 * and call are neighbours. */
struct tracer_want {
	uint32_t arch, nr;
	unsigned arg;
	uint64_t mask;
};

/* Up to so many; when there were more, their bounds and all their bits. */
enum { TRACER_VALUES_MAX = 64 };

struct tracer_values {
	bool seen;			/* the call was made at all */
	bool more;			/* `items` has none: there were too many */
	const uint64_t *items;		/* sorted */
	size_t count;
	uint64_t least, greatest, bits;
};

struct tracer_opts {
	const char *engine;		/* by name; NULL: the best one that works */
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
	const struct tracer_want *wants;	/* copied */
	size_t want_count;
	bool stacks;			/* where libunwind is: with a first call comes its stack */
};

/* Why the workload did not go on to its own end. */
enum tracer_cut {
	CUT_NOT,
	CUT_LIMIT,		/* opts.limit */
	CUT_REST,		/* opts.until_exit: of what was left when the first process ended */
	CUT_SIGNAL,		/* a second SIGINT or SIGTERM to us asked for it */
	CUT_MEMORY,		/* we ran out of memory, and use the reserve: see base/mem.h */
	CUT_CPU,		/* our own CPU time was used up: SIGXCPU */
};

/* What is known at the end, or while it runs. */
struct tracer_stats {
	double seconds;		/* since the start */
	double last_first;	/* when the last first_call came */
	uint64_t calls;
	unsigned firsts;	/* (program, ABI, call) */
	unsigned tasks;		/* threads and processes, ever */
	unsigned processes;	/* alive now */
	enum tracer_cut cut;
	double asked_to_end;	/* when a signal from outside the workload last asked for its end; 0: none did */
	bool first_ended;	/* the first process; others may be left */
	bool not_executed;	/* the program could not be executed at all */
	bool no_new_privs;	/* set for the filter's sake; it stays in the workload */
	bool outer_filter;	/* we were under a filter ourselves when it began */
	bool attached;		/* and not launched */
	bool let_go;		/* processes that we had attached to go on without us */
	bool in_scope;		/* the scope began */
	unsigned scope_program;	/* SCOPE_SECCOMP: the first program that did it, and whether */
	bool scope_nnp;		/* no_new_privs was set then */
};

/* What the tracer noticed beside calls, and a recording is to be told of. */
enum tracer_note_kind {
	NOTE_OWN_FILTER,	/* a filter was installed that refuses something, or that could not be read */
	NOTE_RING,		/* an io_uring was made */
	NOTE_STRICT_REFUSED,	/* seccomp's strict mode was, because our filter is there already */
	NOTE_DISPATCH,		/* syscall user dispatch was switched on */
	NOTE_TRACER_REFUSED,	/* ptrace was refused, because the task, or its victim, is traced by us */
	NOTE_POWERLESS,		/* a setuid, setgid or file-capability program ran without its privilege */
	NOTE_UNTRACED,		/* a child was made that could not be kept under trace */
	NOTE_LOST,		/* a child was made that never showed up */
	NOTE_UNREAD,		/* at a stop the call could not be told */
	NOTE_OVERFLOW,		/* a call's number was not kept: too many different ones */
	NOTE_NO_VSYSCALL,	/* this engine could not be made to see calls by the vsyscall page */
	NOTE_PID1_KILLED,	/* PID 1 of a PID namespace was ended by SIGKILL where natively `signal` ends it */
};

struct tracer_note {
	enum tracer_note_kind kind;
	unsigned program;
	int signal;		/* of NOTE_PID1_KILLED */
	uint64_t count;
	double first;		/* seconds since the start */
};

/* Filters that are not ours, and hide calls from an engine that is asked after
 * them: one that we run under, and those that the workload installed. */
enum tracer_hider { HIDER_OUTER, HIDER_OWN, TRACER_HIDERS };

/* Start and follow to the end of the last task.  *ret_status is the first
 * process's wait status, as of waitpid(2).  When the program could not be executed
 * the error is execve(2)'s and stats.not_executed is set.
 * The calling thread becomes the tracer.  Signals that it passed on are ignored from
 * its end until tracer_free(). */
struct tracer *tracer_new(const struct tracer_opts *, const struct tracer_sink *, void *self);
int tracer_run(struct tracer *, int *ret_status, struct err *);
void tracer_free(struct tracer *);		/* NULL is fine */

struct tracer_stats tracer_stats(const struct tracer *);
const char *tracer_engine(const struct tracer *);		/* which one it was */

bool tracer_is_hidden_from(const struct tracer *);	/* calls that a filter refuses: its engine does not see them */

/* The processes that live, or that lived when they were ended (stats.cut): how many, and some of
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

/* Programs are executable files, numbered from 0 in the order of appearance. */
const char *tracer_program(const struct tracer *, unsigned program);	/* NULL past the end */
/* Did it make a call that counts, or was it executed in scope? */
bool tracer_program_in_scope(const struct tracer *, unsigned program);
uint64_t tracer_program_execs(const struct tracer *, unsigned program);

/* Every count there is: (program, ABI, number) -> times, up to now.  Not while
 * the sink is in `first`. */
typedef void tracer_count_fn(void *self, unsigned program, uint32_t arch, uint32_t nr, uint64_t count);
void tracer_counts(struct tracer *, tracer_count_fn *, void *self);

/* False past the end. */
bool tracer_note_at(const struct tracer *, size_t i, struct tracer_note *ret);

/* The calls that a hider may refuse, whether for all arguments or for some. */
typedef void tracer_number_fn(void *self, uint32_t arch, uint32_t nr);
void tracer_hidden(const struct tracer *, enum tracer_hider, tracer_number_fn *, void *self);

/* Text at an address of a task that is stopped in the sink: as far as it can be read and
 * `size` suffices, with a NUL behind it; its end was there, too: *ret_whole.  False: none. */
bool tracer_read_text(pid_t tid, uint64_t address, char *ret, size_t size, bool *ret_whole);

/* For the names behind stacks; NULL where there are none. */
struct stacks *tracer_stacks(const struct tracer *);

/* Of opts.wants[want]. */
struct tracer_values tracer_values(const struct tracer *, size_t want);

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
