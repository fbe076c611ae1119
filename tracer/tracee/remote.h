/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <errno.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

/*
 * An address in a tracee. What is read there cannot be trusted: another thread may write at the
 * same time.
 */
struct remote {
	pid_t tid;
	uint64_t address;
};

/* Reads all `size` bytes, or fails with a negative errno. */
static inline int remote_read(struct remote from, void *to, size_t size)
{
	const struct iovec here = { to, size }, there = { (void *)(uintptr_t)from.address, size };
	ssize_t n = process_vm_readv(from.tid, &here, 1, &there, 1, 0);

	return n < 0 ? -errno : (size_t)n == size ? 0 : -EFAULT;
}
