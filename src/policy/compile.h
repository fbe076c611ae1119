/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <linux/filter.h>
#include "policy/policy.h"

/*
 * Compiles a policy into a filter for the kernel: libseccomp handles what depends only on the call,
 * policy/supplement.h what depends on arguments. The result is compared with the meaning of the
 * rules (policy/judge.h), for every call that they name and all its arguments.
 */
struct compiled;

/* -E2BIG: longer than the kernel accepts. */
int policy_compile(const struct policy *, struct compiled **ret, struct err *e);
void compiled_free(struct compiled *);		/* NULL is fine */
scoped_pointer(struct compiled, compiled_free)

const struct sock_filter *compiled_code(const struct compiled *, size_t *ret_len);

/* The calls that a filter of the policy answers other than by default: of each rule, and the multiplexers that make them.
 * By the ABI's audit value, then by number; *ret is malloc'ed. */
struct policy_call {
	const struct arch *arch;
	uint32_t nr;
};
size_t policy_calls(const struct policy *, struct policy_call **ret);

/* SECCOMP_FILTER_FLAG_*, for callers that install it themselves. */
unsigned compiled_flags(const struct compiled *);

/* Replace every denial with TRACE and these data, so that a tracer gets the call. */
void compiled_defer(struct compiled *, uint16_t data);

/* Install it in the calling process, permanently; sets no_new_privs if the kernel requires it. Only
 * an exec should follow. */
int compiled_install(const struct compiled *, struct err *e);
