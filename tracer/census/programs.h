/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <sys/types.h>
#include "tracer/census/tally.h"

/* An executable file, by path. It holds the counts of all tasks that ran it. */
struct program {
	unsigned id;
	char *path;
	uint64_t execs;
	bool lacks_exec_stack;		/* no stack was captured for its exec call, which the program may make
					   again itself */
	struct tally tally;
};

/* An executable in a detached mount has no path: runc and crun copy themselves into one. It gets
 * the name of the program that executed it first. */
struct alias {
	uint64_t device, inode;
	struct program *program;
};

struct programs {
	struct program **items;
	size_t count, room;
	struct alias *aliases;
	size_t alias_count, alias_room;
};

/* The program that a stopped task runs, from /proc; never NULL. `former`: the program that it ran
 * before; NULL if unknown. */
struct program *program_of(struct programs *, pid_t tid, struct program *former);
struct program *program_get(struct programs *, const char *path);
void programs_done(struct programs *);
