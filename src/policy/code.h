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

/* A word of the machine: a number, or some bits of half an argument, the others of which count as 0. */
struct code_word {
	uint8_t open, arg, upper, unused;
	uint32_t bits;			/* the number; open: which bits */
};

/* Where the machine is, and with what in its registers and memory; all zero is the beginning. */
struct code_state {
	struct code_word a, x, mem[BPF_MEMWORDS];
	uint32_t at;			/* the next instruction */
};

/* The call that it looks at. */
struct code_call {
	const struct arch *arch;
	uint32_t nr;
	bool no_uppers;			/* the upper halves of arguments are taken for 0 */
};

enum code_turn { CODE_ANSWERS, CODE_FORKS, CODE_STUCK };

struct code_fork {
	uint32_t at;			/* the instruction that answers, forks or is stuck */
	struct verdict answer;
	struct diagram_half half;	/* is compared so with the value: */
	enum cmp op;
	uint32_t value, yes, no;	/* and goes on there */
	bool took_upper;		/* an upper half was taken for 0 */
};

/* From the state, which is changed, until the program is decided or depends on an argument. Stuck: it does
 * something with an argument that is neither a mask nor a comparison with a number, or is not one that the
 * kernel takes. */
enum code_turn code_follow(const struct code *, const struct code_call *, struct code_state *, struct code_fork *ret);

/* The same for all arguments, within a number of forks. */
struct code_trail {
	unsigned steps_left;		/* in and out: how much may be done */
	uint32_t at;			/* where the first argument is looked at, or what answered or is stuck */
	bool took_upper;
};

/* Follows the program with this number and ABI, and with all argument bits unknown, in the diagram
 * that was begun for the ABI. The result is exact. False: the program computes with arguments, or became
 * too large. */
bool code_answers(struct diagram *, const struct code *, const struct arch *, uint32_t nr, diagram_node *ret);

/* The same with what it says about the way. */
bool code_answers_of(struct diagram *, const struct code *, const struct code_call *, struct code_trail *, diagram_node *ret);

/* -EINVAL where the kernel does not take the program: "instruction 3: ...". */
int code_check(const struct code *, struct err *e);

/* Append code that returns the answers of this node. */
void code_write(const struct diagram *, diagram_node, struct code *);
