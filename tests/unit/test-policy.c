/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include "base/mem.h"
#include "policy/derive.h"
#include "policy/judge.h"
#include "policy/plain.h"
#include "policy/tighten.h"
#include "read/reader.h"
#include "policy/runtime.h"
#include "sysdb/sysdb.h"
#include "tests/unit/make.h"
#include "tests/unit/scratch.h"
#include "tests/unit/tap.h"

#define ALLOW   ((struct verdict){ ACT_ALLOW, 0 })
#define ERROR(n) ((struct verdict){ ACT_ERRNO, n })

static const struct arch *arch(const char *name)
{
	return arch_find(name);
}

/* The verdict on a call by its name, as the kernel has it; 1: the ABI has no such call. */
static uint32_t judge(const struct policy *p, const char *abi, const char *call, const uint64_t args[6])
{
	static const uint64_t zeros[6];
	uint32_t nr;

	if (!arch_call_number(arch(abi), call, &nr))
		return 1;
	return verdict_kernel(policy_judge(p, arch(abi), nr, args ? args : zeros, NULL));
}

enum { ALLOWED = 0x7fff0000, LOGGED = 0x7ffc0000, TRAPPED = 0x30000, THREAD = 0, EPERMED = 0x50001, ENOSYSED = 0x50026 };

/* policy */

TEST(the_first_rule_of_two_that_say_the_same_stays)
{
	struct policy *p = policy_new(ALLOW);
	struct rule r = { .call = "read", .verdict = ERROR(1), .because = "first" };

	CHECK(policy_add_rule(p, &r));
	r.verdict = ERROR(2);
	r.because = "second";
	CHECK(!policy_add_rule(p, &r));
	CHECK(policy_rule(p, 0)->verdict.data == 1 && !policy_rule(p, 1));
	CHECK_STR(policy_rule(p, 0)->because, "first");
	r.arches = 1;
	CHECK(policy_add_rule(p, &r));
	r.conditions = 1;
	r.when[0] = (struct condition){ 0, CMP_EQ, 5, 0 };
	CHECK(policy_add_rule(p, &r));
	CHECK(!policy_add_rule(p, &r));
	/* a mask that is not looked at is no difference, one that is, is */
	r.when[0].mask = 9;
	CHECK(!policy_add_rule(p, &r));
	r.when[0].op = CMP_MASKED_EQ;
	CHECK(policy_add_rule(p, &r));
	policy_free(p);
	policy_free(NULL);
}

TEST(rules_are_copied)
{
	char call[] = "read", because[] = "why";
	struct policy *p = policy_new(ALLOW);

	policy_add_rule(p, &(struct rule){ .call = call, .verdict = ERROR(1), .because = because });
	call[0] = because[0] = 'X';
	CHECK_STR(policy_rule(p, 0)->call, "read");
	CHECK_STR(policy_rule(p, 0)->because, "why");
	policy_free(p);
}

TEST(rules_are_sorted_by_call_abis_and_conditions)
{
	struct policy *p = policy_new(ALLOW);
	const struct rule *a, *b;

	for (unsigned i = 0; i < 40; i++) {
		struct rule r = { .call = i % 3 ? "write" : "read", .verdict = ERROR(1), .arches = i % 4,
				  .conditions = i % 2, .when = { { i % 6, (enum cmp)(i % 7), 100 - i, i } } };

		policy_add_rule(p, &r);
	}
	policy_sort(p);
	for (size_t i = 1; (a = policy_rule(p, i - 1)) && (b = policy_rule(p, i)); i++) {
		int c = strcmp(a->call, b->call);

		CHECK(c < 0 || (c == 0 && (a->arches < b->arches || (a->arches == b->arches &&
						a->conditions <= b->conditions))));
	}
	/* sorting keeps what was known of duplicates */
	CHECK(!policy_add_rule(p, policy_rule(p, 0)));
	policy_free(p);
}

/* Do the walk and a look at all rules agree, for every call? */
static bool walks_in_order(const struct policy *p)
{
	const struct rule *rule, *found, *first;

	for (size_t i = 0; (rule = policy_rule(p, i)); i++) {
		struct rule_walk rules = policy_rules_of(p, rule->call);

		first = policy_first_rule(p, rule->call);
		for (size_t k = 0; (found = policy_rule(p, k)); k++) {
			if (!streq(found->call, rule->call))
				continue;
			if (rule_next(&rules) != found || (first && first > found))
				return false;
		}
		if (rule_next(&rules))
			return false;
	}
	return true;
}

