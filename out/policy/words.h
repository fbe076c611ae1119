/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "policy/policy.h"

/* A policy in short words, as several formats have them in text or comments.  All append. */

void words_verdict(struct buf *, struct verdict);			/* "errno EPERM" */
void words_conditions(struct buf *, const struct rule *);		/* " when arg0 == 0x1 and arg1 > 0x2"; "" */
void words_arches(struct buf *, const char *before, arch_set);		/* BEFORE "x86_64,x86"; "" */

/* "errno EPERM clone when arg0 & 0x1 == 0x1 on x86: the reason" */
void words_rule(struct buf *, const struct rule *);
