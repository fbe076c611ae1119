/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of calls of systemd. */
#include "base/attr.h"
#include "base/buf.h"
#include "sysdb/systemd.h"
#include "tests/unit/tap.h"

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
