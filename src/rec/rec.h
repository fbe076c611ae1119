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
 * It is a set of facts, such as "in run R, program P made call C so many times, first after so many
 * seconds"; the key of a fact is (call, run, program). So the union of recordings does not depend
 * on their order, and a run that is in both is not counted twice.
 *
 * Everything is sorted, so that the same facts give the same file. The recording owns all strings,
 * and they are clean (see buf_add_clean()).
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
	const char *cut;		/* what ended it early: "until-exit"; "": nothing */
	uint64_t cut_processes;		/* how many were alive then */
	double asked_to_end;		/* seconds until a signal from outside asked for the end; 0: none did */
	const char *engine, *scope;
	const char *filter_program;	/* scope seccomp: the program whose filter began the scope; NULL: none */
	bool filter_nnp;		/* whether no_new_privs was set then */
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

/* A frame of the stack with which a program made a call, from the call outwards. */
struct rec_frame {
	const char *function;		/* "": unknown */
	const char *library;		/* or the source file, if there is a line */
	uint64_t offset;		/* in the function, or in the file if that is unknown */
	uint64_t line;			/* of the source; 0: machine code */
};

struct rec_site {
	const char *program;
	bool partial;			/* not followed to its end, or by guessing */
	unsigned through;		/* index of the innermost frame that is neither libc nor a runtime */
	const struct rec_frame *frames;
	size_t depth;			/* at least 1 */
};

/* The values of an argument, in the bits of `mask`: all of them or, if there were more than
 * REC_VALUES_MAX, a summary. */
enum { REC_VALUES_MAX = 64 };

struct rec_arg {
	unsigned arg;			/* 0..5 */
	uint64_t mask;
	const char *const *runs;	/* the runs that kept values, sorted; other runs can have the call without
					   values */
	size_t run_count;
	bool summary;			/* no values, but these: */
	uint64_t least, greatest, bits;	/* the bounds, and the combination of all bits; also set with values */
	const uint64_t *values;		/* sorted */
	size_t value_count;
};

struct rec_call {
	const struct arch *arch;
	uint32_t nr;
	const char *name;		/* "call_470": has no name */
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
	const char *const *calls;	/* hidden calls, "mount" or "x86:mount", sorted; NULL-terminated, NULL:
					   unknown */
	const struct rec_seen *seen;	/* the programs, with time and count; can be empty */
	size_t seen_count;
};

struct rec *rec_new(void);
void rec_free(struct rec *);		/* NULL is fine */
scoped_pointer(struct rec, rec_free)

/* Strings are copied and cleaned. */
void rec_add_run(struct rec *, const struct rec_run *);
void rec_add_program(struct rec *, const char *run, const char *path, uint64_t executed);
void rec_add_seen(struct rec *, const struct arch *, uint32_t nr, const struct rec_seen *);
/* Of the sites of a program and a call, the first REC_SITES_MAX in a fixed order are kept, so that
 * any union keeps the same ones. False: the site is invalid. */
enum { REC_SITES_MAX = 4, REC_DEPTH_MAX = 64 };
bool rec_add_site(struct rec *, const struct arch *, uint32_t nr, const struct rec_site *);
/* Merges with values of the same argument and mask. */
void rec_add_arg(struct rec *, const struct arch *, uint32_t nr, const struct rec_arg *);
const struct rec_arg *rec_find_arg(const struct rec_call *, unsigned arg, uint64_t mask);	/* NULL: none */
/* Is it complete: did every run with the call keep its arguments? */
bool rec_arg_is_exact(const struct rec_call *, const struct rec_arg *);

/* Merges with a spot of the same kind and detail: the union of calls; programs as for calls. Of two
 * remedies, always the same one is kept. */
void rec_add_blind_spot(struct rec *, const struct rec_blind_spot *);

/* Add all facts of `from`. If the same fact has two states (a recording can be saved while the
 * workload runs), the later one is kept. */
void rec_merge(struct rec *into, const struct rec *from);

const struct rec_run *rec_run_at(const struct rec *, size_t i);		/* NULL past the end */
bool rec_program_at(const struct rec *, size_t i, struct rec_program *ret);
/* One fact: how often a program was executed in one run. */
bool rec_execs_at(const struct rec *, size_t i, const char **ret_run, const char **ret_path, uint64_t *ret_executed);
/* Print a frame: "mount_fs (libmount.so.1)", "0x24eb (chmod)", "fetch (app.py:12)". */
struct buf;
void rec_frame_print(struct buf *, const struct rec_frame *);

/* The functions through which a call was made: "mount_fs (libmount.so.1)", sorted, without
 * duplicates. */
struct strlist;
void rec_through(const struct rec_call *, struct strlist *ret);

const struct rec_call *rec_call_at(const struct rec *, size_t i);
const struct rec_blind_spot *rec_blind_spot_at(const struct rec *, size_t i);
size_t rec_call_count(const struct rec *);

/* The i-th call with this name on one ABI (several only if numbers share a name); NULL past the
 * end. A binary search. */
const struct rec_call *rec_call_named(const struct rec *, const struct arch *, const char *name, size_t i);

/* rec_is_call(): can a kernel have the number? rec_risk(): the risk for a reviewer; none for an
 * impossible number, which has no effect. */
bool rec_is_call(const struct rec_call *);
enum risk rec_risk(const struct rec_call *);

/* The call with this name on any ABI; NULL: none. */
const struct rec_call *rec_find_call(const struct rec *, const char *name);

/* The file: versioned JSON; versions up to REC_VERSION can be read. A file that is damaged, not a
 * recording, or newer is an error with its name, the line and the reason. */
enum { REC_VERSION = 1 };

struct jsonw;

int rec_load(const char *path, struct rec **ret, struct err *e);
void rec_write(const struct rec *, FILE *);
/* Write only the field "blind_spots", as in a recording. */
void rec_write_blind_spots(struct jsonw *, const struct rec *);
void rec_write_sites(const struct rec_call *, struct jsonw *);		/* the field "sites", if there are any */
void rec_write_args(const struct rec_call *, struct jsonw *);		/* the same for "args" */
int rec_save(const struct rec *, const char *path, struct err *e);	/* atomically */

/* Is there a file that is not empty, and is it a recording, or another file? Both are false for a
 * file that cannot be read or is not regular. */
bool rec_is_recording(const char *path);
/* The same of a text, with a NUL behind it. */
bool rec_text_is_recording(const char *text);
bool rec_is_foreign(const char *path);
