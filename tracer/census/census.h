/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The census: what was seen of a workload.  Programs, how often each made which call, the
 * values of arguments, notes about what cannot be seen, and statistics.
 *
 * The tracer's loop and its engines fill it (see fill.h); this is how it is read, at any time
 * but while the sink is in `first`.
 */
struct census;

/* Why the workload did not go on to its own end. */
enum census_cut {
	CUT_NOT,
	CUT_LIMIT,		/* opts.limit */
	CUT_REST,		/* opts.until_exit: of what was left when the first process ended */
	CUT_SIGNAL,		/* a second SIGINT or SIGTERM to sctrace asked for it */
	CUT_MEMORY,		/* sctrace ran out of memory, and uses the reserve: see base/mem.h */
	CUT_CPU,		/* sctrace used up its own CPU time: SIGXCPU */
};

struct census_stats {
	const char *engine;	/* which one it was */
	bool hidden_from;	/* the engine does not see calls that a filter refuses */
	double seconds;		/* since the start */
	double last_first;	/* when the last first_call came */
	uint64_t calls;
	unsigned firsts;	/* (program, ABI, call) */
	unsigned tasks;		/* threads and processes, ever */
	unsigned processes;	/* alive now */
	enum census_cut cut;
	size_t cut_processes;	/* how many lived then */
	double asked_to_end;	/* when a signal from outside the workload last asked for its end; 0: none did */
	bool first_ended;	/* the first process; others may be left */
	bool not_executed;	/* the program could not be executed at all */
	bool no_new_privs;	/* set for the filter's sake; it stays in the workload */
	bool outer_filter;	/* sctrace was under a filter itself when it began */
	bool attached;		/* and not launched */
	bool let_go;		/* processes that were attached to go on without sctrace */
	bool in_scope;		/* the scope began */
	unsigned scope_program;	/* SCOPE_SECCOMP: the first program that did it, and whether */
	bool scope_nnp;		/* no_new_privs was set then */
};

struct census_stats census_stats(const struct census *);

/* Programs are executable files, numbered from 0 in the order of appearance. */
struct census_program {
	const char *path;
	bool in_scope;		/* it made a call that counts, or was executed in scope */
	uint64_t execs;
};

bool census_program_at(const struct census *, unsigned i, struct census_program *ret);	/* false past the end */

/* Every count there is, up to now: (program, ABI, number) -> times. */
typedef void census_count_fn(void *self, unsigned program, uint32_t arch, uint32_t nr, uint64_t count);
void census_counts(const struct census *, census_count_fn *, void *self);

/* What was noticed beside calls, and a recording is to contain. */
enum census_note_kind {
	NOTE_OWN_FILTER,	/* a filter was installed that refuses something, or that could not be read */
	NOTE_RING,		/* an io_uring was made */
	NOTE_STRICT_REFUSED,	/* seccomp's strict mode was, because our filter is there already */
	NOTE_DISPATCH,		/* syscall user dispatch was switched on */
	NOTE_TRACER_REFUSED,	/* ptrace was refused, because the task, or its victim, is traced by us */
	NOTE_POWERLESS,		/* a setuid, setgid or file-capability program ran without its privilege */
	NOTE_UNTRACED,		/* a child was made that could not be kept under trace */
	NOTE_LOST,		/* a child was made that never showed up */
	NOTE_UNREAD,		/* at a stop the call could not be read */
	NOTE_OVERFLOW,		/* a call's number was not kept: too many different ones */
	NOTE_NO_VSYSCALL,	/* this engine could not be made to see calls by the vsyscall page */
	NOTE_PID1_KILLED,	/* PID 1 of a PID namespace was ended by SIGKILL where natively `signal` ends it */
};

struct census_note {
	enum census_note_kind kind;
	unsigned program;
	int signal;		/* of NOTE_PID1_KILLED */
	uint64_t count;
	double first;		/* seconds since the start */
};

bool census_note_at(const struct census *, size_t i, struct census_note *ret);	/* false past the end */

/* Filters that are not sctrace's, and hide calls from an engine that is asked after
 * them: one that it runs under, and those that the workload installed. */
enum census_hider { HIDER_OUTER, HIDER_OWN, CENSUS_HIDERS };

/* The calls that a hider may refuse, whether for all arguments or for some. */
typedef void census_call_fn(void *self, uint32_t arch, uint32_t nr);
void census_hidden(const struct census *, enum census_hider, census_call_fn *, void *self);

/* An argument whose values are to be kept, with the bits that matter.  Those of one ABI
 * and call are neighbours. */
struct census_want {
	uint32_t arch, nr;
	unsigned arg;
	uint64_t mask;
};

/* Up to so many; when there were more, their bounds and all their bits. */
enum { CENSUS_VALUES_MAX = 64 };

struct census_values {
	bool seen;			/* the call was made at all */
	bool more;			/* `items` has none: there were too many */
	const uint64_t *items;		/* sorted */
	size_t count;
	uint64_t least, greatest, bits;
};

/* Of what was wanted, by its place in that list. */
struct census_values census_values(const struct census *, size_t want);
