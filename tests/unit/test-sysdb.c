/* SPDX-License-Identifier: Apache-2.0 */
/* The table of calls. */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/mem.h"
#include "sysdb/sysdb.h"
#include "tests/unit/abi.h"
#include "tests/unit/tap.h"

TEST(calls_are_sorted_without_duplicates)
{
	for (size_t i = 1; sysdb_at(i); i++)
		CHECK_FOR(strcmp(sysdb_at(i - 1)->name, sysdb_at(i)->name) < 0, "%s", sysdb_at(i)->name);
	CHECK(sysdb_at(400));
}

TEST(every_call_is_found_by_its_name_and_others_are_not)
{
	for (size_t i = 0; sysdb_at(i); i++)
		CHECK(sysdb_find(sysdb_at(i)->name) == sysdb_at(i));
	CHECK(!sysdb_find("") && !sysdb_find("opena") && !sysdb_find("zzz") && !sysdb_find("call_1"));
}

TEST(every_call_has_a_meaning_and_a_risk_its_reason)
{
	const struct sysdb_call *c;

	for (size_t i = 0; (c = sysdb_at(i)); i++) {
		CHECK_FOR(*c->meaning, "%s", c->name);
		CHECK_FOR(c->risk >= RISK_NONE && c->risk <= RISK_HIGH, "%s", c->name);
		CHECK_FOR((c->risk == RISK_NONE) == !*c->why, "%s", c->name);
		CHECK_FOR(!*c->why || risk_reason(c->why), "%s", c->name);
	}
	CHECK(sysdb_risk("no_such_call") == RISK_HIGH);
	CHECK(sysdb_risk("mount") == RISK_HIGH && sysdb_risk("getpid") == RISK_NONE);
	CHECK(!risk_reason("no-such-reason"));
	CHECK_STR(risk_name(RISK_MEDIUM), "medium");
}

static bool resolves_somewhere(const char *name)
{
	for (size_t i = 0; arch_at(i); i++)
		if (seccomp_syscall_resolve_name_arch(arch_at(i)->scmp, name) >= 0)
			return true;
	return false;
}

TEST(every_call_is_known_to_libseccomp_or_has_a_number)
{
	const struct sysdb_call *c;

	for (size_t i = 0; (c = sysdb_at(i)); i++)
		CHECK_FOR(c->nr >= 0 || resolves_somewhere(c->name), "%s", c->name);
}

/* libseccomp has names for the kernel's private calls and for calls that Linux
 * never had under them. */
TEST(every_call_of_libseccomp_has_a_row)
{
	const struct arch *a;
	char name[CALL_NAME_MAX];
	unsigned named = 0;

	for (size_t i = 0; (a = described_abi(i)); i++)
		for (uint32_t nr = 0; nr < 600; nr++) {
			if (!arch_call_name(a, nr | a->bit, name))
				continue;
			CHECK_FOR(sysdb_find(name), "%s %u: %s", a->name, nr, name);
			named++;
		}
	CHECK(named > 6 * 300);
}

TEST(every_row_is_a_call_of_some_described_abi)
{
	const struct sysdb_call *c;

	for (size_t i = 0; (c = sysdb_at(i)); i++) {
		bool found = c->nr >= 0;
		const struct arch *a;
		uint32_t nr;

		for (size_t j = 0; !found && (a = described_abi(j)); j++)
			found = arch_call_number(a, c->name, &nr);
		CHECK_FOR(found || is_lost(c->name), "%s", c->name);
	}
}

/* "6.6" as a number that sorts; 0: not a version. */
static unsigned version(const char *since)
{
	unsigned a, b, c = 0;

	return sscanf(since, "%u.%u.%u", &a, &b, &c) >= 2 ? a << 16 | b << 8 | c : 0;
}

TEST(calls_have_their_first_kernel)
{
	const struct sysdb_call *c;
	unsigned known = 0;

	for (size_t i = 0; (c = sysdb_at(i)); i++) {
		CHECK_FOR(!*c->since || version(c->since) > version("2.6.32"), "%s", c->name);
		CHECK_FOR(c->nr < 424 || version(c->since) >= version("5.1"), "%s", c->name);
		known += *c->since != '\0';
	}
	CHECK(known > 100);
	CHECK_STR(sysdb_find("openat2")->since, "5.6");
	CHECK_STR(sysdb_find("clock_gettime64")->since, "5.1");
	CHECK_STR(sysdb_find("read")->since, "");
}

/* Numbers from 424 on have the order of versions, except two calls
 * whose number was reserved early. */
