/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"

/*
 * A policy as a plain list, for programs that know only names: systemd, firejail. A call has one
 * answer there, for all arguments and ABIs. If the policy has several, it is the weakest of them:
 * what the policy allows stays allowed.
 */
struct plain_call {
	const char *call;
	struct verdict verdict;
	const char *because;		/* of the rule with this answer; NULL: none, or the default */
	bool by_argument;		/* the policy has other answers for some arguments */
	bool by_arch;			/* ... or on some ABIs */
};

struct plain {
	struct plain_call *items;	/* sorted by name; calls with the default answer only if it is weakened */
	size_t count, room;
};

/* For the calls for which the policy has rules. It points into the policy. */
void plain_find(struct plain *ret, const struct policy *);
void plain_done(struct plain *);

/* The answer of the list to a call; the policy's default for one that is not in it. */
struct verdict plain_answer(const struct plain *, const struct policy *, const char *call);
