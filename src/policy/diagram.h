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
struct diagram;
typedef uint32_t diagram_node;

struct diagram *diagram_new(void);
void diagram_free(struct diagram *);		/* NULL is fine */
scoped_pointer(struct diagram, diagram_free)

/* Forget all nodes; from here on calls of that ABI are spoken of. */
void diagram_begin(struct diagram *, const struct arch *);

diagram_node diagram_constant(struct diagram *, struct verdict);

/* `rest`, but the rule's answer where its conditions on the arguments from `first_arg`
 * on hold, and argument 0 is *arg0 (NULL: any). */
diagram_node diagram_rule(struct diagram *, const struct rule *, unsigned first_arg, const uint64_t *arg0, diagram_node rest);

/* How far the call gets: refused, left to somebody else (a supervisor, a tracer),
 * made. */
enum reach { REACH_NOWHERE, REACH_ASKED, REACH_KERNEL };
enum reach verdict_reach(struct verdict);
enum reach diagram_most(const struct diagram *, diagram_node);

/* Arguments with which the call gets farther in `b` than in `a`; false: there are none.
 * *ret_known has a bit for each argument that matters to it; the others are 0. */
bool diagram_farther(struct diagram *, diagram_node a, diagram_node b, uint64_t ret_args[static 6], unsigned *ret_known);

/* The same, where the answer is another one at all. */
bool diagram_differs(struct diagram *, diagram_node a, diagram_node b, uint64_t ret_args[static 6], unsigned *ret_known);

/* What a node asks for, and where each answer leads; false: it is an answer itself. */
struct diagram_step {
	unsigned arg, bit;
	diagram_node low, high;
};
bool diagram_step_at(const struct diagram *, diagram_node, struct diagram_step *ret);

/* The answer to these arguments. */
struct verdict diagram_at(const struct diagram *, diagram_node, const uint64_t args[static 6]);

/* Only where the arguments that are known are these: elsewhere two of them are alike. */
diagram_node diagram_given(struct diagram *, diagram_node, const uint64_t args[static 6], unsigned known);

/* Half a register, some of its bits, as a filter's code looks at it. */
struct diagram_half {
	unsigned arg;
	bool upper;
	uint32_t mask;			/* the other bits count as 0 */
};

/* `yes` where the half compares so with the value, and `no` elsewhere; of CMP_MASKED_EQ it is CMP_EQ. */
diagram_node diagram_half(struct diagram *, const struct diagram_half *, enum cmp op, uint32_t value,
			  diagram_node yes, diagram_node no);

/* It became too much since diagram_begin(): no node means anything then. */
bool diagram_is_lost(const struct diagram *);
