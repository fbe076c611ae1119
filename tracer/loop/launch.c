/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/loop/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/exec.h"
#include "tracer/loop/limits.h"
#include "tracer/signals/relay.h"

enum step { STEP_PREPARE, STEP_USER, STEP_EXEC };

struct launch {			/* shared with the child */
	volatile enum step step;
	volatile int error;
	bool nnp, blind;
};

static int become(const struct tracer_user *user)
{
	if (initgroups(user->name, user->gid) < 0 || setresgid(user->gid, user->gid, user->gid) < 0 ||
	    setresuid(user->uid, user->uid, user->uid) < 0)
		return -errno;
	return 0;
}

/* The filter comes before the change of user, which may take away the right to install it. The
 * tracer counts nothing before exec. */
static int child(struct launch *l, const struct engine *engine, void *state, const struct tracer_opts *opts)
{
	bool nnp = false;
	int r = 0;

	relay_restore();
	limits_restore();
	if (opts->detached)
		prctl(PR_SET_PTRACER, 0, 0, 0, 0);
	l->step = STEP_PREPARE;
	if (engine->prepare)
		r = engine->prepare(state, &nnp, &l->blind);
	/* set by sctrace or by its parent: the effect is the same */
	l->nnp = nnp || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
	if (r < 0)
		return r;
	if (opts->user && opts->user->uid != geteuid()) {
		l->step = STEP_USER;
		r = become(opts->user);
		if (r < 0)
			return r;
	}
	l->step = STEP_EXEC;
	return exec_program(opts->path, opts->argv, opts->envp);
}

/* Until the tracer is there; returns only when the program was not executed. */
static void run_child(struct launch *l, int go, const struct engine *engine, void *state, const struct tracer_opts *opts)
{
	char byte;

	/* EOF instead of a byte: the tracer gave up */
	if (read(go, &byte, 1) == 1)
		l->error = -child(l, engine, state, opts);
}

static int seize(pid_t pid, long options, struct err *e)
{
	if (ptrace(PTRACE_SEIZE, pid, 0, options) == 0)
		return 0;
	if (errno == EPERM || errno == EACCES || errno == ENOSYS)
		return err_set(e, errno, "this host does not allow tracing a child process (%s), or "
			       "sctrace itself is traced; 'sctrace doctor' shows why", strerror(errno));
	return err_sys(e, "cannot trace a child process");
}

/* A child's child, so that whoever waits for the caller's children, as the program itself may, does not meet it.
 * Returns 0 in it, its exit status in the caller. */
static int fork_twice(void)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		pid = fork();
		if (pid == 0)
			return 0;
		_exit(pid < 0 ? errno : 0);
	}
	if (pid < 0)
		return -errno;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 1 : -EAGAIN;
}

/* Returns only when the program was not executed. */
static int become_child(struct launch *l, const int go[2], const struct engine *engine, void *state,
			const struct tracer_opts *opts, struct err *e)
{
	bool by_exec;
	int r;

	close(go[1]);
	run_child(l, go[0], engine, state, opts);
	close(go[0]);
	r = launch_failure(l, opts, &by_exec, e);
	return r < 0 ? r : err_set(e, EPERM, "this host does not allow tracing another process, or sctrace itself is "
				   "traced; 'sctrace doctor' shows why");
}

static int hand_over(pid_t pid, const int go[2], long options, struct err *e)
{
	int r = seize(pid, options, e);

	if (r == 0 && write(go[1], "", 1) != 1)
		r = err_sys(e, "cannot start a child process");
	close(go[0]);
	close(go[1]);
	return r;
}

static int start_detached(struct launch *l, pid_t *ret_pid, const int go[2], const struct engine *engine, void *state,
			  const struct tracer_opts *opts, void (*detached)(void *self), void *self, struct err *e)
{
	pid_t pid = getpid();

	/* Yama lets a process be traced by its ancestors, and by those that it names; the tracer has no number yet */
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);

	int r = fork_twice();

	if (r == 0) {
		setsid();
		relay_ignore();
		if (detached)
			detached(self);
		*ret_pid = pid;
		return hand_over(pid, go, engine->options | LAUNCH_OPTIONS | PTRACE_O_EXITKILL, e);
	}
	*ret_pid = 0;
	if (r > 0)
		return become_child(l, go, engine, state, opts, e);
	close(go[0]);
	close(go[1]);
	return err_set(e, -r, "cannot start the tracer: %s", strerror(-r));
}

static int start_child(struct launch *l, pid_t *ret_pid, const int go[2], const struct engine *engine, void *state,
		       const struct tracer_opts *opts, struct err *e)
{
	pid_t pid = fork();

	if (pid == 0) {
		close(go[1]);
		run_child(l, go[0], engine, state, opts);
		_exit(127);
	}
	if (pid < 0) {
		close(go[0]);
		close(go[1]);
		return err_sys(e, "cannot start a child process");
	}

	int r = hand_over(pid, go, engine->options | LAUNCH_OPTIONS | PTRACE_O_EXITKILL, e);

	if (r < 0)
		waitpid(pid, NULL, 0);
	*ret_pid = pid;
	return r;
}

int launch_start(struct launch **ret, pid_t *ret_pid, const struct engine *engine, void *state,
		 const struct tracer_opts *opts, void (*detached)(void *self), void *self, struct err *e)
{
	struct launch *l = mmap(NULL, sizeof *l, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int go[2], r;

	if (l == MAP_FAILED)
		return err_sys(e, "cannot start a child process");
	if (pipe2(go, O_CLOEXEC) < 0)
		r = err_sys(e, "cannot start a child process");
	else if (opts->detached)
		r = start_detached(l, ret_pid, go, engine, state, opts, detached, self, e);
	else
		r = start_child(l, ret_pid, go, engine, state, opts, e);
	if (r < 0)
		launch_free(l);
	else
		*ret = l;
	return r;
}

int launch_failure(const struct launch *l, const struct tracer_opts *opts, bool *ret_exec, struct err *e)
{
	int code = l->error;

	*ret_exec = code && l->step == STEP_EXEC;
	if (!code)
		return 0;
	switch (l->step) {
	case STEP_PREPARE:
		return err_set(e, code, "cannot install a seccomp filter: %s; 'sctrace doctor' says why",
			       strerror(code));
	case STEP_USER:
		return err_set(e, code, "cannot become user '%s': %s%s", opts->user->name, strerror(code),
			       code == EPERM ? "; only root can" : "");
	case STEP_EXEC:
		break;
	}
	return err_set(e, code, "cannot execute '%s': %s%s", opts->path, strerror(code),
		       code == ENOENT ? " (the interpreter that its first line names)" : "");
}

bool launch_unprepared(const struct launch *l)
{
	return l->error && l->step == STEP_PREPARE;
}

bool launch_blind(const struct launch *l)
{
	return l->blind;
}

bool launch_set_nnp(const struct launch *l)
{
	return l->nnp;
}

void launch_free(struct launch *l)
{
	if (l)
		munmap(l, sizeof *l);
}
