/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <linux/filter.h>
#include <stddef.h>
#include <sys/types.h>
#include "base/err.h"

/*
 * The filters that a process runs under, as the kernel hands them out.  It does so to who has
 * CAP_SYS_ADMIN and runs under no filter himself, and each thread is stopped for it, for a moment: a call
 * in which it waits goes on, but for the few with a time limit that answer EINTR after every stop.
 */
struct live_filters {
	struct live_filter { struct sock_filter *code; size_t len; } *items;	/* the newest first */
	size_t count, room;
};

/* Of one thread; a process's number is that of its first one.  None: it runs without. */
int live_filters_read(pid_t tid, struct live_filters *ret, struct err *e);

/* Another thread of the same process that runs under other filters, and how many there are; 0: none. */
int live_filters_others(pid_t pid, const struct live_filters *, pid_t *ret_other, size_t *ret_count, struct err *e);

void live_filters_done(struct live_filters *);
