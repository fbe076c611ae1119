/* SPDX-License-Identifier: Apache-2.0 */
/* ABIs, and the numbers of calls. */
#include <linux/audit.h>
#include <seccomp.h>
#include <stdio.h>
#include "base/attr.h"
#include "sysdb/sysdb.h"
#include "tests/unit/abi.h"
#include "tests/unit/tap.h"

TEST(abis_are_found_by_every_unambiguous_spelling)
{
	const struct arch *a;

	for (size_t i = 0; (a = arch_at(i)); i++) {
		CHECK_FOR(arch_index(a) == i, "%s", a->name);
		CHECK_FOR(arch_find(a->name) == a, "%s", a->name);
		CHECK_FOR(arch_find(a->oci) == a, "%s", a->oci);
		CHECK_FOR(arch_find(a->systemd) == a, "%s", a->systemd);
		CHECK_FOR(arch_find(a->go) == a, "%s", a->go);
		CHECK_FOR(a->bits == 32 || a->bits == 64, "%s", a->name);
	}
	CHECK(!arch_find("") && !arch_find("X86_64") && !arch_find("SCMP_ARCH_") && arch_find("i386") == arch_find("x86"));
}

TEST(abis_have_libseccomps_names_and_tokens)
{
	const struct arch *a;

	for (size_t i = 0; (a = arch_at(i)); i++)
		CHECK_FOR(seccomp_arch_resolve_name(a->name) == a->scmp, "%s", a->name);
	CHECK(arch_native()->scmp == seccomp_arch_native());
	CHECK(arch("x86_64")->audit == AUDIT_ARCH_X86_64 && arch("x32")->audit == AUDIT_ARCH_X86_64);
	CHECK(arch("x86")->audit == AUDIT_ARCH_I386 && arch("aarch64")->audit == AUDIT_ARCH_AARCH64);
}

TEST(every_companion_is_an_abi)
{
	const struct arch *a;
	char word[64];

	for (size_t i = 0; (a = arch_at(i)); i++)
		for (const char *list = a->companions; list_next(&list, word, sizeof word); ) {
			CHECK_FOR(arch_find(word), "%s of %s", word, a->name);
			CHECK(arch_is_companion(a, arch_find(word)));
		}
	CHECK(arch_is_companion(arch("x86_64"), arch("x32")));
	CHECK(!arch_is_companion(arch("x86"), arch("x86_64")));
	CHECK(!arch_is_companion(arch("x86_64"), arch("arm")));
}

TEST(the_abi_of_a_call_follows_from_its_token_and_number)
{
	CHECK(arch_of_call(AUDIT_ARCH_X86_64, 0) == arch("x86_64"));
	CHECK(arch_of_call(AUDIT_ARCH_X86_64, 0x3fffffff) == arch("x86_64"));
	CHECK(arch_of_call(AUDIT_ARCH_X86_64, 0x40000000) == arch("x32"));
	CHECK(arch_of_call(AUDIT_ARCH_X86_64, 0x40000000 + 452) == arch("x32"));
	CHECK(arch_of_call(AUDIT_ARCH_I386, 0x40000000) == arch("x86"));
	CHECK(arch_of_call(AUDIT_ARCH_X86_64, 0x40000000 + 1024) == arch("x86_64"));
	CHECK(arch_of_call(AUDIT_ARCH_X86_64, UINT32_MAX) == arch("x86_64"));
	CHECK(arch_of_call(AUDIT_ARCH_AARCH64, 56) == arch("aarch64"));
	CHECK(!arch_of_call(0x1234, 0));
}

TEST(a_call_has_no_number_on_an_abi_that_lacks_it)
{
	static const struct { const char *arch, *call; } rows[] = {
		{ "aarch64", "chmod" }, { "aarch64", "open" }, { "x86_64", "socketcall" }, { "x86_64", "mmap2" },
		{ "x86_64", "clock_gettime64" }, { "x86", "uretprobe" }, { "aarch64", "uprobe" },
		{ "x86_64", "no_such_call" }, { "x86_64", "" },
		{ "x86", "accept" }, { "x86", "send" }, { "x86", "semop" },	/* through socketcall and ipc only */
	};
	uint32_t nr;

	for (size_t i = 0; i < countof(rows); i++)
		CHECK_FOR(!arch_call_number(arch(rows[i].arch), rows[i].call, &nr), "%s", rows[i].call);
}