TEST(the_rules_of_a_call_come_in_the_policys_order)
{
	struct policy *p = policy_new(ERROR(1));
	char call[CALL_NAME_MAX];

	/* more names than the hash has places */
	for (unsigned i = 0; i < 3000; i++) {
		snprintf(call, sizeof call, "call_%u", i * 7 % 1500);
		policy_add_rule(p, &(struct rule){ .call = call, .verdict = ERROR(i % 3 + 1), .conditions = 1,
						   .when = { { 0, CMP_EQ, 3000 - i, 0 } } });
	}
	CHECK(walks_in_order(p));
	CHECK(!policy_first_rule(p, "call_1500"));
	policy_drop(p, policy_rule(p, 700));
	policy_drop(p, policy_rule(p, 2998));
	policy_add_rule(p, &(struct rule){ .call = "call_7", .verdict = ALLOW });
	CHECK(walks_in_order(p) && policy_rule(p, 2998) && !policy_rule(p, 2999));
	policy_sort(p);
	CHECK(walks_in_order(p));
	policy_replace(p, &(struct rule){ .call = "call_7", .verdict = ERROR(9) });
	CHECK(walks_in_order(p) && policy_first_rule(p, "call_7")->verdict.data == 9);
	policy_free(p);
}

TEST(replacing_takes_the_place_of_all_rules_of_the_call)
{
	struct policy *p = policy_new(ERROR(1));
	struct rule r = { .call = "read", .verdict = ERROR(2), .conditions = 1, .when = { { 0, CMP_EQ, 1, 0 } } };

	policy_add_rule(p, &r);
	policy_add_rule(p, &(struct rule){ .call = "write", .verdict = ALLOW, .because = "kept" });
	policy_add_rule(p, &(struct rule){ .call = "read", .verdict = ERROR(3) });
	policy_replace(p, &(struct rule){ .call = "read", .verdict = ALLOW, .because = "new" });
	policy_replace(p, &(struct rule){ .call = "write", .verdict = ALLOW, .because = "not needed" });
	CHECK(policy_rule(p, 1) && !policy_rule(p, 2));
	CHECK_STR(policy_rule(p, 0)->because, "kept");
	CHECK_STR(policy_rule(p, 1)->because, "new");
	CHECK(judge(p, "x86_64", "read", NULL) == ALLOWED);
	policy_free(p);
}

TEST(comparisons_have_names)
{
	enum cmp op = CMP_COUNT;

	for (int i = 0; i < CMP_COUNT; i++)
		CHECK(cmp_find(cmp_oci((enum cmp)i), &op) && op == (enum cmp)i && *cmp_symbol(op));
	CHECK(!cmp_find("SCMP_CMP_", &op) && !cmp_find("", &op) && !cmp_find("==", &op));
}

/* the judge */

TEST(a_condition_compares_all_bits_of_a_64_bit_abi_and_half_of_a_32_bit_one)
{
	static const struct { enum cmp op; uint64_t value, mask, arg; bool on64, on32; } rows[] = {
		{ CMP_EQ, 5, 0, 5, true, true },
		{ CMP_EQ, 5, 0, 0x100000005, false, true },
		{ CMP_EQ, 0x100000005, 0, 5, false, true },
		{ CMP_EQ, UINT64_MAX, 0, 0xffffffff, false, true },
		{ CMP_NE, 5, 0, 5, false, false },
		{ CMP_NE, 5, 0, 0x100000005, true, false },
		{ CMP_LT, 5, 0, 4, true, true },
		{ CMP_LT, 5, 0, 5, false, false },
		{ CMP_LT, 5, 0, 0x100000004, false, true },
		{ CMP_LE, 5, 0, 5, true, true },
		{ CMP_LE, 5, 0, 6, false, false },
		{ CMP_GT, 5, 0, 5, false, false },
		{ CMP_GT, 5, 0, 6, true, true },
		{ CMP_GT, 5, 0, 0x100000000, true, false },
		{ CMP_GT, 0x7fffffff, 0, 0xffffffffffffffff, true, true },	/* unsigned, always */
		{ CMP_GE, 5, 0, 5, true, true },
		{ CMP_GE, 5, 0, 4, false, false },
		{ CMP_MASKED_EQ, 0x10, 0x30, 0xd0, true, true },
		{ CMP_MASKED_EQ, 0x10, 0x30, 0x30, false, false },
		{ CMP_MASKED_EQ, 0, 0x100000000, 0x100000000, false, true },
		{ CMP_MASKED_EQ, 0x15, 0x10, 0x10, true, true },	/* bits outside the mask do not count */
		{ CMP_MASKED_EQ, 7, 0, 99, true, true },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct policy *p = policy_new(ALLOW);
		struct rule r = { .call = "read", .verdict = ERROR(1), .conditions = 1,
				  .when = { { 2, rows[i].op, rows[i].value, rows[i].mask } } };
		uint64_t args[6] = { 0, 0, rows[i].arg };

		policy_add_arch(p, arch("x86_64"));
		policy_add_arch(p, arch("x86"));
		policy_add_arch(p, arch("x32"));
		policy_add_rule(p, &r);
		CHECK_FOR((judge(p, "x86_64", "read", args) == EPERMED) == rows[i].on64, "row %zu on x86_64", i);
		CHECK_FOR((judge(p, "x86", "read", args) == EPERMED) == rows[i].on32, "row %zu on x86", i);
		CHECK_FOR(rule_matches(&r, arch("aarch64"), args) == rows[i].on64, "row %zu on aarch64", i);
		policy_free(p);
	}
}

