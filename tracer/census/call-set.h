/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "tracer/census/tally.h"

/* A set of calls, by ABI of this machine and number. */
struct call_set {
	uint64_t bits[TALLY_ABIS][TALLY_NUMBERS / 64];
};

static inline void call_set_add(struct call_set *s, unsigned abi, uint32_t nr)
{
	s->bits[abi][nr / 64] |= (uint64_t)1 << nr % 64;
}

static inline bool call_set_has(const struct call_set *s, unsigned abi, uint32_t nr)
{
	return s->bits[abi][nr / 64] >> nr % 64 & 1;
}

static inline void call_set_unite(struct call_set *s, const struct call_set *with)
{
	for (unsigned abi = 0; abi < TALLY_ABIS; abi++)
		for (unsigned i = 0; i < TALLY_NUMBERS / 64; i++)
			s->bits[abi][i] |= with->bits[abi][i];
}

static inline unsigned call_set_count(const struct call_set *s)
{
	unsigned count = 0;

	for (unsigned abi = 0; abi < TALLY_ABIS; abi++)
		for (unsigned i = 0; i < TALLY_NUMBERS / 64; i++)
			count += (unsigned)__builtin_popcountll(s->bits[abi][i]);
	return count;
}
