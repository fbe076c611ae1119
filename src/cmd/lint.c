/* SPDX-License-Identifier: Apache-2.0 */
#include "lint/lint.h"

#include "base/io.h"
#include "base/log.h"
#include "cmd/cmd.h"
#include "policy/runtime.h"
#include "app/output.h"
#include "app/profile.h"
#include "app/show.h"
#include "app/targets.h"

static const char *arg_format = "text", *arg_output = "-", *arg_severity = "low", *arg_against;
static bool arg_json;
static struct strlist arg_runtime, arg_ignore, arg_target;

static const char *check_id(size_t i, maybe_unused const void *data)
{
	return check_at(i) ? check_at(i)->id : NULL;
}

static const char *severity_word(size_t i, maybe_unused const void *data)
{
	return i < SEV_COUNT ? severity_name((enum severity)i) : NULL;
}

static const char *runtime_word(size_t i, maybe_unused const void *data)
{
	return runtime_name(i);
}

static int check_words(const struct view **ret_view, enum severity *ret_least, struct err *e)
{
	int r = show_find(SHOWS_FINDING, arg_json ? "json" : arg_format, ret_view, e);

	if (r < 0)
		return r;
	if (!severity_find(arg_severity, ret_least))
		return usage_unknown(e, "severity", arg_severity, severity_word, "valid are: high, medium, low and info");
	for (size_t i = 0; i < arg_runtime.count; i++)
		if (!runtime_known(arg_runtime.items[i]))
			return usage_unknown(e, "runtime", arg_runtime.items[i], runtime_word,
					     "'sctrace list runtimes' prints them");
	for (size_t i = 0; i < arg_ignore.count; i++)
		if (!check_find(arg_ignore.items[i]))
			return usage_unknown(e, "check", arg_ignore.items[i], check_id,
				       "'sctrace list checks' prints them");
	return 0;
}

/* Continues after files that are not profiles. */
static bool read_all(int argc, char **argv, const struct parse_host *host, struct findings *all)
{
	const struct read_opts how = profile_reading(host, READ_TO_JUDGE);
	bool good = true;
	unsigned depends;
	struct err e;

	for (int i = 0; i < argc; i++)
		if (lint_profile(all, argv[i], &how, &depends, &e) < 0) {
			log_error("%s", e.text);
			good = false;
		} else {
			profile_tell_host(argv[i], host, depends);
		}
	return good;
}

static int run(int argc, char **argv, struct err *e)
{
	const struct view *view;
	enum severity least;
	struct parse_host host;
	struct targets targets;
	struct io_out out;
	int r = check_words(&view, &least, e);

	r = r < 0 ? r : targets_read(&arg_target, &targets, e);
	if (r < 0)
		return r;
	r = profile_add_pids(&argc, &argv, false, e);
	if (r < 0)
		return r;
	if (argc == 0)
		return usage_error(e, "no profile is given; '-' is standard input");
	r = profile_choose(&host, e);
	if (r < 0)
		return r;
	r = output_create(&out, arg_output, view->name, argc, (const char *const *)argv, e);
	if (r < 0)
		return r;
	struct findings *all = findings_new(least, &arg_ignore);

	findings_runtimes(all, &arg_runtime);
	findings_against(all, arg_against);
	findings_targets(all, &targets);
	bool good = read_all(argc, argv, &host, all);

	findings_read_for(all, profile_read_for());

	/* without a readable file there is nothing to report */
	const struct shown shown = { .is = SHOWS_FINDING, .findings = all, .verbose = log_level == LOG_VERBOSE };

	r = good || argc > 1 ? show_commit(view, &shown, &out, arg_output, e) : io_commit(&out, e);
	if (r == 0)
		r = !good ? STATUS_TROUBLE : findings_at(all, 0) ? STATUS_NO : STATUS_DONE;
	findings_free(all);
	return r;
}

static const struct opt opts[] = {
	opt_heading("Findings"),
	opt_string(0, "severity", "LEVEL", &arg_severity, "only those of this severity and above: high, medium,\n"
		   "low (default) or info", .words = severity_word),
	opt_list(0, "ignore", "ID", &arg_ignore, "skip this check, repeatable;\n'sctrace list checks' prints the IDs",
		 .words = check_id),
	opt_list(0, "runtime", "NAME", &arg_runtime, "which runtime starts containers under the profile:\n"
		 "auto (default), runc, crun, docker, podman, none and\n"
		 "more ('sctrace list runtimes'); repeatable", .words = runtime_word),
	opt_string(0, "against", "PROFILE", &arg_against, "report also what this one denies and the others allow:\n"
		   "docker-default, podman-default, or a file"),
	opt_list(0, "target", "NAME=VERSION", &arg_target, "what will load the profile, as docker=20.10; or host:\n"
		 "what is installed here; repeatable", .words = targets_word),
	profile_opts,
	opt_heading("Output"),
	opt_string('F', "format", "FORMAT", &arg_format, "text (default), json, or sarif (2.1.0)", .words = show_finding_word),
	opt_flag(0, "json", &arg_json, "same as -F json"),
	opt_string('o', "output", "FILE", &arg_output, "write to FILE (default: standard output)"),
	opt_force(),
	opt_end(),
};

const struct cmd cmd_lint = {
	.name = "lint",
	.usage = "[options] PROFILE...",
	.summary = "find mistakes in a profile",
	.details =
		"PROFILE is Docker's or OCI's JSON, or a bundle's config.json; '-' is standard\n"
		"input. With -v each finding is explained. The status is 0 without\n"
		"findings, 1 with one, 2 if a file is not a profile.",
	.examples =
		"  sctrace lint profile.json\n"
		"  sctrace lint --severity high --against docker-default profile.json\n"
		"  sctrace lint --severity medium -F sarif -o lint.sarif profile.json\n"
		"  sctrace list checks\n",
	.opts = opts,
	.run = run,
};
