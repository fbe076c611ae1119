/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Resource limits are meant for the workload, not for sctrace's own CPU time, open files and
 * output. So sctrace raises its soft limits to the hard ones, and the child restores them.
 */

/* Once, for sctrace. Leaves some CPU time below the hard limit, at which the kernel kills: SIGXCPU
 * comes early enough to write the recording. */
void limits_raise(void);

/* In the child: undo limits_raise(). Async-signal-safe. */
void limits_restore(void);
