/* SPDX-License-Identifier: Apache-2.0 */
/* What a stop at a call costs by the way the call is read there; `scripts/bench
 * stop` runs it.  usage: bench-stop eventmsg|info|regs|none COMMAND... */
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <linux/ptrace.h>

static void child(int go, char **argv)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_STMT(BPF_ALU | BPF_OR | BPF_K, SECCOMP_RET_TRACE),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	const struct sock_fprog program = { 3, code };
	char byte;

	if (read(go, &byte, 1) != 1)
		_exit(1);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
	execv(argv[0], argv);
	_exit(127);
}

static unsigned long read_call(const char *how, pid_t pid)
{
	unsigned long nr = 0;
	struct ptrace_syscall_info info;
	struct user_regs_struct regs;

	switch (*how) {
	case 'e':
		ptrace(PTRACE_GETEVENTMSG, pid, 0, &nr);
		return nr;
	case 'i':
		ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info);
		return info.seccomp.nr;
	case 'r':
		ptrace(PTRACE_GETREGS, pid, 0, &regs);
		return regs.orig_rax;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct timespec a, b;
	unsigned long stops = 0, sum = 0;
	int go[2], status;

	if (argc < 3 || pipe(go) < 0)
		return 2;
	pid_t pid = fork();
	if (pid == 0)
		child(go[0], argv + 2);
	if (ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL) < 0 || write(go[1], "", 1) != 1)
		return 1;
	clock_gettime(CLOCK_MONOTONIC, &a);
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		int event = status >> 16, signal = 0;

		if (event == PTRACE_EVENT_SECCOMP) {
			sum += read_call(argv[1], pid);
			stops++;
		} else if (!event) {
			signal = WSTOPSIG(status);
		}
		ptrace(PTRACE_CONT, pid, 0, signal);
	}
	clock_gettime(CLOCK_MONOTONIC, &b);
	printf("%.0f\n", ((double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec)) / (double)(stops ? stops : 1));
	return sum == 1;
}
