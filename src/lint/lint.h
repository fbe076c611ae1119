/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"
#include "read/reader.h"

/*
 * Mistakes in a profile. The catalogue of checks is checks.def; a check examines one profile and
 * adds findings. Conditions in `includes`, `excludes` and archMap are evaluated for the given host:
 * the same files, host and libseccomp give the same findings.
 */
enum severity { SEV_INFO, SEV_LOW, SEV_MEDIUM, SEV_HIGH, SEV_COUNT };

struct lint;

struct check {
	const char *id;
	enum severity severity;		/* the highest: a finding can be milder */
	const char *title;		/* a phrase */
	const char *explanation, *remedy;	/* sentences */
	void (*run)(struct lint *);
};

const struct check *check_at(size_t i);			/* by id; NULL past the end */
const struct check *check_find(const char *id);
const char *severity_name(enum severity);		/* "high" */
bool severity_find(const char *name, enum severity *ret);

struct finding {
	const struct check *check;
	enum severity severity;
	const char *file;
	unsigned line;
	const char *path;		/* in the JSON: "syscalls[3].names[0]"; "" is the whole */
	const char *text;		/* a sentence; clean, like file and path */
};

/* Findings in any number of files, in the order of the files and their lines. */
struct findings;

struct findings *findings_new(enum severity least, const struct strlist *ignored);
void findings_free(struct findings *);			/* NULL is fine */

/* The runtimes (words) that start containers under the profiles; not copied. Without, or if empty:
 * "auto". */
void findings_runtimes(struct findings *, const struct strlist *words);

/* A profile, or the name of a default, to compare the others with; not copied. */
void findings_against(struct findings *, const char *path);
/* What is to load the profiles: the checks target-lacks and target-names.  NULL: not said. */
struct targets;
void findings_targets(struct findings *, const struct targets *);

/* *ret_depends: the properties of the host that matter, HOST_*. */
int lint_profile(struct findings *, const char *path, const struct read_opts *, unsigned *ret_depends, struct err *e);
/* The container and machine that were assumed, for machine-readable output; not copied. */
void findings_read_for(struct findings *, const char *);
const char *findings_host(const struct findings *);	/* NULL: does not matter */
const struct finding *findings_at(const struct findings *, size_t i);	/* NULL past the end */
size_t findings_count(const struct findings *, enum severity);
