/* SPDX-License-Identifier: Apache-2.0 */
#include "app/usage.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include "base/mem.h"

static bool wrong_usage;

int usage_error(struct err *e, const char *fmt, ...)
{
	va_list ap;

	wrong_usage = true;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof e->text, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

int usage_unknown(struct err *e, const char *what, const char *word, opt_words *words, const char *help)
{
	const char *near = opt_nearest(word, words, NULL);

	return usage_error(e, "unknown %s '%s'%s%s; %s", what, word, near ? ", the nearest is " : "", near ? near : "",
			   help);
}

int usage_one_of(struct err *e, const char *what, const char *word, opt_words *words, const char *help)
{
	const char *name;

	for (size_t i = 0; (name = words(i, NULL)); i++)
		if (streq(name, word))
			return (int)i;
	return usage_unknown(e, what, word, words, help);
}

int usage_mark(int r)
{
	wrong_usage = true;
	return r;
}

bool usage_was_wrong(void)
{
	return wrong_usage;
}
