/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"
#include "rec/rec.h"

/*
 * Makes a policy from evidence, and from calls to deny. Every rule has its reason.
 */
struct derive_opts {
	struct verdict refuse;		/* the default of an allow-list */
	arch_set arches;		/* requested ABIs; 0: the recorded ones, or native and companions */
	bool exact;			/* leave out the calls that depend on timing (timing.h) */
};

/* An allow-list: recorded calls, calls that the kernel itself needs, calls that depend on timing,
 * and ENOSYS for calls that libc probes. Impossible numbers (rec_is_call()) add nothing. */
struct policy *policy_derive(const struct rec *, const struct derive_opts *);

/* Why an allow-list has the call even if it was not seen; NULL: it does not. */
const char *derive_needs(const char *call);

/* The ABIs of the recorded calls. */
arch_set rec_arches(const struct rec *);

/*
 * A deny-list: allows everything except the given families and calls, `words`. `own` has a verdict
 * for each word, and `verdict` is for words without: they replace the errno that is best for each
 * call of a family. Calls that are denied as a side effect, because a filter cannot see their
 * arguments (io_uring_setup, clone3), keep theirs: programs work without them. A call that is
 * itself a word gets that word's verdict.
 */
struct denylist {
	const char *const *words;
	size_t count;
	const struct verdict *verdict;		/* NULL: none */
	const struct verdict *const *own;	/* NULL, or any of its items NULL: none */
	arch_set arches;		/* 0: native and companions */
	bool minimal;			/* of a family, deny only calls that the others need, see denial_is_choke() */
};

int policy_deny(const struct denylist *, struct policy **ret, struct err *e);

/* Allows every known call on these ABIs (0: native and companions), and answers ENOSYS to all others. */
struct policy *policy_known(arch_set);

/* Is the word a family or a call? If not, -EINVAL with the most similar one. */
int deny_word_check(const char *word, struct err *e);

/* Allow a call on all ABIs, overriding earlier rules; an existing allow rule keeps its reason. */
void policy_allow(struct policy *, const char *call, const char *because);

/* The same for a rule with conditions; no change if the call is allowed unconditionally. */
void policy_allow_when(struct policy *, const struct rule *);
