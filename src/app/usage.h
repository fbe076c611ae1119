/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/err.h"
#include "base/opt.h"

/* Exit statuses, as documented in the manual page. */
enum {
	STATUS_DONE = 0,
	STATUS_NO = 1,
	STATUS_TROUBLE = 2,
	STATUS_FAILED = 3,		/* check: the workload did, and never left the profile */
	STATUS_OURS = 125,		/* record and run: our trouble, not the command's */
	STATUS_CANNOT_EXECUTE = 126,
	STATUS_NOT_FOUND = 127,
};

/* Wrong usage is told in one line with the way to help. */
int usage_error(struct err *e, const char *fmt, ...) printf_like(2, 3);

/* "unknown WHAT 'WORD', the nearest is X; HELP", for a word that is none of those that
 * `words` lists. */
int usage_unknown(struct err *e, const char *what, const char *word, opt_words *words, const char *help);

/* Is it one of them?  Its index, or that error. */
int usage_one_of(struct err *e, const char *what, const char *word, opt_words *words, const char *help);

/* The same for an error that is told already; returns `r`. */
int usage_mark(int r);

/* Was one of these called? */
bool usage_was_wrong(void);
