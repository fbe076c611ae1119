/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"

/*
 * What a policy means for one call: the reference for the compiled filter and all formats. The
 * native ABI is always covered, as in every runtime; a call of an ABI that is not covered kills the
 * thread.
 *
 * *ret_rule (may be NULL) is the rule that decided; NULL: the default.
 */
struct verdict policy_judge(const struct policy *, const struct arch *, uint32_t nr,
			    const uint64_t args[static 6], const struct rule **ret_rule);

/* The ABIs that a policy really covers on this machine: its own and the native one. */
arch_set policy_covers(const struct policy *);

/* Does the default or a rule apply to the number at all? If not, the thread is killed: its ABI is
 * not covered, or libseccomp assigns the number to one that is not. */
bool policy_reaches(const struct policy *, const struct arch *, uint32_t nr);

/* The rule that alone decides for a call on an ABI, or NULL. */
const struct rule *policy_decider(const struct policy *, const struct arch *, const char *call);

/* Of two matching rules of a policy: is `rule` stricter than the other or, if they are equal,
 * before it? True if `other` is NULL. */
bool rule_outranks(const struct rule *, const struct rule *other);

/* Does the rule match? 32-bit ABIs compare only the low halves. */
bool rule_matches(const struct rule *, const struct arch *, const uint64_t args[static 6]);

/*
 * Multiplexers: on some ABIs, including x86, socketcall(2) and ipc(2) make many calls, selected by
 * argument 0. A rule for `bind` also covers socketcall(2, …), and loses a condition on argument 0.
 * NULL: the call is not a multiplexer, or has no call of this number.
 */
const char *multiplexed(const struct arch *, const char *call, uint64_t arg0);
enum { MULTIPLEXED_MAX = 32 };			/* more than any has */

/* socketcall, ipc; NULL past the end. */
const char *multiplexer_at(size_t i);
bool is_multiplexer(const char *call);

/* Can the call be made through a multiplexer on this ABI? */
bool is_multiplexed(const struct arch *, const char *call);
bool is_multiplexed_on(arch_set, const char *call);	/* on any of these? */
