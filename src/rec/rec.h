/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdint.h>
#include <stdio.h>
#include "base/err.h"
#include "sysdb/arch.h"
#include "sysdb/sysdb.h"

/*
 * A recording: what was seen.
 *
 * It is a set of facts.  "In run R, program P made call C so many times, first
 * after so many seconds" is one; each is known by (call, run, program).  So the
 * union of recordings does not depend on their order, and a run that is in both
 * is not counted twice.
 *
 * Everything is kept sorted, so the same facts give the same file.  All strings
 * belong to the recording, and are clean (see buf_add_clean).
 */
struct rec;

enum rec_end {
	REC_EXITED, REC_KILLED, REC_RUNNING,
	REC_LEFT,			/* sctrace detached from it, see --attach; value 0 */
};

struct rec_run {
	const char *id;			/* random, unique */
	const char *const *command;	/* NULL-terminated */
	const char *start;		/* "2026-01-31T12:00:00Z" */
	double seconds;
	enum rec_end end;
	unsigned end_value;		/* exit status or signal */
	const char *cut;		/* what ended it before its own end, "until-exit"; "": nothing did */
	uint64_t cut_processes;		/* how many were alive then */
	double asked_to_end;		/* seconds from the start to the signal from outside that asked for the end;
					   0: there was none */
	const char *engine, *scope;
	const char *filter_program;	/* scope seccomp: the program with whose filter it began; NULL: none */
	bool filter_nnp;		/* whether it had no_new_privs then */
	const char *kernel, *machine, *libseccomp;	/* the host */
	bool no_new_privs;
	uint64_t tasks, calls;
};

struct rec_program {
	const char *path;
	uint64_t executed;		/* in all runs */
};

/* One program's use of a call in one run. */
struct rec_seen {
	const char *run, *program;
	uint64_t count;
	double first;			/* seconds after the run's start */
};

/* The stack with which a program made a call, from the call outwards. */
struct rec_frame {
	const char *function;		/* "": not known */
	const char *library;		/* or the source, where there is a line */
	uint64_t offset;		/* in the function, or else in the file */
	uint64_t line;			/* of the source; 0: it is machine code */
};

struct rec_site {
	const char *program;
	bool partial;			/* not followed to its end, or by guessing */
	unsigned through;		/* the deepest frame that is neither libc nor a runtime */
	const struct rec_frame *frames;
	size_t depth;			/* at least 1 */
};

/* The values that an argument had, in the bits of `mask`: all of them, or, when there were
 * more than REC_VALUES_MAX, a summary. */
enum { REC_VALUES_MAX = 64 };

struct rec_arg {
	unsigned arg;			/* 0..5 */
	uint64_t mask;
	const char *const *runs;	/* the runs that kept them, sorted; others can have the call without values */
	size_t run_count;
	bool summary;			/* no values, but: */
	uint64_t least, greatest, bits;	/* the bounds, all bits or'ed; also of values */
	const uint64_t *values;		/* sorted */
	size_t value_count;
};

struct rec_call {
	const struct arch *arch;
	uint32_t nr;
	const char *name;		/* "call_470": has none */
	bool nonsense;			/* no kernel has the number, see rec_is_call() */
	uint64_t count;
	const struct rec_seen *seen;	/* sorted by run, then program */
	size_t seen_count;
	const struct rec_site *sites;	/* sorted by program; where stacks were recorded */
	size_t site_count;
	const struct rec_arg *args;	/* sorted by argument, then mask; where arguments were recorded */
	size_t arg_count;
};

/* Something that a recording cannot show, and what to do about it. */
struct rec_blind_spot {
	const char *kind, *detail, *remedy;
	const char *const *calls;	/* calls that it hides, "mount" or "x86:mount", sorted; NULL-terminated, NULL: not known */
	const struct rec_seen *seen;	/* which programs, when first, how often; can be empty */
	size_t seen_count;
};

