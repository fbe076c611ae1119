/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles as they are read. */
#include <stdlib.h>
#include "base/mem.h"
#include "policy/tighten.h"
#include "read/reader.h"
#include "sysdb/sysdb.h"
#include "tests/unit/scratch.h"
#include "tests/unit/tap.h"
#include "tests/unit/verdicts.h"

static const struct parse_host host = { .caps = 1 << 21, .kernel = { 5, 10 } };	/* CAP_SYS_ADMIN */

struct parsed {
	struct policy *policy;
	struct parse_notes notes;
	struct err e;
};

static struct parsed parse(const char *text)
{
	struct parsed r = { 0 };

	scratch_write("p.json", text);
	policy_read("p.json", &host, &r.policy, &r.notes, &r.e);
	return r;
}

static void parsed_done(struct parsed *r)
{
	policy_free(r->policy);
	parse_notes_done(&r->notes);
}

#define PROFILE(rules) "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"architectures\": [\"SCMP_ARCH_X86_64\", \"SCMP_ARCH_X86\"],\n" \
	"\"syscalls\": [\n" rules "]}\n"

TEST(errors_have_file_line_and_path)
{
	static const struct { const char *text, *message; } rows[] = {
		{ "{}", "p.json:1: not a seccomp profile: it has neither 'defaultAction' nor 'syscalls'" },
		{ "", "p.json: the file is empty" },
		{ "{\"syscalls\": []}", "p.json:1: defaultAction: is missing; it should be a string" },
		{ "{\n\"defaultAction\": \"SCMP_ACT_ALOW\"}",
		  "p.json:2: defaultAction: unknown action 'SCMP_ACT_ALOW'; 'sctrace list actions' prints them" },
		{ "{\"defaultAction\": \"SCMP_ACT_ALLOW\",\n\"architectures\": [\"x86\",\n7]}",
		  "p.json:3: architectures[1]: should be a string" },
		{ "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"archMap\": [\n{\"architecture\": null}]}",
		  "p.json:2: archMap[0].architecture: should be a string" },
		{ "{\"defaultAction\": \"SCMP_ACT_ERRNO\",\n\"defaultErrnoRet\": 1e0}",
		  "p.json:2: defaultErrnoRet: should be a whole number in digits only; runtimes accept neither 1.0 nor 1e0" },
		{ PROFILE("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"errnoRet\":\n0.0}"),
		  "p.json:4: syscalls[0].errnoRet: should be a whole number in digits only; runtimes accept neither 1.0 nor 1e0" },
		{ PROFILE("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"errnoRet\": \"EPERM\"}"),
		  "p.json:3: syscalls[0].errnoRet: should be a whole number, not negative" },
		{ PROFILE("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\", \"args\": [{\"index\": 0, \"value\": 1, \"op\": \"SCMP_CMP_EQ\"},"
			  "\n{\"index\": 1, \"value\":\n2.0, \"op\": \"SCMP_CMP_EQ\"}]}"),
		  "p.json:5: syscalls[0].args[1].value: should be a whole number in digits only; runtimes accept neither 1.0 nor 1e0" },
		{ "{\"defaultAction\": \"SCMP_ACT_ALLOW\",\n\"flags\": [\"SECCOMP_FILTER_FLAG_FOO\"]}",
		  "p.json:2: flags[0]: unknown flag 'SECCOMP_FILTER_FLAG_FOO'" },
		{ "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"architectures\": [\"x86\"],\n"
		  "\"archMap\": [{\"architecture\": \"x86\"}]}",
		  "p.json:2: archMap: 'architectures' and 'archMap' exclude each other; leave one out" },
		{ "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"defaultErrnoRet\": 5}",
		  "p.json:1: defaultErrnoRet: an errno is invalid with the action SCMP_ACT_ALLOW" },
		{ "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrnoRet\": 4096}",
		  "p.json:1: defaultErrnoRet: should be at most 4094" },
		{ "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrno\": \"EWHAT\"}",
		  "p.json:1: defaultErrno: unknown errno 'EWHAT'" },
		{ PROFILE("{\"names\": [\"read\"]}"), "p.json:3: syscalls[0].action: is missing; it should be a string" },
		{ PROFILE("{\"names\": [\"read\"], \"action\":\n7}"), "p.json:4: syscalls[0].action: should be a string" },
		{ PROFILE("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_KILL\", \"errnoRet\": 1}"),
		  "p.json:3: syscalls[0].errnoRet: an errno is invalid with the action SCMP_ACT_KILL_THREAD" },
		{ PROFILE("{\"action\": \"SCMP_ACT_LOG\"}"), "p.json:3: syscalls[0]: has neither 'names' nor 'name'" },
		{ PROFILE("{\"name\": \"read\", \"names\": [\"write\"], \"action\": \"SCMP_ACT_LOG\"}"),
		  "p.json:3: syscalls[0].name: 'name' and 'names' exclude each other; leave one out" },
		{ PROFILE("{\"names\": \"read\", \"action\": \"SCMP_ACT_LOG\"}"), "p.json:3: syscalls[0].names: should be an array" },
		{ PROFILE("{\"names\": [\"r\\u0000\"], \"action\": \"SCMP_ACT_LOG\"}"),
		  "p.json:3: syscalls[0].names[0]: has a NUL character" },
		{ PROFILE("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\", \"args\": [\n"
			  "{\"index\": 6, \"value\": 1, \"op\": \"SCMP_CMP_EQ\"}]}"),
		  "p.json:4: syscalls[0].args[0].index: should be at most 5" },
		{ PROFILE("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\", \"args\": [\n"
			  "{\"index\": 0, \"value\": 1,\n\"op\": \"SCMP_CMP_ALMOST\"}]}"),
		  "p.json:5: syscalls[0].args[0].op: unknown comparison 'SCMP_CMP_ALMOST'" },
		{ PROFILE("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\", \"args\": [\n"
			  "{\"index\": 0, \"value\": 1.8446744073709552e19, \"op\": \"SCMP_CMP_EQ\"}]}"),
		  "p.json:4: syscalls[0].args[0].value: should be a whole number in digits only; runtimes accept neither 1.0 nor 1e0" },
		{ PROFILE("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\", \"args\": [{}]}"),
		  "p.json:3: syscalls[0].args[0].index: is missing; it should be a whole number, not negative" },
		{ PROFILE("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\", \"includes\": {\"minKernel\": \"six\"}}"),
		  "p.json:3: syscalls[0].includes.minKernel: 'six' is not a kernel version; write 5.10" },
		/* dockerd accepts exactly two numbers */
		{ PROFILE("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\", \"includes\": {\"minKernel\": \"5.10.1\"}}"),
		  "p.json:3: syscalls[0].includes.minKernel: '5.10.1' is not a kernel version; write 5.10" },
		{ PROFILE("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\", \"includes\": {\"caps\": [1]}}"),
		  "p.json:3: syscalls[0].includes.caps[0]: should be a string" },
		{ PROFILE("{\"names\": [\"a\"], \"action\": \"SCMP_ACT_LOG\"},\n{\"names\": [\"b\"], \"action\": \"LOG\"}"),
		  "p.json:4: syscalls[1].action: unknown action 'LOG'; 'sctrace list actions' prints them" },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct parsed r = parse(rows[i].text);

		CHECK_FOR(!r.policy, "row %zu", i);
		parse_notes_done(&r.notes);
		CHECK_STR(r.e.text, rows[i].message);
	}
}

