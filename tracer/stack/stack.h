/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Where a task is: the functions that led to its call.
 *
 * A stack is captured while the task is stopped, which is cheap (registers, one read of the stack,
 * cached tables of each file) and bounded in time and depth. Names are resolved later, from cached
 * data, because the files may be gone by then. For Python programs the frames are functions of the
 * program, and not those of the interpreter (see python.h); the innermost function of the
 * interpreter remains if it made the call, and so do libraries that it called or that called it.
 *
 * Nothing that is read from a task or its files is trusted. A stack that could not be followed to
 * its end, or only by guessing, is marked partial.
 */
struct image;		/* a mapped file, or another named mapping */
struct stacks;

struct stack_frame {
	const struct image *image;	/* NULL: a function of a Python program */
	uint64_t address;	/* as in the file, wherever it was loaded */
	const char *function, *file;	/* of a Python function; they live as long as the stack */
	unsigned line;
};

enum { STACK_DEPTH = 48 };

struct stack {
	bool partial;
	unsigned depth;		/* at least 1 */
	struct stack_frame frames[];	/* from the call outwards */
};

/* NULL if sctrace was built without libunwind; all others accept NULL. */
struct stacks *stacks_new(void);
void stacks_free(struct stacks *);	/* and the data that its stacks refer to */

/* The stack of a stopped task, to be freed with free(); NULL if none is available. */
struct stack *stack_capture(struct stacks *, pid_t tid);

/* The memory map may have changed: a task maps, unmaps or executes something. A caller that does
 * not see all such calls does this before every capture. */
void stacks_stale(struct stacks *);

/* The names behind a frame; they live as long as `stacks` and the stack. */
struct stack_place {
	const char *function;	/* "": unknown */
	const char *library;	/* a path, "[vdso]", "[anonymous]"; for Python, the source file */
	uint64_t offset;	/* in the function, or in the file if that is unknown */
	unsigned line;		/* of the source; 0: machine code */
};

struct stack_place stack_place(struct stacks *, const struct stack_frame *);

/* The innermost frame that belongs to the program or its own libraries, and not to libc, the
 * dynamic linker, a language's runtime or Go's standard library. If libc is part of the executable:
 * the caller of the function that made the call. In Python programs: the innermost function outside
 * Python's own library, or else the innermost. */
unsigned stack_through(struct stacks *, const struct stack *);
