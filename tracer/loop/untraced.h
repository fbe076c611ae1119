/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "tracer/tracee/call.h"

/*
 * A child created with CLONE_UNTRACED inherits the filter but has no tracer, so that all its calls
 * would fail with ENOSYS (seccomp(2), SECCOMP_RET_TRACE). So the flag is cleared while the task is
 * stopped in the call.
 */

/* False if the child will be untraced nevertheless. *ret_address: pass it to restore_flag() after
 * the call; 0: not needed. */
bool keep_traced(pid_t tid, const struct call *, uint64_t *ret_address);

/* clone3 has its flags in the workload's memory: restore them. */
void restore_flag(pid_t tid, uint64_t address);
