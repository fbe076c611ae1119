/* SPDX-License-Identifier: Apache-2.0 */
#include "app/workload.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/mem.h"
#include "app/usage.h"
#include "tracer/census/census.h"
#include "tracer/tracer.h"

/* 0: can be executed; -EACCES: exists but cannot; -ENOENT. */
static int try_path(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return errno == EACCES ? -EACCES : -ENOENT;
	if (S_ISDIR(st.st_mode))
		return -EACCES;
	return access(path, X_OK) == 0 ? 0 : -EACCES;
}

static int search(const char *name, char **ret_path)
{
	const char *dirs = getenv("PATH");
	int best = -ENOENT;

	if (!dirs)
		dirs = "/usr/local/bin:/usr/bin:/bin";
	for (;;) {
		size_t len = strcspn(dirs, ":");
		/* an empty entry is the current directory */
		scoped(freep) char *path = xprintf("%.*s%s%s", (int)len, dirs, len ? "/" : "./", name);
		int r = try_path(path);

		if (r == 0) {
			*ret_path = take(path);
			return 0;
		}
		if (r == -EACCES)
			best = r;
		if (!dirs[len])
			return best;
		dirs += len + 1;
	}
}

int command_find(const char *name, char **ret_path, struct err *e)
{
	int r;

	if (strchr(name, '/') || !*name) {
		r = try_path(name);
		if (r == 0)
			*ret_path = xstrdup(name);
	} else {
		r = search(name, ret_path);
	}
	if (r < 0)
		return err_set(e, -r, "cannot execute '%s': %s", name,
			       r == -ENOENT && !strchr(name, '/') ? "not found in PATH" : strerror(-r));
	return 0;
}

int command_status(int code)
{
	return code == -ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_EXECUTE;
}

int command_exhausted(const struct tracer *t, struct err *e)
{
	struct census_stats s = census_stats(tracer_census(t));

	if (s.cut != CUT_CPU && s.cut != CUT_MEMORY)
		return 0;
	return err_set(e, s.cut == CUT_CPU ? ETIME : ENOMEM, "sctrace itself has used up its %s, and %s",
		       s.cut == CUT_CPU ? "CPU time (ulimit -H -t)" : "memory (ulimit -H -v)",
		       s.let_go ? "let the processes go on without it" : "ended the command");
}

int command_end(int wait_status)
{
	int signal = WTERMSIG(wait_status);
	sigset_t one;

	if (!WIFSIGNALED(wait_status))
		return WEXITSTATUS(wait_status);
	fflush(NULL);
	/* the workload has dumped its core; another one would replace it */
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	sigaction(signal, &(struct sigaction){ .sa_handler = SIG_DFL }, NULL);
	sigemptyset(&one);
	sigaddset(&one, signal);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
	raise(signal);
	return 128 + signal;
}
