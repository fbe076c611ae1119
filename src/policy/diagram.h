/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"

/*
 * What is answered to a call, whatever its arguments, as a decision diagram over
 * their bits: ordered and reduced, so that what answers alike is the same node.
 * It is exact where trying values could miss one.
 *
 * An answer is what the kernel gets to see, verdict_kernel().
 */
struct space;
typedef uint32_t space_node;

struct space *space_new(void);
void space_free(struct space *);		/* NULL is fine */

/* Forget all nodes; from here on calls of that ABI are spoken of. */
void space_begin(struct space *, const struct arch *);

space_node space_constant(struct space *, struct verdict);

/* `rest`, but the rule's answer where its conditions on the arguments from `first_arg`
 * on hold, and argument 0 is *arg0 (NULL: any). */
space_node space_rule(struct space *, const struct rule *, unsigned first_arg, const uint64_t *arg0, space_node rest);

/* How far the call gets: refused, left to somebody else (a supervisor, a tracer),
 * made. */
enum reach { REACH_NOWHERE, REACH_ASKED, REACH_KERNEL };
enum reach verdict_reach(struct verdict);
enum reach space_most(const struct space *, space_node);

/* Arguments with which the call gets farther in `b` than in `a`; false: there are none.
 * *ret_known has a bit for each argument that matters to it; the others are 0. */
bool space_farther(struct space *, space_node a, space_node b, uint64_t ret_args[static 6], unsigned *ret_known);

/* The same, where the answer is another one at all. */
bool space_differs(struct space *, space_node a, space_node b, uint64_t ret_args[static 6], unsigned *ret_known);

/* What a node asks for, and where each answer leads; false: it is an answer itself. */
struct space_step {
	unsigned arg, bit;
	space_node low, high;
};
bool space_step_at(const struct space *, space_node, struct space_step *ret);

/* The answer to these arguments. */
struct verdict space_at(const struct space *, space_node, const uint64_t args[static 6]);

/* Only where the arguments that are known are these: elsewhere two of them are alike. */
space_node space_given(struct space *, space_node, const uint64_t args[static 6], unsigned known);

/* Half a register, some of its bits, as a filter's code looks at it. */
struct space_half {
	unsigned arg;
	bool upper;
	uint32_t mask;			/* the other bits count as 0 */
};

/* `yes` where the half compares so with the value, and `no` elsewhere; of CMP_MASKED_EQ it is CMP_EQ. */
space_node space_half(struct space *, const struct space_half *, enum cmp op, uint32_t value, space_node yes, space_node no);

/* It became too much since space_begin(): no node means anything then. */
bool space_is_lost(const struct space *);
