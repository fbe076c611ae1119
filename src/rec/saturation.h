/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "rec/rec.h"

/*
 * Would more runs show new calls? Runs are ordered by their starts; a call is new in the first run
 * that has it. Calls that a program makes because it ends are not new: exit, exit_group, everything
 * after a signal from outside that asked for the end, and in the last second the calls with which
 * it sends a deadly signal to itself.
 */
struct saturation {
	size_t runs, calls;
	size_t in_one_run;		/* calls that only one of several runs has */
	const struct rec_run *run;	/* the run with the last new call; NULL: none */
	const struct rec_call *last;
	double first, before_end;	/* seconds from the start of the run, and to its end */
	bool in_last_run;
	bool looks_unfinished;		/* the last of several runs had a new call, or there was one shortly before
					   a run was ended */
};

struct saturation rec_saturation(const struct rec *);
size_t rec_runs_of(const struct rec_call *);		/* how many runs have the call */

/* "3 of 61 calls were seen in one run only; the last new call (mount) came 0.4 s before the end of
 * run 0123456789abcdef"; "" if there is nothing to report. */
char *saturation_text(const struct saturation *);
