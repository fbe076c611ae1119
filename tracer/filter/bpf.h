/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <linux/filter.h>
#include <stddef.h>
#include "tracer/census/call-set.h"

/*
 * Reading a filter that somebody else wrote: which calls may it keep from being
 * made?  Number and ABI are known, arguments are not: of a condition on those both
 * ways are gone.  So a call is named that is refused for some arguments only, and
 * none is missed.
 *
 * A 32-bit ABI that is killed altogether is left out: there is nothing to be
 * learnt that the workload could have done.
 *
 * The program may be anything: what the kernel would not accept hides nothing.
 */
void bpf_hidden(const struct sock_filter *, size_t len, struct call_set *ret);
