/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "rec/rec.h"
#include "tracer/census/census.h"
#include "tracer/tracer.h"

/* Makes a recording from what a tracer reports. */
struct recorder;

/* `command`: what was executed or attached to; `scope`: as in the option. Both are borrowed. */
struct recorder *recorder_new(char *const *command, const char *scope);

/* The arguments to keep: those of narrow.h, or with `all` every plain one. The list lives as long
 * as the recorder. */
const struct census_want *recorder_wants(struct recorder *, bool all, size_t *ret_count);
void recorder_free(struct recorder *);		/* NULL is fine */

/* For the tracer's sink; the recorder takes over the call's stack. */
void recorder_first(struct recorder *, const struct first_call *);

void recorder_late_stack(struct recorder *, const struct first_call *);

void recorder_executed(struct recorder *, const struct census *, unsigned program, pid_t tid);
void recorder_connects(struct recorder *, const struct tracer *, unsigned program, pid_t tid, const char *address);

/* The name of the last new call. */
const char *recorder_last_name(const struct recorder *);
size_t recorder_distinct(const struct recorder *);	/* distinct (ABI, call), over all programs */

/* The recording so far, from a census and the names behind its stacks. `status`: the workload's
 * wait status; NULL while it runs. */
struct rec *recorder_make(struct recorder *, const struct census *, struct stacks *, const int *status);
