/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "policy/policy.h"

/*
 * Reading profiles: Docker's format (also Podman's) and OCI's `linux.seccomp`,
 * of which it is a superset.  What depends on the host (archMap, includes,
 * excludes) is decided for this one, as dockerd does.
 *
 * `warnings` collects what is accepted but not what the author may think.
 */
struct parse_host {
	uint64_t caps;			/* effective capabilities, a bit each */
	unsigned kernel[2];		/* major, minor */
};

void parse_host_here(struct parse_host *);	/* of this process */

/* "CAP_SYS_ADMIN" as a bit of `caps`; false: there is none such. */
bool cap_find(const char *name, uint64_t *ret_bit);

/* Errors name the file, the line and the JSON path. */
int policy_parse_oci(const char *path, const struct parse_host *, struct policy **ret,
		     struct strlist *warnings, struct err *e);
