/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Resource limits are meant for the workload: the time that we compute for it, the
 * files that we open to read of it, and the size of what we write are not its own.  We
 * raise our soft limits to the hard ones; the child takes back what it had.
 */

/* Ours, once.  Of CPU time some is left below the hard limit, at which the kernel kills:
 * SIGXCPU comes before, in time to write down what was seen. */
void limits_raise(void);

/* In the child: as they were before limits_raise().  Async-signal-safe. */
void limits_restore(void);