TEST(newer_calls_have_higher_numbers)
{
	const struct sysdb_call *by_number[128] = { NULL }, *last = NULL, *c;

	for (size_t i = 0; (c = sysdb_at(i)); i++)
		if (c->nr >= 424 && c->nr < 424 + (int)countof(by_number) && !*c->nr_arch)
			by_number[c->nr - 424] = c;
	for (size_t i = 0; i < countof(by_number); i++) {
		c = by_number[i];
		if (!c || streq(c->name, "close_range") || streq(c->name, "quotactl_fd"))
			continue;
		CHECK_FOR(!last || version(last->since) <= version(c->since), "%s %s", c->name, c->since);
		last = c;
	}
	CHECK(last && last->nr >= 469);
}

TEST(gates_are_lists_of_capabilities)
{
	const struct sysdb_call *c;
	char word[64];

	for (size_t i = 0; (c = sysdb_at(i)); i++)
		for (const char *list = c->gate; list_next(&list, word, sizeof word); )
			CHECK_FOR(starts_with(word, "CAP_"), "%s: %s", c->name, word);
	CHECK(list_has(sysdb_find("mount")->gate, "CAP_SYS_ADMIN"));
	CHECK(list_has(sysdb_find("bpf")->gate, "CAP_BPF") && list_has(sysdb_find("bpf")->gate, "CAP_SYS_ADMIN"));
	CHECK_STR(sysdb_find("openat")->gate, "");
	CHECK_STR(sysdb_missing("openat", EACCES), "CAP_DAC_OVERRIDE");
	CHECK_STR(sysdb_missing("setuid", EPERM), "CAP_SETUID");
	CHECK_STR(sysdb_missing("mount", EPERM), "CAP_SYS_ADMIN");
	CHECK_STR(sysdb_missing("getpid", EPERM), "");
	CHECK_STR(sysdb_missing("no_such_call", EPERM), "");
}

/* Numbers 424 and up are the same everywhere, except on mips, whose ABIs add an offset. */
TEST(numbers_agree_with_libseccomp)
{
	const struct sysdb_call *c;
	const struct arch *a;
	unsigned compared = 0;

	for (size_t i = 0; (c = sysdb_at(i)); i++)
		for (size_t j = 0; c->nr >= 0 && (a = arch_at(j)); j++) {
			int nr = seccomp_syscall_resolve_name_arch(a->scmp, c->name);

			if (nr < 0 || (*c->nr_arch && !streq(c->nr_arch, a->name)))
				continue;
			if (starts_with(a->name, "mips"))
				nr %= 1000;
			CHECK_FOR((uint32_t)nr == ((uint32_t)c->nr | a->bit), "%s on %s: %d", c->name, a->name, nr);
			compared++;
		}
	CHECK(compared > 300);
}

TEST(numbers_of_newer_calls_are_the_kernels)
{
	static const struct { const char *arch, *call; uint32_t nr; } rows[] = {
		{ "x86_64", "fchmodat2", 452 }, { "x86", "fchmodat2", 452 }, { "aarch64", "fchmodat2", 452 },
		{ "x32", "fchmodat2", 0x40000000 + 452 }, { "x86_64", "uretprobe", 335 },
		{ "x86_64", "uprobe", 336 }, { "x86_64", "open_tree_attr", 467 }, { "arm", "file_setattr", 469 },
		{ "x86_64", "listns", 470 }, { "x86_64", "openat", 257 }, { "x86", "open", 5 },
		{ "x32", "read", 0x40000000 }, { "aarch64", "openat", 56 }, { "riscv64", "riscv_hwprobe", 258 },
		/* socketcall and ipc are not the only way there */
		{ "x86", "socket", 359 }, { "x86", "bind", 361 }, { "x86", "recvmmsg", 337 }, { "x86", "shmget", 395 },
		{ "s390x", "semtimedop", 392 }, { "ppc", "accept", 330 },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		char name[CALL_NAME_MAX];
		uint32_t nr = 0;

		CHECK_FOR(arch_call_number(arch(rows[i].arch), rows[i].call, &nr), "%s", rows[i].call);
		CHECK_FOR(nr == rows[i].nr, "%s on %s: %u", rows[i].call, rows[i].arch, nr);
		CHECK(arch_call_name(arch(rows[i].arch), nr, name));
		CHECK_STR(name, rows[i].call);
	}
}

TEST(siblings_and_families_are_words_of_lists)
{
	const char *list = "a,bc,,d";
	char word[8];

	CHECK(list_next(&list, word, sizeof word) && streq(word, "a"));
	CHECK(list_next(&list, word, sizeof word) && streq(word, "bc"));
	CHECK(list_next(&list, word, sizeof word) && streq(word, ""));
	CHECK(list_next(&list, word, sizeof word) && streq(word, "d"));
	CHECK(!list_next(&list, word, sizeof word));
	CHECK(list_has("mount,namespace", "namespace") && !list_has("mount,namespace", "name") &&
	      !list_has("", "x") && !list_has("mount", "mountain"));
}