TEST(all_conditions_of_a_rule_must_hold_and_any_rule_of_a_call)
{
	struct policy *p = policy_new(ALLOW);

	policy_add_rule(p, &(struct rule){ .call = "read", .verdict = ERROR(1), .conditions = 2,
					   .when = { { 0, CMP_EQ, 1, 0 }, { 1, CMP_GT, 7, 0 } } });
	policy_add_rule(p, &(struct rule){ .call = "read", .verdict = ERROR(2), .conditions = 1,
					   .when = { { 0, CMP_EQ, 9, 0 } } });
	CHECK(judge(p, "x86_64", "read", (uint64_t[6]){ 1, 8 }) == 0x50001);
	CHECK(judge(p, "x86_64", "read", (uint64_t[6]){ 1, 7 }) == ALLOWED);
	CHECK(judge(p, "x86_64", "read", (uint64_t[6]){ 9, 0 }) == 0x50002);
	policy_free(p);
}

TEST(an_unconditional_rule_decides_alone)
{
	for (int order = 0; order < 2; order++) {
		struct policy *p = policy_new(ERROR(1));
		struct rule rules[] = {
			{ .call = "read", .verdict = ALLOW },
			{ .call = "read", .verdict = { ACT_KILL_PROCESS, 0 }, .conditions = 1, .when = { { 0, CMP_EQ, 0, 0 } } },
		};
		const struct rule *decided = NULL;
		uint64_t args[6] = { 0 };

		policy_add_rule(p, &rules[order]);
		policy_add_rule(p, &rules[!order]);
		CHECK(policy_judge(p, arch_native(), 0, args, &decided).action == ACT_ALLOW);
		CHECK(decided && decided->conditions == 0);
		policy_free(p);
	}
}

TEST(of_conditional_rules_that_hold_the_strictest_decides_and_the_smaller_errno)
{
	struct policy *p = policy_new(ALLOW);
	struct rule r = { .call = "read", .conditions = 1, .when = { { 0, CMP_LT, 10, 0 } } };
	static const struct verdict verdicts[] = { { ACT_LOG, 0 }, { ACT_ERRNO, 7 }, { ACT_ERRNO, 8 }, { ACT_TRACE, 1 } };

	for (size_t i = 0; i < countof(verdicts); i++) {
		r.verdict = verdicts[i];
		r.when[0].value = 10 + i;
		policy_add_rule(p, &r);
	}
	CHECK(judge(p, "x86_64", "read", (uint64_t[6]){ 5 }) == 0x50007);
	CHECK(judge(p, "x86_64", "read", (uint64_t[6]){ 11 }) == 0x50008);
	CHECK(judge(p, "x86_64", "read", (uint64_t[6]){ 12 }) == 0x7ff00001);
	CHECK(judge(p, "x86_64", "read", (uint64_t[6]){ 13 }) == ALLOWED);
	policy_free(p);
}

TEST(an_abi_that_is_not_spoken_of_kills_the_thread_but_for_the_native_one)
{
	struct policy *p = policy_new(ALLOW);

	policy_add_arch(p, arch("aarch64"));
	CHECK(judge(p, "aarch64", "read", NULL) == ALLOWED);
	CHECK(judge(p, "arm", "read", NULL) == THREAD);
	CHECK(judge(p, "s390x", "read", NULL) == THREAD);
	CHECK(judge(p, arch_native()->name, "read", NULL) == ALLOWED);
	CHECK(policy_covers(p) == (ARCH_BIT(arch("aarch64")) | ARCH_BIT(arch_native())));
	policy_free(p);
}

TEST(a_rule_holds_on_its_abis)
{
	struct policy *p = policy_new(ERROR(1));

	policy_add_arch(p, arch("x86_64"));
	policy_add_arch(p, arch("x86"));
	policy_add_rule(p, &(struct rule){ .call = "read", .verdict = ALLOW, .arches = ARCH_BIT(arch("x86")) });
	CHECK(judge(p, "x86", "read", NULL) == ALLOWED && judge(p, "x86_64", "read", NULL) == EPERMED);
	policy_free(p);
}

