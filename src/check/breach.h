/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "read/runtime-filter.h"
#include "rec/rec.h"

/*
 * The result of `check`: calls, and the profile's answers. There is one row for each program, call
 * and answer, however often it was made.
 */
enum breach_kind {
	BREACH_REFUSED,		/* outside the profile */
	BREACH_RUNTIME,		/* inside the profile, but outside of what runc and crun make of it */
	BREACH_ASKED,		/* left to a supervisor or a tracer */
	BREACH_ABSENT,		/* ENOSYS by its own rule, for a call that libc replaces with another: intended */
	BREACH_NO_CALL,		/* an errno for an impossible number, which gets ENOSYS without a profile, too */
	BREACH_OPEN,		/* depends on arguments that were not recorded */
	BREACH_KERNEL,		/* the profile allows it, the kernel denied it */
	BREACH_STALE,		/* allowed, and never used */
	BREACH_KINDS,
};

enum {
	BREACH_MAX = 4096,		/* maximum of rows; the rest is counted in an additional one */
	BREACH_SHAPES = 8,		/* different arguments that are kept */
};

struct breach {
	enum breach_kind kind;
	const struct arch *arch;	/* NULL: unknown ABI */
	uint32_t audit, nr;
	const char *name;
	const char *program;		/* clean; "": unknown */
	struct verdict verdict;
	int error;			/* KERNEL */
	const char *gate;		/* KERNEL: "CAP_SYS_ADMIN,..."; "": none is known */
	struct place place;		/* in the profile; line 0: not known; clean, owned */
	uint64_t count;
	double first;			/* seconds */
	struct strlist shapes;		/* the call with its arguments, as first seen */
	bool more_shapes;
	struct rec_frame *frames;	/* the first stack, innermost first; owned and clean */
	size_t depth;			/* 0: unknown */
	const struct rec_frame *through;	/* the one that made the call; NULL: unknown */
	bool partial;			/* the frames are incomplete */
};

/* A profile, and the result of comparing it with a command, while its calls are stopped, or with a
 * recording. Zero-initialise; members not marked as owned are borrowed. */
struct breaches {
	const struct policy *policy;
	const struct profile *places;	/* the places of its rules; NULL: unknown */
	struct runtime_filter *runtime;	/* what runc and crun make of it; NULL: not compared */
	const char *profile;		/* its name; clean, owned */
	const char *read_for;		/* the assumed container and machine; NULL: does not matter */
	const char *const *subject;	/* command or recordings; NULL-terminated */
	bool ran;			/* a command, not recordings */
	bool audit;
	int wait_status;		/* of the command */
	const struct rec *rec;		/* the recording of the calls, for its blind spots */
	struct breach **items;		/* owned; rows do not move */
	size_t count, room;
};

void breaches_sort(struct breaches *);
void breaches_done(struct breaches *);

/* Add to a row; fields outside the key are set if it is new. `seconds`: when the call was first
 * made; `rule`: the one that decided, NULL: the default. */
struct breach *breaches_add(struct breaches *, const struct breach *key, const struct rule *rule, uint64_t count,
			    double seconds);

/* The same without counting: count is 0 if the row is new. */
struct breach *breach_get(struct breaches *, const struct breach *key);

/* ENOSYS by its own rule is intended for a program that then does without the call; any errno is
 * right for an impossible number. `arch`: NULL if the ABI is unknown. */
enum breach_kind breach_kind_of(const struct arch *, uint32_t nr, struct verdict, const struct rule *);

/* A clean copy of a place, for a breach to own. */
struct place breach_place_dup(const struct place *);

/* Where the row is, in place of what decided. */
void breach_move(struct breach *, const struct place *);

/* The file of its place. */
const char *breach_file(const struct breaches *, const struct breach *);

/* Remember the arguments. */
void breach_add_shape(struct breach *, const char *shape);

/* Copy the stack from the call outwards, if there is none yet; `through` is the index of the frame
 * that made the call. */
void breach_set_frames(struct breach *, const struct rec_frame *, size_t depth, size_t through, bool partial);

/* Check each call of a recording, by the recorded values of the arguments in the rules' conditions;
 * if values are missing, the call is reported as open. */
void breaches_find(struct breaches *, const struct rec *);

/* Find calls that the profile allows and the recording does not contain. */
void breaches_find_stale(struct breaches *, const struct rec *);

/* Name of a STALE row for an ABI without any calls. */
#define STALE_ABI "every call"

size_t breaches_count(const struct breaches *, enum breach_kind);

/* Is this kind outside the profile? How many calls are? */
bool breach_is_outside(enum breach_kind);
size_t breaches_outside(const struct breaches *);

/* Is anything outside, or did the command fail? */
bool breaches_failed(const struct breaches *);
