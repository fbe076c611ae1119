/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Where a task stands: the functions that led to its call.
 *
 * A stack is captured while the task is stopped, which is cheap (its registers, one
 * read of its stack, tables that are kept for each file) and bounded in time and
 * depth; names are given later, from what was kept: the files may be gone by then.
 * Of a Python program its functions are frames, and not what in the interpreter runs
 * them (see python.h): the innermost function of the interpreter stays, if it made the
 * call, and so do the libraries that it called and was called by.
 *
 * Nothing that is read in a task or its files is trusted.  A stack that cannot be
 * followed to its end, or only by guessing, is marked partial.
 */
struct image;		/* a file that was mapped, or what else had a name there */
struct stacks;

struct stack_frame {
	const struct image *image;	/* NULL: it is a function of a Python program */
	uint64_t address;	/* as the file has it, wherever it was loaded */
	const char *function, *file;	/* of such a one, which live as long as the stack */
	unsigned line;
};

enum { STACK_DEPTH = 48 };

struct stack {
	bool partial;
	unsigned depth;		/* at least 1 */
	struct stack_frame frames[];	/* from the call outwards */
};

/* NULL where sctrace was built without libunwind; all the others take that. */
struct stacks *stacks_new(void);
void stacks_free(struct stacks *);	/* and with it what its stacks point to */

/* Of a task in a stop, to be freed with free(); NULL: there is none to be had. */
struct stack *stack_capture(struct stacks *, pid_t tid);

/* What is mapped where may have changed: a task maps, unmaps or executes something.
 * Who does not see all such calls says so before every capture. */
void stacks_stale(struct stacks *);

/* The names behind a frame; they live as long as `stacks` and the stack. */
struct stack_place {
	const char *function;	/* "": not known */
	const char *library;	/* a path, "[vdso]", "[anonymous]"; of Python the source's */
	uint64_t offset;	/* in the function, or else in the file */
	unsigned line;		/* of the source; 0: it is machine code */
};

struct stack_place stack_place(struct stacks *, const struct stack_frame *);

/* The deepest frame that belongs to the program or a library of its own, and not to
 * libc, the dynamic linker, a language's runtime or Go's standard library.  Where libc is
 * part of the executable, what called the function that made the call.  Of a Python
 * program the deepest function that is not of Python's own library, or else the deepest. */
unsigned stack_through(struct stacks *, const struct stack *);