TEST(a_multiplexer_stands_for_what_it_does)
{
	struct policy *p = policy_new(ALLOW);

	policy_add_arch(p, arch("x86"));
	policy_add_arch(p, arch("x86_64"));
	policy_add_rule(p, &(struct rule){ .call = "bind", .verdict = ERROR(1) });
	policy_add_rule(p, &(struct rule){ .call = "accept", .verdict = ERROR(1), .conditions = 2,
					   .when = { { 0, CMP_EQ, 77, 0 }, { 1, CMP_EQ, 3, 0 } } });
	policy_add_rule(p, &(struct rule){ .call = "shmat", .verdict = ERROR(1) });
	CHECK(judge(p, "x86", "bind", NULL) == EPERMED && judge(p, "x86_64", "bind", NULL) == EPERMED);
	CHECK(judge(p, "x86", "socketcall", (uint64_t[6]){ 2 }) == EPERMED);
	CHECK(judge(p, "x86", "socketcall", (uint64_t[6]){ 0xff00000002 }) == EPERMED);
	CHECK(judge(p, "x86", "socketcall", (uint64_t[6]){ 1 }) == ALLOWED);
	/* its condition on argument 0 is lost, the other stays */
	CHECK(judge(p, "x86", "socketcall", (uint64_t[6]){ 5, 3 }) == EPERMED);
	CHECK(judge(p, "x86", "socketcall", (uint64_t[6]){ 5, 4 }) == ALLOWED);
	CHECK(judge(p, "x86", "ipc", (uint64_t[6]){ 21 }) == EPERMED);
	CHECK(judge(p, "x86", "ipc", (uint64_t[6]){ 22 }) == ALLOWED);
	CHECK(judge(p, "x86_64", "socketcall", NULL) == 1);
	policy_add_rule(p, &(struct rule){ .call = "socketcall", .verdict = { ACT_LOG, 0 } });
	CHECK(judge(p, "x86", "socketcall", (uint64_t[6]){ 2 }) == LOGGED);
	CHECK_STR(multiplexed(arch("x86"), "socketcall", 20), "sendmmsg");
	CHECK(!multiplexed(arch("x86"), "socketcall", 21) && !multiplexed(arch("x86"), "ipc", 5) &&
	      !multiplexed(arch("x86"), "read", 1) && !multiplexed(arch("x86_64"), "socketcall", 1));
	CHECK(is_multiplexed(arch("x86"), "accept") && is_multiplexed(arch("x86"), "semop") &&
	      !is_multiplexed(arch("x86"), "read") && !is_multiplexed(arch("x86_64"), "bind"));
	policy_free(p);
}

/* derive */

static struct rec *small_rec(void)
{
	struct rec *rec = rec_new();

	rec_add_seen(rec, arch("x86_64"), 0, &(struct rec_seen){ "r", "/bin/a", 3, 0 });
	rec_add_seen(rec, arch("x86_64"), 334, &(struct rec_seen){ "r", "/bin/b", 1, 0 });	/* rseq */
	rec_add_seen(rec, arch("x86"), 4, &(struct rec_seen){ "r", "/bin/c", 1, 0 });		/* write */
	return rec;
}

TEST(an_allow_list_holds_what_was_seen_where_it_was_seen)
{
	struct rec *rec = small_rec();
	struct policy *p = policy_derive(rec, &(struct derive_opts){ .refuse = ERROR(1) });

	CHECK(policy_arches(p) == (ARCH_BIT(arch("x86_64")) | ARCH_BIT(arch("x86"))));
	CHECK(judge(p, "x86_64", "read", NULL) == ALLOWED && judge(p, "x86", "read", NULL) == EPERMED);
	CHECK(judge(p, "x86", "write", NULL) == ALLOWED && judge(p, "x86_64", "write", NULL) == EPERMED);
	CHECK(judge(p, "x32", "read", NULL) == THREAD);
	policy_free(p);
	rec_free(rec);
}

TEST(what_the_kernel_needs_and_libc_probes_is_added)
{
	static const char *const kernel[] = { "restart_syscall", "rt_sigreturn", "exit", "exit_group" };
	static const char *const probed[] = { "clone3", "faccessat2", "openat2", "fchmodat2", "statx", "close_range",
					      "epoll_pwait2", "futex_waitv", "pidfd_open" };
	struct rec *rec = small_rec();
	struct policy *p = policy_derive(rec, &(struct derive_opts){ .refuse = ERROR(1) });
	const struct rule *r;

	for (size_t i = 0; i < countof(kernel); i++)
		CHECK_FOR(judge(p, "x86_64", kernel[i], NULL) == ALLOWED && judge(p, "x86", kernel[i], NULL) == ALLOWED,
			  "%s", kernel[i]);
	CHECK(judge(p, "x86", "sigreturn", NULL) == ALLOWED);
	for (size_t i = 0; i < countof(probed); i++)
		CHECK_FOR(judge(p, "x86_64", probed[i], NULL) == ENOSYSED, "%s", probed[i]);
	CHECK(judge(p, "x86", "clock_gettime64", NULL) == ENOSYSED);
	/* what was used is not refused for being new */
	CHECK(judge(p, "x86_64", "rseq", NULL) == ALLOWED);
	for (size_t i = 0; (r = policy_rule(p, i)); i++)
		CHECK_FOR(r->because && *r->because, "%s has no reason", r->call);
	policy_free(p);
	rec_free(rec);
}

TEST(an_empty_recording_gives_the_least_there_is)
{
	struct rec *rec = rec_new();
	struct policy *p = policy_derive(rec, &(struct derive_opts){ .refuse = { ACT_KILL_PROCESS, 0 } });

	CHECK(policy_arches(p) == ARCH_BIT(arch_native()));
	CHECK(policy_default(p).action == ACT_KILL_PROCESS);
	CHECK(judge(p, arch_native()->name, "exit_group", NULL) == ALLOWED);
	policy_free(p);
	rec_free(rec);
}

TEST(on_an_abi_asked_for_and_not_seen_names_count)
{
	struct rec *rec = rec_new();

	rec_add_seen(rec, arch("x86_64"), 0, &(struct rec_seen){ "r", "/bin/a", 3, 0 });
	struct policy *p = policy_derive(rec, &(struct derive_opts){ .refuse = ERROR(1), .arches = ARCH_BIT(arch("aarch64")) });

	CHECK(judge(p, "aarch64", "read", NULL) == ALLOWED && judge(p, "aarch64", "write", NULL) == EPERMED);
	policy_free(p);
	rec_free(rec);
}

