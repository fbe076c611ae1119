/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "tracer/census/tally.h"

/* A set of calls: ABIs of this machine, and the numbers that kernels use. */
struct numbers {
	uint64_t bits[TALLY_ABIS][TALLY_NUMBERS / 64];
};

static inline void numbers_add(struct numbers *n, unsigned abi, uint32_t nr)
{
	n->bits[abi][nr / 64] |= (uint64_t)1 << nr % 64;
}

static inline bool numbers_has(const struct numbers *n, unsigned abi, uint32_t nr)
{
	return n->bits[abi][nr / 64] >> nr % 64 & 1;
}

static inline void numbers_unite(struct numbers *n, const struct numbers *with)
{
	for (unsigned abi = 0; abi < TALLY_ABIS; abi++)
		for (unsigned i = 0; i < TALLY_NUMBERS / 64; i++)
			n->bits[abi][i] |= with->bits[abi][i];
}
