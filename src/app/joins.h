/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "app/container.h"

/*
 * Notices processes that join a running container (docker exec), early enough to trace them from what they execute on.
 *
 * With CAP_SYS_ADMIN, on Linux 6.8 and newer, they are held at their execve until joins_release(): fanotify(7) asks before
 * a file of the container is opened for execution, and releases all if sctrace is killed. Before 6.8, a process cannot be
 * seized while it is held. Elsewhere inotify(7) reports that a runtime has written a process into the group, which may be
 * too late; and of a process that is born into it nobody reports.
 */
struct joins;

struct joins *joins_open(const struct container *, pid_t member);	/* never NULL */
void joins_close(struct joins *);		/* NULL is fine */
int joins_fd(const struct joins *);		/* readable: joins_take() has something to take; -1: nothing is reported */
void joins_take(struct joins *);
void joins_release(struct joins *);		/* the taken processes go on */
