/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/err.h"

struct tracer;

/* Finding a command, and ending as it did: what record, run and check share. */

/* As execvp(3) searches: *ret_path is malloc'ed.  -ENOENT or -EACCES. */
int command_find(const char *name, char **ret_path, struct err *e);

/* 127: not found; 126: found but cannot be executed. */
int command_status(int code);

/* 0, or an error: the tracer had to end the workload because sctrace lacked CPU time or memory. */
int command_exhausted(const struct tracer *, struct err *e);

/* End as a process with this wait status did: returns its exit status, or does
 * not return but dies of its signal. */
int command_end(int wait_status);
