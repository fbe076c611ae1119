/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The census: what was seen of a workload. It has programs, how often each made which call, values
 * of arguments, notes about what cannot be seen, and statistics.
 *
 * The tracer's loop and its engines fill it (fill.h). These functions read it, at any time except
 * in the sink's `first`.
 */
struct census;

/* Why the workload did not run to its own end. */
enum census_cut {
	CUT_NOT,
	CUT_LIMIT,		/* opts.limit */
	CUT_REST,		/* opts.until_exit: what was left when the first process ended */
	CUT_SIGNAL,		/* a second SIGINT or SIGTERM to sctrace */
	CUT_MEMORY,		/* sctrace ran out of memory, and uses the reserve (base/mem.h) */
	CUT_CPU,		/* sctrace used up its own CPU time: SIGXCPU */
};

struct census_stats {
	const char *engine;	/* its name */
	bool hidden_from;	/* the engine does not see calls that another filter denies */
	double seconds;		/* since the start */
	double last_first;	/* the time of the last first_call */
	uint64_t calls;
	unsigned firsts;	/* number of different (program, ABI, call) */
	unsigned tasks;		/* threads and processes in total */
	unsigned processes;	/* alive now */
	enum census_cut cut;
	size_t cut_processes;	/* how many processes were alive at the cut */
	double asked_to_end;	/* when a signal from outside the workload last asked it to end; 0: never */
	bool first_ended;	/* the first process ended; others may be left */
	bool not_executed;	/* the program could not be executed */
	bool no_new_privs;	/* set so that the filter could be installed; it stays set in the workload */
	bool outer_filter;	/* sctrace itself already ran under a filter */
	bool attached;		/* and not started by sctrace */
	bool let_go;		/* attached processes go on without sctrace */
	bool in_scope;		/* the scope has begun */
	unsigned scope_program;	/* SCOPE_SECCOMP: the first program that installed a filter, and: */
	bool scope_nnp;		/* whether no_new_privs was set then */
};

struct census_stats census_stats(const struct census *);

/* Programs are executable files, numbered from 0 in order of appearance. */
struct census_program {
	const char *path;
	bool in_scope;		/* it made a call that counts, or was executed in scope */
	uint64_t execs;
};

bool census_program_at(const struct census *, unsigned i, struct census_program *ret);	/* false past the end */

/* Calls the function with each count so far: (program, ABI, number) -> times. */
typedef void census_count_fn(void *self, unsigned program, uint32_t arch, uint32_t nr, uint64_t count);
void census_counts(const struct census *, census_count_fn *, void *self);

/* What was noticed beside calls: the source of blind spots. */
enum census_note_kind {
	NOTE_OWN_FILTER,	/* the workload installed a filter that denies calls, or could not be read */
	NOTE_RING,		/* the workload created an io_uring */
	NOTE_STRICT_REFUSED,	/* seccomp's strict mode was denied, because sctrace's filter is installed already */
	NOTE_DISPATCH,		/* syscall user dispatch was switched on */
	NOTE_TRACER_REFUSED,	/* ptrace was denied, because sctrace traces the task or its target */
	NOTE_POWERLESS,		/* a setuid, setgid or file-capability program ran without its privilege */
	NOTE_UNTRACED,		/* a child was created that could not be kept under trace */
	NOTE_LOST,		/* a child was created that was never seen */
	NOTE_UNREAD,		/* a call could not be read at its stop */
	NOTE_OVERFLOW,		/* a call's number was not kept: too many different ones */
	NOTE_NO_VSYSCALL,	/* this engine could not see calls through the vsyscall page */
	NOTE_JOINED,		/* a process joined the workload and ran before it was traced, or could not be traced */
	NOTE_PID1_KILLED,	/* PID 1 of a PID namespace was ended by SIGKILL; natively `signal` ends it */
};

struct census_note {
	enum census_note_kind kind;
	unsigned program;
	int signal;		/* for NOTE_PID1_KILLED */
	uint64_t count;
	double first;		/* seconds since the start */
};

bool census_note_at(const struct census *, size_t i, struct census_note *ret);	/* false past the end */

/* Other filters that hide calls from an engine: the one that sctrace itself runs under, and those
 * that the workload installed. */
enum census_hider { HIDER_OUTER, HIDER_OWN, CENSUS_HIDERS };

/* Calls the function with each call that a hider may deny, for all arguments or for some. */
typedef void census_call_fn(void *self, uint32_t arch, uint32_t nr);
void census_hidden(const struct census *, enum census_hider, census_call_fn *, void *self);

/* An argument whose values are collected, with the bits that matter. Arguments of one ABI and call
 * are adjacent. */
struct census_want {
	uint32_t arch, nr;
	unsigned arg;
	uint64_t mask;
};

/* This many values are kept; of more, only the bounds and all bits. */
enum { CENSUS_VALUES_MAX = 64 };

struct census_values {
	bool seen;			/* the call was made */
	bool more;			/* too many values: `items` is empty */
	const uint64_t *items;		/* sorted */
	size_t count;
	uint64_t least, greatest, bits;
};

/* The values of the argument at this index of the list of wants. */
struct census_values census_values(const struct census *, size_t want);
