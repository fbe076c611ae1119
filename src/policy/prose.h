/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "policy/policy.h"

/*
 * Policies in plain words.  What an argument and its values are called may differ
 * between ABIs; NULL: as x86-64 has it.
 */

/* "refused with EPERM", "killed by SIGSYS, the whole process", "allowed" */
void prose_verdict(struct buf *, struct verdict);

/* "domain is AF_VSOCK", "flags has CLONE_NEWUSER", "argument 3 < 5" */
void prose_condition(struct buf *, const struct arch *, const char *call, const struct condition *);

/* All under which a rule has a say on the call, joined by " and "; nothing, when there
 * are none.  A multiplexer's are "it is bind" and those of the rule for bind, but
 * for one on argument 0. */
void prose_conditions(struct buf *, const struct arch *, const char *call, const struct rule *);
