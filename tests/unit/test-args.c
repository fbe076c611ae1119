/* SPDX-License-Identifier: Apache-2.0 */
/* Arguments of calls, and their values. */
#include <errno.h>
#include <stdlib.h>
#include "base/buf.h"
#include "base/mem.h"
#include "sysdb/args.h"
#include "sysdb/sysdb.h"
#include "tests/unit/abi.h"
#include "tests/unit/tap.h"

static const struct arg_info *arg_on(const char *abi, const char *call, unsigned n)
{
	return sysdb_arg_on(arch(abi), call, n);
}

static bool is_arg(const struct arg_info *a, enum arg_type type, const char *name)
{
	return a && a->type == type && streq(a->name, name);
}

TEST(arguments_of_a_call_have_no_gaps)
{
	for (size_t i = 0; sysdb_at(i); i++) {
		const char *call = sysdb_at(i)->name;
		bool ended = false;

		for (unsigned n = 0; n < 8; n++) {
			const struct arg_info *a = sysdb_arg(call, n);

			CHECK_FOR(a, "%s", call);
			if (!a)
				break;
			CHECK_FOR(!ended || a->type == ARG_NONE, "%s %u", call, n);
			CHECK_FOR((a->type == ARG_NONE) == !*a->name, "%s %u", call, n);
			CHECK_FOR(n < 6 || a->type == ARG_NONE, "%s %u", call, n);
			CHECK_FOR(!*a->set || arg_is_plain(a), "%s %u", call, n);
			ended = a->type == ARG_NONE;
		}
	}
	CHECK(!sysdb_arg("no_such_call", 0) && !sysdb_arg("", 0) && !sysdb_arg("zzz", 0));
}

TEST(only_values_can_be_compared)
{
	CHECK(!arg_is_plain(NULL) && !arg_is_plain(sysdb_arg("getpid", 0)));
	CHECK(!arg_is_plain(sysdb_arg("openat", 1)) && !arg_is_plain(sysdb_arg("ioctl", 2)));
	CHECK(arg_is_plain(sysdb_arg("openat", 0)) && arg_is_plain(sysdb_arg("openat", 2)));
	CHECK(arg_is_plain(sysdb_arg("mprotect", 2)) && arg_is_plain(sysdb_arg("socket", 0)));
	CHECK(arg_mask(sysdb_arg("socket", 0)) == UINT32_MAX && arg_mask(sysdb_arg("openat", 0)) == UINT32_MAX);
	CHECK(arg_mask(sysdb_arg("unshare", 0)) == UINT64_MAX && arg_mask(sysdb_arg("getpid", 3)) == 0);
}

TEST(a_32_bit_abi_has_no_upper_half)
{
	const struct arg_info *flags = sysdb_arg("unshare", 0), *fd = sysdb_arg("close", 0);

	CHECK(arg_mask_on(arch("x86_64"), flags) == UINT64_MAX && arg_mask_on(arch("x32"), flags) == UINT64_MAX);
	CHECK(arg_mask_on(arch("x86"), flags) == UINT32_MAX && arg_mask_on(arch("arm"), flags) == UINT32_MAX);
	CHECK(arg_mask_on(arch("x86"), fd) == UINT32_MAX && arg_mask_on(arch("aarch64"), fd) == UINT32_MAX);
	CHECK(arg_mask_on(arch("x86"), sysdb_arg("getpid", 0)) == 0);
}

/* The condition of a denial compares one argument on every ABI: it must be
 * the same argument everywhere, a value, and not wider than the kernel uses it. */
TEST(denials_compare_only_what_the_kernel_uses)
{
	const struct denial *d;
	const struct arch *a;
	unsigned judged = 0;

	for (size_t i = 0; (d = denial_at(i)); i++)
		for (size_t j = 0; d->arg >= 0 && (a = described_abi(j)); j++) {
			const struct arg_info *arg = sysdb_arg_on(a, d->call, (unsigned)d->arg);
			uint32_t nr;

			if (!arch_call_number(a, d->call, &nr))
				continue;
			/* a caveat of the family: there the arguments are in memory */
			if (streq(d->call, "mmap") && streq(a->name, "x86"))
				continue;
			CHECK_FOR(arg_is_plain(arg), "%s %s on %s", d->family, d->call, a->name);
			CHECK_FOR((d->mask & ~arg_mask(arg)) == 0, "%s %s on %s", d->family, d->call, a->name);
			CHECK_FOR(streq(arg->name, sysdb_arg(d->call, (unsigned)d->arg)->name), "%s %s on %s",
				  d->family, d->call, a->name);
			judged++;
		}
	CHECK(judged > 200);
}

