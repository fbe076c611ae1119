/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/err.h"

/*
 * Run a program and report what it, and all it starts, asks of the kernel.
 *
 * The tracer knows processes, registers and call numbers.  It knows no names of
 * calls, no file formats and no policies: numbers go out, meaning is given
 * elsewhere.
 *
 * A call is told once to the sink, when a program makes it for the first time;
 * how often it was made is kept here and asked for in bulk.  An engine may so
 * count where the tracer never looks (in memory it shares with the tracee), and
 * a million calls cost the sink nothing.
 */
struct tracer;

/* A program makes a call that it had not made before.  The task is stopped in
 * the call while the sink is told. */
struct first_call {
	unsigned program;	/* see tracer_program() */
	pid_t tid;
	uint32_t arch;		/* AUDIT_ARCH_* of the call, not of the process */
	uint32_t nr;		/* as the kernel has it: x32's bit 30 included */
	double seconds;		/* since the start */
};

struct tracer_sink {
	void (*first)(void *self, const struct first_call *);
	void (*tick)(void *self, const struct tracer *);	/* see opts.tick */
};

/* Whom to become before the program is executed; needs root. */
struct tracer_user {
	const char *name;	/* for the supplementary groups */
	uid_t uid;
	gid_t gid;
};

struct tracer_opts {
	const char *engine;		/* by name; NULL: the best one */
	const char *path;		/* executed as it is: no search */
	char *const *argv, *const *envp;
	const struct tracer_user *user;	/* NULL: stay who we are */
	double limit;			/* seconds until SIGTERM, then SIGKILL; 0: none */
	double grace;			/* seconds between the two */
	double tick;			/* about so often sink.tick is called; 0: never */
};

/* What is known at the end, or while it runs. */
struct tracer_stats {
	double seconds;		/* since the start */
	double last_first;	/* when the last first_call came */
	uint64_t calls;
	unsigned firsts;	/* (program, ABI, call) */
	unsigned tasks;		/* threads and processes, ever */
	unsigned processes;	/* alive now */
	bool limited;		/* the time limit ended it */
	bool not_executed;	/* the program could not be executed at all */
	bool no_new_privs;	/* set for the filter's sake; it stays in the workload */
	unsigned privileged_execs;	/* of setuid or setgid files, without effect */
	bool outer_filter;	/* we were under a filter ourselves when it began */
	unsigned own_filters;	/* that the workload asked to install */
	unsigned unread;	/* stops at which the call could not be told */
	unsigned untraced;	/* children that could not be kept under trace */
	unsigned overflows;	/* calls whose number was not kept: too many different ones */
};

/* Start and follow to the end of the last task.  *ret_status is the first
 * process's wait status, as of waitpid(2).  When the program could not be executed
 * the error is execve(2)'s and stats.not_executed is set.
 * The calling thread becomes the tracer. */
struct tracer *tracer_new(const struct tracer_opts *, const struct tracer_sink *, void *self);
int tracer_run(struct tracer *, int *ret_status, struct err *);
void tracer_free(struct tracer *);		/* NULL is fine */

struct tracer_stats tracer_stats(const struct tracer *);
const char *tracer_engine(const struct tracer *);		/* which one it was */

/* Programs are executable files, numbered from 0 in the order of appearance. */
const char *tracer_program(const struct tracer *, unsigned program);	/* NULL past the end */
uint64_t tracer_program_execs(const struct tracer *, unsigned program);

/* Every count there is: (program, ABI, number) -> times, up to now.  Not while
 * the sink is in `first`. */
typedef void tracer_count_fn(void *self, unsigned program, uint32_t arch, uint32_t nr, uint64_t count);
void tracer_counts(struct tracer *, tracer_count_fn *, void *self);

/* What this host lets a tracer do, each found by trying it in a child. */
struct tracer_ability {
	const char *name, *what;
	bool yes;
	char why[256];		/* when not: the reason and the remedy; else empty, or a remark */
};

size_t tracer_probe(struct tracer_ability *ret, size_t max);	/* how many there are */
