/* SPDX-License-Identifier: Apache-2.0 */
/* Families, and how each is denied. */
#include <errno.h>
#include <stdlib.h>
#include "base/buf.h"
#include "base/mem.h"
#include "sysdb/action.h"
#include "sysdb/args.h"
#include "sysdb/sysdb.h"
#include "tests/unit/abi.h"
#include "tests/unit/tap.h"

TEST(families_are_sorted_and_have_help_and_calls)
{
	const char *name;

	for (size_t i = 0; (name = family_at(i)); i++) {
		size_t members = 0;

		CHECK_FOR(i == 0 || strcmp(family_at(i - 1), name) < 0, "%s", name);
		CHECK_FOR(*family_help(name), "%s", name);
		for (size_t j = 0; sysdb_at(j); j++)
			members += family_has(name, sysdb_at(j)->name);
		CHECK_FOR(members > 0, "%s", name);
		for (size_t j = 0; family_caveat(name, j); j++)
			CHECK_FOR(*family_caveat(name, j), "%s", name);
	}
	CHECK(!family_caveat("acct", 0) && family_caveat("mount", 0));
}

TEST(a_family_is_found_with_and_without_its_suffix)
{
	const char *name;

	for (size_t i = 0; (name = family_at(i)); i++) {
		char spelt[80];

		snprintf(spelt, sizeof spelt, "%s-family", name);
		CHECK_FOR(family_find(name) == name && family_find(spelt) == name, "%s", name);
	}
	CHECK(!family_find("") && !family_find("-family") && !family_find("mount-famil"));
}

/* The calls of a family on one ABI, sorted, separated by blanks. */
static void members_of(const char *family, const struct arch *a, struct buf *ret)
{
	uint32_t nr;

	for (size_t i = 0; sysdb_at(i); i++)
		if (family_has(family, sysdb_at(i)->name) && arch_call_number(a, sysdb_at(i)->name, &nr))
			buf_addf(ret, "%s%s", ret->len ? " " : "", sysdb_at(i)->name);
}

/* A wrong list is a hole, or denies too much: each is written
 * here again, from the kernel's tables, and not taken from sctrace's. */
TEST(families_have_the_expected_calls)
{
	static const struct { const char *family, *x86_64, *x86, *aarch64; } rows[] = {
		{ "chmod",
		  "chmod fchmod fchmodat fchmodat2",
		  "chmod fchmod fchmodat fchmodat2",
		  "fchmod fchmodat fchmodat2" },
		{ "kexec",
		  "kexec_file_load kexec_load",
		  "kexec_load",
		  "kexec_file_load kexec_load" },
		{ "link",
		  "link linkat",
		  "link linkat",
		  "linkat" },
		{ "mkdir",
		  "mkdir mkdirat",
		  "mkdir mkdirat",
		  "mkdirat" },
		{ "module",
		  "create_module delete_module finit_module get_kernel_syms init_module query_module",
		  "create_module delete_module finit_module get_kernel_syms init_module query_module",
		  "delete_module finit_module init_module" },
		{ "mount",
		  "fsconfig fsmount fsopen fspick mount mount_setattr move_mount open_tree open_tree_attr pivot_root umount2",
		  "fsconfig fsmount fsopen fspick mount mount_setattr move_mount open_tree open_tree_attr pivot_root umount umount2",
		  "fsconfig fsmount fsopen fspick mount mount_setattr move_mount open_tree open_tree_attr pivot_root umount2" },
		{ "namespace",
		  "clone clone3 setns unshare",
		  "clone clone3 setns unshare",
		  "clone clone3 setns unshare" },
		{ "ptrace",
		  "kcmp pidfd_getfd process_madvise process_mrelease process_vm_readv process_vm_writev ptrace",
		  "kcmp pidfd_getfd process_madvise process_mrelease process_vm_readv process_vm_writev ptrace",
		  "kcmp pidfd_getfd process_madvise process_mrelease process_vm_readv process_vm_writev ptrace" },
		{ "statfs",
		  "fstatfs statfs ustat",
		  "fstatfs fstatfs64 statfs statfs64 ustat",
		  "fstatfs statfs" },
		{ "packet-socket",
		  "socket socketpair",
		  "socket socketcall socketpair",
		  "socket socketpair" },
		{ "time-namespace",
		  "clone3 setns unshare",
		  "clone3 setns unshare",
		  "clone3 setns unshare" },
		{ "user-namespace",
		  "clone clone3 setns unshare",
		  "clone clone3 setns unshare",
		  "clone clone3 setns unshare" },
		{ "unlink",
		  "rmdir unlink unlinkat",
		  "rmdir unlink unlinkat",
		  "unlinkat" },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		const char *const want[] = { rows[i].x86_64, rows[i].x86, rows[i].aarch64 };
		const char *const names[] = { "x86_64", "x86", "aarch64" };

		for (size_t a = 0; a < countof(names); a++) {
			struct buf members = { 0 };

			members_of(rows[i].family, arch(names[a]), &members);
			scoped(freep) char *text = xprintf("%s on %s: %s", rows[i].family, names[a], buf_str(&members));
			scoped(freep) char *right = xprintf("%s on %s: %s", rows[i].family, names[a], want[a]);

			buf_done(&members);
			CHECK_STR(text, right);
		}
	}
}

