/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* execve(), and as execvp(3) has it: a file that the kernel does not recognize is
 * a shell script.  Returns -errno, or not at all. */
int exec_program(const char *path, char *const *argv, char *const *envp);
