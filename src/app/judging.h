/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "app/breach.h"
#include "policy/policy.h"
#include "rec/rec.h"

/*
 * A profile, and what is found when something is held against it: a command's calls as
 * they are stopped, or those of a recording.
 */
struct judging {
	struct profile *profile;
	const struct policy *policy;	/* the profile's */
	struct runtime_filter *runtime;	/* what runc and crun make of it; NULL: that is not asked */
	struct checked found;
};

/* A row; what is not part of the key is filled in when it is new.  `seconds`: when the
 * call was made first; `rule`: what decided, NULL: the default. */
struct breach *judging_add(struct judging *, const struct breach *key, const struct rule *rule, uint64_t count, double seconds);

/* ENOSYS by a rule of its own is meant for who then does without the call; any errno is
 * fine for a number that no kernel has.  `arch`: NULL when the ABI is not known. */
enum breach_kind judging_kind(const struct arch *, uint32_t nr, struct verdict, const struct rule *);

/* Is the call made then? */
bool judging_lets_through(struct verdict);

/* Each call of a recording: by the values that it has of the arguments which rules ask
 * for; where it has not all, the call is told as open. */
void judging_recording(struct judging *, const struct rec *);

/* What the profile allows, and the recording has not. */
void judging_stale(struct judging *, const struct rec *);
