/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/census/call-set.h"

/*
 * Which calls does the filter refuse that we run under ourselves?
 *
 * A throw-away child puts a filter of its own below it, which answers TRACE to all,
 * and offers every number.  TRACE ranks below every refusal: a number that gives a
 * stop was let through by the outer filter, and is cancelled there; one that gives
 * none was refused.  Nothing is executed.
 *
 * Each is offered twice, with all arguments 0 and with all -1: conditions that tell
 * these apart are seen, others are not.  Empty when we may not look: the outer
 * filter, or somebody else, refuses us ptrace or a filter.
 */
void outer_filter_probe(struct call_set *ret);
