/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's calls, compared with libseccomp's tables. */
#include <seccomp.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include "base/attr.h"
#include "tests/unit/tap.h"
#include "tracer/arch/arch.h"
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

/* In libseccomp's table, of which older versions do not know all. */
static bool is_rows_name(const struct machine_row *row, const char *name)
{
	for (size_t i = 0; name && !row && i < machine_row_count; i++)
		if (streq(machine_rows[i].name, name))
			return false;
	return !row || !name || streq(row->name, name);
}

TEST(the_numbers_of_the_machines_rows_are_those_of_libseccomp)
{
	static const struct { uint32_t scmp, arch, bit; } tables[] = {
		{ SCMP_ARCH_X86_64, AUDIT_ARCH_X86_64, 0 }, { SCMP_ARCH_X86, AUDIT_ARCH_I386, 0 },
		{ SCMP_ARCH_X32, AUDIT_ARCH_X86_64, MACHINE_X32_BIT },
	};
	size_t found = 0, numbers = 0;

	for (size_t i = 0; i < machine_row_count; i++)
		numbers += !!machine_rows[i].own + !!machine_rows[i].compat + !!machine_rows[i].x32;
	for (size_t i = 0; i < countof(tables); i++)
		for (uint32_t nr = 0; nr < MACHINE_NUMBERS; nr++) {
			char *name = seccomp_syscall_resolve_num_arch(tables[i].scmp, (int)(nr | tables[i].bit));
			const struct machine_row *row = machine_row(tables[i].arch, nr | tables[i].bit);
			bool same = is_rows_name(row, name);

			found += row != NULL;
			free(name);
			CHECK_FOR(same, "table %zu, number %u: %s", i, nr, row ? row->name : "no row");
		}
	CHECK(found == numbers);
	CHECK(!machine_row(0x1234, 59) && !machine_row(MACHINE_ARCH, 0xffffffff));
	CHECK(machine_has(MACHINE_ARCH, SYS_mmap | MACHINE_X32_BIT, MACHINE_MAPS) && !machine_has(MACHINE_ARCH, SYS_open, MACHINE_MAPS));
}
