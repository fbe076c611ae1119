/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "read/reader.h"

/*
 * The filters of a process as a profile: `--pid PID`, or the word "pid:PID" where a profile is named.  The kernel
 * shows them to root, and to who runs under no filter himself.
 */
int live_read(const char *pid, struct profile **ret, struct err *e);

/* The word for a process of --pid; false: it is not a number. */
bool live_word(const char *pid, char ret[static 32]);
