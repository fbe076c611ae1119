/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/code.h"
#include "read/reader.h"

/*
 * Filters as the kernel runs them, read back as a policy: one from a file, or those that a
 * process runs under, newest first, of which the strictest answer counts.
 *
 * The policy means what they answer, for every call of an ABI of this machine, or of one that they
 * ask for, whatever its arguments are; and it is looked at once more whether it does. What no rules can
 * say is an error. A number that no call has may get another answer than the default: that is a remark.
 */
int filters_read(struct profile *, const struct code *filters, size_t count, struct err *e);

/* Filters of a process; `who` is for messages: "process 12". */
int profile_read_filters(const char *who, const struct code *filters, size_t count, struct profile **ret, struct err *e);
