/* SPDX-License-Identifier: Apache-2.0 */
/* tests/lint/checks has, for each check, a profile with the mistake that it finds, with
 * the findings, and one without it; tests/lint/seeds has profiles of guides, as
 * their authors wrote them, with the expected findings. */
#include <dirent.h>
#include <stdlib.h>
#include "base/json.h"
#include "base/mem.h"
#include "lint/context.h"
#include "lint/lint.h"
#include "sysdb/target.h"
#include "tests/unit/scratch.h"
#include "tests/unit/tap.h"

static const struct strlist none;
static const struct parse_host docker = { .caps = DOCKER_CAPS, .kernel = { 6, 18 } };
static const struct read_opts reading = { .host = &docker, .systemd = 252 };	/* on whatever machine */

static char *path_of(const char *folder, const char *name, const char *suffix)
{
	const char *top = getenv("SRCDIR");

	return xprintf("%s/tests/lint/%s/%s%s", top ? top : ".", folder, name, suffix);
}

/* Options for the profile of a check. */
static void set_extras(struct findings *all, const char *name)
{
	static struct targets targets;
	static const char *const words[] = { "docker=20.10", "libseccomp=2.5.4", "runc=1.1.5" };
	struct target_version t;

	for (size_t i = 0; i < countof(words) && targets.count < countof(words); i++)
		if (target_parse(words[i], &t))
			targets_add(&targets, &t);
	if (strstr(name, "wider-than"))
		findings_against(all, "docker-default");
	if (strstr(name, "target-"))
		findings_targets(all, &targets);
}

/* "5 high sibling-gap syscalls[0].names[0]", a line each; what is no profile: why. */
static char *lint_at(const char *path)
{
	struct findings *all = findings_new(SEV_INFO, &none);
	const struct finding *f;
	struct buf b = { 0 };
	struct err e;

	set_extras(all, base_name(path));
	if (lint_profile(all, path, &reading, &(unsigned){ 0 }, &e) < 0)
		buf_addf(&b, "%s\n", e.text + (starts_with(e.text, path) ? strlen(path) : 0));
	for (size_t i = 0; (f = findings_at(all, i)); i++)
		buf_addf(&b, "%u %s %s%s%s\n", f->line, severity_name(f->severity), f->check->id, *f->path ? " " : "", f->path);
	findings_free(all);
	return buf_take(&b);
}

static char *lint_text(const char *text)
{
	scratch_write("p.json", text);
	return lint_at("p.json");
}

/* What is found, a line each. */
static char *said(const char *text)
{
	struct findings *all = findings_new(SEV_INFO, &none);
	const struct finding *f;
	struct buf b = { 0 };
	struct err e;

	scratch_write("p.json", text);
	if (lint_profile(all, "p.json", &reading, &(unsigned){ 0 }, &e) < 0)
		buf_adds(&b, e.text);
	for (size_t i = 0; (f = findings_at(all, i)); i++)
		buf_addf(&b, "%s:%u: %s: %s: %s (%s)\n", f->file, f->line, severity_name(f->severity), f->check->id, f->text, f->path);
	findings_free(all);
	return buf_take(&b);
}

TEST(the_catalogue_is_sorted_and_well_worded)
{
	const struct check *c, *last = NULL;

	for (size_t i = 0; (c = check_at(i)); last = c, i++) {
		CHECK_FOR(!last || strcmp(last->id, c->id) < 0, "%s", c->id);
		CHECK_FOR(strspn(c->id, "abcdefghijklmnopqrstuvwxyz-") == strlen(c->id), "%s", c->id);
		CHECK_FOR(c->title[strlen(c->title) - 1] != '.' && strlen(c->title) < 76, "%s", c->id);
		CHECK_FOR(c->explanation[strlen(c->explanation) - 1] == '.', "%s", c->id);
		CHECK_FOR(c->remedy[strlen(c->remedy) - 1] == '.' || c->remedy[strlen(c->remedy) - 1] == ')', "%s", c->id);
		CHECK(check_find(c->id) == c);
	}
	CHECK(!check_find("no-such-check"));
}

