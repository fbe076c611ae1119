/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <linux/filter.h>
#include "base/buf.h"
#include "policy/policy.h"

/*
 * A policy as filters for the kernel, made by libseccomp.  Mostly one; where
 * conditional rules of one call disagree, one more for each further verdict,
 * since the kernel then takes the strictest, and libseccomp's answer would
 * depend on the order of its own tree.
 */
struct filters;

/* What libseccomp cannot allow where the call has no name that it knows, which is
 * on ABIs other than the native one, is taken out: the default holds there, as it
 * does with runc and crun. Adds the calls to `ret_calls`, sorted. */
void policy_fit(struct policy *, struct strlist *ret_calls);

/* -EOPNOTSUPP when the policy means what no filter can do. */
int policy_compile(const struct policy *, struct filters **ret, struct err *e);
void filters_free(struct filters *);		/* NULL is fine */

size_t filters_count(const struct filters *);

/* In the order of installation.  NULL past the end. */
const struct sock_filter *filters_at(const struct filters *, size_t i, size_t *ret_len);

/* SECCOMP_FILTER_FLAG_*, for who installs them himself. */
unsigned filters_flags(const struct filters *);

/* In place of every refusal TRACE with these data, so that a tracer hears of it. */
void filters_defer(struct filters *, uint16_t data);

/* Into the calling process, for good; no_new_privs is set when the kernel
 * insists.  Nothing but an exec should follow. */
int filters_install(const struct filters *, struct err *e);
