/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <sys/types.h>

/* Lines of /proc/TID/status, which begin with the key ("Tgid:"). */

/* The first number of the line; -1 if there is none. */
long proc_number(pid_t tid, const char *key);

/* Its second, third... field as a number: index 1 of "Uid:" is the effective one. */
long proc_number_at(pid_t tid, const char *key, unsigned index, int base);

/* Does it belong to PID 1 of a PID namespace? */
bool proc_is_pid1(pid_t tid);

/* The kernel's flags; negative if it does not exist. */
long proc_flags(pid_t tid);

/* Is the signal in this mask ("SigIgn:", "SigCgt:")? */
bool proc_has_signal(pid_t tid, const char *key, int signal);

/* Would it die of the signal if the kernel forces it, even as PID 1? */
bool proc_dies_of_forced(pid_t tid, int signal);

/* Is /proc that of sctrace's PID namespace? If not, its numbers mean other processes. */
bool proc_is_ours(void);

/* Is it in sctrace's PID namespace? */
bool proc_same_namespace(pid_t tid);

/* It ended, or does not exist. A leader that ended before its threads remains for a long time, and
 * cannot be traced. */
bool proc_is_over(pid_t tid);

/* It runs, or waits only for a processor. */
bool proc_is_runnable(pid_t tid);

/* A kernel thread inside a process (io_uring has some): its registers are those of its creator. */
bool proc_is_worker(pid_t tid);

/* The name of the task in the kernel, at most 15 bytes. */
bool proc_comm(pid_t tid, char ret[static 17]);