TEST(calls_of_a_runtime_are_allowed)
{
	struct policy *p = policy_new(ERROR(1));

	policy_add_arch(p, arch("x86_64"));
	policy_add_rule(p, &(struct rule){ .call = "faccessat2", .verdict = ERROR(ENOSYS) });
	CHECK(runtime_known("runc") && runtime_known("crun:nnp") && !runtime_known("runx") && !runtime_known(""));
	policy_add_runtime(p, "runc", policy_default(p));
	CHECK(judge(p, "x86_64", "faccessat2", NULL) == ALLOWED && judge(p, "x86_64", "setuid", NULL) == ALLOWED);
	CHECK(judge(p, "x86_64", "ptrace", NULL) == EPERMED);
	policy_allow(p, "ptrace", "asked for");
	CHECK(judge(p, "x86_64", "ptrace", NULL) == ALLOWED);
	for (size_t i = 0; runtime_name(i); i++)
		CHECK(runtime_known(runtime_name(i)));
	policy_free(p);
}

TEST(the_runtime_is_known_by_its_program)
{
	static const struct { const char *path, *runtime; } rows[] = {
		{ "/usr/sbin/runc", "runc" }, { "/usr/bin/crun", "crun" }, { "/usr/sbin/runc (deleted)", "runc" },
		{ "/memfd:runc_cloned:/proc/self/exe (deleted)", "runc" },
		{ "/memfd:crun_cloned:/proc/self/exe (deleted)", "crun" },
		{ "/runc", "runc" }, { "runc", "runc" },
		{ "/", NULL }, { "", NULL }, { "/usr/bin/runcx", NULL }, { "/opt/xrunc", NULL }, { "/runc/sh", NULL },
		{ "/memfd:runc (deleted)", NULL }, { "/memfd:x/runc (deleted)", NULL }, { "/usr/sbin/runc-dmz", NULL },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		const char *got = runtime_of_program(rows[i].path);

		CHECK_FOR(rows[i].runtime ? got && streq(got, rows[i].runtime) : !got, "%s: %s", rows[i].path,
			  got ? got : "none");
	}
}

TEST(the_runtime_of_a_run_is_that_of_its_filter)
{
	static const struct { const char *program; bool nnp; const char *executed[2], *spelling; } rows[] = {
		{ "/usr/sbin/runc", false, { "/bin/sh" }, "runc" },
		{ "/usr/sbin/runc", true, { "/usr/bin/crun" }, "runc:nnp" },
		{ "/memfd:crun_cloned:/proc/self/exe (deleted)", true, { NULL }, "crun:nnp" },
		{ "/", false, { "/usr/sbin/runc" }, NULL },
		{ "/usr/bin/bwrap", true, { "/usr/sbin/runc" }, NULL },
		{ NULL, true, { "/usr/sbin/runc" }, NULL },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct rec *rec = rec_new();

		rec_add_run(rec, &(struct rec_run){ .id = "r", .filter_program = rows[i].program, .filter_nnp = rows[i].nnp });
		for (size_t k = 0; k < 2 && rows[i].executed[k]; k++)
			rec_add_program(rec, "r", rows[i].executed[k], 1);
		rec_add_program(rec, "another", "/usr/bin/runc", 1);
		const char *got = runtime_of_run(rec_run_at(rec, 0));

		CHECK_FOR(rows[i].spelling ? got && streq(got, rows[i].spelling) : !got, "row %zu: %s", i,
			  got ? got : "none");
		rec_free(rec);
	}
}

/* deny */

static struct policy *deny(const char *word)
{
	const char *words[] = { word };
	struct policy *p = NULL;
	struct err e;
	arch_set set = ARCH_BIT(arch("x86_64")) | ARCH_BIT(arch("x86")) | ARCH_BIT(arch("x32")) | ARCH_BIT(arch("aarch64"));

	policy_deny(&(struct denylist){ .words = words, .count = 1, .arches = set }, &p, &e);
	return p;
}

/* Is there a way to refuse the call: whole, or for some of its arguments? */
static bool can_be_refused(const struct policy *p, const struct arch *a, const char *call)
{
	const struct rule *r;

	for (struct rule_walk rules = policy_rules_of(p, call); (r = rule_next(&rules)); )
		if (rule_on(r, a) && r->verdict.action == ACT_ERRNO)
			return true;
	return false;
}

TEST(every_member_of_a_family_is_refused_on_every_abi)
{
	static const char *const abis[] = { "x86_64", "x86", "x32", "aarch64" };
	const char *family;
	const struct sysdb_call *c;
	uint32_t nr;

	for (size_t f = 0; (family = family_at(f)); f++) {
		scoped(freep) char *word = xprintf("%s-family", family);
		struct policy *p = deny(word);

		CHECK_FOR(p, "%s", word);
		CHECK(policy_default(p).action == ACT_ALLOW);
		for (size_t i = 0; (c = sysdb_at(i)); i++)
			for (size_t a = 0; a < countof(abis); a++)
				if (family_has(family, c->name) && arch_call_number(arch(abis[a]), c->name, &nr))
					CHECK_FOR(can_be_refused(p, arch(abis[a]), c->name), "%s: %s on %s", word,
						  c->name, abis[a]);
		policy_free(p);
	}
}

