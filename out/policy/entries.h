/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "policy/policy.h"

/*
 * Rules as in the formats of container runtimes: those that differ only in their call are one
 * entry, with their names. The first rule identifies an entry.
 *
 * A rule applies to all ABIs there, and calls have names: view_losses() reports what is left out.
 */
/* Is the rule the first one of an entry? With `reasons`, all rules of an entry have the same reason. */
bool entry_begins(const struct policy *, size_t rule, bool reasons);

/* The calls of the entry that begins with this rule, in the policy's order, without duplicates. */
void entry_calls(const struct policy *, size_t rule, bool reasons, struct strlist *ret);
