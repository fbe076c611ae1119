/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stddef.h>
#include "base/attr.h"
#include "base/buf.h"

/*
 * Targets: the programs that load a profile, each with its version (--target NAME=VERSION). There
 * is at most one for each name.
 */
struct target_version {
	const char *name;		/* "systemd", see target_name() */
	unsigned version[3];		/* 252 is 252, 0, 0 */
	bool here;			/* the installed one, which can be tried */
};

enum { TARGETS_MAX = 16 };

struct targets {
	struct target_version items[TARGETS_MAX];
	size_t count;
};

const char *target_name(size_t i);		/* sorted; NULL past the end */

/* "systemd=252", "docker=20.10.24", also with a distribution's version:
 * "libseccomp=2.5.4-1+deb12u1". False: an unknown name, or not a version. */
bool target_parse(const char *word, struct target_version *ret);

/* Replaces one of the same name. */
void targets_add(struct targets *, const struct target_version *);
const struct target_version *targets_find(const struct targets *, const char *name);	/* NULL: none; also for
											   NULL */

/* "systemd 252", "docker 20.10.24" */
void target_spell(struct buf *, const struct target_version *);

/* What a version lacks, a row of targets.tbl. */
enum target_effect { TARGET_IGNORED, TARGET_OPENED, TARGET_REJECTED };

struct target_fact {
	const char *target, *from, *before;
	const char *fact, *word;	/* "action", "notify" */
	enum target_effect effect;
	const char *text;		/* "ignores defaultErrnoRet: ..." */
};

const struct target_fact *target_fact_at(size_t i);		/* NULL past the end */
bool target_has_fact(const struct target_version *, const struct target_fact *);

/* The row about the names of calls in this version; NULL: its names are unknown. */
const struct target_fact *target_names_fact(const struct target_version *);

/* Does it have a name for the call? True if its names, or the call, are unknown. */
bool target_knows(const struct target_version *, const char *call);

/* Does it load files of that format (gen -F, --read-as)?  Container runtimes and their libseccomp load all but those
 * that are for firejail or systemd. */
bool target_loads(const struct target_version *, const char *format);

/* Is the version lower than MAJOR.MINOR.PATCH? */
bool target_before(const struct target_version *, unsigned major, unsigned minor, unsigned patch);
