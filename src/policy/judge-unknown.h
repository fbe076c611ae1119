/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"

/*
 * What a policy says of a call of which some arguments are left open: the verdict
 * when none of the open conditions holds, and the rules that may change it.  With
 * all arguments known it is what policy_judge() says.
 */
struct partial_call {
	const struct arch *arch;
	const char *call;
	uint64_t args[6];
	unsigned known;			/* a bit for each argument that is */
};

enum holds { HOLDS_NEVER, HOLDS_MAYBE, HOLDS_ALWAYS };

struct judgement {
	bool covered;			/* false: the policy is not for that ABI, and the call is killed */
	struct verdict verdict;
	const struct rule *by;		/* NULL: the default */
	const struct rule **maybe;	/* decide instead, if they hold; strictest first */
	size_t maybe_count, maybe_room;
};

void policy_judge_unknown(const struct policy *, const struct partial_call *, struct judgement *ret);
void judgement_done(struct judgement *);

/* Is the call made: always, sometimes, never?  A supervisor or a tracer may. */
bool verdict_allows(struct verdict);
enum holds judgement_allows(const struct judgement *);

/* The rules about that call there, directly or through a multiplexer, in the policy's order;
 * malloc'ed.  Without an ABI (NULL): those for the call itself on any of them. */
const struct rule **policy_rules_about(const struct policy *, const struct partial_call *, size_t *ret_count);

/* Does another rule for its call decide alone there? */
bool rule_is_outdone(const struct rule *, const struct policy *, const struct arch *);

/* Do the conditions of a rule about that call hold? */
enum holds rule_holds(const struct rule *, const struct partial_call *);
