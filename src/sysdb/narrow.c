/* SPDX-License-Identifier: Apache-2.0 */
#include "sysdb/narrow.h"

#include "base/attr.h"
#include "sysdb/arch.h"

#define ALL        UINT64_MAX
#define NAMESPACES 0x7e020000u		/* CLONE_NEW*, except for time, which clone cannot create */
#define TYPE       0xfu			/* type of a socket, without the bits SOCK_CLOEXEC and SOCK_NONBLOCK */
#define WRITE_EXEC 0x6u

/* keep sorted; rows of one call in the order of its arguments */
static const struct narrow rows[] = {
	{ "bpf", "cmd", ALL, false },
	{ "clone", "flags", NAMESPACES, false },
	{ "fcntl", "cmd", ALL, false },
	{ "fcntl64", "cmd", ALL, false },
	{ "ioctl", "cmd", ALL, false },
	{ "keyctl", "option", ALL, false },
	{ "mmap", "prot", WRITE_EXEC, true },
	{ "mmap2", "prot", WRITE_EXEC, true },
	{ "mprotect", "prot", WRITE_EXEC, true },
	{ "personality", "persona", ALL, false },
	{ "pkey_mprotect", "prot", WRITE_EXEC, true },
	{ "prctl", "option", ALL, false },
	{ "ptrace", "request", ALL, false },
	{ "seccomp", "op", ALL, false },
	{ "setns", "nstype", ALL, false },
	{ "socket", "domain", ALL, false },
	{ "socket", "type", TYPE, false },
	{ "socketpair", "domain", ALL, false },
	{ "socketpair", "type", TYPE, false },
	{ "unshare", "flags", ALL, false },
};

const struct narrow *narrow_at(size_t i)
{
	return i < countof(rows) ? &rows[i] : NULL;
}

bool narrow_place(const struct narrow *n, const struct arch *arch, unsigned *ret_arg, uint64_t *ret_mask)
{
	for (unsigned i = 0; i < 6; i++) {
		const struct arg_info *a = sysdb_arg_on(arch, n->call, i);

		if (!a || !arg_is_plain(a) || !streq(a->name, n->arg))
			continue;
		*ret_arg = i;
		*ret_mask = n->mask & arg_mask_on(arch, a);
		return true;
	}
	return false;
}
