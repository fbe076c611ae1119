/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/arch/arch.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { GETPID = 39, COMPAT_GETPID = 20 };

/* Without the 32-bit ABI this faults, which is an answer, too: leave no core file. */
int machine_try_compat(void)
{
	long r;

	signal(SIGSEGV, SIG_DFL);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	__asm__ volatile("int $0x80" : "=a"(r) : "a"((long)COMPAT_GETPID) : "memory", "r8", "r9", "r10", "r11");
	return r > 0 ? 0 : r < 0 ? (int)-r : ENOSYS;
}

int machine_try_x32(void)
{
#ifdef __LP64__
	return syscall((long)MACHINE_X32_BIT + GETPID) < 0 ? errno : 0;
#else
	return ENOSYS;
#endif
}
