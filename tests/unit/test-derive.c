/* SPDX-License-Identifier: Apache-2.0 */
/* Policies from recordings, and from calls to deny. */
#include <errno.h>
#include <stdlib.h>
#include "base/mem.h"
#include "policy/derive.h"
#include "sysdb/sysdb.h"
#include "tests/unit/oracle.h"
#include "tests/unit/tap.h"
#include "tests/unit/verdicts.h"

static struct rec *small_rec(void)
{
	struct rec *rec = rec_new();

	rec_add_seen(rec, arch("x86_64"), 0, &(struct rec_seen){ "r", "/bin/a", 3, 0 });
	rec_add_seen(rec, arch("x86_64"), 334, &(struct rec_seen){ "r", "/bin/b", 1, 0 });	/* rseq */
	rec_add_seen(rec, arch("x86"), 4, &(struct rec_seen){ "r", "/bin/c", 1, 0 });		/* write */
	return rec;
}

TEST(an_allow_list_allows_recorded_calls_on_their_abis)
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

TEST(calls_of_the_kernel_and_probes_of_libc_are_added)
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
	/* a call that was used is not denied for being new */
	CHECK(judge(p, "x86_64", "rseq", NULL) == ALLOWED);
	for (size_t i = 0; (r = policy_rule(p, i)); i++)
		CHECK_FOR(r->because && *r->because, "%s has no reason", r->call);
	policy_free(p);
	rec_free(rec);
}

TEST(an_empty_recording_gives_a_minimal_policy)
{
	struct rec *rec = rec_new();
	struct policy *p = policy_derive(rec, &(struct derive_opts){ .refuse = { ACT_KILL_PROCESS, 0 } });

	CHECK(policy_arches(p) == ARCH_BIT(arch_native()));
	CHECK(policy_default(p).action == ACT_KILL_PROCESS);
	CHECK(judge(p, arch_native()->name, "exit_group", NULL) == ALLOWED);
	policy_free(p);
	rec_free(rec);
}

TEST(a_requested_abi_gets_the_recorded_names)
{
	struct rec *rec = rec_new();

	rec_add_seen(rec, arch("x86_64"), 0, &(struct rec_seen){ "r", "/bin/a", 3, 0 });
	struct policy *p = policy_derive(rec, &(struct derive_opts){ .refuse = ERROR(1), .arches = ARCH_BIT(arch("aarch64")) });

	CHECK(judge(p, "aarch64", "read", NULL) == ALLOWED && judge(p, "aarch64", "write", NULL) == EPERMED);
	policy_free(p);
	rec_free(rec);
}

TEST(every_recorded_call_is_allowed_by_the_derived_policy)
{
	static const struct derive_opts opts[] = {
		{ .refuse = { ACT_ERRNO, EPERM } }, { .refuse = { ACT_KILL_PROCESS, 0 }, .arches = 3 },
		{ .refuse = { ACT_LOG, 0 }, .arches = 7 },
	};

	for (unsigned i = 0; i < 60; i++) {
		struct dice d = dice_new(i);
		struct rec *rec = make_rec(&d);
		struct policy *p = policy_derive(rec, &opts[i % countof(opts)]);
		struct compiled *f = NULL;
		const struct rec_call *seen;
		struct err e = { "" };

		int r = policy_compile(p, &f, &e);

		CHECK_FOR(r == 0, "%u: %s", i, e.text);
		for (size_t n = 0; (seen = rec_call_at(rec, n)); n++) {
			struct call c = { .arch = seen->arch, .nr = seen->nr };

			for (int a = 0; a < 6; a++)
				c.args[a] = make_value(&d);
			CHECK_FOR(policy_judge(p, c.arch, c.nr, c.args, NULL).action == ACT_ALLOW, "%s %s",
				  c.arch->name, seen->name);
			CHECK(!f || agree(p, f, &c));
		}
		CHECK(!f || agree_on_calls(&d, p, f, 200));
		compiled_free(f);
		policy_free(p);
		rec_free(rec);
	}
}

static struct policy *deny(const char *word)
{
	const char *words[] = { word };
	struct policy *p = NULL;
	struct err e;
	arch_set set = ARCH_BIT(arch("x86_64")) | ARCH_BIT(arch("x86")) | ARCH_BIT(arch("x32")) | ARCH_BIT(arch("aarch64"));

	policy_deny(&(struct denylist){ .words = words, .count = 1, .arches = set }, &p, &e);
	return p;
}

/* Can the call be denied: as a whole, or for some of its arguments? */
static bool can_be_refused(const struct policy *p, const struct arch *a, const char *call)
{
	const struct rule *r;

	for (struct rule_walk rules = policy_rules_of(p, call); (r = rule_next(&rules)); )
		if (rule_on(r, a) && r->verdict.action == ACT_ERRNO)
			return true;
	return false;
}

TEST(every_call_of_a_family_is_denied_on_every_abi)
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

TEST(a_family_is_denied_no_more_than_necessary)
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
		/* a bare word is first a call, then a family */
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

TEST(a_requested_verdict_replaces_the_errno)
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

TEST(each_word_can_have_its_own_verdict)
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
	CHECK(verdict_equal(verdict_of(p, "io_uring_setup"), acces));	/* requested by name, before the families */
	CHECK(verdict_equal(verdict_of(p, "io_uring_enter"), nodev));
	CHECK(verdict_equal(verdict_of(p, "unshare"), rofs));
	CHECK(verdict_equal(verdict_of(p, "clone3"), ERROR(ENOSYS)));	/* so that libc falls back to clone */
	policy_free(p);
	d.count = 2;
	CHECK(policy_deny(&d, &p, &e) == 0);
	CHECK(verdict_equal(verdict_of(p, "io_uring_setup"), ERROR(ENOSYS)));
	policy_free(p);
}

TEST(an_unknown_word_is_an_error_with_the_nearest)
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

TEST(denied_families_mean_what_their_filters_do)
{
	const char *family;
	char word[80];

	for (size_t i = 0; (family = family_at(i)); i++) {
		struct dice d = dice_new(i);
		struct policy *p = NULL;
		struct compiled *f = NULL;
		struct err e = { "" };
		const char *words[] = { word };

		snprintf(word, sizeof word, "%s-family", family);
		CHECK_FOR(policy_deny(&(struct denylist){ .words = words, .count = 1, .arches = 7 }, &p, &e) == 0,
			  "%s: %s", family, e.text);
		CHECK_FOR(policy_compile(p, &f, &e) == 0, "%s: %s", family, e.text);
		CHECK_FOR(agree_on_calls(&d, p, f, 300), "%s", family);
		compiled_free(f);
		policy_free(p);
	}
}