TEST(a_family_is_refused_no_further_than_it_must)
{
	static const struct { const char *word, *abi, *call; uint64_t args[3]; uint32_t verdict; } rows[] = {
		{ "mount-family", "x86_64", "open_tree", { 0 }, ALLOWED },
		{ "mount-family", "x86_64", "open_tree", { 0, 0, 1 }, EPERMED },
		{ "mount-family", "x86_64", "open_tree", { 0, 0, 0xffffffff00000001 }, EPERMED },
		{ "mount-family", "x86_64", "statmount", { 0 }, ALLOWED },
		{ "namespace-family", "x86_64", "clone", { 0x11 }, ALLOWED },
		{ "namespace-family", "x86_64", "clone", { 0x10000011 }, EPERMED },
		{ "namespace-family", "x86", "clone", { 0x20000 }, EPERMED },
		{ "namespace-family", "aarch64", "clone", { 0x40000000 }, EPERMED },
		{ "namespace-family", "x86_64", "clone3", { 0 }, ENOSYSED },
		{ "namespace-family", "x86_64", "unshare", { 0x80 }, EPERMED },
		{ "namespace-family", "x86_64", "unshare", { 0x200 }, ALLOWED },		/* CLONE_FS */
		{ "namespace-family", "x86_64", "setns", { 3, 0 }, EPERMED },
		{ "kexec-family", "x86_64", "reboot", { 0xfee1dead, 0x28121969, 0x45584543 }, EPERMED },
		{ "kexec-family", "x86_64", "reboot", { 0xfee1dead, 0x28121969, 0xff45584543 }, EPERMED },
		{ "kexec-family", "x86_64", "reboot", { 0xfee1dead, 0x28121969, 0x1234567 }, ALLOWED },
		{ "fork-family", "x86_64", "clone", { 0x10000 }, ALLOWED },			/* a thread */
		{ "fork-family", "x86_64", "clone", { 0x11 }, EPERMED },
		{ "chmod-family", "x86_64", "io_uring_setup", { 0 }, ENOSYSED },
		{ "unlink-family", "x86", "io_uring_setup", { 0 }, ENOSYSED },
		{ "statfs-family", "x86_64", "io_uring_setup", { 0 }, ALLOWED },
		{ "socket-family", "x86", "socketcall", { 1 }, EPERMED },
		/* a bare word is a call before it is a family */
		{ "chmod", "x86_64", "chmod", { 0 }, EPERMED },
		{ "chmod", "x86_64", "fchmodat", { 0 }, ALLOWED },
		{ "module", "x86_64", "init_module", { 0 }, EPERMED },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct policy *p = deny(rows[i].word);
		uint64_t args[6] = { rows[i].args[0], rows[i].args[1], rows[i].args[2] };

		CHECK_FOR(p, "%s", rows[i].word);
		CHECK_FOR(judge(p, rows[i].abi, rows[i].call, args) == rows[i].verdict, "row %zu: %s: %s on %s", i,
			  rows[i].word, rows[i].call, rows[i].abi);
		policy_free(p);
	}
}

TEST(a_verdict_that_is_asked_for_takes_the_place_of_the_errno)
{
	const char *words[] = { "chmod-family" };
	const struct verdict kill = { ACT_KILL_PROCESS, 0 };
	struct policy *p = NULL;
	struct err e;
	const struct rule *r;

	CHECK(policy_deny(&(struct denylist){ .words = words, .count = 1, .verdict = &kill }, &p, &e) == 0);
	for (size_t i = 0; (r = policy_rule(p, i)); i++)
		CHECK_FOR((r->verdict.action == ACT_KILL_PROCESS) == family_has("chmod", r->call), "%s", r->call);
	policy_free(p);
}

static struct verdict verdict_of(const struct policy *p, const char *call)
{
	const struct rule *r = policy_first_rule(p, call);

	return r ? r->verdict : policy_default(p);
}

TEST(each_word_can_have_a_verdict_of_its_own)
{
	const char *words[] = { "mount-family", "chmod-family", "io_uring_setup", "swapon", "namespace-family", "async-io-family" };
	const struct verdict rofs = ERROR(EROFS), acces = ERROR(EACCES), nodev = ERROR(ENODEV);
	const struct verdict *own[] = { &rofs, NULL, &acces, NULL, &rofs, &nodev };
	struct denylist d = { .words = words, .count = countof(words), .verdict = &nodev, .own = own };
	struct policy *p = NULL;
	struct err e;

	CHECK(policy_deny(&d, &p, &e) == 0);
	CHECK(verdict_equal(verdict_of(p, "mount"), rofs));
	CHECK(verdict_equal(verdict_of(p, "chmod"), nodev));
	CHECK(verdict_equal(verdict_of(p, "setxattr"), ERROR(EOPNOTSUPP)));
	CHECK(verdict_equal(verdict_of(p, "io_uring_setup"), acces));	/* by name, before the families */
	CHECK(verdict_equal(verdict_of(p, "io_uring_enter"), nodev));
	CHECK(verdict_equal(verdict_of(p, "unshare"), rofs));
	CHECK(verdict_equal(verdict_of(p, "clone3"), ERROR(ENOSYS)));	/* so that libc takes clone */
	policy_free(p);
	d.count = 2;
	CHECK(policy_deny(&d, &p, &e) == 0);
	CHECK(verdict_equal(verdict_of(p, "io_uring_setup"), ERROR(ENOSYS)));
	policy_free(p);
}

