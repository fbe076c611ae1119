/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/census/call-set.h"

/*
 * Which calls does the filter deny under which sctrace itself runs?
 *
 * A child process installs a filter that returns TRACE for all calls, and tries every number. TRACE
 * has a lower precedence than every denial: a number that stops was allowed by the outer filter,
 * and is cancelled there; one that does not stop was denied. Nothing is executed.
 *
 * Each is tried twice, with all arguments 0 and with all -1: only conditions that distinguish these
 * are seen. The set is empty if sctrace cannot look: the outer filter, or something else, denies
 * ptrace or a new filter.
 */
void outer_filter_probe(struct call_set *ret);
