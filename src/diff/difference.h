/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"
#include "sysdb/sysdb.h"

/*
 * A list of differences between two policies (diff/policies.h) or two recordings
 * (diff/recordings.h).
 *
 * What a call may do grows when it is added (it was never made before) or widened,
 * and shrinks when it is removed (it is never made any more) or narrowed; of one
 * call both can be so, for different arguments.  "Changed" is all else: another
 * errno, a log.  A blind spot makes a recording weaker evidence, and its end stronger.
 */
enum change {
	CHANGE_ADDED, CHANGE_WIDENED, CHANGE_WEAKER, CHANGE_REMOVED, CHANGE_NARROWED, CHANGE_STRONGER, CHANGE_OTHER,
	CHANGE_COUNT
};

enum subject {
	SUBJECT_DEFAULT,		/* all calls that neither has rules for */
	SUBJECT_ABI,			/* all calls of an ABI that only one of them speaks of */
	SUBJECT_FLAGS,
	SUBJECT_CALL,
	SUBJECT_SPOT,			/* a blind spot of a recording */
};

struct difference {
	enum change change;
	enum subject subject;
	const char *call;		/* SUBJECT_CALL, else NULL */
	const char *spot;		/* SUBJECT_SPOT: its kind, else NULL */
	const char *const *hidden;	/* calls that it hides now and did not, or the other way; NULL-terminated, NULL: not known */
	arch_set arches;
	enum risk risk;			/* of a spot: the highest of what is hidden, as far as that is known */
	const char *reason;		/* of the risk; NULL: none is known */
	const char *old, *now;		/* in words */
	const struct arch *on;		/* an example, unless NULL: arguments that show it there */
	uint64_t args[6];
	unsigned known;			/* a bit for each that matters */
	bool guessed;			/* too much to be compared: it may be so */
};

struct differences;

void differences_free(struct differences *);	/* NULL is fine */
scoped_pointer(struct differences, differences_free)

/* The ABIs that were compared call by call: those of both. */
arch_set differences_arches(const struct differences *);

/* By change, subject, risk (high first) and name; NULL past the end. */
const struct difference *difference_at(const struct differences *, size_t i);

/* Keep those of these changes, a bit each.  A call that was added is wider than it was,
 * and one that was removed is narrower. */
void differences_keep(struct differences *, unsigned changes);

const char *change_name(enum change);			/* "added" */
bool change_find(const char *name, enum change *ret);

/* For what finds differences.  One that is the same on several ABIs is added once; its
 * texts are copied.  The list is sorted at the end. */
struct differences *differences_new(arch_set compared);
void differences_add(struct differences *, const struct difference *);
void differences_sort(struct differences *);

/* Why a call is a risk, in words; NULL: no reason is known. */
const char *difference_reason(const char *call);
