/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/buf.h"
#include "base/mem.h"
#include "sysdb/action.h"
#include "sysdb/arch.h"
#include "sysdb/clients.h"
#include "sysdb/args.h"
#include "sysdb/sysdb.h"
#include "sysdb/systemd.h"
#include "tests/unit/tap.h"

static const struct arch *arch(const char *name)
{
	return arch_find(name);
}

/* calls */

TEST(calls_are_sorted_and_once_in_the_table)
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

TEST(every_call_resolves_in_libseccomp_or_carries_a_number)
{
	const struct sysdb_call *c;

	for (size_t i = 0; (c = sysdb_at(i)); i++)
		CHECK_FOR(c->nr >= 0 || resolves_somewhere(c->name), "%s", c->name);
}

/* libseccomp 2.5.4 has names for three that it then does not find by name. */
static bool is_lost(const char *name)
{
	return streq(name, "memfd_secret") || streq(name, "map_shadow_stack");
}

/* The ABIs which the tables describe. */
static const char *const described[] = { "x86_64", "x86", "x32", "aarch64", "arm", "riscv64" };

/* libseccomp gives names of the kernel's private ones and of calls that Linux
 * never had under them. */
TEST(every_call_of_libseccomp_has_a_row)
{
	char name[CALL_NAME_MAX];
	unsigned named = 0;

	for (size_t i = 0; i < countof(described); i++)
		for (uint32_t nr = 0; nr < 600; nr++) {
			const struct arch *a = arch(described[i]);

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
		uint32_t nr;

		for (size_t j = 0; !found && j < countof(described); j++)
			found = arch_call_number(arch(described[j]), c->name, &nr);
		CHECK_FOR(found || is_lost(c->name), "%s", c->name);
	}
}

/* "6.6" as a number that sorts; 0: not a version. */
static unsigned version(const char *since)
{
	unsigned a, b, c = 0;

	return sscanf(since, "%u.%u.%u", &a, &b, &c) >= 2 ? a << 16 | b << 8 | c : 0;
}

TEST(a_call_knows_since_when_it_is)
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

/* Numbers from 424 on are given in the order of versions, but for two calls
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

/* Numbers 424 and up are the same everywhere, but for mips, whose ABIs add an offset. */
TEST(where_libseccomp_knows_a_name_our_number_agrees)
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

TEST(a_call_that_an_abi_lacks_has_no_number_there)
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

TEST(a_number_without_a_name_is_called_by_its_number)
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

TEST(not_every_word_with_a_number_is_a_call)
{
	static const char *const words[] = { "call_", "call_x", "call_1x", "call_4294967296", "call_-1", "call_ 1",
					     "call_+1", "call_01", "call_0x1", "call_99999999999999999999" };
	uint32_t nr;

	for (size_t i = 0; i < countof(words); i++)
		CHECK_FOR(!arch_call_number(arch("x86_64"), words[i], &nr), "%s", words[i]);
}

/* The mips ABIs are left out: there libseccomp takes numbers without the ABI's
 * offset for names, and answers with it. */
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

/* ABIs */

TEST(values_of_some_flags_are_no_flags_only_among_those)
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

TEST(the_abi_of_a_call_is_in_its_number_too)
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

/* clients of daemons */

static bool has_host(void *self, const char *name)
{
	return self && streq(name, "CONTAINER_HOST");
}

TEST(a_client_hands_work_on_by_its_subcommand)
{
	static const struct { const char *words[8]; const char *daemon; bool host; } rows[] = {
		{ { "docker", "run", "x" }, "docker", false },       { { "/usr/bin/docker", "-H", "tcp://x", "run" }, "docker", false },
		{ { "docker", "--host=x", "compose", "up" }, "docker", false }, { { "docker", "ps" }, "", false },
		{ { "docker", "inspect", "run" }, "", false },       { { "docker" }, "", false },
		{ { "docker", "--version" }, "", false },            { { "dockerd", "run" }, "", false },
		{ { "podman", "run", "x" }, "", false },             { { "podman", "--remote", "run", "x" }, "podman", false },
		{ { "podman", "--url=ssh://x", "exec" }, "podman", false }, { { "podman", "run", "-c", "512", "x" }, "", false },
		{ { "podman", "run", "x" }, "podman", true },        { { "podman-remote", "build", "." }, "podman", false },
		{ { "nerdctl", "-n", "k8s.io", "run" }, "containerd", false }, { { "ctr", "-a", "x", "task", "start" }, "containerd", false },
		{ { "kubectl", "-n", "default", "exec", "pod" }, "kubernetes", false }, { { "kubectl", "get", "pods" }, "", false },
		{ { "systemd-run", "--scope", "x" }, "systemd", false }, { { "systemctl", "--user", "start", "x" }, "systemd", false },
		{ { "systemctl", "status", "start" }, "", false },   { { "at", "now" }, "jobs", false }, { { "batch" }, "jobs", false },
		{ { "crontab", "-" }, "jobs", false },               { { "runc", "run", "x" }, "", false },
		{ { "crun", "run", "x" }, "", false },               { { "service", "x", "start" }, "", false },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		const struct daemon *d = client_daemon(rows[i].words[0], rows[i].words, has_host, rows[i].host ? &(int){ 1 } : NULL);

		CHECK_FOR(streq(d ? d->id : "", rows[i].daemon), "%s, row %zu: %s", rows[i].words[0], i, d ? d->id : "none");
	}
	for (size_t i = 1; client_at(i); i++)
		CHECK_FOR(strcmp(client_at(i - 1), client_at(i)) < 0, "%s", client_at(i));
}

