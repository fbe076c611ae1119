/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/stack/target.h"

/*
 * The functions of a Python program: what CPython (3.9 to 3.13, 64 bits, with a GIL)
 * keeps of a thread's stack, read from its memory.
 *
 * An interpreter is a file that exports _PyRuntime, the program itself or libpython.
 * The version is what it says of itself; of one that is not known, and where what is
 * found is not what it should be (each code object, string and table of bytes has the
 * type that the interpreter exports), there is nothing.  The thread is found by its
 * pthread's address, because who makes a call has mostly given up the GIL.
 *
 * Lines are those that are being executed, from the code's own tables; the first one
 * of the function where the table does not say.
 */
struct python;
struct python_image;

struct python *python_new(void);
void python_free(struct python *);	/* NULL is fine */

/* Is it an interpreter's file? */
bool python_is(struct image *);

/* Of an image's frame: is it the function that runs Python's code? */
bool python_evaluates(struct image *, uint64_t address);

struct python_frame {
	uint64_t at;			/* on the C stack, in the frame that runs it; 0: not known */
	unsigned run;			/* one C frame may run several, which are neighbours */
	const char *function, *file;	/* until the next time */
	unsigned line;			/* at least 1 */
};

struct python_stack {
	bool partial;
	unsigned depth;			/* 0: none, or none that is known */
	struct python_frame frames[STACK_DEPTH];
};

/* What the thread of the target is in, in an interpreter that is mapped there. */
void python_read(struct python *, struct target *, const struct mapping *, struct python_stack *ret);
