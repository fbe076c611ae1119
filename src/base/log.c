/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/mem.h"
#include "base/term.h"

enum log_level log_level = LOG_NORMAL;

/* Lines wrap on a terminal only: in a file or a pipe, a message is a line. */
static unsigned terminal_width(void)
{
	return isatty(STDERR_FILENO) ? term_width(STDERR_FILENO) : 0;
}

static void print(const char *prefix, enum paint color, const char *fmt, va_list ap)
{
	scoped(buf_done) struct buf line = { 0 }, out = { 0 };
	char *text = NULL;

	if (vasprintf(&text, fmt, ap) < 0)
		return;
	buf_addf(&line, "%s%s%s", paint(color, stderr), prefix, color == PAINT_NONE ? "" : paint(PAINT_END, stderr));
	buf_add_clean(&line, text);
	term_line(&out, buf_str(&line), terminal_width(), term_is_ascii());
	buf_adds(&out, "\n");
	fputs(buf_str(&out), stderr);
	fflush(stderr);
	free(text);
}

#define LOGGER(name, prefix, color, when) \
	void name(const char *fmt, ...) \
	{ \
		va_list ap; \
		if (log_level < (when)) \
			return; \
		va_start(ap, fmt); \
		print(prefix, color, fmt, ap); \
		va_end(ap); \
	}

LOGGER(log_error, "sctrace: ", PAINT_HIGH, LOG_QUIET)
LOGGER(log_warning, "sctrace: warning: ", PAINT_MEDIUM, LOG_QUIET)
LOGGER(log_hint, "sctrace: warning: ", PAINT_MEDIUM, LOG_NORMAL)
LOGGER(log_info, "sctrace: ", PAINT_NONE, LOG_NORMAL)
LOGGER(log_more, "  ", PAINT_NONE, LOG_NORMAL)
LOGGER(log_next, "sctrace: next: ", PAINT_NONE, LOG_NORMAL)
LOGGER(log_debug, "sctrace: ", PAINT_NONE, LOG_VERBOSE)

void log_names(const struct strlist *names, const char *what)
{
	enum { SHOWN = 12 };
	size_t shown = log_level > LOG_NORMAL || names->count < SHOWN ? names->count : SHOWN;
	scoped(buf_done) struct buf b = { 0 };

	if (names->count == 0)
		return;
	for (size_t i = 0; i < shown; i++)
		buf_addf(&b, " %s", names->items[i]);
	buf_add_rest(&b, names->count, shown);
	log_more("%s:%s", what, buf_str(&b));
}
