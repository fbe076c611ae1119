/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/json.h"
#include "read/reader.h"

/*
 * The SeccompProfile of the Security Profiles Operator: its spec is a profile for runtimes, and can
 * name a base profile, whose rules the operator adds. The operator installs it on each node as
 * operator/NAMESPACE/NAME.json or, without a namespace, operator/NAME.json.
 */
#define OPERATOR_KIND "SeccompProfile"

struct operator_profile {
	const char *name, *space;	/* metadata; space "": none */
	const struct json_at *spec;
	struct place place;
};

/* Those in a file. */
struct operators {
	struct operator_profile *items;
	size_t count, room;
};

enum { OPERATORS_MAX = 1000, BASES_MAX = 15 };

int operators_add(struct operators *, struct profile *, const struct json_at *object, struct err *e);
void operators_done(struct operators *);

/* The spec of the profile that is installed at this path, or NULL. */
const struct json_at *operators_installed(const struct operators *, const char *path);

/* Is it the base profile of another one? */
bool operators_is_base(const struct operators *, const struct operator_profile *);

/* Reads a spec into the profile, with its base profiles: in the same file, otherwise in NAME.yaml,
 * .yml or .json beside it. A missing base is a warning. */
int operators_read(const struct operators *, struct profile *, const struct json_at *spec, const struct read_opts *, struct err *e);
