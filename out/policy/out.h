/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdio.h>
#include "base/buf.h"
#include "base/err.h"
#include "read/layers.h"
#include "policy/policy.h"

/*
 * A policy said in one format: a file and a row of the table for each.  An
 * emitter reads the policy, writes a FILE, and decides nothing; the same policy
 * gives the same bytes.  Write errors are the FILE's owner's to see (ferror).
 */
enum out_can {
	OUT_CAN_ARGS     = 1 << 0,	/* argument conditions */
	OUT_CAN_ARCHES   = 1 << 1,	/* more ABIs than the native one */
	OUT_CAN_PER_ARCH = 1 << 2,	/* a rule for some of the ABIs only */
	OUT_CAN_ERRNO    = 1 << 3,	/* an errno for each rule */
	OUT_CAN_UNNAMED  = 1 << 4,	/* calls by number */
	OUT_CAN_WHY      = 1 << 5,	/* reasons */
};

struct out_opts {
	bool annotate;			/* write reasons where the format has a place for them */
};

struct out_format {
	const char *name;		/* --format=NAME */
	const char *suffix;		/* ".json" */
	const char *help;
	unsigned can;			/* OUT_CAN_* */
	bool container;			/* a container runtime reads it, and makes calls of its own under it */
	void (*emit)(const struct policy *, const struct out_opts *, FILE *);
};

const struct out_format *out_find(const char *name);	/* NULL: unknown */
const struct out_format *out_at(size_t i);		/* NULL past the end */

/* A profile whose rules depend on where it is used, in Docker's format. */
void out_layers(const struct layers *, const struct out_opts *, FILE *);

/* What the policy needs and the format cannot say, a sentence each: what
 * becomes wider, or is left out. */
void out_losses(const struct policy *, const struct out_format *, struct strlist *ret);
