/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "tracer/arch/arch.h"

/*
 * How often each call was made, by ABI and number.
 *
 * Counts of regular numbers are in plain arrays, one for each ABI of this machine, so that counting
 * is one addition; an engine can share these arrays with a tracee. The rest (x32, invalid numbers)
 * is in a small hash table of bounded size, so that a program that makes calls of endless different
 * numbers cannot fill the memory.
 */
enum { TALLY_NUMBERS = MACHINE_NUMBERS, TALLY_ABIS = 2, TALLY_ODD_MAX = 4096 };

struct odd_count {
	uint32_t arch, nr;
	uint64_t count;		/* 0: free slot */
};

struct tally {
	uint64_t *counts[TALLY_ABIS];	/* [machine_abi()][nr]; NULL until needed */
	struct odd_count *odd;		/* open addressing: 2 * TALLY_ODD_MAX slots, or NULL */
	size_t odd_used;
	bool lent[TALLY_ABIS];		/* the array belongs to an engine */
};

/* Count one call. Returns how often it was made before, or -1 if the number was not kept. */
int64_t tally_add(struct tally *, uint32_t arch, uint32_t nr);

/* The array of an ABI of this machine; allocated on first use. */
uint64_t *tally_array(struct tally *, unsigned abi);

/* From now on, count the calls of an ABI in this array of TALLY_NUMBERS, in which a tracee may
 * count as well. Existing counts are added. The array must live as long as the tally. */
void tally_lend(struct tally *, unsigned abi, uint64_t *counts);

void tally_each(const struct tally *, void (*fn)(void *self, uint32_t arch, uint32_t nr, uint64_t count),
		void *self);
void tally_done(struct tally *);
