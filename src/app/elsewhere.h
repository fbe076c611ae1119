/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "sysdb/clients.h"
#include "tracer/tracer.h"

/* Work that a workload hands to a daemon, where no recorder follows. */

/* Before it starts: a warning, when the command does so. */
void elsewhere_warn(const char *path, char *const *argv);

/* A task that is stopped has executed a program, or is about to connect to a socket: the
 * daemon behind that, or NULL.  Not one that is part of the workload itself. */
const struct daemon *elsewhere_executed(pid_t tid, const char *path);
const struct daemon *elsewhere_connects(const struct tracer *, pid_t tid, const char *address);

/* "programs talked to dockerd: what runs in its containers is not in here"; malloc'ed. */
char *elsewhere_detail(const struct daemon *);
