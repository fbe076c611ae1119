/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "sysdb/clients.h"
#include "tracer/tracer.h"

/* Work that a workload hands to a daemon, outside the recording. */

/* Before it starts: a warning if the command does so. */
void elsewhere_warn(const char *path, char *const *argv);

/* The daemon behind the program that a stopped task has executed, or the socket that it is
 * about to connect to; NULL: none, or it is part of the workload itself. */
const struct daemon *elsewhere_executed(pid_t tid, const char *path);
const struct daemon *elsewhere_connects(const struct tracer *, pid_t tid, const char *address);

/* "programs talked to dockerd: what runs in its containers is not recorded"; malloc'ed. */
char *elsewhere_detail(const struct daemon *);
