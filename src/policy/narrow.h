/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/buf.h"
#include "policy/policy.h"
#include "rec/rec.h"

/*
 * Narrow recorded calls to the recorded arguments: only where the evidence is exact (every run kept
 * the arguments, and all values) and the argument is a plain value. A rule for each combination
 * replaces the unconditional allow rule.
 *
 * *ret_narrowed: "socket: domain AF_UNIX AF_INET, type SOCK_STREAM"; *ret_left: calls that should
 * be narrowed, and why they were not: "ioctl: more than 64 values of cmd".
 */
void policy_narrow(struct policy *, const struct rec *, struct strlist *ret_narrowed, struct strlist *ret_left);