/* The filters of libseccomp depend on its version. */
static bool is_of_another_version(const struct check *c)
{
	return list_has("libseccomp-differs,not-loadable", c->id) && !streq(libseccomp_version(), "2.5.4");
}

TEST(every_check_finds_its_mistake)
{
	const struct check *c;

	for (size_t i = 0; (c = check_at(i)); i++) {
		if (is_of_another_version(c))
			continue;
		scoped(freep) char *path = path_of("checks", c->id, ".bad.json");
		scoped(freep) char *found = lint_at(path);
		scoped(freep) char *file = path_of("checks", c->id, ".bad.txt");

		CHECK_FOR(strstr(found, c->id), "%s: %s", c->id, found);
		if (getenv("UPDATE_GOLDENS"))
			scratch_write(file, found);
		scoped(freep) char *wanted = scratch_read(file);

		CHECK_FOR(wanted, "%s", c->id);
		CHECK_STR(found, wanted);
	}
}

TEST(no_check_finds_anything_in_a_correct_profile)
{
	const struct check *c;

	for (size_t i = 0; (c = check_at(i)); i++) {
		scoped(freep) char *path = path_of("checks", c->id, ".good.json");
		struct findings *all = findings_new(SEV_INFO, &none);
		const struct finding *f;
		struct err e = { "" };

		set_extras(all, c->id);
		CHECK_FOR(lint_profile(all, path, &reading, &(unsigned){ 0 }, &e) == 0, "%s", e.text);
		for (size_t k = 0; (f = findings_at(all, k)); k++)
			CHECK_FOR(f->check != c && f->severity == SEV_INFO, "%s: %s: %s", c->id, f->check->id, f->text);
		findings_free(all);
	}
}

TEST(mistakes_in_profiles_of_guides_are_found)
{
	scoped(freep) char *folder = path_of("seeds", "", "");
	struct strlist names = { 0 };
	DIR *d = opendir(folder);

	CHECK(d);
	for (struct dirent *e; (e = readdir(d)); )
		if (strlen(e->d_name) > 5 && streq(e->d_name + strlen(e->d_name) - 5, ".json"))
			strlist_insert(&names, e->d_name);
	closedir(d);
	CHECK(names.count >= 10);
	for (size_t i = 0; i < names.count; i++) {
		scoped(freep) char *path = path_of("seeds", names.items[i], "");
		scoped(freep) char *found = lint_at(path);
		scoped(freep) char *file = xprintf("%.*s.txt", (int)strlen(path) - 5, path);

		if (getenv("UPDATE_GOLDENS"))
			scratch_write(file, found);
		scoped(freep) char *wanted = scratch_read(file);

		CHECK_FOR(wanted, "%s", names.items[i]);
		CHECK_STR(found, wanted);
	}
	strlist_done(&names);
}

TEST(findings_have_the_order_of_the_file_and_at_most_the_severity_of_their_check)
{
	const struct check *c;

	for (size_t i = 0; (c = check_at(i)); i++) {
		scoped(freep) char *path = path_of("checks", c->id, ".bad.json");
		struct findings *all = findings_new(SEV_INFO, &none);
		const struct finding *f;
		unsigned line = 0;
		struct err e;

		CHECK(lint_profile(all, path, &reading, &(unsigned){ 0 }, &e) == 0);
		for (size_t k = 0; (f = findings_at(all, k)); line = f->line, k++)
			CHECK_FOR(f->line >= line && f->severity <= f->check->severity, "%s: %s", c->id, f->text);
		findings_free(all);
	}
}

