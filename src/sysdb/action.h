/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdint.h>
#include "base/attr.h"

/* The answers of a filter to a call; the table is actions.def, strictest first. */
enum action {
#define ACTION(id, name, kernel, oci, help) ACT_##id,
#include "sysdb/actions.def"
#undef ACTION
	ACT_COUNT,
};

struct action_info {
	const char *name;	/* here: "kill-process" */
	const char *oci;	/* "SCMP_ACT_KILL_PROCESS" */
	const char *help;
	uint32_t kernel;	/* SECCOMP_RET_*, without data */
};

/* An action with its 16 bits of data: the errno, or the message for a tracer. */
struct verdict {
	enum action action;
	uint16_t data;
};

const struct action_info *action_info(enum action);
bool action_find(const char *spelling, enum action *ret);	/* any spelling; SCMP_ACT_KILL kills the thread */
bool action_has_data(enum action);				/* errno, trace */

uint32_t verdict_kernel(struct verdict);			/* what the filter returns */
struct verdict verdict_of_kernel(uint32_t);			/* unknown values kill, as the kernel does */
bool verdict_equal(struct verdict, struct verdict);

/* Is the call made then?  A supervisor or tracer that is asked may deny it. */
bool verdict_passes(struct verdict);

/* Is `a` stricter?  Of two errnos the smaller one, to have a fixed order. */
bool verdict_stricter(struct verdict a, struct verdict b);

/* errno names, "EPERM" <-> 1; numbers are accepted too, 0..4094.
 * Returns -1 when the word is neither; NULL when the number has no name. */
int errno_find(const char *word);
const char *errno_name(int);