TEST(an_unnamed_call_is_named_by_its_number)
{
	static const uint32_t numbers[] = { 480, 1023, 5000, 0x7fffffff, 0xffffffff };
	char name[CALL_NAME_MAX], want[32];

	for (size_t i = 0; i < countof(numbers); i++) {
		uint32_t nr = 0;

		CHECK(!arch_call_name(arch("x86"), numbers[i], name));
		snprintf(want, sizeof want, "call_%u", numbers[i]);
		CHECK_STR(name, want);
		CHECK(arch_call_number(arch("x86"), name, &nr) && nr == numbers[i]);
	}
}

TEST(a_number_with_the_bit_of_x32_is_a_call_of_x32_only)
{
	uint32_t nr;

	CHECK(arch_call_number(arch("x32"), "call_1073742324", &nr) && nr == 0x40000000 + 500);
	CHECK(!arch_call_number(arch("x86_64"), "call_1073742324", &nr));
	CHECK(!arch_call_number(arch("x32"), "call_500", &nr));
	CHECK(arch_call_number(arch("x86_64"), "call_500", &nr) && nr == 500);
}

TEST(words_that_only_look_like_numbers_of_calls_are_rejected)
{
	static const char *const words[] = { "call_", "call_x", "call_1x", "call_4294967296", "call_-1", "call_ 1",
					     "call_+1", "call_01", "call_0x1", "call_99999999999999999999" };
	uint32_t nr;

	for (size_t i = 0; i < countof(words); i++)
		CHECK_FOR(!arch_call_number(arch("x86_64"), words[i], &nr), "%s", words[i]);
}

/* The mips ABIs are left out: there libseccomp takes numbers without the ABI's
 * offset for names, and returns numbers with it. */
TEST(names_and_numbers_agree_on_every_abi)
{
	const struct arch *a;
	char name[CALL_NAME_MAX];

	for (size_t i = 0; (a = arch_at(i)); i++)
		for (uint32_t n = 0; n < 600 && !starts_with(a->name, "mips"); n++) {
			uint32_t nr = n | a->bit, back = 0;

			arch_call_name(a, nr, name);
			if (is_lost(name))
				continue;
			CHECK_FOR(arch_call_number(a, name, &back), "%s %s", a->name, name);
			CHECK_FOR(back == nr, "%s %s: %u is not %u", a->name, name, back, nr);
		}
}

TEST(impossible_numbers_are_not_calls)
{
	static const struct { const char *arch; uint32_t nr; bool can; } rows[] = {
		{ "x86_64", 0, true }, { "x86_64", 1023, true }, { "x86_64", 1024, false }, { "x86_64", UINT32_MAX, false },
		{ "x86_64", 0x40000000, false }, { "x32", 0x40000000, true }, { "x32", 0x40000000 + 1023, true },
		{ "x32", 0x40000000 + 1024, false }, { "x32", 0x7fffffff, false }, { "x32", UINT32_MAX, false }, { "x32", 5, false },
		{ "x86", 400, true }, { "x86", (uint32_t)-101, false }, { "x86_64", (uint32_t)-10001, false },
		{ "mips", 4001, true }, { "mips", 5, false }, { "mips64", 5001, true }, { "mips64", 4001, false },
		{ "mips64n32", 6001, true }, { "arm", 0xf0005, true }, { "arm", 0xf0099, false }, { "aarch64", 1023, true },
	};

	for (size_t i = 0; i < countof(rows); i++)
		CHECK_FOR(arch_can_have(arch(rows[i].arch), rows[i].nr) == rows[i].can, "%s %u", rows[i].arch, rows[i].nr);
}

TEST(a_negative_number_has_no_name)
{
	char name[CALL_NAME_MAX];

	for (uint32_t n = 1; n < 20000; n++)
		CHECK_FOR(!arch_call_name(arch("x86"), -n, name) && !arch_call_name(arch("x86_64"), -n, name), "-%u: %s", n, name);
}
