/* SPDX-License-Identifier: Apache-2.0 */
/* Actions, verdicts and errnos. */
#include <errno.h>
#include <linux/seccomp.h>
#include "base/attr.h"
#include "sysdb/action.h"
#include "tests/unit/tap.h"

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

TEST(actions_are_ordered_as_in_the_kernel)
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

TEST(a_verdict_survives_conversion_to_the_kernels_value)
{
	for (size_t i = 0; i < ACT_COUNT; i++)
		for (uint32_t data = 0; data < 4096; data += 13) {
			struct verdict v = { (enum action)i, action_has_data((enum action)i) ? (uint16_t)data : 0 };

			CHECK(verdict_equal(verdict_of_kernel(verdict_kernel(v)), v));
		}
	CHECK(verdict_kernel((struct verdict){ ACT_ERRNO, 38 }) == 0x50026);
	/* data of an action without data make no difference */
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
