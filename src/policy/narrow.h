/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "policy/policy.h"
#include "rec/rec.h"

/*
 * Narrow what was recorded to the arguments it was made with: only where the evidence is
 * exact (every run kept the arguments, and all values) and the argument is a plain value.
 * An allow rule without conditions is then replaced by one for each combination.
 *
 * *ret_narrowed: "socket: domain AF_UNIX AF_INET, type SOCK_STREAM"; *ret_left: calls that
 * would be worth it, and why they were left: "ioctl: more than 64 values of cmd".
 */
void policy_narrow(struct policy *, const struct rec *, struct strlist *ret_narrowed, struct strlist *ret_left);