TEST(a_socket_of_a_daemon_is_known_by_the_end_of_its_path)
{
	CHECK_STR(client_socket("/var/run/docker.sock")->id, "docker");
	CHECK_STR(client_socket("/run/user/1000/podman/podman.sock")->id, "podman");
	CHECK_STR(client_socket("/run/systemd/private")->id, "systemd");
	CHECK(!client_socket("/run/user/1000/bus") && !client_socket("") && !client_socket("docker.sock") && !client_socket("/docker.sock/x"));
	CHECK(!client_socket("/run/nscd/socket") && !client_socket("/run/systemd/notify"));
}

TEST(a_number_that_no_kernel_has_is_no_call)
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

/* actions */

TEST(actions_are_found_by_every_spelling)
{
	enum action a = ACT_COUNT;

	for (size_t i = 0; i < ACT_COUNT; i++) {
		const struct action_info *info = action_info((enum action)i);

		CHECK(action_find(info->name, &a) && a == i);
		CHECK(action_find(info->oci, &a) && a == i);
		CHECK_FOR(*info->help, "%s", info->name);
	}
	CHECK(action_find("SCMP_ACT_KILL", &a) && a == ACT_KILL_THREAD);
	CHECK(!action_find("", &a) && !action_find("kill", &a) && !action_find("SCMP_ACT_ALOW", &a));
	CHECK(a == ACT_KILL_THREAD);
}

TEST(actions_are_ordered_as_the_kernel_has_them)
{
	static const uint32_t kernel[] = {
		SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_TRAP, SECCOMP_RET_ERRNO,
		SECCOMP_RET_USER_NOTIF, SECCOMP_RET_TRACE, SECCOMP_RET_LOG, SECCOMP_RET_ALLOW,
	};

	CHECK(countof(kernel) == ACT_COUNT);
	for (size_t i = 0; i < ACT_COUNT; i++) {
		CHECK(action_info((enum action)i)->kernel == kernel[i]);
		CHECK(i == 0 || (int32_t)kernel[i - 1] < (int32_t)kernel[i]);
	}
}

TEST(a_verdict_survives_the_kernels_form)
{
	for (size_t i = 0; i < ACT_COUNT; i++)
		for (uint32_t data = 0; data < 4096; data += 13) {
			struct verdict v = { (enum action)i, action_has_data((enum action)i) ? (uint16_t)data : 0 };

			CHECK(verdict_equal(verdict_of_kernel(verdict_kernel(v)), v));
		}
	CHECK(verdict_kernel((struct verdict){ ACT_ERRNO, 38 }) == 0x50026);
	/* data of an action that has none is no difference */
	CHECK(verdict_equal((struct verdict){ ACT_ALLOW, 5 }, (struct verdict){ ACT_ALLOW, 0 }));
	CHECK(!verdict_equal((struct verdict){ ACT_ERRNO, 5 }, (struct verdict){ ACT_ERRNO, 0 }));
	CHECK(verdict_of_kernel(0x12340000).action == ACT_KILL_PROCESS);
}

TEST(errnos_have_names_and_numbers)
{
	CHECK(errno_find("EPERM") == EPERM && errno_find("ENOSYS") == ENOSYS);
	CHECK(errno_find("38") == 38 && errno_find("0") == 0 && errno_find("4094") == 4094);
	CHECK(errno_find("4096") == -1 && errno_find("-1") == -1 && errno_find("") == -1 &&
	      errno_find("EBOGUS") == -1 && errno_find("1x") == -1 && errno_find("eperm") == -1);
	CHECK_STR(errno_name(EPERM), "EPERM");
	CHECK(!errno_name(0) && !errno_name(-1) && !errno_name(4000) && !errno_name(5000));
	for (int n = 1; n < 200; n++)
		CHECK_FOR(!errno_name(n) || errno_find(errno_name(n)) == n, "%d", n);
}

/* families */

TEST(families_are_sorted_helped_and_have_members)
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

