/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "tracer/census/census.h"
#include "tracer/tracer.h"

/* Processes that a command left behind, and why a run ended early: what record and check report
 * about them. */

#define LEFT_GRACE 5.0		/* seconds from SIGTERM to SIGKILL */

/* "2 processes are left: sleep (123), nginx (130)", clean. */
void left_add(struct buf *, const struct tracer *);

/* Print a line about them; for a sink's `left`. */
void left_tell(const struct tracer *);

/* The cut's name in a recording; NULL: none. */
const char *left_cut(enum census_cut);

/* At the end: print a line about processes that a signal or --until-exit has ended, if any. */
void left_conclude(const struct tracer *);
