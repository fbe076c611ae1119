/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/policy.h"

/*
 * Goldens: each folder of tests/golden is a case.  It has the source of a policy:
 *
 *	profile.json	a profile, read with no capabilities on Linux 6.1
 *	recording.json	a recording; all other calls get EPERM
 *	deny		families and calls, a word each, on x86-64, i386 and x32
 *
 * and the expected results: `truth`, for readers and the oracles, and a file
 * for every format, which `make update-goldens` writes.
 */
struct golden {
	char name[64];
	struct policy *policy;
};

/* The i-th case by name; false past the end.  A case that cannot be read ends
 * the program. */
bool golden_open(struct golden *, size_t i);
void golden_close(struct golden *);
char *golden_read(const struct golden *, const char *file);	/* NULL: no such file */
void golden_write(const struct golden *, const char *file, const char *text);
