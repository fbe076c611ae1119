/* SPDX-License-Identifier: Apache-2.0 */
#include "base/exec.h"

#include <errno.h>
#include <unistd.h>
#include "base/mem.h"

int exec_program(const char *path, char *const *argv, char *const *envp)
{
	size_t n = 0;

	execve(path, argv, envp);
	if (errno != ENOEXEC)
		return -errno;
	while (argv[n])
		n++;
	const char **shell = xcalloc(n + 2, sizeof *shell);

	shell[0] = "sh";
	shell[1] = path;
	if (n > 1)
		memcpy(&shell[2], &argv[1], (n - 1) * sizeof *shell);
	execve("/bin/sh", (char *const *)shell, envp);
	return -ENOEXEC;
}