TEST(a_profile_is_read_with_its_meaning)
{
	static const struct { const char *rules, *abi, *call; uint64_t arg; uint32_t verdict; } rows[] = {
		{ "{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ERRNO\"}", "x86_64", "read", 0, EPERMED },
		{ "{\"name\": \"read\", \"action\": \"SCMP_ACT_ERRNO\"}", "x86", "read", 0, EPERMED },
		{ "{\"name\": \"\", \"names\": [\"read\"], \"action\": \"SCMP_ACT_ERRNO\"}", "x86_64", "read", 0, EPERMED },
		{ "{\"name\": \"read\", \"names\": [], \"action\": \"SCMP_ACT_ERRNO\"}", "x86_64", "read", 0, EPERMED },
		{ "{\"name\": \"read\", \"names\": null, \"action\": \"SCMP_ACT_ERRNO\"}", "x86_64", "read", 0, EPERMED },
		{ "{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": 38}", "x86_64", "read", 0, ENOSYSED },
		{ "{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": 0}", "x86_64", "read", 0, 0x50000 },
		{ "{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ERRNO\", \"errno\": \"ENOSYS\"}", "x86_64", "read", 0, ENOSYSED },
		{ "{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": null, \"args\": null}", "x86_64", "read", 0,
		  EPERMED },
		{ "{\"names\": [\"read\"], \"action\": \"SCMP_ACT_TRAP\", \"errnoRet\": 0}", "x86_64", "read", 0, TRAPPED },
		{ "{\"names\": [\"read\"], \"action\": \"SCMP_ACT_KILL\"}", "x86_64", "read", 0, THREAD },
		/* the first of two equal rules is kept */
		{ "{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\"}, {\"names\": [\"read\"], \"action\": \"SCMP_ACT_TRAP\"}",
		  "x86_64", "read", 0, LOGGED },
		/* one argument twice: any condition is enough */
		{ "{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\", \"args\": ["
		  "{\"index\": 0, \"value\": 5, \"op\": \"SCMP_CMP_EQ\"}, {\"index\": 0, \"value\": 9, \"op\": \"SCMP_CMP_EQ\"}]}",
		  "x86_64", "read", 9, LOGGED },
		{ "{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\", \"args\": ["
		  "{\"index\": 0, \"value\": 12, \"valueTwo\": 4, \"op\": \"SCMP_CMP_MASKED_EQ\"}]}", "x86_64", "read", 0x14, LOGGED },
		{ "{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\", \"args\": ["
		  "{\"index\": 0, \"value\": 12, \"valueTwo\": 4, \"op\": \"SCMP_CMP_MASKED_EQ\"}]}", "x86_64", "read", 0x1c, ALLOWED },
		{ "{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\", \"args\": ["
		  "{\"index\": 0, \"value\": 18446744073709551615, \"op\": \"SCMP_CMP_EQ\"}]}", "x86_64", "read", UINT64_MAX, LOGGED },
		{ "{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\", \"args\": ["
		  "{\"index\": 0, \"value\": 18446744073709551615, \"op\": \"SCMP_CMP_EQ\"}]}", "x86_64", "read", UINT64_MAX - 1, ALLOWED },
#define ONLY(what) "{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\", " what "}"
		{ ONLY("\"includes\": {\"caps\": [\"CAP_SYS_ADMIN\"]}"), "x86_64", "read", 0, LOGGED },
		{ ONLY("\"includes\": {\"caps\": [\"CAP_SYS_ADMIN\", \"CAP_BPF\"]}"), "x86_64", "read", 0, ALLOWED },
		{ ONLY("\"includes\": {\"caps\": [\"CAP_OF_TOMORROW\"]}"), "x86_64", "read", 0, ALLOWED },
		{ ONLY("\"excludes\": {\"caps\": [\"CAP_SYS_ADMIN\", \"CAP_BPF\"]}"), "x86_64", "read", 0, ALLOWED },
		{ ONLY("\"excludes\": {\"caps\": [\"CAP_BPF\"]}"), "x86_64", "read", 0, LOGGED },
		{ ONLY("\"includes\": {\"arches\": [\"s390x\", \"amd64\"]}"), "x86_64", "read", 0, LOGGED },
		{ ONLY("\"includes\": {\"arches\": [\"s390x\"]}"), "x86_64", "read", 0, ALLOWED },
		{ ONLY("\"excludes\": {\"arches\": [\"amd64\"]}"), "x86_64", "read", 0, ALLOWED },
		{ ONLY("\"includes\": {\"minKernel\": \"5.10\"}"), "x86_64", "read", 0, LOGGED },
		{ ONLY("\"includes\": {\"minKernel\": \"4.8\"}"), "x86_64", "read", 0, LOGGED },
		{ ONLY("\"includes\": {\"minKernel\": \"5.11\"}"), "x86_64", "read", 0, ALLOWED },
		{ ONLY("\"excludes\": {\"minKernel\": \"5.10\"}"), "x86_64", "read", 0, ALLOWED },
		{ ONLY("\"excludes\": {\"minKernel\": \"6.0\"}"), "x86_64", "read", 0, LOGGED },
		{ ONLY("\"excludes\": {\"minKernel\": \"\"}, \"includes\": {\"minKernel\": \"\"}"), "x86_64", "read", 0, LOGGED },
		{ ONLY("\"includes\": {}, \"excludes\": null, \"comment\": 7, \"unknown\": []"), "x86_64", "read", 0, LOGGED },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		scoped(freep) char *text = xprintf("{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"architectures\": [\"SCMP_ARCH_X86_64\", "
						   "\"SCMP_ARCH_X86\"], \"syscalls\": [%s]}", rows[i].rules);
		struct parsed r = parse(text);

		CHECK_FOR(r.policy, "row %zu: %s", i, r.e.text);
		CHECK_FOR(judge(r.policy, rows[i].abi, rows[i].call, (uint64_t[6]){ rows[i].arg }) == rows[i].verdict, "%s",
			  rows[i].rules);
		parsed_done(&r);
	}
}

