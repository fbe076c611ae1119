/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/stack/image.h"
#include "tracer/arch/arch.h"
#include "tracer/stack/stack.h"

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

/* How far a stack is walked in which there is an interpreter: most of its frames are
 * then left out again. */
enum { WALK_DEPTH = 4 * STACK_DEPTH };

/* A task at its stop. */
struct target {
	pid_t tid;
	machine_regs regs;
	struct maps maps;
	struct images images;
	struct snapshot stack;
	unsigned reads, changes;	/* what is left to be spent */
	uint64_t sp[WALK_DEPTH];	/* of each frame: its pointer to the stack */
	const struct mapping *interpreter;	/* the innermost one in the stack; NULL: none is */
	const struct mapping *in;	/* the last one with code that was asked for */
	bool guessed;			/* a frame had no table */
	uint64_t fp;			/* where a chain of frame pointers goes on */
};

struct unwinder;
struct python;

struct stacks {
	struct target target;
	struct unwinder *unwinder;
	struct python *python;		/* NULL: no interpreter was met */
};

/* Where its file's own terms begin. */
static inline uint64_t mapping_bias(const struct mapping *m)
{
	return m->start - image_address(m->image, m->offset);
}

/* The executable mapping that has this address, its image known; NULL: none has. */
const struct mapping *target_code(struct target *, uint64_t address);
bool target_stack_word(struct target *, uint64_t address, void *to, size_t size);
/* A word of a file's code, or of its tables. */
bool target_code_word(struct target *, uint64_t address, uint64_t *ret);

/* May this page be read?  It is mapped, and by nothing that the workload serves. */
bool target_may_read(struct target *, uint64_t page);

/* Libc, the dynamic linker. */
bool stack_is_libc(const struct stack_frame *);

/* Code is to be a frame, whose pointer to the stack is this; false: it has no file, or
 * there is no room. */
bool stack_push(struct target *, struct stack *, uint64_t address, uint64_t sp);

/* weave.c: put the functions of a Python program in the places of the interpreter's. */
void weave(struct target *, struct python *, struct stack *);

/* unwind.c: by the files' tables.  NULL where there is no libunwind. */
struct unwinder *unwinder_new(void);
void unwinder_free(struct unwinder *);
void unwinder_forget(struct unwinder *);		/* what is loaded where has changed */
/* True: it came to where a chain of frame pointers goes on, at the target's `fp`. */
bool unwinder_walk(struct unwinder *, struct target *, struct stack *);
