/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/loop/opened.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/ptrace.h>

_Static_assert(sizeof(struct sock_filter) == sizeof(long), "an instruction is what ptrace writes at once");

static void *at(uint64_t address)
{
	return (void *)(uintptr_t)address;
}

bool filter_open(pid_t tid, uint64_t program, struct opened *ret)
{
	const struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	long word, now;

	memcpy(&now, &allow, sizeof now);
	errno = 0;
	word = ptrace(PTRACE_PEEKDATA, tid, at(program), 0);
	if (errno || ptrace(PTRACE_POKEDATA, tid, at(program), now) < 0)
		return false;
	*ret = (struct opened){ program, word };
	return true;
}

void filter_restore(pid_t tid, struct opened *o)
{
	if (o->address)
		ptrace(PTRACE_POKEDATA, tid, at(o->address), o->instruction);
	o->address = 0;
}