TEST(the_default_has_its_errno_and_the_flags_are_kept)
{
	struct parsed r = parse("{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrnoRet\": 38, \"syscalls\": null,"
				"\"flags\": [\"SECCOMP_FILTER_FLAG_LOG\", \"SECCOMP_FILTER_FLAG_SPEC_ALLOW\","
				"\"SECCOMP_FILTER_FLAG_TSYNC\", \"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV\"]}");

	CHECK_FOR(r.policy, "%s", r.e.text);
	CHECK(verdict_kernel(policy_default(r.policy)) == ENOSYSED);
	CHECK(policy_flags(r.policy) == (POLICY_LOG | POLICY_SPEC_ALLOW | POLICY_TSYNC | POLICY_WAIT_KILLABLE));
	CHECK(policy_arches(r.policy) == 0);
	parsed_done(&r);
	r = parse("{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"flags\": null, \"architectures\": null, \"archMap\": null}");
	CHECK_FOR(r.policy, "%s", r.e.text);
	CHECK(verdict_kernel(policy_default(r.policy)) == EPERMED && policy_flags(r.policy) == 0);
	parsed_done(&r);
}

TEST(the_native_entry_of_an_arch_map_counts)
{
	struct parsed r = parse("{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"architectures\": [], \"archMap\": ["
				"{\"architecture\": \"SCMP_ARCH_X86_64\", \"subArchitectures\": [\"SCMP_ARCH_X86\"]},"
				"{\"architecture\": \"SCMP_ARCH_AARCH64\", \"subArchitectures\": [\"SCMP_ARCH_ARM\"]}]}");

	CHECK_FOR(r.policy, "%s", r.e.text);
	if (arch_native() == arch("x86_64"))
		CHECK(policy_arches(r.policy) == (ARCH_BIT(arch("x86_64")) | ARCH_BIT(arch("x86"))));
	parsed_done(&r);
}

