/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "read/reader.h"

/*
 * A profile in Docker's format is many policies: its rules depend on the container's capabilities,
 * the machine and the kernel. As layers, each with the rules for one condition, it can be made
 * stricter as a whole.
 */
struct layer {
	const char *guard;		/* `includes` and `excludes` as JSON; "": always applies */
	struct policy *policy;		/* its rules, for every ABI in the profile */
};

struct layers {
	struct arena *arena;
	const char *head;		/* the profile without `syscalls`, as JSON */
	struct layer *items;
	size_t count, room;
	arch_set arches;		/* every ABI in the profile, for any machine */
};

/* NULL: the profile does not depend on where it is used. */
struct layers *layers_of(const struct profile *);
void layers_free(struct layers *);		/* NULL is fine */
scoped_pointer(struct layers, layers_free)

/* Apply policy_tighten() to each of the policies, in place; `limit` is a deny-list for all ABIs of
 * `arches`. */
int layers_tighten(struct layers *, const struct policy *limit, struct err *e);
