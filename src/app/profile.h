/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/opt.h"
#include "app/vocabulary.h"
#include "read/reader.h"
#include "read/runtime-filter.h"

/*
 * Profiles as commands read them, with what the author may not think told as
 * warnings.
 *
 * What of a profile in Docker's format applies depends on the container's capabilities,
 * the kernel and the machine.  They are a plain Docker container's here, unless these
 * options choose others; all commands that read profiles have them.
 */
struct profile_choice {
	struct strlist caps, arches;
	const char *kernel;
};

extern struct profile_choice profile_choice;

#define profile_opts_container \
	opt_list(0, "cap", "NAME", &profile_choice.caps, "a capability that the container has, or a set: docker\n" \
		 "(default), podman, current (what sctrace has), all,\n" \
		 "none; repeatable, or a list with commas", .words = vocabulary_cap), \
	opt_string(0, "kernel", "VERSION", &profile_choice.kernel, "the kernel it runs on, as 5.10 (default: this one)")
#define profile_opt_arch(help) \
	opt_list(0, "arch", "NAME", &profile_choice.arches, help, .words = vocabulary_arch)
#define profile_opts \
	opt_heading("Where the profile applies"), profile_opts_container, \
	profile_opt_arch("the machine it runs on (default: this one)")

/* Any spelling of an ABI, or that error. */
int profile_find_arch(const char *word, const struct arch **ret, struct err *e);

/* The name of one of these options that is given, or NULL; of --arch not for who gives it
 * another meaning. */
const char *profile_choice_given(bool arch);

/* What the options say.  Of another machine arch_native() is that one from here on. */
int profile_choose(struct parse_host *ret, struct err *e);

/* The same for a command that is run: only this machine can. */
int profile_choose_here(struct parse_host *ret, struct err *e);

/* Tells also what it is read for, if that matters. */
int profile_load(const char *path, const struct parse_host *, struct profile **ret, struct err *e);

/* The same for who keeps what it depends on, so that it does not matter. */
int profile_load_all(const char *path, const struct parse_host *, struct profile **ret, struct err *e);

/* Says that a profile is read for "a plain Docker container, kernel 6.18, x86_64", of which
 * `depends` (HOST_*) says what matters. */
void profile_tell_host(const char *path, const struct parse_host *, unsigned depends);

/* Those words for all profiles, for what programs read; NULL: nothing depends on it. */
const char *profile_read_for(void);

/* -EOPNOTSUPP when it says what we cannot do (ask a supervisor); a warning when the
 * command will not start. */
int profile_enforceable(const char *path, const struct policy *, struct err *e);

/* What runc and crun make of it, with warnings (not with -q) where that is not what it says. */
struct runtime_filter *profile_runtimes(const char *path, const struct profile *);

/* -EOPNOTSUPP when runc and crun cannot load a profile that was made, with the libseccomp here; a
 * warning where it gets another meaning. It is read for the container that was chosen. Of another
 * machine's profile nothing is known. */
int profile_check_made(const char *text, struct err *e);
