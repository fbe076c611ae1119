/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdio.h>
#include "base/buf.h"
#include "rec/rec.h"

/* Views of a recording.  Like the policy formats: a row of a table each. */
struct report_view {
	const char *name, *help;
	void (*emit)(const struct rec *, unsigned columns, FILE *);	/* 0 columns: not a terminal */
};

const struct report_view *report_find(const char *name);	/* NULL: unknown */
const struct report_view *report_at(size_t i);			/* NULL past the end */

/* "openat"; "x86:open" for a call of another ABI than ours; "call_470". */
void report_call_name(const struct rec_call *, struct buf *ret);
