/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "rec/rec.h"

/* What read.c and write.c share. */
#define REC_FORMAT "sctrace-recording"

/* The field for the exit status or signal of a run, by how it ended. */
static const char *const rec_end_names[] = {
	[REC_EXITED] = "exited", [REC_KILLED] = "killed", [REC_RUNNING] = "running", [REC_LEFT] = "left",
};
