/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"
#include "rec/rec.h"

/*
 * From evidence, and from what is to be forbidden, to a policy.  Every rule says
 * why it is there.
 */
struct derive_opts {
	struct verdict refuse;		/* the default of an allow-list */
	arch_set arches;		/* ABIs asked for; 0: those seen, or native and companions */
	bool exact;			/* leave out the calls that depend on timing (timing.h) */
};

/* An allow-list: what was recorded, what the kernel itself needs, what depends on
 * timing, and ENOSYS for what libc probes.  Numbers that no kernel has (rec_is_call)
 * open nothing. */
struct policy *policy_derive(const struct rec *, const struct derive_opts *);

/* Why an allow-list has the call, seen or not; NULL: it has it not. */
const char *derive_needs(const char *call);

/* The ABIs of which calls were seen. */
arch_set rec_arches(const struct rec *);

/*
 * A deny-list: everything is allowed but the given families and calls, `words`.
 * `own` has a verdict for each word, and `verdict` one for the words without: they
 * replace the errno that is best for each call of a family.  Calls beside a family, and
 * those that are denied whole only because a filter cannot see what is asked of them
 * (io_uring_setup, clone3), keep theirs: programs go on without them.  A call that is a
 * word itself is answered as that word has it.
 */
struct denylist {
	const char *const *words;
	size_t count;
	const struct verdict *verdict;		/* NULL: none */
	const struct verdict *const *own;	/* NULL: none; of its items as well */
	arch_set arches;		/* 0: native and its companions */
	bool minimal;			/* of a family only what the others need, see denial_is_choke() */
};

int policy_deny(const struct denylist *, struct policy **ret, struct err *e);

/* Every call that is known on these ABIs (0: native and its companions) is allowed, and
 * what is not gets ENOSYS. */
struct policy *policy_known(arch_set);

/* Is the word a family or a call?  -EINVAL names the nearest. */
int deny_word_check(const char *word, struct err *e);

/* Allow a call on all ABIs, whatever was said of it before, unless it was
 * allowed there already: then the reason stays. */
void policy_allow(struct policy *, const char *call, const char *because);

/* The same for a rule with conditions: nothing is changed when the call is allowed
 * whatever its arguments. */
void policy_allow_when(struct policy *, const struct rule *);
