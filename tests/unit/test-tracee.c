/* SPDX-License-Identifier: Apache-2.0 */
/* A task that is traced: what a stop means, its memory, its lines in /proc. */
#include <linux/ptrace.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/attr.h"
#include "tests/unit/tap.h"
#include "tracer/tracee/proc.h"
#include "tracer/tracee/stop.h"
#include "tracer/tracer.h"

#define STOPPED(event, signal) ((event) << 16 | (signal) << 8 | 0x7f)

TEST(wait_statuses_are_decoded)
{
	static const struct { int status; enum stop_kind kind; int signal; } rows[] = {
		{ 0, STOP_EXITED, 0 },
		{ 0x0300, STOP_EXITED, 3 },
		{ 0xff00, STOP_EXITED, 255 },
		{ SIGKILL, STOP_KILLED, SIGKILL },
		{ SIGSEGV | 0x80, STOP_KILLED, SIGSEGV },		/* with a core */
		{ STOPPED(PTRACE_EVENT_SECCOMP, SIGTRAP), STOP_CALL, SIGTRAP },
		{ STOPPED(0, SIGTRAP), STOP_SIGNAL, SIGTRAP },
		{ STOPPED(0, SIGUSR1), STOP_SIGNAL, SIGUSR1 },
		{ STOPPED(0, SIGSTOP), STOP_SIGNAL, SIGSTOP },		/* the group stop follows */
		{ STOPPED(0, 64), STOP_SIGNAL, 64 },
		{ STOPPED(PTRACE_EVENT_STOP, SIGTRAP), STOP_STARTED, SIGTRAP },
		{ STOPPED(PTRACE_EVENT_STOP, SIGSTOP), STOP_GROUP, SIGSTOP },
		{ STOPPED(PTRACE_EVENT_STOP, SIGTSTP), STOP_GROUP, SIGTSTP },
		{ STOPPED(PTRACE_EVENT_STOP, SIGTTIN), STOP_GROUP, SIGTTIN },
		{ STOPPED(PTRACE_EVENT_STOP, SIGTTOU), STOP_GROUP, SIGTTOU },
		{ STOPPED(PTRACE_EVENT_FORK, SIGTRAP), STOP_CHILD, SIGTRAP },
		{ STOPPED(PTRACE_EVENT_VFORK, SIGTRAP), STOP_CHILD, SIGTRAP },
		{ STOPPED(PTRACE_EVENT_CLONE, SIGTRAP), STOP_CHILD, SIGTRAP },
		{ STOPPED(PTRACE_EVENT_EXEC, SIGTRAP), STOP_EXEC, SIGTRAP },
		{ STOPPED(PTRACE_EVENT_EXIT, SIGTRAP), STOP_ENDING, SIGTRAP },
		{ STOPPED(PTRACE_EVENT_VFORK_DONE, SIGTRAP), STOP_OTHER, SIGTRAP },
		{ STOPPED(77, SIGTRAP), STOP_OTHER, SIGTRAP },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct stop s = stop_read(42, rows[i].status);

		CHECK_FOR(s.kind == rows[i].kind, "status 0x%x: kind %d", rows[i].status, s.kind);
		CHECK_FOR(s.signal == rows[i].signal, "status 0x%x: signal %d", rows[i].status, s.signal);
		CHECK(s.tid == 42 && s.status == rows[i].status);
	}
}

/* a tracee's memory */

TEST(text_is_read_up_to_its_end_the_limit_or_the_end_of_memory)
{
	enum { PAGE = 4096 };
	char *map = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char got[9];
	bool whole;
#define READ(place) tracer_read_text(getpid(), (uint64_t)(uintptr_t)(place), got, sizeof got, &whole)

	CHECK(map != MAP_FAILED);
	memset(map, 'x', 2 * PAGE);
	CHECK(READ("") && whole);
	CHECK_STR(got, "");
	CHECK(READ("seven b") && whole);
	CHECK_STR(got, "seven b");
	CHECK(READ("eight by") && whole);
	CHECK_STR(got, "eight by");
	CHECK(READ("nine byte") && !whole);
	CHECK_STR(got, "nine byt");
	/* across pages, and to the end of mapped memory */
	map[PAGE + 3] = '\0';
	CHECK(READ(map + PAGE - 3) && whole);
	CHECK_STR(got, "xxxxxx");
	CHECK(munmap(map + PAGE, PAGE) == 0);
	CHECK(READ(map + PAGE - 3) && !whole);
	CHECK_STR(got, "xxx");
	CHECK(!READ(map + PAGE));
	CHECK(!READ(UINTPTR_MAX - 2));
	munmap(map, PAGE);
}

/* /proc */

TEST(lines_of_proc_are_read)
{
	char comm[17], kept[17] = "";

	CHECK(proc_number(getpid(), "Tgid:") == getpid() && proc_number(getpid(), "PPid:") == getppid());
	CHECK(proc_number(getpid(), "No such line:") == -1 && proc_number(getpid(), "State:") == -1);
	CHECK(proc_number_at(getpid(), "Uid:", 1, 10) == (long)geteuid());
	CHECK(proc_number_at(getpid(), "Uid:", 9, 10) == (long)getuid() || proc_number_at(getpid(), "Uid:", 9, 10) >= 0);
	CHECK(proc_number(0x7ffffff0, "Tgid:") == -1 && !proc_comm(0x7ffffff0, comm));
	CHECK(proc_is_ours());
	prctl(PR_GET_NAME, kept);
	prctl(PR_SET_NAME, "a) Z (b");
	CHECK(proc_comm(getpid(), comm) && streq(comm, "a) Z (b") && !proc_is_over(getpid()));
	prctl(PR_SET_NAME, "x\nTgid:\t1\nPPid");
	CHECK(proc_number(getpid(), "Tgid:") == getpid() && !proc_is_over(getpid()));
	prctl(PR_SET_NAME, kept);
}

TEST(ended_processes_are_recognized)
{
	siginfo_t info;
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	CHECK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == 0);
	CHECK(proc_is_over(pid));
	CHECK(waitpid(pid, NULL, 0) == pid);
	CHECK(proc_is_over(pid) && !proc_is_over(getpid()));
}
