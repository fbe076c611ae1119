/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>
#include "base/exec.h"
#include "base/log.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "app/workload.h"
#include "app/profile.h"
#include "policy/compile.h"

static const char *arg_profile;

static int run(int argc, char **argv, struct err *e)
{
	scoped(freep) char *path = NULL;
	scoped(profile_freep) struct profile *profile = NULL;
	scoped(compiled_freep) struct compiled *filter = NULL;
	struct parse_host host;
	int r;

	if (profile_pid_for(&arg_profile, "-p", e) < 0)
		return -EINVAL;
	if (!arg_profile)
		return usage_error(e, "give a profile with -p");
	if (argc == 0)
		return usage_error(e, "give a command to run");
	r = profile_choose_here(&host, e);
	r = r < 0 ? r : profile_load(arg_profile, &host, &profile, e);
	if (r < 0)
		return r;
	r = profile_enforceable(arg_profile, profile->policy, e);
	r = r < 0 ? r : policy_compile(profile->policy, &filter, e);
	/* the command runs under the exact rules; in a container, libseccomp may change them */
	if (r == 0 && log_level > LOG_QUIET)
		runtime_filter_free(profile_runtimes(arg_profile, profile));
	if (r < 0)
		return r;
	r = command_find(argv[0], &path, e);
	if (r < 0) {
		log_error("%s", e->text);
		return command_status(r);
	}
	r = compiled_install(filter, e);
	if (r < 0)
		return r;
	r = exec_program(path, argv, environ);
	log_error("cannot execute '%s': %s%s", argv[0], strerror(-r),
		  r == -EPERM ? " (the profile may deny execve, or what it needs)" : "");
	/* the filter may allow little else */
	_exit(command_status(r));
}

static const struct opt opts[] = {
	opt_heading("Profile"),
	opt_string('p', "profile", "FILE", &arg_profile, "Docker or OCI JSON, or a bundle's config.json"),
	profile_opts,
	opt_end(),
};

const struct cmd cmd_run = {
	.name = "run",
	.usage = "-p PROFILE [--] COMMAND [ARG...]",
	.summary = "run a command under a profile",
	.details =
		"Installs the filter as a container runtime would, then executes the command in\n"
		"place of sctrace. The exit status is that of the command; 125 if sctrace fails,\n"
		"126 or 127 if the command cannot be run.",
	.examples =
		"  sctrace run -p profile.json -- ls -l\n",
	.opts = opts,
	.runs_command = true,
	.run = run,
};