TEST(a_bundle_contains_the_profile)
{
	struct parsed r = parse("{\"ociVersion\": \"1.0\", \"linux\": {\n\"seccomp\": {\"defaultAction\": \"SCMP_ACT_ALLOW\","
				"\"syscalls\": [{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\"}]}}}");

	CHECK_FOR(r.policy, "%s", r.e.text);
	CHECK(judge(r.policy, "x86_64", "read", NULL) == LOGGED);
	parsed_done(&r);
	r = parse("{\"ociVersion\": \"1.0\", \"linux\": {\n\"seccomp\": {\"defaultAction\": \"X\"}}}");
	CHECK(!r.policy);
	CHECK_STR(r.e.text, "p.json:2: linux.seccomp.defaultAction: unknown action 'X'; 'sctrace list actions' prints them");
	parse_notes_done(&r.notes);
}

TEST(surprises_for_the_author_are_warnings)
{
	struct parsed r = parse(PROFILE(
		"{\"names\": [\"no_such_call\", \"read\"], \"action\": \"SCMP_ACT_LOG\"},\n"
		"{\"names\": [\"read\", \"no_such_call\"], \"action\": \"SCMP_ACT_LOG\"},\n"
		"{\"names\": [\"read\"], \"action\": \"SCMP_ACT_TRAP\", \"sycalls\": 1},\n"
		"{\"names\": [\"write\"], \"action\": \"SCMP_ACT_LOG\", \"args\": ["
		"{\"index\": 0, \"value\": 5, \"op\": \"SCMP_CMP_GE\"}, {\"index\": 0, \"value\": 9, \"op\": \"SCMP_CMP_LE\"}]}"));

	CHECK_FOR(r.policy, "%s", r.e.text);
	CHECK(r.notes.warnings.count == 2 && r.notes.hints.count == 3);
	CHECK_STR(r.notes.warnings.items[0], "two rules that contradict each other for 'read': the first one stays");
	CHECK_STR(r.notes.warnings.items[1], "two conditions on one argument for 'write': runtimes take ANY of them, not both");
	CHECK_STR(r.notes.hints.items[0], "unknown call 'no_such_call': the rule has no effect here");
	CHECK_STR(r.notes.hints.items[1], "2 calls have the same rule twice: no_such_call, read; the second ones have no effect");
	CHECK_STR(r.notes.hints.items[2], "unknown field 'sycalls': it has no effect");
	parsed_done(&r);
}

