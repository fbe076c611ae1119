/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's calls, compared with libseccomp's tables. */
#include <seccomp.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include "base/attr.h"
#include "tests/unit/tap.h"
#include "tracer/arch/arch.h"

/* In libseccomp's table; older versions do not have all. */
static bool is_rows_name(const struct machine_row *row, const char *name)
{
	for (size_t i = 0; name && !row && i < machine_row_count; i++)
		if (streq(machine_rows[i].name, name))
			return false;
	return !row || !name || streq(row->name, name);
}

TEST(the_numbers_of_the_machines_rows_agree_with_libseccomp)
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
