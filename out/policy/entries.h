/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "policy/policy.h"

/*
 * Rules as the formats of container runtimes have them: those that differ in their call only are one
 * entry, with its names.  An entry is known by its first rule.
 *
 * A rule there applies on all ABIs, and a call has a name: view_losses() reports what is left out.
 */
/* Is the rule the first one of an entry?  With `reasons` all in an entry have the same one. */
bool entry_begins(const struct policy *, size_t rule, bool reasons);

/* The calls of the entry that begins with the rule, in the policy's order, each once. */
void entry_calls(const struct policy *, size_t rule, bool reasons, struct strlist *ret);
