/* SPDX-License-Identifier: Apache-2.0 */
#include "tracer/filter/outer-filter.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <linux/ptrace.h>	/* after <sys/ptrace.h>, because the two conflict */
#include "base/filter.h"
#include "base/attr.h"
#include "tracer/arch/arch.h"
#include "tracer/tracee/call.h"
#include "tracer/tracee/proc.h"
#include "tracer/tracee/stop.h"

enum {
	NUMBERS = 600,		/* above all that any kernel has: the highest is 547, of x32 */
	VALUES = 2,
	OFFERS = TALLY_ABIS * VALUES * NUMBERS,
	SPINS = 2000,		/* polls before sleeping between polls */
	STUCK_MS = 500,		/* without progress: a supervisor (USER_NOTIF) does not answer */
	STUCK_AGAIN_MS = 50,	/* the same, if it did not answer before */
	SAMPLE = 8,		/* i386: restart_syscall exit fork read write open close waitpid */
};

/* The child's progress; it makes no calls to report it. */
struct progress {
	volatile unsigned at;
};

struct offer {
	unsigned abi;
	uint32_t nr;
	long value;
};

/* One ABI after the other; in each, first all numbers with arguments 0. */
static struct offer offer_at(unsigned i)
{
	return (struct offer){ i / (VALUES * NUMBERS), i % NUMBERS, i / NUMBERS % VALUES ? -1 : 0 };
}

/* Calls that pass every filter, and those that would have an effect if a supervisor answers
 * "continue". */
static bool is_left_out(struct offer o)
{
	uint32_t arch = machine_arch(o.abi);

	return machine_has(arch, o.nr, MACHINE_TRAMPOLINE) || (o.value == 0 && machine_has(arch, o.nr, MACHINE_ACTS_ON_ZEROS));
}

/* Numbers without an answer from the supervisor, which are not tried again with other arguments. */
static bool unanswered[TALLY_ABIS][NUMBERS];
static unsigned patience = STUCK_MS;

static bool is_offered(struct offer o)
{
	return !is_left_out(o) && !unanswered[o.abi][o.nr];
}

static int install(void)
{
	const struct sock_filter code[] = { BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE) };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return filter_install(code, countof(code), 0);
}

/* In its own session: vhangup must not find sctrace's terminal. */
static void run_child(struct progress *progress, int go)
{
	char byte;

	setsid();
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (read(go, &byte, 1) != 1 || install() < 0)
		_exit(1);
	for (; progress->at < OFFERS; progress->at++) {
		struct offer o = offer_at(progress->at);

		if (is_offered(o))
			machine_offer_call(machine_arch(o.abi), o.nr, o.value);
	}
	__builtin_trap();
}

static pid_t start(struct progress *progress)
{
	int go[2];
	pid_t pid;

	if (pipe(go) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		close(go[1]);
		run_child(progress, go[0]);
	}
	close(go[0]);
	if (pid > 0 && (ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP) < 0 ||
			write(go[1], "", 1) != 1)) {
		int error = errno;

		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		pid = -1;
		errno = error;
	}
	close(go[1]);
	return pid;
}

/* False if no stop came and the child waits in its call. On a busy machine it may wait for a processor
 * much longer than a supervisor takes to answer. */
static bool wait_for_stop(pid_t pid, const struct progress *progress, int *ret_status)
{
	unsigned at = progress->at, idle = 0;

	for (unsigned i = 0; idle < patience; i++) {
		if (waitpid(pid, ret_status, __WALL | WNOHANG) != 0)
			return true;
		if (i < SPINS)
			continue;
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
		idle = progress->at == at && !proc_is_runnable(pid) ? idle + 1 : 0;
		at = progress->at;
	}
	return false;
}

static void give_up(const struct progress *progress)
{
	struct offer o = offer_at(progress->at < OFFERS ? progress->at : OFFERS - 1);

	unanswered[o.abi][o.nr] = true;
	patience = STUCK_AGAIN_MS;
}

/* A filter that does not handle an ABI kills all its calls. If even these few kill, a program of
 * this ABI could not run, so none counts as hidden; otherwise 1,200 more children would have to
 * die. */
static bool is_killed_abi(unsigned abi, const bool *killed)
{
	unsigned first = abi * VALUES * NUMBERS;

	for (unsigned i = 0; i < SAMPLE; i++)
		if (!killed[first + i])
			return false;
	return abi == MACHINE_ABI_COMPAT;
}

static void skip_abi(struct progress *progress, unsigned abi, bool *let_through)
{
	for (unsigned i = abi * VALUES * NUMBERS; i < (abi + 1) * VALUES * NUMBERS; i++)
		let_through[i] = true;
	progress->at = (abi + 1) * VALUES * NUMBERS;
}

/* Runs one child until it is done, killed or stuck. False if nothing more can be learned. */
static bool watch(pid_t pid, struct progress *progress, bool *let_through, bool *killed)
{
	int status;

	for (;;) {
		if (!wait_for_stop(pid, progress, &status)) {
			give_up(progress);
			break;
		}

		struct stop stop = stop_read(pid, status);

		if (stop.kind == STOP_EXITED)
			return false;		/* the outer filter denies sctrace's own filter */
		if (progress->at >= OFFERS)
			break;
		if (stop.kind == STOP_KILLED) {
			killed[progress->at] = true;
			return true;
		}
		if (stop.kind == STOP_CALL) {
			let_through[progress->at] = true;
			call_cancel(pid, ENOSYS);
		}
		/* the kernel does not serve this ABI: there is nothing to deny */
		if (stop.kind == STOP_SIGNAL && stop.signal == SIGSEGV)
			skip_abi(progress, MACHINE_ABI_COMPAT, let_through);
		if (stop.kind == STOP_SIGNAL && stop.signal != SIGSYS)
			break;
		ptrace(PTRACE_CONT, pid, 0, 0);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, __WALL);
	return true;
}

static void gather(const bool *let_through, struct call_set *ret)
{
	for (unsigned i = 0; i < OFFERS; i++) {
		struct offer o = offer_at(i);

		if (!let_through[i] && !is_left_out(o))
			call_set_add(ret, o.abi, o.nr);
	}
}

void outer_filter_probe(struct call_set *ret)
{
	static bool let_through[OFFERS], killed[OFFERS];
	struct progress *progress = mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (progress == MAP_FAILED)
		return;
	/* the call that killed the child or left it stuck is denied: the next child continues after
	 * it */
	for (progress->at = 0; progress->at < OFFERS; progress->at++) {
		pid_t pid = start(progress);

		if (pid < 0 || !watch(pid, progress, let_through, killed))
			break;
		if (progress->at < OFFERS && is_killed_abi(offer_at(progress->at).abi, killed))
			skip_abi(progress, offer_at(progress->at).abi, let_through);
	}
	if (progress->at >= OFFERS)
		gather(let_through, ret);
	munmap(progress, sizeof *progress);
}
