/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <linux/filter.h>
#include "policy/policy.h"

/*
 * A policy as a filter for the kernel: libseccomp makes what depends on the call only,
 * policy/supplement.h what depends on its arguments. The whole is compared with what the
 * rules mean (policy/judge.h), for every call that they name and all its arguments.
 */
struct compiled;

/* -E2BIG: the kernel takes no filter as long. */
int policy_compile(const struct policy *, struct compiled **ret, struct err *e);
void compiled_free(struct compiled *);		/* NULL is fine */
scoped_pointer(struct compiled, compiled_free)

const struct sock_filter *compiled_code(const struct compiled *, size_t *ret_len);

/* SECCOMP_FILTER_FLAG_*, for who installs it himself. */
unsigned compiled_flags(const struct compiled *);

/* In place of every refusal TRACE with these data, so that a tracer hears of it. */
void compiled_defer(struct compiled *, uint16_t data);

/* Into the calling process, for good; no_new_privs is set when the kernel
 * insists.  Nothing but an exec should follow. */
int compiled_install(const struct compiled *, struct err *e);