TEST(a_word_that_is_nothing_is_refused_with_the_nearest)
{
	const char *words[] = { "read", "mount-famly" };
	struct policy *p = NULL;
	struct err e;

	CHECK(policy_deny(&(struct denylist){ .words = words, .count = 2 }, &p, &e) == -EINVAL);
	CHECK_STR(e.text, "'mount-famly' is neither a call nor a family; the nearest is 'mount-family'");
	CHECK(!p);
	CHECK(deny_word_check("chmood", &e) == -EINVAL);
	CHECK_STR(e.text, "'chmood' is neither a call nor a family; the nearest is 'chmod'");
	CHECK(deny_word_check("qqqqqqqqqqq", &e) == -EINVAL);
	CHECK_STR(e.text, "'qqqqqqqqqqq' is neither a call nor a family; 'sctrace list families' prints them");
	CHECK(deny_word_check("mount", &e) == 0 && deny_word_check("module", &e) == 0);
}

/* parsing profiles */

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

TEST(what_is_wrong_is_told_with_file_line_and_path)
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
		  "p.json:1: defaultErrnoRet: an errno has no meaning with the action SCMP_ACT_ALLOW" },
		{ "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrnoRet\": 4096}",
		  "p.json:1: defaultErrnoRet: should be at most 4094" },
		{ "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrno\": \"EWHAT\"}",
		  "p.json:1: defaultErrno: unknown errno 'EWHAT'" },
		{ PROFILE("{\"names\": [\"read\"]}"), "p.json:3: syscalls[0].action: is missing; it should be a string" },
		{ PROFILE("{\"names\": [\"read\"], \"action\":\n7}"), "p.json:4: syscalls[0].action: should be a string" },
		{ PROFILE("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_KILL\", \"errnoRet\": 1}"),
		  "p.json:3: syscalls[0].errnoRet: an errno has no meaning with the action SCMP_ACT_KILL_THREAD" },
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
		/* dockerd takes two numbers, and no more */
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

TEST(a_profile_is_read_as_its_author_means_it)
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
		/* of two rules for the same the first one stays */
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

TEST(of_an_arch_map_the_native_entry_counts)
{
	struct parsed r = parse("{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"architectures\": [], \"archMap\": ["
				"{\"architecture\": \"SCMP_ARCH_X86_64\", \"subArchitectures\": [\"SCMP_ARCH_X86\"]},"
				"{\"architecture\": \"SCMP_ARCH_AARCH64\", \"subArchitectures\": [\"SCMP_ARCH_ARM\"]}]}");

	CHECK_FOR(r.policy, "%s", r.e.text);
	if (arch_native() == arch("x86_64"))
		CHECK(policy_arches(r.policy) == (ARCH_BIT(arch("x86_64")) | ARCH_BIT(arch("x86"))));
	parsed_done(&r);
}

TEST(a_bundle_has_the_profile_inside)
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

TEST(what_the_author_may_not_think_is_a_warning)
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

