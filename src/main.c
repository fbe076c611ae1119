/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the command, and ends the program. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/term.h"
#include "cmd/cmd.h"

static const struct cmd *const cmds[] = {
	&cmd_record, &cmd_merge, &cmd_report, &cmd_gen, &cmd_lint, &cmd_diff, &cmd_run, &cmd_check, &cmd_explain,
	&cmd_list, &cmd_doctor, &cmd_runtime, &cmd_completion,
};

static bool arg_help, arg_version, arg_quiet;
static int arg_verbose;
static const char *arg_color = "auto";

static const char *color_word(size_t i, maybe_unused const void *data)
{
	static const char *const words[] = { [COLOR_AUTO] = "auto", [COLOR_ALWAYS] = "always", [COLOR_NEVER] = "never" };

	return i < countof(words) ? words[i] : NULL;
}

const struct opt common_opts[] = {
	opt_heading("Everywhere"),
	opt_flag('q', "quiet", &arg_quiet, "report problems only"),
	opt_count('v', "verbose", &arg_verbose, "report more"),
	opt_string(0, "color", "WHEN", &arg_color, "auto (default: on a terminal), always or never",
		   .words = color_word),
	opt_flag('h', "help", &arg_help, "show this and exit"),
	opt_end(),
};

const struct opt global_opts[] = {
	opt_flag('h', "help", &arg_help, "show this and exit"),
	opt_flag('V', "version", &arg_version, "show the version and exit"),
	opt_end(),
};

static void print_help(void)
{
	puts("usage: sctrace COMMAND [options] [ARG...]\n\n"
	     "Learn a seccomp profile from what a workload really does, and prove it.\n\n"
	     "Commands");
	for (size_t i = 0; i < countof(cmds); i++)
		printf("  %-12s %s\n", cmds[i]->name, cmds[i]->summary);
	puts("\nOptions");
	opt_help(global_opts, stdout);
	puts("\nExamples\n"
	     "  sctrace record -- chmod +x script.sh\n"
	     "  sctrace gen -o profile.json\n"
	     "  sctrace run -p profile.json -- chmod +x script.sh\n\n"
	     "'sctrace COMMAND --help' describes a command.");
}

static void print_command_help(const struct cmd *cmd)
{
	char first = cmd->summary[0];

	printf("usage: sctrace %s %s\n\n%c%s.\n", cmd->name, cmd->usage,
	       first >= 'a' && first <= 'z' ? first - 'a' + 'A' : first, cmd->summary + 1);
	if (cmd->details)
		printf("\n%s\n", cmd->details);
	opt_help(cmd->opts, stdout);
	opt_help(common_opts, stdout);
	printf("\nExamples\n%s", cmd->examples);
}

static int tell(int r, const struct err *e, const char *cmd, int trouble)
{
	if (r >= 0)
		return r;
	log_error("%s", e->text);
	if (usage_was_wrong())
		log_error("try 'sctrace %s%s--help'", cmd, *cmd ? " " : "");
	return trouble;
}

/* Help and lists on a full disk or a closed pipe are failures, too. */
static int finish(int status, int trouble)
{
	struct err e;

	term_finish();
	return io_flush_stdout(&e) < 0 ? tell(-EIO, &e, "", trouble) : status;
}

static int run_cmd(const struct cmd *cmd, int argc, char **argv)
{
	const struct opt *const tables[] = { cmd->opts, common_opts };
	int trouble = cmd->runs_command && !cmd->answers ? STATUS_OURS : STATUS_TROUBLE;
	struct err e;

	mem_end_with(trouble, "");
	int own = cmd->passes_on ? opt_count_own(tables, countof(tables), argc, argv) : argc;
	int first = opt_parse(tables, countof(tables), cmd->runs_command, own, argv, &e);

	if (first < 0) {
		return tell(usage_mark(first), &e, cmd->name, trouble);
	}
	if (arg_help) {
		print_command_help(cmd);
		return finish(STATUS_DONE, trouble);
	}
	int when = usage_one_of(&e, "--color", arg_color, color_word, "the values are auto, always and never");

	if (when < 0)
		return tell(when, &e, cmd->name, trouble);
	term_setup((enum term_color)when);
	log_level = arg_quiet ? LOG_QUIET : arg_verbose ? LOG_VERBOSE : LOG_NORMAL;
	return finish(tell(cmd->run(argc - first, argv + first, &e), &e, cmd->name, trouble), trouble);
}

const struct cmd *cmd_at(size_t i)
{
	return i < countof(cmds) ? cmds[i] : NULL;
}

static const char *cmd_name(size_t i, maybe_unused const void *data)
{
	return i < countof(cmds) ? cmds[i]->name : NULL;
}

static const struct cmd *find_cmd(const char *name)
{
	for (size_t i = 0; i < countof(cmds); i++)
		if (streq(cmds[i]->name, name))
			return cmds[i];
	return NULL;
}

static int no_such_command(const char *word)
{
	const char *near = opt_nearest(word, cmd_name, NULL);

	if (near)
		log_error("no command '%s'; the nearest is '%s'", word, near);
	else
		log_error("no command '%s'", word);
	log_error("try 'sctrace --help'");
	return STATUS_TROUBLE;
}

/* A standard stream that is closed must not become the descriptor of another file: opens it so that
 * using it is still an error.  The workload finds it closed. */
static void reserve_standard_fds(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null", (fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
}

/* By this name every word is the runtime's. */
static int run_runtime(int argc, char **argv)
{
	struct err e;

	mem_end_with(STATUS_OURS, "");
	return finish(tell(cmd_runtime.run(argc - 1, argv + 1, &e), &e, "runtime", STATUS_OURS), STATUS_OURS);
}

int main(int argc, char **argv)
{
	const struct opt *const tables[] = { global_opts };
	struct err e;

	reserve_standard_fds();
	if (streq(base_name(argv[0]), "sctrace-runtime"))
		return run_runtime(argc, argv);
	int first = opt_parse(tables, countof(tables), true, argc, argv, &e);
	if (first < 0) {
		return tell(usage_mark(first), &e, "", STATUS_TROUBLE);
	}
	if (arg_version) {
		puts("sctrace " PACKAGE_VERSION);
		return finish(STATUS_DONE, STATUS_TROUBLE);
	}
	if (arg_help || first == argc || streq(argv[first], "help")) {
		const struct cmd *cmd = first + 1 < argc && streq(argv[first], "help") ? find_cmd(argv[first + 1]) : NULL;

		if (cmd)
			print_command_help(cmd);
		else
			print_help();
		return finish(arg_help || first < argc ? STATUS_DONE : STATUS_TROUBLE, STATUS_TROUBLE);
	}
	const struct cmd *cmd = find_cmd(argv[first]);

	return cmd ? run_cmd(cmd, argc - first, argv + first) : no_such_command(argv[first]);
}
