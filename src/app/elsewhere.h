/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "sysdb/clients.h"
#include "tracer/tracer.h"

/* Work that the workload hands to a daemon, outside the recording. */

/* Before the start: warn if the command does so. */
void elsewhere_warn(const char *path, char *const *argv);

/* The daemon that does the work of the program that a stopped task has executed, or that owns the
 * socket to which it is about to connect; NULL: none, or it is part of the workload itself. */
const struct daemon *elsewhere_executed(pid_t tid, const char *path);
const struct daemon *elsewhere_connects(const struct tracer *, pid_t tid, const char *address);

/* "programs talked to dockerd: what runs in its containers is not recorded"; malloc'ed. */
char *elsewhere_detail(const struct daemon *);
