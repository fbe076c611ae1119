/* SPDX-License-Identifier: Apache-2.0 */
/* What this host allows sctrace to do. Versions prove nothing: a child process tries each thing,
 * and the kernel's answer counts. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/ptrace.h>	/* after <sys/ptrace.h> */
#include "base/filter.h"
#include "tracer/arch/arch.h"
#include "tracer/stack/stack.h"
#include "tracer/tracer.h"

static void no(struct tracer_ability *a, const char *fmt, ...) printf_like(2, 3);

static void no(struct tracer_ability *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->why, sizeof a->why, fmt, ap);
	va_end(ap);
	a->yes = false;
}

static int install(uint32_t answer)
{
	const struct sock_filter code[] = { BPF_STMT(BPF_RET | BPF_K, answer) };

	return -filter_install(code, countof(code), 0);
}

/* Runs `body` in a child process; returns its value, or -1 if it was killed. */
static int in_child(int (*body)(void))
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(body());
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int read_number(const char *path)
{
	FILE *f = fopen(path, "re");
	int n = -1;

	if (f && fscanf(f, "%d", &n) != 1)
		n = -1;
	if (f)
		fclose(f);
	return n;
}

static void explain_seize(struct tracer_ability *a, int error)
{
	int yama = read_number("/proc/sys/kernel/yama/ptrace_scope");

	if (yama == 3)
		no(a, "kernel.yama.ptrace_scope is 3: no process can trace until the next boot; set it to 1");
	else if (yama == 2 && geteuid() != 0)
		no(a, "kernel.yama.ptrace_scope is 2: run as root, or set it to 1");
	else if (error == EPERM)
		no(a, "ptrace is denied (EPERM): by an outer seccomp filter, a security module, or because a "
		      "debugger traces sctrace; in a container add --cap-add SYS_PTRACE or allow ptrace in its profile");
	else
		no(a, "ptrace is denied: %s", strerror(error));
}

/* A seized child that waits for a byte, to be written to *ret_go. */
static pid_t seized(int (*body)(void), long options, int *ret_go, int *ret_error)
{
	int go[2];
	char byte;
	pid_t pid;

	*ret_error = EAGAIN;
	if (pipe(go) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		close(go[1]);
		_exit(read(go[0], &byte, 1) == 1 ? body() : 0);
	}
	close(go[0]);
	*ret_go = go[1];
	if (pid > 0 && ptrace(PTRACE_SEIZE, pid, 0, options) == 0)
		return pid;
	*ret_error = errno;
	close(go[1]);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return -1;
}

static void finish(pid_t pid)
{
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, __WALL) > 0)
		;
}

static int nothing(void)
{
	return 0;
}

static void probe_ptrace(struct tracer_ability *a)
{
	int go, error;
	pid_t pid = seized(nothing, PTRACE_O_EXITKILL, &go, &error);

	if (pid < 0) {
		explain_seize(a, error);
		return;
	}
	close(go);
	finish(pid);
}

static bool have_filter(void)
{
	char line[128];
	FILE *f = fopen("/proc/self/status", "re");
	int mode = 0;

	while (f && fgets(line, sizeof line, f))
		sscanf(line, "Seccomp: %d", &mode);
	if (f)
		fclose(f);
	return mode != 0;
}

static int try_filter(void)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return install(SECCOMP_RET_ALLOW);
}

static void probe_seccomp(struct tracer_ability *a)
{
	int r = in_child(try_filter);

	if (r == EINVAL || r == ENOSYS)
		no(a, "the kernel was built without CONFIG_SECCOMP_FILTER");
	else if (r)
		no(a, "installing a filter fails: %s", r > 0 ? strerror(r) : "the child process was killed");
}

/* Only read, write, _exit and sigreturn are allowed: other calls kill. */
static int try_strict(void)
{
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) < 0)
		return errno;
	syscall(SYS_exit, 0);
	return 0;
}

static void probe_strict(struct tracer_ability *a)
{
	int r = in_child(try_strict);

	if (r)
		no(a, "strict mode cannot be set: %s%s", r > 0 ? strerror(r) : "the child process was killed",
		   have_filter() ? " (a filter is on already)" : "");
}

static int try_filter_as_we_are(void)
{
	return install(SECCOMP_RET_ALLOW);
}