/* The default lets through: what nobody can follow of a denial is harm. */
TEST(of_each_kind_there_is_one_warning)
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
	/* an allow-list loses nothing by it */
	r = parse("{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": [{\"names\": [\"<unknown>\", \"aa\"], \"action\": \"SCMP_ACT_ALLOW\"}]}");
	CHECK_FOR(r.policy, "%s", r.e.text);
	CHECK(r.notes.warnings.count == 0 && r.notes.hints.count == 2);
	CHECK_STR(r.notes.hints.items[1], "invalid call name '<unknown>': it is skipped");
	parsed_done(&r);
}

TEST(remarks_are_no_members_that_are_mistyped)
{
	struct parsed r = parse("{\"_comment\": \"a\", \"$schema\": \"b\", \"//\": 1, \"#\": [], \"defaultAction\": \"SCMP_ACT_ALLOW\","
				"\"syscalls\": [{\"_why\": {}, \"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\"}]}");

	CHECK_FOR(r.policy, "%s", r.e.text);
	CHECK(r.notes.warnings.count == 0 && r.notes.hints.count == 0);
	parsed_done(&r);
}

TEST(architectures_of_other_machines_are_passed_over)
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
	/* these are given to the runtime, which asks its libseccomp for each */
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

TEST(a_profile_says_on_what_of_the_host_it_depends)
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

TEST(a_rule_that_does_not_apply_says_where_it_does)
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

TEST(every_rule_knows_where_it_was_read)
{
	static const struct { const char *call; struct place from; } rows[] = {
		{ "read", { .line = 3, .path = "syscalls[0]" } },	/* the second one has no effect */
		{ "write", { .line = 3, .path = "syscalls[0]" } },
		{ "open", { .line = 6, .path = "syscalls[2]" } },	/* a rule for each condition */
		{ "open", { .line = 6, .path = "syscalls[2]" } },
		{ "close", { .line = 8, .path = "syscalls[4]" } },	/* of another one that does not apply nothing is there */
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

TEST(another_machine_is_asked_about)
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

TEST(the_host_is_known_to_itself)
{
	struct parse_host here;

	parse_host_here(&here);
	CHECK(here.kernel[0] >= 3);
}

TEST(the_capabilities_of_a_container_are_those_of_docker)
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

/* A call that a multiplexer stands for as well, on another ABI. */
TEST(what_is_denied_partly_stays_denied_where_the_default_allows)
{
	const struct rule logged = { .call = "accept", .verdict = { ACT_LOG, 0 } };
	const struct rule killed = { .call = "accept", .verdict = { ACT_KILL_PROCESS, 0 }, .conditions = 1,
				     .when = { { .arg = 1, .op = CMP_GE, .value = 7 } } };
	struct policy *base = policy_new((struct verdict){ ACT_ALLOW, 0 }), *limit = policy_new((struct verdict){ ACT_ALLOW, 0 });
	struct policy *both = NULL;
	struct err e;
	uint32_t nr;

	policy_add_arch(base, arch("x86_64"));
	policy_add_arch(base, arch("x86"));
	policy_add_arches(limit, policy_arches(base));
	policy_add_rule(base, &logged);
	policy_add_rule(limit, &killed);
	CHECK(policy_tighten(base, limit, &both, &e) == 0);
	CHECK(arch_call_number(arch("x86_64"), "accept", &nr));
	CHECK(policy_judge(both, arch("x86_64"), nr, (const uint64_t[6]){ 0, 9 }, NULL).action == ACT_KILL_PROCESS);
	CHECK(policy_judge(both, arch("x86_64"), nr, (const uint64_t[6]){ 0, 3 }, NULL).action == ACT_LOG);
	policy_free(both);
	policy_free(limit);
	policy_free(base);
}

/* plain lists */

static uint64_t *random_args(struct dice *d, uint64_t args[static 6])
{
	for (size_t i = 0; i < 6; i++)
		args[i] = make_value(d);
	return args;
}

/* Of calls that a plain list has: never stricter than the policy, and the same where it does not say otherwise. */
TEST(a_plain_list_never_denies_what_the_policy_allows)
{
	size_t weakened = 0, same = 0;

	for (uint64_t i = 0; i < 300; i++) {
		struct dice d = dice_new(i);
		struct policy *p = make_policy(&d);
		struct plain list;

		plain_find(&list, p);
		for (size_t k = 0; k < list.count * 4; k++) {
			const struct plain_call *c = &list.items[k / 4];
			const struct arch *a = arch_native();
			struct verdict v;
			uint64_t args[6];
			uint32_t nr;

			if (is_multiplexer(c->call) || !arch_call_number(a, c->call, &nr))
				continue;
			v = policy_judge(p, a, nr, random_args(&d, args), NULL);
			CHECK_FOR(!verdict_stricter(c->verdict, v), "%s", c->call);
			CHECK_FOR(c->by_argument || c->by_arch || verdict_equal(c->verdict, v), "%s", c->call);
			CHECK(verdict_equal(plain_answer(&list, p, c->call), c->verdict));
			*(verdict_equal(c->verdict, v) ? &same : &weakened) += 1;
		}
		plain_done(&list);
		policy_free(p);
	}
	CHECK(weakened > 100 && same > 100);
}

TEST(a_plain_list_says_what_it_weakens)
{
	struct policy *p = policy_new(ERROR(1));
	struct plain list;

	policy_add_arch(p, arch("x86_64"));
	policy_add_arch(p, arch("x86"));
	policy_add_rule(p, &(struct rule){ .call = "read", .verdict = ALLOW });
	policy_add_rule(p, &(struct rule){ .call = "write", .verdict = ALLOW, .arches = ARCH_BIT(arch("x86")) });
	policy_add_rule(p, &(struct rule){ .call = "clone", .verdict = ALLOW, .conditions = 1, .when = { { 0, CMP_EQ, 17, 0 } } });
	policy_add_rule(p, &(struct rule){ .call = "mkdir", .verdict = ERROR(1) });
	plain_find(&list, p);
	CHECK(list.count == 3);
	CHECK_STR(list.items[0].call, "clone");
	CHECK(list.items[0].by_argument && !list.items[0].by_arch && list.items[0].verdict.action == ACT_ALLOW);
	CHECK_STR(list.items[1].call, "read");
	CHECK(!list.items[1].by_argument && !list.items[1].by_arch);
	CHECK_STR(list.items[2].call, "write");
	CHECK(!list.items[2].by_argument && list.items[2].by_arch);
	plain_done(&list);
	policy_free(p);
}