/* The default allows: a denial without effect is harmful. */
TEST(there_is_one_warning_of_each_kind)
{
	struct parsed r = parse(PROFILE(
		"{\"names\": [\"dd\", \"read\", \"cc\", \"bb\"], \"action\": \"SCMP_ACT_ERRNO\"},\n"
		"{\"names\": [\"aa\", \"<unknown>\", \"\", \"../x\", \"aa\"], \"action\": \"SCMP_ACT_KILL\"}"));

	CHECK_FOR(r.policy, "%s", r.e.text);
	CHECK(judge(r.policy, "x86_64", "read", NULL) == EPERMED);
	CHECK(r.notes.warnings.count == 3 && r.notes.hints.count == 1);
	CHECK_STR(r.notes.warnings.items[0], "4 unknown calls: aa, bb, cc and 1 more; the rules have no effect here");
	CHECK_STR(r.notes.warnings.items[1], "2 invalid call names: ../x, <unknown>; they are skipped");
	CHECK_STR(r.notes.warnings.items[2], "empty call name '': it is skipped here, but runc rejects the profile");
	CHECK_STR(r.notes.hints.items[0], "same rule twice for 'aa': the second one has no effect");
	parsed_done(&r);
	/* harmless in an allow-list */
	r = parse("{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": [{\"names\": [\"<unknown>\", \"aa\"], \"action\": \"SCMP_ACT_ALLOW\"}]}");
	CHECK_FOR(r.policy, "%s", r.e.text);
	CHECK(r.notes.warnings.count == 0 && r.notes.hints.count == 2);
	CHECK_STR(r.notes.hints.items[1], "invalid call name '<unknown>': it is skipped");
	parsed_done(&r);
}

TEST(comments_are_not_mistyped_fields)
{
	struct parsed r = parse("{\"_comment\": \"a\", \"$schema\": \"b\", \"//\": 1, \"#\": [], \"defaultAction\": \"SCMP_ACT_ALLOW\","
				"\"syscalls\": [{\"_why\": {}, \"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\"}]}");

	CHECK_FOR(r.policy, "%s", r.e.text);
	CHECK(r.notes.warnings.count == 0 && r.notes.hints.count == 0);
	parsed_done(&r);
}

TEST(architectures_of_other_machines_are_ignored)
{
	struct parsed r = parse("{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"archMap\": ["
				"{\"architecture\": \"SCMP_ARCH_LOONGARCH64\", \"subArchitectures\": null},"
				"{\"architecture\": \"SCMP_ARCH_VAX\", \"subArchitectures\": [\"SCMP_ARCH_PDP11\"]},"
				"{\"architecture\": \"SCMP_ARCH_RISCV64\", \"subArchitectures\": null},"
				"{\"architecture\": \"SCMP_ARCH_X86_64\", \"subArchitectures\": [\"SCMP_ARCH_X86\", \"SCMP_ARCH_SHEB\"]}]}");

	CHECK_FOR(r.policy, "%s", r.e.text);
	CHECK(r.notes.warnings.count == 0 && r.notes.hints.count == 0);
	if (arch_native() == arch("x86_64"))
		CHECK(policy_arches(r.policy) == (ARCH_BIT(arch("x86_64")) | ARCH_BIT(arch("x86"))));
	parsed_done(&r);
	/* these are passed to the runtime, which looks each up in its libseccomp */
	r = parse("{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"architectures\": [\"SCMP_ARCH_X86_64\", \"SCMP_ARCH_M68K\", \"SCMP_ARCH_VAX\", \"x86\"]}");
	CHECK_FOR(r.policy, "%s", r.e.text);
	CHECK(policy_arches(r.policy) == (ARCH_BIT(arch("x86_64")) | ARCH_BIT(arch("x86"))));
	CHECK(r.notes.warnings.count == 2 && r.notes.hints.count == 0);
	CHECK_STR(r.notes.warnings.items[1], "unusual spelling of an architecture, 'x86': runc rejects the profile");
	CHECK_STR(r.notes.warnings.items[0], "unknown architecture 'SCMP_ARCH_VAX': skipped here, but runc and crun reject the profile");
	parsed_done(&r);
}

TEST(the_bounds_of_a_profile_are_kept)
{
	struct buf b = { 0 };

	buf_adds(&b, "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\", \"args\": [");
	for (int i = 0; i < 40; i++)
		buf_addf(&b, "%s{\"index\": 1, \"value\": %d, \"op\": \"SCMP_CMP_EQ\"}", i ? "," : "", i);
	buf_adds(&b, "]}]}");
	struct parsed r = parse(buf_str(&b));

	CHECK(!r.policy);
	CHECK_STR(r.e.text, "p.json:1: syscalls[0].args: more than 32 conditions");
	parse_notes_done(&r.notes);
	buf_done(&b);
	buf_adds(&b, "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"action\": \"SCMP_ACT_LOG\", \"names\": [");
	for (int i = 0; i < 20001; i++)
		buf_addf(&b, "%s\"x%d\"", i ? "," : "", i);
	buf_adds(&b, "]}]}");
	r = parse(buf_str(&b));
	CHECK(!r.policy);
	CHECK_STR(r.e.text, "p.json:1: syscalls[0].names[20000]: more than 20000 rules");
	parsed_done(&r);
	buf_done(&b);
}

TEST(a_profile_knows_which_properties_of_the_host_matter)
{
	static const struct { const char *members; unsigned depends; } rows[] = {
		{ "", 0 },
		{ ", \"includes\": {}, \"excludes\": {\"caps\": [], \"arches\": null, \"minKernel\": \"\"}", 0 },
		{ ", \"includes\": {\"caps\": [\"CAP_BPF\"]}", HOST_CAPS },
		{ ", \"excludes\": {\"caps\": [\"CAP_BPF\"]}", HOST_CAPS },
		{ ", \"includes\": {\"minKernel\": \"9.9\"}", HOST_KERNEL },
		{ ", \"excludes\": {\"arches\": [\"arm\"], \"minKernel\": \"4.8\"}", HOST_KERNEL | HOST_ARCH },
		{ "}], \"archMap\": [{\"architecture\": \"SCMP_ARCH_ARM\"", HOST_ARCH },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		scoped(freep) char *text = xprintf("{\"defaultAction\": \"SCMP_ACT_LOG\", \"syscalls\": [{\"names\": [\"read\"], "
						   "\"action\": \"SCMP_ACT_ALLOW\"%s}]}", rows[i].members);
		struct parsed r = parse(text);

		CHECK_FOR(r.policy, "%s: %s", text, r.e.text);
		CHECK_FOR(r.notes.depends == rows[i].depends, "%s: %u", text, r.notes.depends);
		parsed_done(&r);
	}
}

TEST(a_rule_that_does_not_apply_has_its_conditions)
{
	struct profile *f = NULL;
	struct err e;

	scratch_write("p.json", "{\"defaultAction\": \"SCMP_ACT_LOG\", \"syscalls\": [{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\","
		"\"includes\": {\"caps\": [\"CAP_BPF\", \"CAP_SYS_ADMIN\"], \"minKernel\": \"5.8\", \"arches\": [\"amd64\", \"x32\"]},"
		"\"excludes\": {\"caps\": [\"CAP_KILL\"], \"minKernel\": \"6.0\", \"arches\": [\"arm\"]}},"
		"{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"excludes\": {\"caps\": [\"CAP_BPF\"]}}]}");
	CHECK_FOR(profile_read("p.json", &(struct read_opts){ .host = &host, .use = READ_TO_JUDGE }, &f, &e) == 0, "%s", e.text);
	CHECK(f->notes.depends == (HOST_CAPS | HOST_KERNEL | HOST_ARCH) && !f->rules[0].applies && f->rules[1].applies);
	CHECK_STR(f->rules[0].only, "with CAP_BPF and CAP_SYS_ADMIN, from kernel 5.8, on amd64 or x32, without CAP_KILL, "
				    "before kernel 6.0, not on arm");
	CHECK(!f->rules[1].only);
	profile_free(f);
}

TEST(every_rule_has_its_place)
{
	static const struct { const char *call; struct place from; } rows[] = {
		{ "read", { .line = 3, .path = "syscalls[0]" } },	/* the second one has no effect */
		{ "write", { .line = 3, .path = "syscalls[0]" } },
		{ "open", { .line = 6, .path = "syscalls[2]" } },	/* a rule for each condition */
		{ "open", { .line = 6, .path = "syscalls[2]" } },
		{ "close", { .line = 8, .path = "syscalls[4]" } },	/* nothing remains of another one that does not apply */
	};
	struct parsed r = parse(PROFILE(
		"{\"names\": [\"read\",\n\"write\"], \"action\": \"SCMP_ACT_ERRNO\"},\n"
		"{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\"},\n"
		"{\"names\": [\"open\"], \"action\": \"SCMP_ACT_LOG\", \"args\": [{\"index\": 0, \"value\": 1, \"op\": \"SCMP_CMP_EQ\"}, "
		"{\"index\": 0, \"value\": 2, \"op\": \"SCMP_CMP_EQ\"}]},\n"
		"{\"names\": [\"close\"], \"action\": \"SCMP_ACT_LOG\", \"includes\": {\"caps\": [\"CAP_BPF\"]}},\n"
		"{\"names\": [\"close\"], \"action\": \"SCMP_ACT_ERRNO\"}"));
	struct policy *copy = r.policy ? policy_copy(r.policy, policy_arches(r.policy)) : NULL;

	CHECK_FOR(r.policy && !policy_rule(r.policy, countof(rows)), "%s", r.e.text);
	parsed_done(&r);
	for (size_t i = 0; i < countof(rows); i++) {
		const struct rule *rule = policy_rule(copy, i);

		CHECK_FOR(rule && streq(rule->call, rows[i].call) && rule->from.line == rows[i].from.line, "rule %zu", i);
		CHECK_STR(rule->from.path, rows[i].from.path);
	}
	policy_free(copy);
}

TEST(a_profile_can_be_read_for_another_machine)
{
	static const char text[] = "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"archMap\": ["
		"{\"architecture\": \"SCMP_ARCH_X86_64\", \"subArchitectures\": [\"SCMP_ARCH_X86\"]},"
		"{\"architecture\": \"SCMP_ARCH_AARCH64\", \"subArchitectures\": [\"SCMP_ARCH_ARM\"]}], \"syscalls\": ["
		"{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\", \"includes\": {\"arches\": [\"arm64\"]}},"
		"{\"names\": [\"write\"], \"action\": \"SCMP_ACT_LOG\", \"includes\": {\"arches\": [\"aarch64\"]}}]}";

	arch_assume(arch("aarch64"));
	struct parsed r = parse(text);

	CHECK_FOR(r.policy, "%s", r.e.text);
	CHECK(policy_covers(r.policy) == (ARCH_BIT(arch("aarch64")) | ARCH_BIT(arch("arm"))));
	CHECK(judge(r.policy, "aarch64", "read", NULL) == LOGGED);
	/* dockerd has another word for it */
	CHECK(judge(r.policy, "aarch64", "write", NULL) == ALLOWED);
	CHECK(judge(r.policy, "x86_64", "read", NULL) == THREAD);
	parsed_done(&r);
	arch_assume(NULL);
	CHECK(arch_native() == arch_here());
}

TEST(the_host_is_known)
{
	struct parse_host here;

	parse_host_here(&here);
	CHECK(here.kernel[0] >= 3);
}

TEST(default_capabilities_agree_with_docker_and_podman)
{
	static const char *const names[] = {
		"CAP_AUDIT_WRITE", "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_MKNOD",
		"CAP_NET_BIND_SERVICE", "CAP_NET_RAW", "CAP_SETFCAP", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID",
		"CAP_SYS_CHROOT",
	};
	uint64_t all = 0, bit;

	for (size_t i = 0; i < countof(names); i++) {
		CHECK_FOR(cap_find(names[i], &bit), "%s", names[i]);
		all |= bit;
	}
	CHECK(all == DOCKER_CAPS);
	all = 0;
	for (size_t i = 0; i < countof(names); i++)
		if (!list_has("CAP_AUDIT_WRITE,CAP_MKNOD,CAP_NET_RAW", names[i]) && cap_find(names[i], &bit))
			all |= bit;
	CHECK(all == PODMAN_CAPS);
}