TEST(lower_severities_and_ignored_checks_are_left_out)
{
	struct strlist ignored = { 0 };
	scoped(freep) char *path = path_of("checks", "no-effect", ".bad.json");
	const struct finding *f;
	struct err e;
	bool found = false;

	strlist_add(&ignored, "no-effect");
	struct findings *all = findings_new(SEV_MEDIUM, &none);

	CHECK(lint_profile(all, path, &reading, &(unsigned){ 0 }, &e) == 0 && findings_at(all, 0));
	for (size_t i = 0; (f = findings_at(all, i)); i++) {
		CHECK(f->severity >= SEV_MEDIUM);
		found |= streq(f->check->id, "no-effect");
	}
	CHECK(found);
	findings_free(all);
	all = findings_new(SEV_INFO, &ignored);
	CHECK(lint_profile(all, path, &reading, &(unsigned){ 0 }, &e) == 0 && findings_at(all, 0));
	for (size_t i = 0; (f = findings_at(all, i)); i++)
		CHECK(!streq(f->check->id, "no-effect"));
	findings_free(all);
	strlist_done(&ignored);
}

TEST(untrusted_names_are_cleaned_and_bounded)
{
	struct buf b = { 0 };

	buf_adds(&b, "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"architectures\": [\"x86\", \"x32\"], \"\\u001b[1mkey\": 1,\n"
		 "\"syscalls\": [{\"action\": \"SCMP_ACT_ERRNO\", \"names\": [\"\\u001b]0;x\\u0007\", \"");
	for (int i = 0; i < 5000; i++)
		buf_adds(&b, "x");
	buf_adds(&b, "\"]}]}");
	scoped(freep) char *text = said(buf_str(&b));

	CHECK(!strchr(text, 27) && !strchr(text, 7));
	CHECK(strstr(text, "'\\x1b]0;x\\x07' is not a call"));
	CHECK(strstr(text, "nothing reads '\\x1b[1mkey'"));
	CHECK(strlen(text) < 2000);
	buf_done(&b);
}

TEST(the_findings_of_one_check_are_bounded)
{
	struct buf b = { 0 };

	buf_adds(&b, "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"architectures\": [\"x86\", \"x32\"], \"syscalls\": [\n"
		 "{\"action\": \"SCMP_ACT_ERRNO\", \"names\": [");
	for (int i = 0; i < 15000; i++)
		buf_addf(&b, "%s\n\"nothing_%d\"", i ? "," : "", i);
	buf_adds(&b, "]}]}");
	scoped(freep) char *text = said(buf_str(&b));
	size_t lines = 0;

	for (const char *s = text; (s = strstr(s, "no-effect:")); s++)
		lines++;
	CHECK(lines == 101);
	CHECK(strstr(text, "p.json:103: high: no-effect: and more of this kind"));
	buf_done(&b);
}

TEST(lines_and_paths_are_those_of_the_file)
{
	scoped(freep) char *found = lint_text(
		"{ \"linux\": { \"seccomp\": {\n \"defaultAction\": \"SCMP_ACT_ALLOW\",\n \"architectures\": [ \"SCMP_ARCH_X86_64\",\n"
		"\"SCMP_ARCH_X86\", \"SCMP_ARCH_X32\" ],\n \"syscalls\": [ {\n\"names\": [ \"acct\",\n\n \"not\\\"a\\\\call\",\n"
		"\"acct\" ], \"action\":\n\n\"SCMP_ACT_KILL\" }, { \"names\": [], \"action\": \"SCMP_ACT_KILL\",\n\n\"x\": 1 } ] } } }");

	CHECK_STR(found, "8 high no-effect linux.seccomp.syscalls[0].names[1]\n"
		  "9 low duplicate linux.seccomp.syscalls[0].names[2]\n"
		  "11 medium kill-thread linux.seccomp.syscalls[0].action\n"
		  "11 medium kill-thread linux.seccomp.syscalls[1].action\n"
		  "13 info unknown-key linux.seccomp.syscalls[1].x\n");
}

