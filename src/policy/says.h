/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"
#include "policy/diagram.h"

/*
 * The rules that apply to one call on one ABI, and their combined answer: the judge, for all
 * arguments at once.
 */
struct say {
	const struct rule *rule;
	const char *through;		/* a call behind the multiplexer, or NULL */
	uint64_t arg0;			/* the argument that selects it */
};

struct says {
	struct say *items;		/* weakest first */
	size_t count, room;
	const struct rule *alone;	/* decides alone: then there are no others */
};

/* `name`: the ABI's name for the call. */
void says_find(struct says *ret, const struct policy *, const struct arch *, const char *call);
void says_done(struct says *);

/* In a diagram that was begun for the ABI. */
diagram_node says_answers(struct diagram *, const struct policy *, const struct says *);
