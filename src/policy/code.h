/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <linux/filter.h>
#include "policy/space.h"

/*
 * What a filter's code answers to a call, whatever its arguments: the program is
 * followed with the number and the ABI as they are, and the arguments' bits left open.
 * It is exact, and for the code that libseccomp makes and that of policy/supplement.h;
 * another program may be one that cannot be followed.
 */
struct code {
	const struct sock_filter *items;
	size_t count;
};

/* In the space that was begun for the ABI.  False: the program cannot be followed, or it
 * became too much (space_is_lost()). */
bool code_answers(struct space *, const struct code *, const struct arch *, uint32_t nr, space_node *ret);
