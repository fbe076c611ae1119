/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/stack/image.h"
#include "tracer/arch/arch.h"
#include "tracer/stack/stack.h"

/* What the files that capture stacks share; no other folder includes it. */
struct mapping {
	uint64_t start, end, offset, device, inode;
	bool executable;
	char *name;			/* only of executable ones */
	struct image *image;		/* NULL: not looked up yet */
};

struct maps {
	pid_t tid;			/* the task; 0: none */
	bool stale;
	struct mapping *items;
	size_t count, room;
};

/* A part of the stack, from the stack pointer on; extended when needed. */
struct snapshot {
	uint64_t start, size, limit;	/* address of the first byte, bytes read so far, end of the mapping */
	unsigned char *bytes;
};

/* Maximum depth of a stack with an interpreter: most of its frames are removed again. */
enum { WALK_DEPTH = 4 * STACK_DEPTH };

/* A task at its stop. */
struct target {
	pid_t tid;
	machine_regs regs;
	struct maps maps;
	struct images images;
	struct snapshot stack;
	unsigned reads, changes;	/* remaining budget */
	uint64_t sp[WALK_DEPTH];	/* stack pointer of each frame */
	const struct mapping *interpreter;	/* the innermost one on the stack; NULL: none */
	const struct mapping *in;	/* the last code mapping that was looked up */
	bool guessed;			/* a frame had no table */
	uint64_t fp;			/* where a chain of frame pointers continues */
};

struct unwinder;
struct python;

struct stacks {
	struct target target;
	struct unwinder *unwinder;
	struct python *python;		/* NULL: no interpreter so far */
};

/* The difference between addresses in memory and in the file. */
static inline uint64_t mapping_bias(const struct mapping *m)
{
	return m->start - image_address(m->image, m->offset);
}

/* The executable mapping of this address, with its image; NULL if there is none. */
const struct mapping *target_code(struct target *, uint64_t address);
bool target_stack_word(struct target *, uint64_t address, void *to, size_t size);
/* A word of a file's code or tables. */
bool target_code_word(struct target *, uint64_t address, uint64_t *ret);

/* Can this page be read? It is mapped, and not served by the workload. */
bool target_may_read(struct target *, uint64_t page);

/* Libc or the dynamic linker. */
bool stack_is_libc(const struct stack_frame *);

/* Add code as a frame with this stack pointer; false if it has no file, or if there is no room. */
bool stack_push(struct target *, struct stack *, uint64_t address, uint64_t sp);

/* weave.c: replace frames of the interpreter with functions of the Python program. */
void weave(struct target *, struct python *, struct stack *);

/* unwind.c: unwinds by the tables of files. NULL without libunwind. */
struct unwinder *unwinder_new(void);
void unwinder_free(struct unwinder *);
void unwinder_forget(struct unwinder *);		/* the memory map has changed */
/* True if a chain of frame pointers continues at the target's `fp`. */
bool unwinder_walk(struct unwinder *, struct target *, struct stack *);
