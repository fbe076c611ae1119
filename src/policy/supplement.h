/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/code.h"
#include "policy/says.h"

/*
 * The part of a filter that is not libseccomp's, in front of its code: calls of which
 * the rules have conditions, and those that it has no number for. libseccomp 2.5 joins
 * the conditions of several rules wrongly at times, and can take for ever to do it. Such
 * a call is answered here whatever its arguments are, and what libseccomp has for it is
 * never reached.
 */
struct carried {
	const struct arch *arch;
	uint32_t nr;
};

/* `list` is sorted by the ABI's audit value, then by number, and has none twice.
 * -E2BIG: the rules for a call are too much to be looked at. */
int supplement_prepend(struct code *, const struct policy *, struct diagram *, const struct carried *list, size_t count,
		       struct err *e);
