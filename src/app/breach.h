/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdio.h>
#include <sys/types.h>
#include "base/buf.h"
#include "app/profile.h"
#include "rec/rec.h"
#include "sysdb/arch.h"
#include "tracer/stack/stack.h"

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
	TEXT_SHOWN = 128,		/* bytes of a path and the like */
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
	struct place place;		/* in the profile; line 0: not known */
	uint64_t count;
	double first;			/* seconds */
	struct strlist shapes;		/* the call with its arguments, as first seen */
	bool more_shapes;
	struct stack *stack;		/* where it was made first; NULL: not known */
	char *through;			/* function, library and offset, or source and line; NULL: not known */
	char *source;			/* of what it was made through, clean; NULL: it is not known, or is no file */
	uint64_t source_line;
	struct strlist frames;		/* innermost first */
	bool partial;			/* the frames */
};

/* How it went, all in all. */
struct checked {
	const char *profile;		/* clean */
	const char *read_for;		/* the container and machine; NULL: it does not matter */
	const char *const *subject;	/* command or recordings; NULL-terminated */
	bool ran;			/* a command, and not recordings */
	bool audit;
	int wait_status;		/* of what ran */
	const struct rec *rec;		/* what it was found in, for its blind spots */
	struct breach **items;
	size_t count, room;
};

/* The row, made when it is not there (count is 0 then). */
struct breach *breach_get(struct checked *, const struct breach *key);

/* Remember the arguments. */
void breach_add_shape(struct breach *, const char *shape);

/* "socket(AF_PACKET, SOCK_RAW, protocol=3)", and of a task that is stopped in it, unless it
 * is 0, also text: 'mkdir("/tmp/x", 0755)'. */
void call_print(struct buf *, const struct arch *, const char *name, const uint64_t args[static 6], pid_t tid);

/* One more of its stack, outwards; `through`: what made the call. */
struct rec_frame;
void breach_add_frame(struct breach *, const struct rec_frame *, bool through);

/* Give names to the stacks that were captured; `stacks` may be NULL. */
void checked_name_stacks(struct checked *, struct stacks *);

/* The same of which one argument is known: "socket(family=AF_PACKET)" */
void call_print_value(struct buf *, const struct arch *, const char *name, unsigned arg, uint64_t value);

/* 'refused (EPERM): mkdir("/tmp/x", 0755) by /usr/bin/mkdir' */
void breach_print(struct buf *, const struct breach *, const char *shape, bool audit);

void checked_sort(struct checked *);
void checked_done(struct checked *);
size_t checked_count(const struct checked *, enum breach_kind);

/* Is what is of that kind outside the profile? How much is? */
bool is_outside(enum breach_kind);
size_t checked_outside(const struct checked *);

/* The name of what is STALE when nothing of an ABI was used. */
#define STALE_ABI "every call"

/* Too many to be listed: is this one part of what stale_add_families() says? */
bool stale_is_summed_up(const struct checked *, const struct breach *);
void stale_add_families(struct buf *, const struct checked *);

/* 0 inside, 1 outside, 3 what ran failed without leaving it. */
int checked_status(const struct checked *);

struct check_format {
	const char *name, *help;
	void (*emit)(const struct checked *, FILE *);
};

const struct check_format *check_format_at(size_t i);	/* NULL past the end */
const struct check_format *check_format_find(const char *name);
