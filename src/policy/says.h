/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"
#include "policy/diagram.h"

/*
 * Which rules have a say on one call of one ABI, and what they answer together: the
 * judge, for all arguments at once.
 */
struct say {
	const struct rule *rule;
	const char *through;		/* a call behind a multiplexer, or NULL */
	uint64_t arg0;			/* with which it is that one */
};

struct says {
	struct say *items;		/* weakest first */
	size_t count, room;
	const struct rule *alone;	/* decides it all: then there are no others */
};

/* By the name that the ABI has for the call. */
void says_find(struct says *ret, const struct policy *, const struct arch *, const char *call);
void says_done(struct says *);

/* In a diagram that was begun for the ABI. */
diagram_node says_answers(struct diagram *, const struct policy *, const struct says *);
