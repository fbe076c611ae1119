/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "tracer/arch/arch.h"

/*
 * How often each call was made, by ABI and number.
 *
 * Numbers that kernels use lie in plain arrays, one per ABI of this machine, so
 * that a count is one addition; they are what an engine may share with a tracee.
 * The rest (x32, nonsense) lies in a small hash table, bounded: a program that
 * makes calls of endless different numbers must not fill our memory.
 */
enum { TALLY_NUMBERS = MACHINE_NUMBERS, TALLY_ABIS = 2, TALLY_ODD_MAX = 4096 };

struct odd_count {
	uint32_t arch, nr;
	uint64_t count;		/* 0: the slot is free */
};

struct tally {
	uint64_t *counts[TALLY_ABIS];	/* [machine_abi()][nr]; NULL until needed */
	struct odd_count *odd;		/* open addressing; 2 * TALLY_ODD_MAX slots or NULL */
	size_t odd_used;
	bool lent[TALLY_ABIS];		/* the array is somebody else's */
};

/* Count one call; returns how often it was made before, or -1 when the number
 * was not kept. */
int64_t tally_add(struct tally *, uint32_t arch, uint32_t nr);

/* The array of an ABI of this machine, made when it is not there. */
uint64_t *tally_array(struct tally *, unsigned abi);

/* Count an ABI's calls from now on in this array of TALLY_NUMBERS, which may lie in memory that
 * a tracee counts in as well.  It has to live as long as the tally; what was counted before is added. */
void tally_lend(struct tally *, unsigned abi, uint64_t *counts);

void tally_each(const struct tally *, void (*fn)(void *self, uint32_t arch, uint32_t nr, uint64_t count),
		void *self);
void tally_done(struct tally *);
