/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Installs a seccomp filter for the calling thread, see seccomp(2); `flags`: SECCOMP_FILTER_FLAG_*.
 * Returns -errno: -EACCES without no_new_privs or CAP_SYS_ADMIN.  Async-signal-safe. */
static inline int filter_install(const struct sock_filter *code, size_t len, unsigned flags)
{
	const struct sock_fprog program = { (unsigned short)len, (struct sock_filter *)code };

	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) < 0 ? -errno : 0;
}
