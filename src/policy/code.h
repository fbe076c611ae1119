/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <linux/filter.h>
#include "policy/diagram.h"

/*
 * The code of a filter and the diagram of what it answers to a call, whatever its
 * arguments: one from the other, both ways.
 */
struct code {
	struct sock_filter *items;	/* malloc'ed */
	size_t count, room;
};

void code_add(struct code *, struct sock_filter);

/* The program is followed with the number and the ABI as they are, and the arguments'
 * bits left open, in the diagram that was begun for the ABI. It is exact. False: the
 * program has what neither libseccomp nor code_write() makes, or it became too much. */
bool code_answers(struct diagram *, const struct code *, const struct arch *, uint32_t nr, diagram_node *ret);

/* Add what returns the answer of that node. */
void code_write(const struct diagram *, diagram_node, struct code *);
