/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"

/*
 * What a policy says about one call: the reference that the compiled filter and
 * all emitters are held to.  The native ABI is always spoken of, as every
 * runtime has it; a call of an ABI that is not kills the thread.
 *
 * *ret_rule, when asked for, is the rule that decided; NULL: the default did.
 */
struct verdict policy_judge(const struct policy *, const struct arch *, uint32_t nr,
			    const uint64_t args[static 6], const struct rule **ret_rule);

/* The ABIs a policy really covers on this machine: its own and the native one. */
arch_set policy_covers(const struct policy *);

/* Does the default, or a rule, speak of the number at all?  If not, the thread is killed:
 * its ABI is not covered, or libseccomp takes it for one that is not. */
bool policy_reaches(const struct policy *, const struct arch *, uint32_t nr);

/* The rule that decides alone for a call on an ABI, or NULL. */
const struct rule *policy_decider(const struct policy *, const struct arch *, const char *call);

/* Of two rules of a policy that match: is it stricter than the other or, where they are equal,
 * before it?  True when there is no other (NULL). */
bool rule_outranks(const struct rule *, const struct rule *other);

/* Do the rule's conditions hold?  32-bit ABIs compare the low halves only. */
bool rule_matches(const struct rule *, const struct arch *, const uint64_t args[static 6]);

/*
 * Multiplexers: on some ABIs, x86 among them, socketcall(2) and ipc(2) stand for
 * many calls, told apart by argument 0.  A rule for `bind` also covers
 * socketcall(2, …), its condition on argument 0, if any, being lost.
 * NULL: the call is none, or does not stand for anything there.
 */
const char *multiplexed(const struct arch *, const char *call, uint64_t arg0);
enum { MULTIPLEXED_MAX = 32 };			/* more than any of those arg0 */

/* socketcall, ipc; NULL past the end. */
const char *multiplexer_at(size_t i);
bool is_multiplexer(const char *call);

/* Is the call reached through a multiplexer there? */
bool is_multiplexed(const struct arch *, const char *call);
bool is_multiplexed_on(arch_set, const char *call);	/* on one of them? */