/* Written again from the manual, where ABIs differ. */
TEST(arguments_have_the_positions_of_the_abi)
{
	CHECK(is_arg(arg_on("x86_64", "clone", 0), ARG_INT, "flags"));
	CHECK(is_arg(arg_on("x86_64", "clone", 4), ARG_POINTER, "tls"));
	CHECK(is_arg(arg_on("x86", "clone", 3), ARG_POINTER, "tls"));
	CHECK(is_arg(arg_on("s390x", "clone", 1), ARG_INT, "flags"));
	CHECK(is_arg(arg_on("aarch64", "pread64", 3), ARG_LONG, "pos"));
	CHECK(is_arg(arg_on("x86", "pread64", 3), ARG_LONG, "pos_low"));
	CHECK(is_arg(arg_on("arm", "pread64", 3), ARG_LONG, "pad"));
	CHECK(is_arg(arg_on("x32", "pread64", 3), ARG_LONG, "pos"));
	CHECK(is_arg(arg_on("x86_64", "fadvise64", 3), ARG_INT, "advice"));
	CHECK(is_arg(arg_on("x86", "fadvise64", 4), ARG_INT, "advice"));
	CHECK(is_arg(arg_on("arm", "arm_fadvise64_64", 1), ARG_INT, "advice"));
	CHECK(is_arg(arg_on("x86_64", "mmap", 2), ARG_INT, "prot"));
	CHECK(is_arg(arg_on("x86", "mmap", 0), ARG_POINTER, "arg") && arg_on("x86", "mmap", 2)->type == ARG_NONE);
	CHECK(is_arg(arg_on("x86", "mmap2", 2), ARG_INT, "prot"));
	CHECK(is_arg(arg_on("x86_64", "preadv2", 5), ARG_INT, "flags"));
	CHECK(is_arg(arg_on("x32", "preadv2", 4), ARG_INT, "flags"));
	CHECK(is_arg(arg_on("x86", "socketcall", 0), ARG_INT, "call"));
	/* for an ABI that is not described, nothing is known where ABIs differ */
	CHECK(!arg_on("mips", "pread64", 3) && !arg_on("ppc", "fallocate", 2));
	CHECK(is_arg(arg_on("mips", "socket", 0), ARG_INT, "domain"));
	/* without an ABI: as on x86-64, otherwise as on the only one */
	CHECK(is_arg(sysdb_arg("clone", 3), ARG_POINTER, "child_tid"));
	CHECK(is_arg(sysdb_arg("truncate64", 0), ARG_POINTER, "path"));
}

TEST(zero_is_printed_as_none_of_the_kept_flags)
{
	/* mask 0: all of the argument */
	static const struct { const char *call; unsigned arg; uint64_t mask, values[3]; size_t count; const char *text; } rows[] = {
		{ "mmap", 2, 6, { 0, 2, 4 }, 3, "PROT_WRITE PROT_EXEC, or none of PROT_WRITE|PROT_EXEC" },
		{ "mmap", 2, 6, { 0 }, 1, "none of PROT_WRITE|PROT_EXEC" },
		{ "mmap", 2, 0, { 0, 1 }, 2, "PROT_NONE PROT_READ" },
		{ "socket", 0, 0, { 1, 2 }, 2, "AF_UNIX AF_INET" },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct buf b = { 0 };
		const struct arg_info *info = sysdb_arg(rows[i].call, rows[i].arg);

		values_print(&b, info, rows[i].mask ? rows[i].mask : arg_mask(info), rows[i].values, rows[i].count);
		CHECK_FOR(streq(buf_str(&b), rows[i].text), "%s: %s", rows[i].call, buf_str(&b));
		buf_done(&b);
	}
}

static uint64_t value_of(const char *name)
{
	uint64_t v = 0xbad;

	return const_value(name, &v) ? v : 0xbad;
}

TEST(constants_are_found_by_name)
{
	uint64_t v = 7;

	CHECK(value_of("CLONE_NEWUSER") == 0x10000000 && value_of("AF_VSOCK") == 40 && value_of("SYS_SOCKET") == 1);
	CHECK(value_of("AT_FDCWD") == 0xffffff9c && value_of("PR_SET_NO_NEW_PRIVS") == 38);
	CHECK(value_of("TIOCSTI") == 0x5412 && value_of("LINUX_REBOOT_CMD_KEXEC") == 0x45584543);
	CHECK(!const_value("", &v) && !const_value("clone_newuser", &v) && !const_value("CLONE_NEW", &v) && v == 7);
}

