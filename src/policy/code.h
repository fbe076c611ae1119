/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <linux/filter.h>
#include "policy/diagram.h"

/*
 * Converts the code of a filter into the diagram of its answers for all arguments, and back.
 */
struct code {
	struct sock_filter *items;	/* malloc'ed */
	size_t count, room;
};

void code_add(struct code *, struct sock_filter);

/* Follows the program with this number and ABI, and with all argument bits unknown, in the diagram
 * that was begun for the ABI. The result is exact. False: the program uses something that neither
 * libseccomp nor code_write() uses, or became too large. */
bool code_answers(struct diagram *, const struct code *, const struct arch *, uint32_t nr, diagram_node *ret);

/* Append code that returns the answers of this node. */
void code_write(const struct diagram *, diagram_node, struct code *);
