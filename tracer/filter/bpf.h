/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <linux/filter.h>
#include <stddef.h>
#include "tracer/census/call-set.h"

/*
 * Which calls can a filter of the workload deny? ABI and number are known, arguments are not: both
 * branches of a condition on an argument are followed. So the set has also calls that are denied
 * for some arguments only, and misses none.
 *
 * A 32-bit ABI that is killed as a whole is left out: the workload cannot have used it.
 *
 * The program can be anything; one that the kernel would reject hides nothing.
 */
void bpf_hidden(const struct sock_filter *, size_t len, struct call_set *ret);
