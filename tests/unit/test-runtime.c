/* SPDX-License-Identifier: Apache-2.0 */
/* Runtimes, and the calls that they make. */
#include "policy/derive.h"
#include "policy/runtime.h"
#include "tests/unit/tap.h"
#include "tests/unit/verdicts.h"

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

TEST(a_runtime_is_recognized_by_its_program)
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

TEST(the_runtime_of_a_run_follows_from_its_filter)
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
