/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <sys/types.h>

/* Did the task, stopped after execve, execute a file that gives a privilege (setuid, setgid, file
 * capabilities), and not get it? Call it only where sctrace is the cause: under no_new_privs, or
 * traced by an ordinary user. */
bool privilege_lost(pid_t tid);
