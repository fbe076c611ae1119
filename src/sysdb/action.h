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
	const char *name;	/* sctrace's: "kill-process" */
	const char *oci;	/* "SCMP_ACT_KILL_PROCESS" */
	const char *help;
	uint32_t kernel;	/* SECCOMP_RET_*, without data */
};

/* An action with its 16 bits of data: an errno, or a message for a tracer. */
struct verdict {
	enum action action;
	uint16_t data;
};

const struct action_info *action_info(enum action);
bool action_find(const char *spelling, enum action *ret);	/* by any name; SCMP_ACT_KILL kills the thread */
bool action_has_data(enum action);				/* errno, trace */

uint32_t verdict_kernel(struct verdict);			/* what the filter returns */
struct verdict verdict_of_kernel(uint32_t);			/* unknown values kill, as in the kernel */
bool verdict_equal(struct verdict, struct verdict);

/* Is the call made? A supervisor or tracer may still deny it. */
bool verdict_passes(struct verdict);

/* Is `a` stricter? Of two errnos, the smaller one is, so that the order is fixed. */
bool verdict_stricter(struct verdict a, struct verdict b);

/* Names of errnos, "EPERM" <-> 1; numbers 0 to 4094 are accepted, too. Returns -1 for another word;
 * NULL for a number without a name. */
int errno_find(const char *word);
const char *errno_name(int);
