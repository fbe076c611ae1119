/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "rec/rec.h"
#include "tracer/census/census.h"
#include "tracer/tracer.h"

/* Makes a recording from what a tracer reports. */
struct recorder;

/* `command`: what was executed or attached to; `scope`: as in the option.  Both are
 * borrowed. */
struct recorder *recorder_new(char *const *command, const char *scope);

/* Which arguments are worth keeping: those of narrow.h, or with `all` every plain one.
 * They live as long as the recorder. */
const struct census_want *recorder_wants(struct recorder *, bool all, size_t *ret_count);
void recorder_free(struct recorder *);		/* NULL is fine */

/* The tracer's sink calls these; the call's stack is the recorder's then. */
void recorder_first(struct recorder *, const struct first_call *);

void recorder_late_stack(struct recorder *, const struct first_call *);

void recorder_executed(struct recorder *, const struct census *, unsigned program, pid_t tid);
void recorder_connects(struct recorder *, const struct tracer *, unsigned program, pid_t tid, const char *address);

/* The name of the last new call, so that the caller can watch for one. */
const char *recorder_last_name(const struct recorder *);
size_t recorder_distinct(const struct recorder *);	/* (ABI, call), over all programs */

/* The recording so far, of a census and what knows the names behind its stacks.  `status`: the
 * workload's wait status, or NULL while it runs. */
struct rec *recorder_make(struct recorder *, const struct census *, struct stacks *, const int *status);
