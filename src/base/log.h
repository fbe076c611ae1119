/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/attr.h"
#include "base/buf.h"

/*
 * Diagnostics: one line on standard error (wrapped on a terminal), prefixed with "sctrace: ". The text is cleaned, so that
 * a name from a tracee or a file cannot send escapes to the terminal. Only src/main.c, src/cmd/ and
 * src/app/ use this.
 */
enum log_level { LOG_QUIET, LOG_NORMAL, LOG_VERBOSE };

extern enum log_level log_level;

void log_error(const char *fmt, ...) printf_like(1, 2);		/* always */
void log_warning(const char *fmt, ...) printf_like(1, 2);	/* always; "warning: " */
void log_hint(const char *fmt, ...) printf_like(1, 2);		/* unless -q; "warning: " if harmless */
void log_info(const char *fmt, ...) printf_like(1, 2);		/* unless -q */
void log_next(const char *fmt, ...) printf_like(1, 2);		/* unless -q; "next: " */
void log_debug(const char *fmt, ...) printf_like(1, 2);		/* with -v */

/* Continues the line before: no prefix, two spaces; unless -q. */
void log_more(const char *fmt, ...) printf_like(1, 2);

/* The same for names, if there are any: "WHAT: a b c and 30 more"; all of them with -v. */
void log_names(const struct strlist *, const char *what);
