/* SPDX-License-Identifier: Apache-2.0 */
/* Which call a number means, compared with libseccomp's tables. */
#include <seccomp.h>
#include <stdlib.h>
#include "base/attr.h"
#include "tests/unit/tap.h"
#include "tracer/tracee/call.h"

static enum machine_call expected_kind(const char *name)
{
	static const struct { const char *name; enum machine_call kind; } rows[] = {
		{ "clone", CALL_CLONE }, { "clone3", CALL_CLONE3 }, { "execve", CALL_EXECVE }, { "execveat", CALL_EXECVEAT },
		{ "connect", CALL_CONNECT }, { "io_uring_enter", CALL_IO_URING_ENTER }, { "io_uring_register", CALL_IO_URING_REGISTER },
		{ "io_uring_setup", CALL_IO_URING_SETUP }, { "pidfd_open", CALL_PIDFD_OPEN }, { "prctl", CALL_PRCTL },
		{ "ptrace", CALL_PTRACE }, { "seccomp", CALL_SECCOMP },
	};

	for (size_t i = 0; name && i < countof(rows); i++)
		if (streq(rows[i].name, name))
			return rows[i].kind;
	return CALL_OTHER;
}

TEST(a_watched_call_is_known_by_its_number_on_each_abi)
{
	static const struct { uint32_t scmp, arch, bit; } abis[] = {
		{ SCMP_ARCH_X86_64, AUDIT_ARCH_X86_64, 0 }, { SCMP_ARCH_X86, AUDIT_ARCH_I386, 0 },
		{ SCMP_ARCH_X32, AUDIT_ARCH_X86_64, 0x40000000 },
	};
	unsigned found = 0;

	for (size_t i = 0; i < countof(abis); i++)
		for (uint32_t nr = 0; nr < 2 * MACHINE_NUMBERS; nr++) {
			char *name = seccomp_syscall_resolve_num_arch(abis[i].scmp, (int)(nr | abis[i].bit));
			const struct call call = { .arch = abis[i].arch, .nr = nr | abis[i].bit };
			enum machine_call kind = call_kind(&call);
			bool same = kind == expected_kind(name);

			free(name);
			CHECK_FOR(same, "abi %zu, number %u: %d", i, nr, kind);
			found += kind != CALL_OTHER;
		}
	CHECK(found == 3 * (CALL_COUNT - 1));
	CHECK(call_kind(&(struct call){ .arch = 0x1234, .nr = 59 }) == CALL_OTHER);
	CHECK(call_kind(&(struct call){ .arch = MACHINE_ARCH, .nr = 0xffffffff }) == CALL_OTHER);
}
