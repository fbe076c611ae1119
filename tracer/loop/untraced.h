/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/tracee/call.h"

/*
 * A child made with CLONE_UNTRACED inherits the filter and has no tracer: its
 * every call would fail with ENOSYS (seccomp(2), SECCOMP_RET_TRACE).  So the
 * flag is taken away while the task is stopped in the call.
 */

/* False when the child will be untraced all the same.  *ret_address: what is to be
 * given to restore_flag() once the call is made; 0: nothing is. */
bool keep_traced(pid_t tid, const struct call *, uint64_t *ret_address);

/* clone3 has its flags in the workload's memory: put them back. */
void restore_flag(pid_t tid, uint64_t address);
