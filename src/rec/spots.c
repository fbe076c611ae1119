/* SPDX-License-Identifier: Apache-2.0 */
#include "rec/spots.h"

/* keep sorted */
static const struct rec_blind_spot spots[] = {
	{ .kind = "attach",
	  .detail = "the recording began in the middle: what the processes did before is not in it",
	  .remedy = "record a start as well (sctrace record -- COMMAND) and give gen both" },
	{ .kind = "crash",
	  .detail = "PID 1 of a PID namespace crashed, and SIGKILL ended it instead of its own signal",
	  .remedy = "run it without sctrace to see how its parent handles that signal" },
	{ .kind = "elsewhere",
	  .detail = "programs talked to a daemon (of containers, services or jobs): what that does for them is not recorded",
	  .remedy = "record what does the work, or attach to it" },
	{ .kind = "exhausted",
	  .detail = "sctrace itself ran out of CPU time or memory, and ended the workload: the rest of it is not recorded",
	  .remedy = "record again with a higher hard limit (ulimit -H -t, ulimit -H -v), or in parts" },
	{ .kind = "io-uring",
	  .detail = "the workload created an io_uring, and requests to the ring are not system calls",
	  .remedy = "turn io_uring off (sysctl kernel.io_uring_disabled=2) and record again" },
	{ .kind = "joined",
	  .detail = "processes joined the container (exec), and made calls before they were traced",
	  .remedy = "record again; what they did first is missing" },
	{ .kind = "lost",
	  .detail = "processes or threads were made that never showed up",
	  .remedy = "record again; what they did is missing" },
	{ .kind = "nested-tracer",
	  .detail = "ptrace was denied to the workload (a debugger, strace?): its processes are traced already",
	  .remedy = "record what it does without its tracer" },
	{ .kind = "odd-numbers",
	  .detail = "the workload called so many numbers that no kernel has that not all were kept",
	  .remedy = "find out why the workload makes them" },
	{ .kind = "outer-filter",
	  .detail = "sctrace ran under a seccomp filter (a container's?), and calls that it denies are not seen",
	  .remedy = "record with --engine syscall, which sees them, or with that filter off "
		    "(docker run --security-opt seccomp=unconfined)" },
	{ .kind = "own-filter",
	  .detail = "the workload installed seccomp filters, and calls that those deny are not seen",
	  .remedy = "record with --engine syscall, which sees them" },
	{ .kind = "scope",
	  .detail = "nothing came into scope, so nothing was recorded",
	  .remedy = "check --scope: exec:NAME takes the name or the real path of a program, or the name of a script; "
		    "seccomp needs a container with a profile, such as one that allows everything" },
	{ .kind = "setuid",
	  .detail = "programs with setuid, setgid or file capabilities ran without their privilege (no_new_privs)",
	  .remedy = "record as root, with --user for the workload's user" },
	{ .kind = "strict-mode",
	  .detail = "seccomp's strict mode was denied to the workload, because sctrace's own filter is installed already",
	  .remedy = "record as an ordinary user with --engine syscall, which installs none" },
	{ .kind = "syscall-dispatch",
	  .detail = "the workload diverts its calls to itself (syscall user dispatch, as in Wine): "
		    "they do not reach the kernel",
	  .remedy = "no action is needed: a profile does not see them either" },
	{ .kind = "unfinished",
	  .detail = "it was written while the workload ran, and never completed (was sctrace killed?)",
	  .remedy = "record again" },
	{ .kind = "unread",
	  .detail = "at some stops the kernel did not report which call it was",
	  .remedy = "record on Linux 5.3 or newer (see 'sctrace doctor')" },
	{ .kind = "untraced",
	  .detail = "child processes were created with CLONE_UNTRACED and could not be traced: their calls failed, or were not seen",
	  .remedy = "configure the workload not to use CLONE_UNTRACED (sanitizers: detect_leaks=0)" },
	{ .kind = "vsyscall",
	  .detail = "calls through the vsyscall page (programs from before 2013: gettimeofday, time, getcpu) "
		    "are invisible to this engine",
	  .remedy = "record it from its start, as root or with --engine seccomp, where a filter can be installed" },
};

const struct rec_blind_spot *spot_at(size_t i)
{
	return i < countof(spots) ? &spots[i] : NULL;
}

const struct rec_blind_spot *spot_find(const char *kind)
{
	for (size_t i = 0; i < countof(spots); i++)
		if (streq(spots[i].kind, kind))
			return &spots[i];
	return NULL;
}

const char *spot_detail(const char *kind, const char *engine)
{
	static const struct {
		const char *kind, *engine, *detail;
	} by_engine[] = {
		{ "untraced", "gate", "child processes were created with CLONE_UNTRACED and could not be traced: what is denied there "
		  "failed with ENOSYS" },
		{ "untraced", "seccomp", "child processes were created with CLONE_UNTRACED and could not be traced: their calls failed "
		  "with ENOSYS" },
		{ "untraced", "syscall", "child processes were created with CLONE_UNTRACED and could not be traced: their calls were made, "
		  "and not seen" },
	};

	for (size_t i = 0; i < countof(by_engine); i++)
		if (streq(by_engine[i].kind, kind) && streq(by_engine[i].engine, engine))
			return by_engine[i].detail;
	return spot_find(kind)->detail;
}

void spot_programs(const struct rec_blind_spot *spot, struct strlist *ret)
{
	for (size_t i = 0; i < spot->seen_count; i++)
		if (*spot->seen[i].program)
			strlist_insert(ret, spot->seen[i].program);
}

void spot_add_programs(const struct rec_blind_spot *spot, struct buf *b)
{
	scoped(strlist_done) struct strlist programs = { 0 };

	spot_programs(spot, &programs);
	if (programs.count)
		buf_addf(b, " (by %s", programs.items[0]);
	buf_add_rest(b, programs.count, 1);
	if (programs.count)
		buf_adds(b, ")");
}
