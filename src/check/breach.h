/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "read/runtime-filter.h"
#include "rec/rec.h"

/*
 * What `check` found: calls and what the profile says of them.  One row for each
 * program, call and answer, however often it was made.
 */
enum breach_kind {
	BREACH_REFUSED,		/* outside the profile */
	BREACH_RUNTIME,		/* inside the profile, but not inside of what runc and crun make of it */
	BREACH_ASKED,		/* left to a supervisor or a tracer */
	BREACH_ABSENT,		/* ENOSYS by a rule of its own, of a call that libc then does without: as it is meant */
	BREACH_NO_CALL,		/* an errno for a number that no kernel has: ENOSYS without a profile */
	BREACH_OPEN,		/* refused or not, by arguments that a recording has not */
	BREACH_KERNEL,		/* the profile allows it, the kernel refused it */
	BREACH_STALE,		/* allowed, and never used */
	BREACH_KINDS,
};

enum {
	BREACH_MAX = 4096,		/* rows; what comes then is counted in another one */
	BREACH_SHAPES = 8,		/* different arguments that are kept */
};

struct breach {
	enum breach_kind kind;
	const struct arch *arch;	/* NULL: of no ABI that we know */
	uint32_t audit, nr;
	const char *name;
	const char *program;		/* clean; "": not known */
	struct verdict verdict;
	int error;			/* KERNEL */
	const char *gate;		/* KERNEL: "CAP_SYS_ADMIN,..."; "": none is known */
	struct place place;		/* in the profile; line 0: not known; clean, owned */
	uint64_t count;
	double first;			/* seconds */
	struct strlist shapes;		/* the call with its arguments, as first seen */
	bool more_shapes;
	struct rec_frame *frames;	/* where it was made first, innermost first; owned and clean */
	size_t depth;			/* 0: not known */
	const struct rec_frame *through;	/* the one that it was made through; NULL: not known */
	bool partial;			/* the frames */
};

/* A profile, and what is found when something is held against it: a command's calls as they
 * are stopped, or those of a recording.  Zero-initialise; what it does not own it is lent. */
struct breaches {
	const struct policy *policy;
	const struct profile *places;	/* where its rules are; NULL: not known */
	struct runtime_filter *runtime;	/* what runc and crun make of it; NULL: that is not asked */
	const char *profile;		/* its name; clean, owned */
	const char *read_for;		/* the container and machine; NULL: it does not matter */
	const char *const *subject;	/* command or recordings; NULL-terminated */
	bool ran;			/* a command, and not recordings */
	bool audit;
	int wait_status;		/* of what ran */
	const struct rec *rec;		/* what it was found in, for its blind spots */
	struct breach **items;		/* owned; a row stays where it is */
	size_t count, room;
};

void breaches_sort(struct breaches *);
void breaches_done(struct breaches *);

/* A row; what is not part of the key is filled in when it is new.  `seconds`: when the
 * call was made first; `rule`: what decided, NULL: the default. */
struct breach *breaches_add(struct breaches *, const struct breach *key, const struct rule *rule, uint64_t count,
			    double seconds);

/* The same without: count is 0 when it is new. */
struct breach *breach_get(struct breaches *, const struct breach *key);

/* ENOSYS by a rule of its own is meant for a program that then does without the call; any errno is
 * fine for a number that no kernel has.  `arch`: NULL when the ABI is not known. */
enum breach_kind breach_kind_of(const struct arch *, uint32_t nr, struct verdict, const struct rule *);

/* A clean copy of a place, for a breach to own. */
struct place breach_place_dup(const struct place *);

/* The file of its place. */
const char *breach_file(const struct breaches *, const struct breach *);

/* Remember the arguments. */
void breach_add_shape(struct breach *, const char *shape);

/* The stack from the call outwards, `through` the index of what made the call: copied, once. */
void breach_set_frames(struct breach *, const struct rec_frame *, size_t depth, size_t through, bool partial);

/* Each call of a recording: by the values that it has of the arguments which rules ask
 * for; where one of them is missing, the call is reported as open. */
void breaches_find(struct breaches *, const struct rec *);

/* Calls that the profile allows and the recording does not contain. */
void breaches_find_stale(struct breaches *, const struct rec *);

/* The name of what is STALE when nothing of an ABI was used. */
#define STALE_ABI "every call"

size_t breaches_count(const struct breaches *, enum breach_kind);

/* Is what is of that kind outside the profile?  How much is? */
bool breach_is_outside(enum breach_kind);
size_t breaches_outside(const struct breaches *);

/* Is anything outside, or did what ran fail? */
bool breaches_failed(const struct breaches *);