struct rec *rec_new(void);
void rec_free(struct rec *);		/* NULL is fine */
scoped_pointer(struct rec, rec_free)

/* Strings are copied and cleaned. */
void rec_add_run(struct rec *, const struct rec_run *);
void rec_add_program(struct rec *, const char *run, const char *path, uint64_t executed);
void rec_add_seen(struct rec *, const struct arch *, uint32_t nr, const struct rec_seen *);
/* Of the different sites of a program and a call the first REC_SITES_MAX are kept, in a fixed
 * order, so that any union keeps the same ones.  False: it was not a valid site. */
enum { REC_SITES_MAX = 4, REC_DEPTH_MAX = 64 };
bool rec_add_site(struct rec *, const struct arch *, uint32_t nr, const struct rec_site *);
/* Merged with the values of the same argument and mask. */
void rec_add_arg(struct rec *, const struct arch *, uint32_t nr, const struct rec_arg *);
const struct rec_arg *rec_find_arg(const struct rec_call *, unsigned arg, uint64_t mask);	/* NULL: none */
/* Is it complete: did every run that made the call keep its arguments? */
bool rec_arg_is_exact(const struct rec_call *, const struct rec_arg *);

/* Merged with a spot of the same kind and detail: the union of its calls, its programs
 * as for calls.  Of two remedies always the same one is kept. */
void rec_add_blind_spot(struct rec *, const struct rec_blind_spot *);

/* Adds every fact of `from`.  If both have a fact in two states (a recording can be
 * saved while the workload runs), the later one is kept. */
void rec_merge(struct rec *into, const struct rec *from);

const struct rec_run *rec_run_at(const struct rec *, size_t i);		/* NULL past the end */
bool rec_program_at(const struct rec *, size_t i, struct rec_program *ret);
/* One fact: how often a program was executed in one run. */
bool rec_execs_at(const struct rec *, size_t i, const char **ret_run, const char **ret_path, uint64_t *ret_executed);
/* A frame in short: "mount_fs (libmount.so.1)", "0x24eb (chmod)", "fetch (app.py:12)" */
struct buf;
void rec_frame_print(struct buf *, const struct rec_frame *);

/* Through which functions a call was made: "mount_fs (libmount.so.1)", sorted, each once. */
struct strlist;
void rec_through(const struct rec_call *, struct strlist *ret);

const struct rec_call *rec_call_at(const struct rec *, size_t i);
const struct rec_blind_spot *rec_blind_spot_at(const struct rec *, size_t i);
size_t rec_call_count(const struct rec *);

/* The i-th of the calls with this name on one ABI (several only where numbers share a
 * name); NULL past the end.  By binary search. */
const struct rec_call *rec_call_named(const struct rec *, const struct arch *, const char *name, size_t i);

/* The risk for a reviewer.  A number that no kernel has does nothing: its risk is none. */
bool rec_is_call(const struct rec_call *);
enum risk rec_risk(const struct rec_call *);

/* Does a call of this name, on any ABI, occur? */
const struct rec_call *rec_find_call(const struct rec *, const char *name);

/* The file format (design: versioned JSON; versions up to REC_VERSION load).
 * A file that is broken, not a recording, or newer is an error with its name,
 * the line and the reason. */
enum { REC_VERSION = 1 };

struct jsonw;

int rec_load(const char *path, struct rec **ret, struct err *e);
void rec_write(const struct rec *, FILE *);
/* The field "blind_spots" alone, as it is in a recording. */
void rec_write_blind_spots(struct jsonw *, const struct rec *);
void rec_write_sites(const struct rec_call *, struct jsonw *);		/* a field "sites", or nothing */
void rec_write_args(const struct rec_call *, struct jsonw *);		/* the same, "args" */
int rec_save(const struct rec *, const char *path, struct err *e);	/* atomically */

/* Is there a file that is not empty, and is it a recording, or something else?  Both are false
 * for a file that cannot be read or is not regular. */
bool rec_is_recording(const char *path);
bool rec_is_foreign(const char *path);
