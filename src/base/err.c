/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int err_set(struct err *e, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e->text, sizeof e->text, fmt, ap);
	va_end(ap);
	return -code;
}

int err_sys(struct err *e, const char *fmt, ...)
{
	int code = errno;
	char what[sizeof e->text / 2];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	return err_set(e, code, "%s: %s", what, strerror(code));
}

int err_in(struct err *e, int code, const char *fmt, ...)
{
	char where[sizeof e->text / 2], what[sizeof e->text];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(where, sizeof where, fmt, ap);
	va_end(ap);
	memcpy(what, e->text, sizeof what);
	/* `where` is at most half the size: only the end of `what` is cut */
	snprintf(e->text, sizeof e->text, "%s: %.*s", where, (int)(sizeof what / 2 - 4), what);
	return code;
}
