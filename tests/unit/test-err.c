/* SPDX-License-Identifier: Apache-2.0 */
/* Errors. */
#include <errno.h>
#include <fcntl.h>
#include "base/err.h"
#include "tests/unit/tap.h"

TEST(a_failure_has_a_text_and_a_negative_code)
{
	struct err e;

	CHECK(err_set(&e, EINVAL, "no %s", "luck") == -EINVAL);
	CHECK_STR(e.text, "no luck");
}

TEST(a_system_error_ends_with_its_description)
{
	struct err e;

	errno = ENOENT;
	CHECK(err_sys(&e, "cannot open '%s'", "x") == -ENOENT);
	CHECK_STR(e.text, "cannot open 'x': No such file or directory");
}

TEST(the_outermost_place_is_read_first)
{
	struct err e;
	int r = err_set(&e, EIO, "bad");

	r = err_in(&e, r, "inner");
	CHECK(err_in(&e, r, "outer %d", 7) == -EIO);
	CHECK_STR(e.text, "outer 7: inner: bad");
}

TEST(a_long_failure_is_truncated_and_keeps_its_place)
{
	struct err e;
	char big[4096];

	memset(big, 'x', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	CHECK(err_in(&e, err_set(&e, EIO, "%s", big), "place") == -EIO);
	CHECK(starts_with(e.text, "place: xxx"));
	CHECK(strlen(e.text) < sizeof e.text);
	CHECK(err_in(&e, -EIO, "%s", big) == -EIO);
	CHECK(strlen(e.text) < sizeof e.text);
	CHECK(strstr(e.text, ": place: xxx"));
}