TEST(a_family_is_spelt_with_or_without_its_suffix)
{
	const char *name;

	for (size_t i = 0; (name = family_at(i)); i++) {
		char spelt[80];

		snprintf(spelt, sizeof spelt, "%s-family", name);
		CHECK_FOR(family_find(name) == name && family_find(spelt) == name, "%s", name);
	}
	CHECK(!family_find("") && !family_find("-family") && !family_find("mount-famil"));
}

/* The members of a family on one ABI, sorted, with a blank between. */
static void members_of(const char *family, const struct arch *a, struct buf *ret)
{
	uint32_t nr;

	for (size_t i = 0; sysdb_at(i); i++)
		if (family_has(family, sysdb_at(i)->name) && arch_call_number(a, sysdb_at(i)->name, &nr))
			buf_addf(ret, "%s%s", ret->len ? " " : "", sysdb_at(i)->name);
}

/* A list that is wrong is a hole, or refuses what nobody meant: each is written
 * down here again, from the kernel's tables, and not taken from our own. */
TEST(the_members_of_the_families_are_these)
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

TEST(denials_are_of_families_and_can_be_rules)
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

TEST(rings_are_closed_where_they_reach_the_effect)
{
	/* of the ten families those for which io_uring has an opcode */
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
TEST(a_part_denies_what_the_whole_does)
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

/* choke points */

TEST(choke_points_are_members_or_other_denials)
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

/* arguments */

static const struct arg_info *arg_on(const char *abi, const char *call, unsigned n)
{
	return sysdb_arg_on(arch(abi), call, n);
}

static bool is_arg(const struct arg_info *a, enum arg_type type, const char *name)
{
	return a && a->type == type && streq(a->name, name);
}

TEST(every_call_has_arguments_and_they_end_once)
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

/* The condition of a denial looks at one argument, whatever the ABI: it must be
 * the same one everywhere, a value, and no wider than the kernel sees it. */
TEST(denials_judge_what_the_kernel_looks_at)
{
	const struct denial *d;
	unsigned judged = 0;

	for (size_t i = 0; (d = denial_at(i)); i++)
		for (size_t j = 0; d->arg >= 0 && j < countof(described); j++) {
			const struct arch *a = arch(described[j]);
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

/* Written down again from the manual, where ABIs are known to differ. */
TEST(arguments_are_where_the_abi_has_them)
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
	/* of an ABI not described nothing is claimed where ABIs differ */
	CHECK(!arg_on("mips", "pread64", 3) && !arg_on("ppc", "fallocate", 2));
	CHECK(is_arg(arg_on("mips", "socket", 0), ARG_INT, "domain"));
	/* without an ABI: as on x86-64, and else as on the one there is */
	CHECK(is_arg(sysdb_arg("clone", 3), ARG_POINTER, "child_tid"));
	CHECK(is_arg(sysdb_arg("truncate64", 0), ARG_POINTER, "path"));
}

/* constants */

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

TEST(what_is_no_value_is_not_read)
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

TEST(the_nearest_release_of_systemd_is_found)
{
	CHECK(systemd_release(0) == 257 && systemd_release(999) == 257);
	CHECK(systemd_release(252) == 252 && systemd_release(255) == 252 && systemd_release(100) == 247);
}

static bool group_has(unsigned release, const char *group, const char *call)
{
	struct strlist calls = { 0 };

	systemd_group_calls(release, group, &calls);
	bool has = strlist_has(&calls, call);

	strlist_done(&calls);
	return has;
}

TEST(groups_of_systemd_are_of_a_version_and_have_others_inside)
{
	CHECK(group_has(252, "@mount", "mount_setattr"));
	CHECK(group_has(252, "@default", "futex_waitv") && !group_has(247, "@default", "futex_waitv"));
	CHECK(group_has(252, "@system-service", "epoll_wait") && !group_has(252, "@system-service", "mount"));
	CHECK(systemd_has_group(257, "@sandbox") && !systemd_has_group(252, "@sandbox"));
	CHECK(!systemd_has_group(252, "@no-such-group") && !systemd_has_group(252, "mount"));
}

TEST(each_group_of_systemd_has_calls_that_are_known)
{
	static const unsigned releases[] = { 247, 252, 257 };
	const char *group;

	for (size_t k = 0; k < countof(releases); k++)
		for (size_t i = 0; (group = systemd_group_at(releases[k], i)); i++) {
			struct strlist calls = { 0 };

			systemd_group_calls(releases[k], group, &calls);
			CHECK_FOR(calls.count >= 2, "%s", group);
			CHECK_FOR(systemd_has_group(releases[k], group), "%s", group);
			strlist_done(&calls);
		}
	CHECK_STR(systemd_group_at(252, 0), "@aio");
}