static void probe_privileges(struct tracer_ability *a)
{
	if (in_child(try_filter) != 0)
		no(a, "no filter can be installed to try it with");
	else if (in_child(try_filter_as_we_are) != 0 && geteuid() == 0)
		no(a, "root without CAP_SYS_ADMIN (of a container?) needs no_new_privs for a filter: setuid programs then "
		      "run without their privilege; record those with --cap-add SYS_ADMIN");
	else if (in_child(try_filter_as_we_are) != 0)
		no(a, "an ordinary user's filter needs no_new_privs: setuid programs then run without their "
		      "privilege; record those as root (see --user)");
}

static int call_traced(void)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	int r = install(SECCOMP_RET_TRACE | 0x123);

	if (r == 0)
		syscall(SYS_getppid);
	return r;
}

/* Resume until the first stop in a call; false if there was none. */
static bool reach_call(pid_t pid, int go)
{
	int status;

	if (write(go, "", 1) != 1 || waitpid(pid, &status, __WALL) < 0)
		return false;
	return WIFSTOPPED(status) && status >> 16 == PTRACE_EVENT_SECCOMP;
}

/* A seized child that makes a call which a filter traces, once *ret_go has a byte; -1: the ability is missing. */
static pid_t seize_traced(struct tracer_ability *a, const char *without_filter, int *ret_go)
{
	int error;
	pid_t pid = seized(call_traced, PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP, ret_go, &error);

	if (pid < 0) {
		no(a, "ptrace does not work");
	} else if (in_child(try_filter) != 0) {
		no(a, "%s", without_filter);
		close(*ret_go);
		finish(pid);
		pid = -1;
	}
	return pid;
}

static void probe_trace(struct tracer_ability *a)
{
	unsigned long data = 0;
	int go;
	pid_t pid = seize_traced(a, "no filter can be installed; record with --engine syscall", &go);

	if (pid < 0)
		return;
	if (!reach_call(pid, go))
		no(a, "a filter that answers TRACE causes no stop: an outer filter comes first, or the sandbox "
		      "(gVisor?) does not implement it");
	else if (ptrace(PTRACE_GETEVENTMSG, pid, 0, &data) < 0 || data != 0x123)
		no(a, "the stop does not carry the filter's data");
	close(go);
	finish(pid);
}

static void probe_syscall_info(struct tracer_ability *a)
{
	struct ptrace_syscall_info info = { 0 };
	int go;
	pid_t pid = seize_traced(a, "no filter can be installed to try it with", &go);

	if (pid < 0)
		return;
	if (!reach_call(pid, go) || ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) < 0 ||
	    info.op != PTRACE_SYSCALL_INFO_SECCOMP)
		no(a, "PTRACE_GET_SYSCALL_INFO needs Linux 5.3: calls of rare ABIs cannot be distinguished");
	close(go);
	finish(pid);
}

/* Tests simulate a host that lacks something: SCTRACE_WITHOUT=NAME,... */
static bool is_to_lack(const char *ability)
{
	const char *without = getenv("SCTRACE_WITHOUT");
	size_t n = strlen(ability);

	for (const char *word = without; word; word = strchr(word, ',')) {
		word += *word == ',';
		if (strncmp(word, ability, n) == 0 && (!word[n] || word[n] == ','))
			return true;
	}
	return false;
}

static void probe_compat(struct tracer_ability *a)
{
	if (in_child(machine_try_compat) == 0)
		return;
	/* a filter that does not handle 32-bit calls kills them */
	no(a, have_filter() ? "a 32-bit call fails, by an outer filter or because this kernel serves none; see 'unfiltered'" :
	   "this kernel serves no 32-bit calls: there are none to record, and none to deny");
}

static void probe_outer(struct tracer_ability *a)
{
	if (have_filter())
		no(a, "a filter is on already (a container's?), and calls that it denies are not seen; "
		      "record with --engine syscall, or with it off (--security-opt seccomp=unconfined)");
}

/* A process that is neither sctrace nor its child, for a child that tries to trace it. */
static pid_t stranger;

static void wait_for_death(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent)
		pause();
	_exit(0);
}

static int try_attach(void)
{
	return ptrace(PTRACE_SEIZE, stranger, 0, PTRACE_O_EXITKILL) < 0 ? errno : 0;
}

