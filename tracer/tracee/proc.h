/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <sys/types.h>

/* A task's lines in /proc/TID/status.  They begin with the key ("Tgid:"). */

/* The first number of the line; -1 when there is none. */
long proc_number(pid_t tid, const char *key);

/* Its second, third... word as a number: index 1 of "Uid:" is the effective one. */
long proc_number_at(pid_t tid, const char *key, unsigned index, int base);

/* Is it of a process that is PID 1 of a PID namespace? */
bool proc_is_pid1(pid_t tid);

/* The flags that the kernel has for it; negative: it does not exist. */
long proc_flags(pid_t tid);

/* Is the signal in a mask ("SigIgn:", "SigCgt:")? */
bool proc_has_signal(pid_t tid, const char *key, int signal);

/* Does it die of the signal when the kernel forces it on it, as PID 1 as well? */
bool proc_dies_of_forced(pid_t tid, int signal);

/* Is /proc of the PID namespace that we are in?  If not, its numbers are others'. */
bool proc_is_ours(void);

/* Do its process numbers mean what ours do? */
bool proc_same_namespace(pid_t tid);

/* It ended, or does not exist: a leader that ended before its threads is there for a
 * long time, and nobody can trace it. */
bool proc_is_over(pid_t tid);

/* A thread of the kernel's in a process (io_uring has some): what its registers say is its maker's. */
bool proc_is_worker(pid_t tid);

/* The name that the kernel keeps of what it executes, at most 15 bytes of it. */
bool proc_comm(pid_t tid, char ret[static 17]);
