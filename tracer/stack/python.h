/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/stack/target.h"

/*
 * The functions of a Python program: CPython's (3.9 to 3.13, 64 bits, with a GIL) own record of a
 * thread's stack, read from its memory.
 *
 * An interpreter is a file that exports _PyRuntime: the program itself or libpython. It reports its
 * version. There is no result for an unknown version, and where the data are not as expected (each
 * code object, string and table of bytes must have the type that the interpreter exports). The
 * thread is found by its pthread address, because a thread that makes a call has mostly released
 * the GIL.
 *
 * Lines are the current ones, from the code's own tables; the first line of the function where the
 * table has none.
 */
struct python;
struct python_image;

struct python *python_new(void);
void python_free(struct python *);	/* NULL is fine */

/* Is it the file of an interpreter? */
bool python_is(struct image *);

/* Is the function at this address the one that runs Python code? */
bool python_evaluates(struct image *, uint64_t address);

struct python_frame {
	uint64_t at;			/* position on the C stack, in the frame that runs it; 0: unknown */
	unsigned run;			/* one C frame may run several, which are adjacent */
	const char *function, *file;	/* valid until the next python_read() */
	unsigned line;			/* from 1 */
};

struct python_stack {
	bool partial;
	unsigned depth;			/* 0: no frames, or unknown ones */
	struct python_frame frames[STACK_DEPTH];
};

/* The functions of the target's thread, in an interpreter that is mapped there. */
void python_read(struct python *, struct target *, const struct mapping *, struct python_stack *ret);
