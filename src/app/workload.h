/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/err.h"

struct tracer;

/* Finding a command, and ending like it: for record, run and check. */

/* Searches like execvp(3): *ret_path is malloc'ed. -ENOENT or -EACCES. */
int command_find(const char *name, char **ret_path, struct err *e);

/* 127: not found; 126: found but cannot be executed. */
int command_status(int code);

/* An error if the tracer ended the workload because sctrace lacked CPU time or memory; otherwise 0. */
int command_exhausted(const struct tracer *, struct err *e);

/* End like a process with this wait status: returns its exit status, or dies of its signal. */
int command_end(int wait_status);
