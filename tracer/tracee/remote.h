/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <errno.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

/*
 * An address in a tracee.  Nothing that is read there is to be trusted: another
 * thread may write it at the same time.
 */
struct remote {
	pid_t tid;
	uint64_t address;
};

/* All of `size` bytes; a negative errno otherwise. */
static inline int remote_read(struct remote from, void *to, size_t size)
{
	const struct iovec here = { to, size }, there = { (void *)(uintptr_t)from.address, size };
	ssize_t n = process_vm_readv(from.tid, &here, 1, &there, 1, 0);

	return n < 0 ? -errno : (size_t)n == size ? 0 : -EFAULT;
}
