/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/attr.h"
#include "sysdb/arch.h"

static inline const struct arch *arch(const char *name)
{
	return arch_find(name);
}

/* The ABIs that the tables describe; NULL past the end. */
static inline const struct arch *described_abi(size_t i)
{
	static const char *const names[] = { "x86_64", "x86", "x32", "aarch64", "arm", "riscv64" };

	return i < countof(names) ? arch(names[i]) : NULL;
}

/* libseccomp 2.5.4 returns some names that it does not find by name. */
static inline bool is_lost(const char *name)
{
	return streq(name, "memfd_secret") || streq(name, "map_shadow_stack");
}
