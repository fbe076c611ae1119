/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stddef.h>

/* execve(), which runs a file that the kernel does not recognize as a shell script, like execvp(3).
 * Returns -errno, or does not return. */
int exec_program(const char *path, char *const *argv, char *const *envp);

/* What a program writes to standard output within three seconds, at most `size` - 1 bytes and a NUL; "" if it cannot be
 * executed. It is killed if it runs longer; its other standard streams are /dev/null. */
void exec_read_output(const char *path, const char *const *argv, char *ret, size_t size);
