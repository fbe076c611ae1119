/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdio.h>
#include "base/buf.h"
#include "base/err.h"
#include "sysdb/action.h"
#include "sysdb/target.h"

/*
 * A view shows something in one format. A folder has the views of one thing, with a file for each
 * view, and the view as an object at its bottom; all are in the list in view.c. A view reads what
 * is shown, writes a FILE, and decides nothing: the same input gives the same bytes.
 */
enum shows { SHOWS_POLICY, SHOWS_RECORDING, SHOWS_BREACH, SHOWS_FINDING, SHOWS_DIFFERENCE, SHOWS_COUNT };

/* Requests beside the policy. A format uses some of them, see `takes`. */
struct wanted {
	const char *name;		/* --name: of the function, object or container; NULL: the format's own */
	const char *pod;		/* --pod: NULL: none; "": without a word; else the word */
	const struct rec *rec;		/* the recording that the policy was made from or compared with; NULL: none */
	const struct targets *targets;	/* --target; NULL: none */
	bool exact;			/* --exact or --strict: allow only what the policy allows */
	bool no_runtime;		/* --runtime none: the calls of container runtimes are left out */
	bool podman;			/* --runtime podman, and not docker */
};

/* What is shown, and how. Everything is borrowed. */
struct shown {
	enum shows is;			/* which of the pointers below is set */
	bool verbose;			/* with reasons and explanations, if the format has a place for them */
	unsigned columns;		/* width of a table; 0: the default */
	union {
		struct {
			const struct policy *policy;
			const struct layers *layers;	/* its rules by their conditions on the container; NULL: no
							   conditions */
			struct wanted wanted;
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
	bool recordings;		/* not profiles */
	const char *read_for;		/* the assumed container and machine; NULL: does not matter */
};

/* What a format for policies can express. Anything else is lost, with a warning: see view_losses(). */
enum view_can {
	CAN_ARGS     = 1 << 0,		/* conditions on arguments */
	CAN_PER_ARCH = 1 << 1,		/* rules for some of the ABIs only */
	CAN_ERRNO    = 1 << 2,		/* an errno for each rule */
	CAN_UNNAMED  = 1 << 3,		/* calls by number */
	CAN_REASONS  = 1 << 4,		/* comments for rules */
	CAN_LAYERS   = 1 << 5,		/* rules that depend on the container */
};

/* Options that only some formats for policies accept; others reject them. */
enum view_takes {
	TAKES_NAME = 1 << 0,		/* --name */
	TAKES_POD  = 1 << 1,		/* --pod */
};

#define ACTION_BIT(action) (1u << (action))
#define ANY_ACTION (ACTION_BIT(ACT_COUNT) - 1)
#define ANY_FLAG (~0u)

struct view {
	enum shows shows;
	const char *name;		/* -F NAME */
	const char *suffix;		/* ".json" */
	const char *help;
	bool is_text;			/* text for a terminal */
	bool is_binary;			/* a terminal cannot show it */
	int (*emit)(const struct shown *, FILE *, struct err *);

	/* of a policy */
	bool container;			/* a container runtime reads it, and makes its own calls under it */
	unsigned can;			/* CAN_* */
	unsigned actions, defaults;	/* ACTION_BIT() of the actions that rules and the default can have */
	unsigned flags;			/* POLICY_* */
	unsigned takes;			/* TAKES_* */
	const char *loader;		/* the target whose version matters: by default the installed one; or NULL */

	/* Each of these can be NULL. */
	/* Before the policy is made: -EINVAL if the value of an option is invalid for the format. */
	int (*check)(const struct wanted *, struct err *);
	/* Losses beyond `can`: see view_add_loss(). */
	void (*losses)(const struct shown *, struct strlist *ret);
	/* How to use the file `path`: one command, or a few words. */
	void (*next)(const struct shown *, const char *path, struct buf *ret);
	/* What users should know: a sentence each; printed unless -q. */
	void (*remarks)(const struct shown *, struct strlist *ret);
};

const struct view *view_at(size_t i);					/* by what they show; NULL past the end */
const struct view *view_of(enum shows, size_t i);			/* the same of one thing */
const struct view *view_find(enum shows, const char *name);		/* NULL: unknown */

/* -EOPNOTSUPP, before writing, if the view cannot express an action, the default or a flag of the
 * policy; -errno if it could not be written. */
int view_emit(const struct view *, const struct shown *, FILE *, struct err *);

/* The same, appended to a buffer; binary formats can have NUL bytes. */
int view_text(const struct view *, const struct shown *, struct buf *ret, struct err *);

/* -EINVAL: an option that the view does not accept, with the formats that do, or an invalid value. */
int view_check(const struct view *, const struct wanted *, struct err *);

/* What the policy needs and the view cannot express, a sentence each: what becomes wider, or is
 * left out. */
void view_losses(const struct view *, const struct shown *, struct strlist *ret);

/* One of these sentences: "the format 'NAME' WHAT ('FIRST' and 3 more)"; nothing if the count is 0. */
void view_add_loss(struct strlist *ret, const char *format, const char *what, size_t count, const char *first);
