/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdio.h>
#include "base/buf.h"
#include "base/err.h"
#include "sysdb/action.h"

/*
 * A view shows something in one format.  A folder has the views of one thing, a file a view, and at
 * its bottom is the view as an object; all of them are in the one list in view.c.  A view
 * reads what is shown, writes a FILE, and decides nothing: the same thing gives the same bytes.
 */
enum shows { SHOWS_POLICY, SHOWS_RECORDING, SHOWS_BREACH, SHOWS_FINDING, SHOWS_DIFFERENCE, SHOWS_COUNT };

/* What is to be shown, and how.  It lends what it points to. */
struct shown {
	enum shows is;			/* says which of the pointers below is set */
	bool verbose;			/* with reasons and explanations, where the format has a place for them */
	unsigned columns;		/* width of a table; 0: the default */
	union {
		struct {
			const struct policy *policy;
			const struct layers *layers;	/* its rules by what they depend on; NULL: on nothing */
		};
		const struct rec *rec;
		const struct breaches *breaches;
		const struct findings *findings;
		struct {
			const struct differences *differences;
			const struct compared *compared;
		};
	};
};

/* The two files that were compared. */
struct compared {
	const char *old, *now;		/* their paths; any text */
	bool recordings;		/* and not profiles */
	const char *read_for;		/* the container and machine; NULL: it does not matter */
};

/* What a format of policies can say.  What it cannot is lost, with a warning: see view_losses(). */
enum view_can {
	CAN_ARGS     = 1 << 0,		/* conditions on arguments */
	CAN_PER_ARCH = 1 << 1,		/* a rule for some of the ABIs only */
	CAN_ERRNO    = 1 << 2,		/* an errno for each rule */
	CAN_UNNAMED  = 1 << 3,		/* calls by number */
	CAN_REASONS  = 1 << 4,		/* a comment at a rule */
	CAN_LAYERS   = 1 << 5,		/* rules that depend on the container */
};

#define ACTION_BIT(action) (1u << (action))
#define ANY_ACTION (ACTION_BIT(ACT_COUNT) - 1)
#define ANY_FLAG (~0u)

struct view {
	enum shows shows;
	const char *name;		/* -F NAME */
	const char *suffix;		/* ".json" */
	const char *help;
	bool is_text;			/* people read it in a terminal */
	int (*emit)(const struct shown *, FILE *, struct err *);

	/* of a policy */
	bool container;			/* a container runtime reads it, and makes calls of its own under it */
	unsigned can;			/* CAN_* */
	unsigned actions, defaults;	/* ACTION_BIT() of those that a rule and the default may have */
	unsigned flags;			/* POLICY_* */
};

const struct view *view_at(size_t i);					/* by what they show; NULL past the end */
const struct view *view_of(enum shows, size_t i);			/* the same of one thing */
const struct view *view_find(enum shows, const char *name);		/* NULL: unknown */

/* -EOPNOTSUPP, before anything is written, where the view cannot say an action, the default or a flag
 * of a policy; -errno when it could not be written. */
int view_emit(const struct view *, const struct shown *, FILE *, struct err *);

/* The same as a string. */
int view_text(const struct view *, const struct shown *, char **ret, struct err *);

/* Of a policy what it needs and the view cannot say, a sentence each: what becomes wider, or is
 * left out. */
void view_losses(const struct view *, const struct shown *, struct strlist *ret);
