/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <sys/types.h>
#include "base/err.h"

/*
 * A running container, known by its control group: every engine and runtime puts a container's processes
 * into one of their own, with the container's ID in its path (cgroups(7); version 1, 2, or both).
 */
struct container;

/* By ID or the beginning of one, by the name that a runtime gave the group ("runc run NAME"), or by the name that docker,
 * podman, nerdctl or containerd's labels know. -ENOENT: there is none; -EEXIST: several, which the error lists. */
int container_find(const char *word, struct container **ret, struct err *e);
void container_free(struct container *);		/* NULL is fine */

const char *container_id(const struct container *);

/* The processes in its group and in the groups below, now; the first ones if there are more than `room`. The oldest that
 * remains of those found first comes first: the container's PID 1. */
size_t container_members(const struct container *, pid_t *ret, size_t room);

/* Calls fn with the cgroup.procs of its group, and of each group below. */
void container_each_group(const struct container *, void (*fn)(void *self, const char *file), void *self);
