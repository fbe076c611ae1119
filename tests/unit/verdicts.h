/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <errno.h>
#include "policy/judge.h"
#include "tests/unit/abi.h"

#define ALLOW   ((struct verdict){ ACT_ALLOW, 0 })
#define ERROR(n) ((struct verdict){ ACT_ERRNO, n })

enum { ALLOWED = 0x7fff0000, LOGGED = 0x7ffc0000, TRAPPED = 0x30000, THREAD = 0, EPERMED = 0x50001, ENOSYSED = 0x50026 };

/* The kernel's value of the verdict on a call by name; 1: the ABI does not have the call. */
static inline uint32_t judge(const struct policy *p, const char *abi, const char *call, const uint64_t args[6])
{
	static const uint64_t zeros[6];
	uint32_t nr;

	if (!arch_call_number(arch(abi), call, &nr))
		return 1;
	return verdict_kernel(policy_judge(p, arch(abi), nr, args ? args : zeros, NULL));
}
