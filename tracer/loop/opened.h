/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * A filter that is being installed is made to let every call pass: while the task is stopped in the
 * call, the first instruction of the program in its memory becomes "return ALLOW".  The kernel checks and
 * copies the whole program as before, so that an invalid one fails as before; afterwards the memory is as
 * it was.
 */
struct opened {
	uint64_t address;	/* of the first instruction; 0: nothing was changed */
	long instruction;	/* what was there */
};

/* False: it could not be changed, and is installed as it is. */
bool filter_open(pid_t tid, uint64_t program, struct opened *ret);

/* When the call has ended. */
void filter_restore(pid_t tid, struct opened *);