TEST(denials_belong_to_families_and_are_valid_rules)
{
	const struct denial *d;

	for (size_t i = 0; (d = denial_at(i)); i++) {
		CHECK_FOR(family_find(d->family), "%s %s", d->family, d->call);
		CHECK_FOR(sysdb_find(d->call), "%s %s", d->family, d->call);
		CHECK_FOR(errno_name(d->error), "%s %s", d->family, d->call);
		CHECK_FOR(d->arg >= -1 && d->arg < 6, "%s %s", d->family, d->call);
		CHECK_FOR(d->arg < 0 || (d->value & ~d->mask) == 0, "%s %s", d->family, d->call);
		CHECK_FOR(d->arg < 0 || d->mask != 0, "%s %s", d->family, d->call);
		CHECK_FOR(*d->reason, "%s %s", d->family, d->call);
	}
	CHECK(denial_at(10));
}

TEST(rings_are_denied_if_they_reach_the_effect)
{
	/* of the ten families, those with an opcode of io_uring */
	static const char *const reached[] = { "chmod", "link", "mkdir", "unlink", "open", "rename", "symlink",
					       "socket", "stat", "truncate", "xattr", "alg-socket", "inet-socket",
					       "netlink-socket", "packet-socket", "vsock-socket" };
	const struct denial *d;

	for (size_t f = 0; f < countof(reached); f++) {
		bool closed = false;

		for (size_t i = 0; (d = denial_at(i)); i++)
			closed |= streq(d->family, reached[f]) && streq(d->call, "io_uring_setup") &&
				  d->error == ENOSYS && d->arg < 0;
		CHECK_FOR(closed, "%s", reached[f]);
	}
}

/* A part denies nothing that the whole family does not. */
TEST(a_part_denies_nothing_beyond_its_family)
{
	const char *name, *whole;
	const struct denial *part, *d;
	size_t parts = 0;

	for (size_t i = 0; (name = family_at(i)); i++) {
		if (!(whole = family_whole(name)))
			continue;
		CHECK_FOR(family_find(whole) && !family_whole(whole), "%s", name);
		parts++;
		for (size_t j = 0; (part = denial_at(j)); j++) {
			bool covered = family_has(whole, part->call), conditional = false;

			if (!streq(part->family, name))
				continue;
			for (size_t k = 0; (d = denial_at(k)); k++) {
				if (!streq(d->family, whole) || !streq(d->call, part->call))
					continue;
				conditional = true;
				if (d->arg < 0 || (d->arg == part->arg && d->mask == part->mask && d->value == part->value))
					conditional = false, covered = true, k = SIZE_MAX - 1;
			}
			CHECK_FOR(covered && !conditional, "%s %s", name, part->call);
		}
	}
	CHECK(parts >= 12 && !family_whole("mount"));
	CHECK(family_has("user-namespace", "unshare") && !family_has("user-namespace", "socket"));
	CHECK(!family_has("vsock-socket", "io_uring_setup") && !family_has("vsock-socket", "bind"));
}

TEST(choke_points_are_calls_of_the_family_or_other_denials)
{
	const char *name;

	for (size_t i = 0; (name = family_at(i)); i++) {
		size_t points = 0;

		for (size_t j = 0; sysdb_at(j); j++) {
			const char *call = sysdb_at(j)->name;
			const struct denial *d;
			bool denied = false;

			for (size_t k = 0; (d = denial_at(k)); k++)
				denied |= streq(d->family, name) && streq(d->call, call);
			if (!denial_is_choke(name, call))
				continue;
			CHECK_FOR(family_has(name, call) || denied, "%s %s", name, call);
			points++;
		}
		CHECK_FOR(points > 0, "%s", name);
	}
	CHECK(denial_is_choke("chmod", "fchmodat2") && denial_is_choke("chmod", "io_uring_setup"));
	CHECK(!denial_is_choke("chmod", "mount") && !denial_is_choke("chmod", "no_such_call"));
	CHECK(denial_is_choke("mount", "mount") && denial_is_choke("mount", "move_mount"));
	CHECK(!denial_is_choke("mount", "fsopen") && !denial_is_choke("mount", "fspick"));
}