TEST(a_file_that_no_runtime_reads_is_an_error)
{
	static const char *const bad[] = {
		"", "[]", "{}", "{\"defaultAction\": \"SCMP_ACT_NO\", \"syscalls\": []}",
		"{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"architectures\": [\"SCMP_ARCH_X86_64\", 86]}",
		"{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrnoRet\": 1.0}",
		"{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": [\"acct\"]}]}",
	};
	struct findings *all = findings_new(SEV_INFO, &none);
	struct err e;

	for (size_t i = 0; i < countof(bad); i++) {
		scratch_write("p.json", bad[i]);
		CHECK_FOR(lint_profile(all, "p.json", &reading, &(unsigned){ 0 }, &e) < 0, "%s", bad[i]);
	}
	CHECK(!findings_at(all, 0));
	findings_free(all);
}

/* dockerd and Podman use only the entry of their own machine. */
TEST(other_machines_of_an_arch_map_do_not_matter)
{
	scoped(freep) char *found = said("{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"archMap\": [\n"
		"{\"architecture\": \"SCMP_ARCH_X86_64\", \"subArchitectures\": [\"SCMP_ARCH_X86\", \"SCMP_ARCH_X32\"]},\n"
		"{\"architecture\": \"SCMP_ARCH_LOONGARCH64\", \"subArchitectures\": null},\n"
		"{\"architecture\": \"SCMP_ARCH_S390Y\", \"subArchitectures\": [\"SCMP_ARCH_S38\"]}]}");

	CHECK_FOR(strstr(found, "p.json:4: low: unknown-arch: 'SCMP_ARCH_S390Y' is not an architecture, the nearest is SCMP_ARCH_S390: "
			 "the entry has no effect (archMap[2].architecture)\n"), "%s", found);
	CHECK_FOR(!strstr(found, "LOONGARCH64") && !strstr(found, "S38'"), "%s", found);
}

TEST(a_remark_is_not_a_finding)
{
	scoped(freep) char *found = lint_text("{\"_comment\": \"a\", \"$schema\": \"b\", \"defaultAction\": \"SCMP_ACT_ALLOW\", "
		"\"architectures\": [\"SCMP_ARCH_X86_64\", \"SCMP_ARCH_X86\", \"SCMP_ARCH_X32\"],\n\"syscalls\": ["
		"{\"//\": 1, \"_names\": [], \"names\": [\"acct\"], \"action\": \"SCMP_ACT_ERRNO\"}]}");

	CHECK_STR(found, "");
}

/* Facts about the kernel and the runtimes. */
TEST(the_names_that_libseccomp_2_5_4_does_not_know_are_known)
{
	const struct sysdb_call *c;

	for (size_t i = 0; streq(libseccomp_version(), "2.5.4") && (c = sysdb_at(i)); i++)
		CHECK_FOR(libseccomp_knows(c->name) != unknown_to_older(c->name), "%s", c->name);
}

/* One line of JSON with single quotes. */
static char *of(const char *head, const char *rules)
{
	char *text = xprintf("{%s, 'syscalls': [%s]}", head, rules);

	for (char *s = text; *s; s++)
		*s = *s == '\'' ? '"' : *s;
	return text;
}

#define DENY "'defaultAction': 'SCMP_ACT_ALLOW', 'architectures': ['x86_64', 'x86', 'x32']"
#define LIST "'defaultAction': 'SCMP_ACT_ERRNO', 'defaultErrnoRet': 38"
#define BASE "{'names': ['execve','exit','exit_group','restart_syscall','rt_sigreturn'], 'action': 'SCMP_ACT_ALLOW'}, "

TEST(difficult_cases_are_right)
{
	static const struct { const char *head, *rules, *id, *wanted; } cases[] = {
		/* some namespaces of clone: clone3 gets around it, fork does not */
		{ DENY, "{'names': ['clone'], 'action': 'SCMP_ACT_ERRNO', 'args': [{'index': 0, 'op': 'SCMP_CMP_MASKED_EQ', "
			"'value': 131072, 'valueTwo': 131072}]}", "sibling-gap", "'clone' is denied, but 'clone3' is allowed" },
		/* one kind of namespace, complete; and not quite */
		{ DENY, "{'names': ['clone3'], 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 38}, {'names': ['clone', 'unshare'], 'action': "
			"'SCMP_ACT_ERRNO', 'args': [{'index': 0, 'op': 'SCMP_CMP_MASKED_EQ', 'value': 268435456, 'valueTwo': 268435456}]}, "
			"{'names': ['setns'], 'action': 'SCMP_ACT_ERRNO'}", "family-gap", NULL },
		{ DENY, "{'names': ['clone3'], 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 38}, {'names': ['unshare'], 'action': "
			"'SCMP_ACT_ERRNO', 'args': [{'index': 0, 'op': 'SCMP_CMP_MASKED_EQ', 'value': 268435456, 'valueTwo': 268435456}]}, "
			"{'names': ['setns'], 'action': 'SCMP_ACT_ERRNO'}", "sibling-gap", "'clone' is allowed" },
		{ LIST, BASE "{'names': ['clone'], 'action': 'SCMP_ACT_ERRNO'}, {'names': ['clone'], 'action': 'SCMP_ACT_ALLOW', 'args': "
			"[{'index': 0, 'op': 'SCMP_CMP_EQ', 'value': 17}]}", "no-effect", "medium: no-effect: the conditions" },
		/* a POSIX ACL sets mode bits, even if every chmod is denied */
		{ DENY, "{'names': ['chmod', 'fchmod', 'fchmodat', 'fchmodat2'], 'action': 'SCMP_ACT_ERRNO'}", "family-gap",
			"'setxattr'" },
		{ DENY, "{'names': ['chmod', 'fchmod', 'fchmodat', 'fchmodat2', 'setxattr', 'lsetxattr', 'fsetxattr', 'setxattrat'], "
			"'action': 'SCMP_ACT_ERRNO'}", "family-gap", NULL },
		/* a call that is left to a supervisor is not denied */
		{ DENY, "{'names': ['link'], 'action': 'SCMP_ACT_NOTIFY'}", "sibling-gap", "'linkat' is allowed" },
		{ DENY, "{'names': ['link'], 'action': 'SCMP_ACT_LOG'}", "sibling-gap", NULL },
		{ DENY, "{'names': ['link', 'linkat'], 'action': 'SCMP_ACT_ERRNO'}", "sibling-gap", NULL },
		/* a rule for socket also covers socketcall, but not the other way round */
		{ DENY, "{'names': ['socket'], 'action': 'SCMP_ACT_ERRNO'}", "sibling-gap", NULL },
		{ DENY, "{'names': ['socketcall'], 'action': 'SCMP_ACT_ERRNO'}", "sibling-gap", NULL },
		{ DENY, "{'names': ['socket'], 'action': 'SCMP_ACT_ERRNO'}", "abi-gap", NULL },
		/* a rule that repeats the default is skipped, and the next one applies */
		{ DENY, "{'names': ['link'], 'action': 'SCMP_ACT_ALLOW'}, {'names': ['link'], 'action': 'SCMP_ACT_ERRNO'}",
			"contradiction", "the second applies" },
		{ DENY, "{'names': ['link'], 'action': 'SCMP_ACT_KILL_PROCESS'}, {'names': ['link'], 'action': 'SCMP_ACT_ERRNO'}",
			"contradiction", "the first applies" },
		/* conditions in another order are the same ones */
		{ DENY, "{'names': ['mmap'], 'action': 'SCMP_ACT_ERRNO', 'args': [{'index': 2, 'op': 'SCMP_CMP_EQ', 'value': 7}, "
			"{'index': 1, 'op': 'SCMP_CMP_EQ', 'value': 7}]}, {'names': ['mmap'], 'action': 'SCMP_ACT_ERRNO', 'args': "
			"[{'index': 1, 'op': 'SCMP_CMP_EQ', 'value': 7}, {'index': 2, 'op': 'SCMP_CMP_EQ', 'value': 7}]}",
			"duplicate", "has this rule already" },
		/* only dangerous calls are reported as left out of an allow-list */
		{ LIST, BASE "{'names': ['fchmodat'], 'action': 'SCMP_ACT_ALLOW'}", "sibling-gap", NULL },
		{ LIST, BASE "{'names': ['finit_module'], 'action': 'SCMP_ACT_ALLOW'}", "sibling-gap",
			"'init_module' is not named, but 'finit_module' is allowed" },
		{ LIST, BASE "{'names': ['io_uring_setup'], 'action': 'SCMP_ACT_ALLOW'}", "io-uring-bypass",
			"a ring reaches what is denied of" },
		{ DENY, "{'names': ['acct'], 'action': 'SCMP_ACT_ERRNO'}", "io-uring-bypass", NULL },
		/* the kernel of Docker's default has mounts in includes: judged as for its usual container */
		{ LIST, BASE "{'names': ['mount'], 'action': 'SCMP_ACT_ALLOW', 'includes': {'caps': ['CAP_SYS_ADMIN']}}",
			"dangerous-allow", NULL },
		{ LIST, BASE "{'names': ['mount'], 'action': 'SCMP_ACT_ALLOW', 'includes': {'caps': ['CAP_CHOWN']}}",
			"dangerous-allow", "'mount'" },
		/* the upper half of an int: only a rule that lets a call past is wrong */
		{ LIST, BASE "{'names': ['socket'], 'action': 'SCMP_ACT_ALLOW', 'args': [{'index': 0, 'op': 'SCMP_CMP_NE', "
			"'value': 40}]}", "wide-compare", "low: wide-compare" },
		{ LIST, BASE "{'names': ['socket'], 'action': 'SCMP_ACT_ALLOW', 'args': [{'index': 0, 'op': 'SCMP_CMP_EQ', "
			"'value': 1}]}", "wide-compare", "info: wide-compare" },
		{ DENY, "{'names': ['socket'], 'action': 'SCMP_ACT_ERRNO', 'args': [{'index': 0, 'op': 'SCMP_CMP_EQ', "
			"'value': 40}]}", "wide-compare", "high: wide-compare" },
		{ DENY, "{'names': ['socket'], 'action': 'SCMP_ACT_ERRNO', 'args': [{'index': 0, 'op': 'SCMP_CMP_GE', "
			"'value': 40}]}", "wide-compare", "info: wide-compare" },
		{ DENY, "{'names': ['prctl'], 'action': 'SCMP_ACT_ERRNO', 'args': [{'index': 1, 'op': 'SCMP_CMP_EQ', "
			"'value': 40}]}", "pointer-compare", NULL },
		/* names for another covered ABI of the machine are not a mistake */
		{ DENY, "{'names': ['umount', 'umount2'], 'action': 'SCMP_ACT_ERRNO'}", "no-effect", NULL },
		{ LIST, BASE "{'names': ['umount'], 'action': 'SCMP_ACT_ALLOW'}", "no-effect", "info: no-effect" },
		{ LIST, BASE "{'names': ['opnat'], 'action': 'SCMP_ACT_ALLOW'}", "no-effect", "low: no-effect: 'opnat'" },
		{ "'defaultAction': 'SCMP_ACT_NOTIFY', 'listenerPath': '/a'", "", "missing-basics", NULL },
		{ "'defaultAction': 'SCMP_ACT_NOTIFY', 'listenerPath': '/a'", "", "notify-write", "as the default" },
		{ "'defaultAction': 'SCMP_ACT_LOG'", BASE "{'names': ['read'], 'action': 'SCMP_ACT_ALLOW'}", "default-allow", NULL },
	};

	for (size_t i = 0; i < countof(cases); i++) {
		scoped(freep) char *text = of(cases[i].head, cases[i].rules);
		scoped(freep) char *got = said(text);
		scoped(freep) char *id = xprintf(": %s:", cases[i].id);

		CHECK_FOR(!starts_with(got, "p.json:1: not"), "%s", text);
		CHECK_FOR(cases[i].wanted ? strstr(got, id) && strstr(got, cases[i].wanted) : !strstr(got, id),
			  "case %zu, %s:\n%s", i, cases[i].id, got);
	}
}
