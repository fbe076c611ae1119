/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "sysdb/args.h"

/*
 * Arguments that `record` keeps and `gen --args` narrows: plain values of which a workload uses
 * few, while others are dangerous.
 */
struct narrow {
	const char *call, *arg;		/* the argument by name: its position differs by ABI */
	uint64_t mask;			/* these bits matter */
	bool apart;			/* deny only these bits together, unless they were seen together */
};

const struct narrow *narrow_at(size_t i);	/* sorted by call; NULL past the end */

/* Where the argument is on an ABI, and the bits that are compared; false: there is none. */
bool narrow_place(const struct narrow *, const struct arch *, unsigned *ret_arg, uint64_t *ret_mask);
