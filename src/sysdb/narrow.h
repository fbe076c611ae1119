/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "sysdb/args.h"

/*
 * Arguments that `record` keeps and `gen --args` narrows: plain values of which a workload uses
 * few, while others are dangerous.
 */
struct narrow {
	const char *call, *arg;		/* the argument's name: its position depends on the ABI */
	uint64_t mask;			/* the bits that matter */
	bool apart;			/* deny only the combination of these bits, unless it was seen */
};

const struct narrow *narrow_at(size_t i);	/* sorted by call; NULL past the end */

/* The position of the argument on an ABI, and the bits to compare; false: it has none. */
bool narrow_place(const struct narrow *, const struct arch *, unsigned *ret_arg, uint64_t *ret_mask);
