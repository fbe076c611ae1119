/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/compile.h"
#include "policy/judge.h"
#include "tests/unit/make.h"

/*
 * The meaning of a policy exists twice: in the judge, and in the filters that the kernel runs. They must agree on every
 * call; these functions aim calls at the rules of a policy and compare the two.
 */
struct call {
	const struct arch *arch;
	uint32_t nr;
	uint64_t args[6];
};

/* If set, filters are expected to return TRACE with these data for all denials: see compiled_defer(). */
enum { DEFERRED = 0x1234 };
extern bool oracle_deferred;

bool simulate(const struct compiled *, const struct call *, uint32_t *ret);

/* Prints both answers and the policy if they differ. */
bool agree(const struct policy *, const struct compiled *, const struct call *);
void print_policy(const struct policy *);

/* Arguments at the edges of the rule's conditions, and others at random; on 32-bit ABIs sometimes with bits in the upper
 * halves. */
void aim(struct dice *, const struct rule *, struct call *);

/* The rule's call, or a multiplexer that makes it; false if the ABI has neither. */
bool choose(struct dice *, const struct rule *, struct call *);

/* Any rule of the policy; if it has none, one for another call. */
const struct rule *any_rule(struct dice *, const struct policy *);

/* Aims calls at the policy's rules, on each ABI, sometimes beside them. */
typedef bool check_fn(struct dice *, const struct policy *, const void *context, struct call *);
bool holds_on_calls(struct dice *, const struct policy *, unsigned calls, check_fn *, const void *context);
bool agree_on_calls(struct dice *, const struct policy *, const struct compiled *, unsigned calls);
