/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/image.h"
#include "tracer/machine.h"
#include "tracer/stack.h"

/* What the parts of capturing share; nobody else includes this. */
struct mapping {
	uint64_t start, end, offset, device, inode;
	bool executable;
	char *name;			/* of executable ones */
	struct image *image;		/* NULL: not asked for yet */
};

struct maps {
	pid_t tid;			/* whose; 0: nobody's */
	bool stale;
	struct mapping *items;
	size_t count, room;
};

/* A piece of the stack, from its pointer on; it is extended when more is needed. */
struct snapshot {
	uint64_t start, size, limit;	/* addresses: where it begins, how much is there, how far it may go */
	unsigned char *bytes;
};

/* A task at its stop. */
struct view {
	pid_t tid;
	machine_regs regs;
	struct maps maps;
	struct images images;
	struct snapshot stack;
	unsigned reads, changes;	/* what is left to be spent */
	const struct mapping *in;	/* the last one with code that was asked for */
	bool guessed;			/* a frame had no table */
	uint64_t fp;			/* where a chain of frame pointers goes on */
};

struct unwinder;

struct stacks {
	struct view view;
	struct unwinder *unwinder;
};

/* The executable mapping that has this address, its image known; NULL: none has. */
const struct mapping *view_code(struct view *, uint64_t address);
bool view_stack_word(struct view *, uint64_t address, void *to, size_t size);
/* A word of a file's code, or of its tables. */
bool view_code_word(struct view *, uint64_t address, uint64_t *ret);

/* Code that is not yet in the recording is to be a frame; false: there is no room. */
bool stack_push(struct view *, struct stack *, uint64_t address);

/* unwind.c: by the files' tables.  NULL where there is no libunwind. */
struct unwinder *unwinder_new(void);
void unwinder_free(struct unwinder *);
void unwinder_forget(struct unwinder *);		/* what is loaded where has changed */
/* True: it came to where a chain of frame pointers goes on, at the view's `fp`. */
bool unwinder_walk(struct unwinder *, struct view *, struct stack *);
