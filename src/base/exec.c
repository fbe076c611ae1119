/* SPDX-License-Identifier: Apache-2.0 */
#include "base/exec.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
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

enum { OUTPUT_SECONDS = 3 };

static bool is_over(const struct timespec *end)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > end->tv_sec || (now.tv_sec == end->tv_sec && now.tv_nsec >= end->tv_nsec);
}

static void read_until(int fd, const struct timespec *end, char *ret, size_t size)
{
	size_t len = 0;
	ssize_t n = 1;

	while (n > 0 && len < size - 1 && !is_over(end)) {
		struct pollfd p = { .fd = fd, .events = POLLIN };

		if (poll(&p, 1, 100) < 0)
			break;
		if (p.revents)
			n = read(fd, ret + len, size - 1 - len);
		len += p.revents && n > 0 ? (size_t)n : 0;
	}
	ret[len] = '\0';
}

/* A program that has closed its output may have something to clean up. */
static void wait_until(pid_t pid, const struct timespec *end)
{
	while (waitpid(pid, NULL, WNOHANG) == 0) {
		if (is_over(end)) {
			kill(pid, SIGKILL);
			waitpid(pid, NULL, 0);
			return;
		}
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
}

static void run(const char *path, const char *const *argv, int output)
{
	int null = open("/dev/null", O_RDWR);

	if (null >= 0 && dup2(null, 0) == 0 && dup2(output, 1) == 1 && dup2(null, 2) == 2)
		execv(path, (char *const *)argv);
	_exit(127);
}

void exec_read_output(const char *path, const char *const *argv, char *ret, size_t size)
{
	struct timespec end;
	int fds[2];
	pid_t pid;

	*ret = '\0';
	if (pipe2(fds, O_CLOEXEC) < 0)
		return;
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += OUTPUT_SECONDS;
	pid = fork();
	if (pid == 0)
		run(path, argv, fds[1]);
	close(fds[1]);
	if (pid > 0) {
		read_until(fds[0], &end, ret, size);
		wait_until(pid, &end);
	}
	close(fds[0]);
}
