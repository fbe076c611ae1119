/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/opt.h"
#include "app/vocabulary.h"
#include "read/reader.h"
#include "read/runtime-filter.h"

/*
 * Profiles as commands read them, with warnings about surprises for their author.
 *
 * Which rules of Docker's format apply depends on the container's capabilities, the kernel and the
 * machine: by default a plain Docker container here, otherwise as in these options, which all
 * commands that read profiles have.
 */
struct profile_choice {
	struct strlist caps, arches;
	const char *kernel;
	const char *read_as, *select, *root;
	unsigned systemd;		/* a version, from --target; 0: none was named */
	struct strlist pids;
};

extern struct profile_choice profile_choice;

#define profile_opts_container \
	opt_list(0, "cap", "NAME", &profile_choice.caps, "a capability that the container has, or a set: docker\n" \
		 "(default), podman, current (what sctrace has), all,\n" \
		 "none; repeatable, or a list with commas", .words = vocabulary_cap), \
	opt_string(0, "kernel", "VERSION", &profile_choice.kernel, "the kernel it runs on, as 5.10 (default: this one)")
#define profile_opt_arch(help) \
	opt_list(0, "arch", "NAME", &profile_choice.arches, help, .words = vocabulary_arch)
#define profile_opt_read_as \
	opt_string(0, "read-as", "KIND", &profile_choice.read_as, "the kind of file ('sctrace list readers'; default: by\n" \
		   "its content)", .words = vocabulary_reader)
#define profile_opts_file \
	profile_opt_read_as, \
	opt_string(0, "select", "CONTAINER", &profile_choice.select, "of a file for several containers or services: this one"), \
	opt_string(0, "seccomp-root", "DIR", &profile_choice.root, "where the profiles are that a pod names (default: in\n" \
		   "the folder of its file)", .is = OPT_FILE), \
	opt_list(0, "pid", "PID", &profile_choice.pids, "the filters that a process runs under, as a profile;\n" \
		 "requires CAP_SYS_ADMIN")
#define profile_opts \
	opt_heading("How the profile is read"), profile_opts_file, profile_opts_container, \
	profile_opt_arch("the machine it runs on (default: this one)")

/* --pid as an argument: adds its words "pid:12" before or behind the others. The list and what is new in it live as long
 * as the command. */
int profile_add_pids(int *argc, char ***argv, bool before, struct err *e);

/* --pid in place of an option that takes a profile: `*path` becomes its word; an error when both are given. */
int profile_pid_for(const char **path, const char *option, struct err *e);

/* An ABI in any spelling, or that error. */
int profile_find_arch(const char *word, const struct arch **ret, struct err *e);

/* The name of one of these options that was given, or NULL; without --arch for commands where it
 * has another meaning. */
const char *profile_choice_given(bool arch);

/* Read the options. For another machine, arch_native() is that one from now on. */
int profile_choose(struct parse_host *ret, struct err *e);

/* The same for running a command, which works only for this machine. */
int profile_choose_here(struct parse_host *ret, struct err *e);

/* How these options say to read a file. */
struct read_opts profile_reading(const struct parse_host *, enum read_for);

/* Also reports the assumed container, if it matters. */
int profile_load(const char *path, const struct parse_host *, struct profile **ret, struct err *e);

/* The same for callers that keep these conditions, so that it does not matter. */
int profile_load_all(const char *path, const struct parse_host *, struct profile **ret, struct err *e);

/* Report that a profile is read for "a plain Docker container, kernel 6.18, x86_64", as far as
 * `depends` (HOST_*) matters. */
void profile_tell_host(const char *path, const struct parse_host *, unsigned depends);

/* The same of two, in one sentence where something matters for both. */
void profile_tell_hosts(const char *one, unsigned depends, const char *other, unsigned others, const struct parse_host *);

/* The same text for all profiles, for JSON; NULL: does not matter. */
const char *profile_read_for(void);

/* -EOPNOTSUPP if sctrace cannot enforce it (a supervisor is needed); a warning if the command will
 * not start. */
int profile_enforceable(const char *path, const struct policy *, struct err *e);

/* The filter that runc and crun make of it; NULL: it is not for them. */
struct runtime_filter *profile_runtime_filter(const struct profile *);

/* Compare it with the filter that runc and crun make of it; warn (not with -q) if they differ. */
struct runtime_filter *profile_runtimes(const char *path, const struct profile *);

/* -EOPNOTSUPP if runc and crun cannot load a profile that was made, with the libseccomp here; a
 * warning if its meaning changes. It is read for the chosen container. Nothing is known about a
 * profile for another machine. */
int profile_check_made(const char *text, struct err *e);
