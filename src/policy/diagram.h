/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"

/*
 * The answers to a call for all arguments, as a decision diagram over their bits: ordered and
 * reduced, so that equal answers are the same node. It is exact, while trying values could miss
 * one.
 *
 * An answer is a value as the kernel sees it, verdict_kernel().
 */
struct diagram;
typedef uint32_t diagram_node;

struct diagram *diagram_new(void);
void diagram_free(struct diagram *);		/* NULL is fine */
scoped_pointer(struct diagram, diagram_free)

/* Drop all nodes; from now on calls of this ABI are meant. */
void diagram_begin(struct diagram *, const struct arch *);

diagram_node diagram_constant(struct diagram *, struct verdict);

/* The rule's answer where its conditions on arguments from `first_arg` on are met and argument 0 is
 * *arg0 (NULL: any); elsewhere `rest`. */
diagram_node diagram_rule(struct diagram *, const struct rule *, unsigned first_arg, const uint64_t *arg0, diagram_node rest);

/* How far a call gets: denied, left to a supervisor or tracer, made. */
enum reach { REACH_NOWHERE, REACH_ASKED, REACH_KERNEL };
enum reach verdict_reach(struct verdict);
enum reach diagram_most(const struct diagram *, diagram_node);

/* Finds arguments with which the call gets farther in `b` than in `a`; false: there are none.
 * *ret_known has a bit for each argument that matters; the others are 0. */
bool diagram_farther(struct diagram *, diagram_node a, diagram_node b, uint64_t ret_args[static 6], unsigned *ret_known);

/* The same for any different answer. */
bool diagram_differs(struct diagram *, diagram_node a, diagram_node b, uint64_t ret_args[static 6], unsigned *ret_known);

/* The bit that a node tests, and its two successors; false: it is an answer. */
struct diagram_step {
	unsigned arg, bit;
	diagram_node low, high;
};
bool diagram_step_at(const struct diagram *, diagram_node, struct diagram_step *ret);

/* The answer for these arguments. */
struct verdict diagram_at(const struct diagram *, diagram_node, const uint64_t args[static 6]);

/* Keep the answers only for these known arguments: elsewhere, two such diagrams are equal. */
diagram_node diagram_given(struct diagram *, diagram_node, const uint64_t args[static 6], unsigned known);

/* Some bits of one half of a register, as the code of a filter tests it. */
struct diagram_half {
	unsigned arg;
	bool upper;
	uint32_t mask;			/* other bits count as 0 */
};

/* `yes` where the half compares so with the value, and `no` elsewhere; CMP_MASKED_EQ is like CMP_EQ. */
diagram_node diagram_half(struct diagram *, const struct diagram_half *, enum cmp op, uint32_t value,
			  diagram_node yes, diagram_node no);

/* `yes` where the condition holds, and `no` elsewhere. */
diagram_node diagram_when(struct diagram *, const struct condition *, diagram_node yes, diagram_node no);

/* What the kernel makes of the answers of two filters: the stricter one, and of equal actions that of `newer`. */
diagram_node diagram_strictest(struct diagram *, diagram_node newer, diagram_node older);

/* It became too large since diagram_begin(): its nodes are invalid. */
bool diagram_is_lost(const struct diagram *);
