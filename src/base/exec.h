/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* execve(), which runs a file that the kernel does not recognize as a shell script, like execvp(3).
 * Returns -errno, or does not return. */
int exec_program(const char *path, char *const *argv, char *const *envp);
