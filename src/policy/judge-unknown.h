/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"

/*
 * The answer of a policy to a call with some unknown arguments: the verdict if no undecided
 * condition is met, and the rules that may change it. If all arguments are known, it is the answer
 * of policy_judge().
 */
struct partial_call {
	const struct arch *arch;
	const char *call;
	uint64_t args[6];
	unsigned known;			/* a bit for each known argument */
};

enum holds { HOLDS_NEVER, HOLDS_MAYBE, HOLDS_ALWAYS };

struct judgement {
	bool covered;			/* false: the policy does not cover the ABI, and the call is killed */
	struct verdict verdict;
	const struct rule *by;		/* NULL: the default */
	const struct rule **maybe;	/* rules that decide instead if they match; strictest first */
	size_t maybe_count, maybe_room;
};

void policy_judge_unknown(const struct policy *, const struct partial_call *, struct judgement *ret);
void judgement_done(struct judgement *);

/* Is the call made: always, sometimes, never?  Calls that a supervisor or tracer may allow count as
 * made. */
bool verdict_allows(struct verdict);
enum holds judgement_allows(const struct judgement *);

/* The rules about a call on this ABI, directly or through a multiplexer, in the policy's order;
 * malloc'ed. Without an ABI (NULL): those for the call itself on any ABI. */
const struct rule **policy_rules_about(const struct policy *, const struct partial_call *, size_t *ret_count);

/* Does another rule for the same call decide alone there? */
bool rule_is_outdone(const struct rule *, const struct policy *, const struct arch *);

/* Are the conditions of a rule about this call met? */
enum holds rule_holds(const struct rule *, const struct partial_call *);