TEST(values_are_printed_by_name_and_read_back)
{
	static const struct { const char *call; unsigned arg; uint64_t value; const char *text; } rows[] = {
		{ "unshare", 0, 0x10020001, "CLONE_NEWNS|CLONE_NEWUSER|0x1" },
		{ "clone", 0, 0x10020011, "CLONE_NEWNS|CLONE_NEWUSER|SIGCHLD" },
		{ "clone", 0, 0x1000000010020001, "CLONE_NEWNS|CLONE_NEWUSER|0x1" },
		{ "clone", 0, 0, "0" },
		{ "socket", 0, 40, "AF_VSOCK" },
		{ "socket", 0, 1, "AF_UNIX" },
		{ "socket", 0, 77, "77" },
		{ "socket", 1, 0x80801, "SOCK_STREAM|SOCK_NONBLOCK|SOCK_CLOEXEC" },
		{ "socket", 1, 0x80000, "SOCK_CLOEXEC" },
		{ "socket", 2, 17, "17" },
		{ "kill", 0, (uint32_t)-1, "-1" },
		{ "openat", 0, (uint32_t)-100, "AT_FDCWD" },
		{ "openat", 0, (uint64_t)-100, "AT_FDCWD" },
		{ "openat", 0, 5, "5" },
		{ "openat", 2, 0, "O_RDONLY" },
		{ "openat", 2, 0x80241, "O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC" },
		{ "openat", 2, 0x101000, "O_RDONLY|O_SYNC" },
		{ "mmap", 2, 0, "PROT_NONE" },
		{ "mmap", 2, 5, "PROT_READ|PROT_EXEC" },
		{ "mmap", 3, 0x22, "MAP_PRIVATE|MAP_ANONYMOUS" },
		{ "futex", 1, 0x189, "FUTEX_WAIT_BITSET|FUTEX_PRIVATE_FLAG|FUTEX_CLOCK_REALTIME" },
		{ "personality", 0, 0xffffffff, "0xffffffff" },
		{ "personality", 0, 0x40008, "PER_LINUX32|ADDR_NO_RANDOMIZE" },
		{ "mount", 3, 0x5000, "MS_BIND|MS_REC" },
		{ "mount", 3, 0xc0ed0020, "MS_MGC_VAL|MS_REMOUNT" },
		{ "mknod", 1, 0x21b6, "S_IFCHR|S_IRUSR|S_IWUSR|S_IRGRP|S_IWGRP|S_IROTH|S_IWOTH" },
		{ "ioctl", 1, 0x5412, "TIOCSTI" },
		{ "ioctl", 1, 0xdeadbeef, "0xdeadbeef" },
		{ "lseek", 1, (uint64_t)-5, "-5" },
		{ "lseek", 1, UINT64_MAX / 2, "0x7fffffffffffffff" },
		{ "socketcall", 0, 1, "SYS_SOCKET" },
	};
	char wrong[CONST_NAME_MAX];
	struct buf b = { 0 };

	for (size_t i = 0; i < countof(rows); i++) {
		const struct arg_info *a = sysdb_arg(rows[i].call, rows[i].arg);
		uint64_t back = ~rows[i].value;

		b.len = 0;
		const_print(&b, a, rows[i].value);
		CHECK_STR(buf_str(&b), rows[i].text);
		CHECK_FOR(const_parse(rows[i].text, &back, wrong), "%s", rows[i].text);
		CHECK_FOR((back & arg_mask(a)) == (rows[i].value & arg_mask(a)), "%s", rows[i].text);
	}
	/* these bits differ between ABIs */
	b.len = 0;
	const_print(&b, sysdb_arg("openat", 2), value_of("O_TMPFILE") | 2);
	CHECK_STR(buf_str(&b), "O_RDWR|O_TMPFILE");
	buf_done(&b);
}

TEST(invalid_values_are_rejected)
{
	static const struct { const char *text, *wrong; } rows[] = {
		{ "", "" }, { "|", "" }, { "AF_INET|", "" }, { "|AF_INET", "" }, { "AF_INET||AF_UNIX", "" },
		{ "NO_SUCH", "NO_SUCH" }, { "1x", "1x" }, { "--1", "--1" }, { "-", "-" }, { " 1", " 1" }, { "+1", "+1" },
		{ "AF_INET|0x|3", "0x" }, { "AF_INET AF_UNIX", "AF_INET AF_UNIX" },
		{ "99999999999999999999", "99999999999999999999" },
		{ "1234567890123456789012345678901234567890123456789012345678901234567890",
		  "123456789012345678901234567890123456789012345678901234567890123" },
	};
	char wrong[CONST_NAME_MAX];
	uint64_t v = 7;

	for (size_t i = 0; i < countof(rows); i++) {
		CHECK_FOR(!const_parse(rows[i].text, &v, wrong) && v == 7, "%s", rows[i].text);
		CHECK_STR(wrong, rows[i].wrong);
	}
	CHECK(const_parse("0x10|CLONE_NEWNS|3", &v, wrong) && v == 0x20013);
	CHECK(const_parse("-1", &v, wrong) && v == UINT64_MAX);
}

/* Each constant where an argument takes it, alone and with its neighbours. */
TEST(every_constant_survives_printing_and_reading)
{
	const struct args_row *row;
	char wrong[CONST_NAME_MAX];

	for (size_t i = 0; (row = args_at(i)); i++)
		for (unsigned n = 0; n < 6; n++) {
			const struct arg_info *a = &row->arg[n];
			const struct const_row *c;
			uint64_t sum = 0;

			for (size_t j = 0; *a->set && (c = const_at(j)); j++) {
				uint64_t back, value;

				if (!streq(c->set, a->set) || !const_value(c->name, &value))
					continue;
				sum = a->flags && !c->field ? sum | value : value;
				for (int whole = 0; whole < 2; whole++) {
					struct buf b = { 0 };

					const_print(&b, a, whole ? sum : value);
					CHECK_FOR(const_parse(buf_str(&b), &back, wrong) &&
						  (back & arg_mask(a)) == ((whole ? sum : value) & arg_mask(a)),
						  "%s %s: %s", row->call, c->name, buf_str(&b));
					buf_done(&b);
				}
			}
		}
}