static void probe_yama(struct tracer_ability *a)
{
	int scope = read_number("/proc/sys/kernel/yama/ptrace_scope");
	pid_t self = getpid();

	stranger = fork();
	if (stranger == 0)
		wait_for_death(self);
	int error = stranger < 0 ? EAGAIN : in_child(try_attach);

	if (stranger > 0)
		finish(stranger);
	if (error == 0 && scope >= 0)
		snprintf(a->why, sizeof a->why, "kernel.yama.ptrace_scope is %d", scope);
	else if (error && scope > 0)
		no(a, "kernel.yama.ptrace_scope is %d: %s", scope, scope == 3 ?
		   "no process can attach until the next boot; set it to 0 there" : geteuid() == 0 ?
		   "root needs CAP_SYS_PTRACE, in a container --cap-add SYS_PTRACE" :
		   "run as root, or set it to 0 (sysctl kernel.yama.ptrace_scope=0)");
	else if (error)
		no(a, "attaching is denied: %s; %s", error > 0 ? strerror(error) : "the child process was killed", geteuid() == 0 ?
		   "in a container add --cap-add SYS_PTRACE" : "run as root, in a container with --cap-add SYS_PTRACE");
}

static void probe_x32(struct tracer_ability *a)
{
	int error = in_child(machine_try_x32);

	if (error == ENOSYS)
		no(a, "this kernel serves no x32 calls: there are none to record, and none to deny");
	else if (error)
		no(a, "an x32 call fails, by an outer filter: %s; see 'unfiltered'",
		   error > 0 ? strerror(error) : "the child process was killed");
}

static int try_user_namespace(void)
{
	return unshare(CLONE_NEWUSER) < 0 ? errno : 0;
}

/* Known switches that deny it to ordinary users, with the value that does. */
static const struct { const char *sysctl, *path; int value; } userns_switches[] = {
	{ "user.max_user_namespaces",                    "/proc/sys/user/max_user_namespaces", 0 },
	{ "kernel.unprivileged_userns_clone",            "/proc/sys/kernel/unprivileged_userns_clone", 0 },
	{ "kernel.apparmor_restrict_unprivileged_userns", "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", 1 },
};

static void probe_user_namespaces(struct tracer_ability *a)
{
	int error = in_child(try_user_namespace);

	if (error == 0)
		return;
	for (size_t i = 0; i < countof(userns_switches); i++)
		if (read_number(userns_switches[i].path) == userns_switches[i].value) {
			no(a, "%s is %d: change it%s", userns_switches[i].sysctl, userns_switches[i].value,
			   geteuid() == 0 ? " on the host" : ", or run as root");
			return;
		}
	if (error == EINVAL || error == ENOSYS)
		no(a, "the kernel was built without CONFIG_USER_NS, or an outer filter says so");
	else
		no(a, "unshare is denied: %s; by an outer filter or a security module: in a container run with "
		      "--security-opt seccomp=unconfined", error > 0 ? strerror(error) : "the child process was killed");
}

static void probe_unwinding(struct tracer_ability *a)
{
	struct stacks *stacks = stacks_new();

	if (!stacks)
		no(a, "built without libunwind: recordings have no call stacks; install libunwind-dev and configure again");
	stacks_free(stacks);
}

static const struct {
	const char *name, *what;
	void (*probe)(struct tracer_ability *);
} probes[] = {
	{ "ptrace",       "trace child processes",                      probe_ptrace },
	{ "seccomp",      "install a seccomp filter",                    probe_seccomp },
	{ "ret-trace",    "stop a task at every call (RET_TRACE)",       probe_trace },
	{ "syscall-info", "report the ABI of a call",                      probe_syscall_info },
	{ "compat",       "32-bit calls on this kernel",                 probe_compat },
	{ "setuid",       "record setuid programs with their privilege", probe_privileges },
	{ "unfiltered",   "no outer filter hides calls",                 probe_outer },
	{ "yama",         "attach to processes that are not child processes", probe_yama },
	{ "x32",          "x32 calls on this kernel",                    probe_x32 },
	{ "user-namespaces", "make a user namespace",                    probe_user_namespaces },
	{ "strict",       "seccomp's strict mode",                      probe_strict },
	{ "unwinding",    "find the call stack of a call",               probe_unwinding },
};

size_t tracer_probe(struct tracer_ability *ret, size_t max)
{
	signal(SIGCHLD, SIG_DFL);	/* ignored, it would hide how the children ended */
	for (size_t i = 0; i < countof(probes) && i < max; i++) {
		ret[i] = (struct tracer_ability){ .name = probes[i].name, .what = probes[i].what, .yes = true };
		if (is_to_lack(probes[i].name))
			no(&ret[i], "SCTRACE_WITHOUT has it, which is for tests of a host that lacks it");
		else
			probes[i].probe(&ret[i]);
	}
	return countof(probes);
}

const char *tracer_ability_name(size_t i)
{
	return i < countof(probes) ? probes[i].name : NULL;
}
