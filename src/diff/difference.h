/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"
#include "sysdb/sysdb.h"

/*
 * A list of differences between two policies (diff/policies.h) or two recordings
 * (diff/recordings.h).
 *
 * What a call may do grows if it is added (never made before) or widened, and shrinks if it is
 * removed (never made any more) or narrowed; one call can have both, for different arguments.
 * "Changed" is all else: another errno, logging. A new blind spot makes a recording weaker
 * evidence, and its end makes it stronger.
 */
enum change {
	CHANGE_ADDED, CHANGE_WIDENED, CHANGE_WEAKER, CHANGE_REMOVED, CHANGE_NARROWED, CHANGE_STRONGER, CHANGE_OTHER,
	CHANGE_COUNT
};

enum subject {
	SUBJECT_DEFAULT,		/* all calls for which neither has rules */
	SUBJECT_ABI,			/* all calls of an ABI that only one of them covers */
	SUBJECT_FLAGS,
	SUBJECT_CALL,
	SUBJECT_SPOT,			/* a blind spot of a recording */
};

struct difference {
	enum change change;
	enum subject subject;
	const char *call;		/* SUBJECT_CALL, otherwise NULL */
	const char *spot;		/* SUBJECT_SPOT: its kind, otherwise NULL */
	const char *const *hidden;	/* calls that only one of the two hides; NULL-terminated, NULL: unknown */
	arch_set arches;
	enum risk risk;			/* of a spot: the highest of the hidden calls, as far as known */
	const char *reason;		/* of the risk; NULL: unknown */
	const char *old, *now;		/* in words */
	const struct arch *on;		/* if not NULL, an example: arguments that show the difference on this ABI */
	uint64_t args[6];
	unsigned known;			/* a bit for each argument that matters */
	bool guessed;			/* too large to compare: it may be different */
};

struct differences;

void differences_free(struct differences *);	/* NULL is fine */
scoped_pointer(struct differences, differences_free)

/* The ABIs that were compared call by call: those that both cover. */
arch_set differences_arches(const struct differences *);

/* By change, subject, risk (high first) and name; NULL past the end. */
const struct difference *difference_at(const struct differences *, size_t i);

/* Keep only these changes, one bit each. A call that was added counts as widened, too, and one that
 * was removed as narrowed. */
void differences_keep(struct differences *, unsigned changes);

const char *change_name(enum change);			/* "added" */
bool change_find(const char *name, enum change *ret);

/* For code that finds differences. A difference that is equal on several ABIs is added once; texts
 * are copied. The list is sorted at the end. */
struct differences *differences_new(arch_set compared);
void differences_add(struct differences *, const struct difference *);
void differences_sort(struct differences *);

/* Why a call is a risk, in words; NULL: unknown. */
const char *difference_reason(const char *call);
