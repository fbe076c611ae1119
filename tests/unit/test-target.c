/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/mem.h"
#include "sysdb/arch.h"
#include "sysdb/sysdb.h"
#include "sysdb/target.h"
#include "tests/unit/tap.h"

static bool is_version(const char *word, unsigned a, unsigned b, unsigned c)
{
	struct target_version t;

	return target_parse(word, &t) && t.version[0] == a && t.version[1] == b && t.version[2] == c;
}

TEST(a_target_is_a_known_name_and_a_version)
{
	static const char *const wrong[] = {
		"", "=", "systemd", "systemd=", "systemd=x", "systemd=2x", "systemd=2.x", "systemd=.2", "system=252", "docker =1",
		"docker=v1", "docker=1.", "docker=-1",
	};
	struct target_version t;

	CHECK(is_version("systemd=252", 252, 0, 0));
	CHECK(is_version("docker=20.10.24+dfsg1", 20, 10, 24));
	CHECK(is_version("libseccomp=2.5.4-1+deb12u1", 2, 5, 4));
	CHECK(is_version("containerd=1.6.20~ds1", 1, 6, 20));
	CHECK(is_version("runc=1.1", 1, 1, 0));
	for (size_t i = 0; i < countof(wrong); i++)
		CHECK_FOR(!target_parse(wrong[i], &t), "%s", wrong[i]);
}

TEST(targets_have_one_version_each)
{
	struct targets all = { .count = 0 };
	struct target_version t;

	CHECK(!targets_find(&all, "runc") && !targets_find(NULL, "runc"));
	for (size_t i = 0; target_name(i); i++) {
		scoped(freep) char *word = xprintf("%s=1", target_name(i));

		CHECK_FOR(i == 0 || strcmp(target_name(i - 1), target_name(i)) < 0, "%s", target_name(i));
		CHECK_FOR(target_parse(word, &t), "%s", word);
		targets_add(&all, &t);
		targets_add(&all, &t);
		CHECK(all.count == i + 1);
	}
	CHECK(target_parse("runc=2.3", &t));
	targets_add(&all, &t);
	CHECK(targets_find(&all, "runc")->version[1] == 3);
}

TEST(versions_are_compared_as_numbers_and_spelt_as_people_do)
{
	static const struct { const char *word, *spelt; } rows[] = {
		{ "systemd=252", "systemd 252" }, { "docker=20.10", "docker 20.10" }, { "runc=1.1.15", "runc 1.1.15" },
		{ "runc=1.0.1", "runc 1.0.1" },
	};
	struct target_version t;

	for (size_t i = 0; i < countof(rows); i++) {
		scoped(buf_done) struct buf b = { 0 };

		CHECK(target_parse(rows[i].word, &t));
		target_spell(&b, &t);
		CHECK_STR(buf_str(&b), rows[i].spelt);
	}
	CHECK(target_parse("runc=1.1.15", &t));
	CHECK(target_before(&t, 1, 2, 0) && target_before(&t, 1, 1, 16) && target_before(&t, 2, 0, 0));
	CHECK(!target_before(&t, 1, 1, 15) && !target_before(&t, 1, 1, 9) && !target_before(&t, 0, 9, 99));
}

TEST(every_fact_is_of_a_target_that_is_known)
{
	const struct target_fact *f;

	for (size_t i = 0; (f = target_fact_at(i)); i++) {
		scoped(freep) char *word = xprintf("%s=%s", f->target, *f->from ? f->from : "0");
		struct target_version t;

		CHECK_FOR(target_parse(word, &t) && target_has_fact(&t, f), "%s %s", word, f->fact);
		if (!*f->before)
			continue;
		scoped(freep) char *past = xprintf("%s=%s", f->target, f->before);

		CHECK_FOR(target_parse(past, &t) && !target_has_fact(&t, f), "%s %s", past, f->fact);
	}
}

static bool knows(const char *word, const char *call)
{
	struct target_version t;

	return target_parse(word, &t) && target_knows(&t, call);
}

TEST(a_name_is_known_from_the_release_after_its_kernel_on)
{
	static const struct { const char *call; const char *from, *not; } rows[] = {
		{ "clone3", "libseccomp=2.4.2", "libseccomp=2.4.1" },
		{ "close_range", "libseccomp=2.5.2", "libseccomp=2.5.1" },
		{ "memfd_secret", "libseccomp=2.5.2", "libseccomp=2.5.1" },
		{ "fchmodat2", "libseccomp=2.5.5", "libseccomp=2.5.4" },
		{ "mseal", "libseccomp=2.6.0", "libseccomp=2.5.5" },
		{ "process_madvise", "firejail=0.9.72", NULL },
		{ "openat", "libseccomp=2.3.0", NULL },
		{ "mseal", "systemd=252", NULL },
		{ "not_a_call", "libseccomp=2.5.4", NULL },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		CHECK_FOR(knows(rows[i].from, rows[i].call), "%s, %s", rows[i].from, rows[i].call);
		CHECK_FOR(!rows[i].not || !knows(rows[i].not, rows[i].call), "%s, %s", rows[i].not, rows[i].call);
	}
	CHECK(!knows("libseccomp=2.6.0", "file_getattr") && !knows("firejail=0.9.72", "mount_setattr"));
}

TEST(a_target_loads_its_own_formats)
{
	static const struct { const char *word, *format; bool loads; } rows[] = {
		{ "docker=1", "docker", true }, { "runc=1", "spo", true }, { "libseccomp=1", "oci", true }, { "libseccomp=1", "systemd", true },
		{ "libseccomp=1", "firejail", false }, { "docker=1", "firejail", false }, { "docker=1", "systemd", false },
		{ "firejail=1", "firejail", true }, { "firejail=1", "docker", false }, { "systemd=1", "systemd", true },
		{ "systemd=1", "docker", false },
	};
	struct target_version t;

	for (size_t i = 0; i < countof(rows); i++)
		CHECK_FOR(target_parse(rows[i].word, &t) && target_loads(&t, rows[i].format) == rows[i].loads, "%s %s", rows[i].word,
			  rows[i].format);
}

TEST(the_installed_libseccomp_is_asked)
{
	struct target_version t;

	CHECK(target_parse("libseccomp=2.3", &t));
	t.here = true;
	for (size_t i = 0; sysdb_at(i); i++)
		CHECK(target_knows(&t, sysdb_at(i)->name) == libseccomp_knows(sysdb_at(i)->name));
}
