/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/err.h"
#include "base/opt.h"

/* Exit statuses, as documented in the manual page. */
enum {
	STATUS_DONE = 0,
	STATUS_NO = 1,
	STATUS_TROUBLE = 2,
	STATUS_FAILED = 3,		/* check: the workload failed, but never left the profile */
	STATUS_OURS = 125,		/* record and run: sctrace itself failed, not the command */
	STATUS_CANNOT_EXECUTE = 126,
	STATUS_NOT_FOUND = 127,
};

/* A usage error: one line, and how to get help. */
int usage_error(struct err *e, const char *fmt, ...) printf_like(2, 3);

/* "unknown WHAT 'WORD', the nearest is X; HELP", for a word that is not in `words`. */
int usage_unknown(struct err *e, const char *what, const char *word, opt_words *words, const char *help);

/* The index of the word, or that error. */
int usage_one_of(struct err *e, const char *what, const char *word, opt_words *words, const char *help);

/* Marks an existing error as a usage error; returns `r`. */
int usage_mark(int r);

/* Was there a usage error? */
bool usage_was_wrong(void);
