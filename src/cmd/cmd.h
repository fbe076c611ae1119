/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "app/usage.h"
#include "base/err.h"
#include "base/opt.h"

/* A subcommand: `cmd_<name>`, at the bottom of its own file. */
struct cmd {
	const char *name;		/* "record" */
	const char *usage;		/* "[options] [--] COMMAND [ARG...]" */
	const char *summary;		/* a line for `sctrace --help` */
	const char *details;		/* a paragraph for its own help; NULL: none */
	const char *examples;		/* lines of two spaces and a command */
	const struct opt *opts;
	bool runs_command;		/* options end at the first word; a failure is 125 */
	bool passes_on;			/* options end where the first word comes that is not one of its own */
	bool answers;			/* but its exit status is its own: a failure is 2 */
	opt_words *words[2];		/* for completion: words for the first operand, and for others */
	bool only_words;		/* and no files; a command that runs another and answers accepts files, too */

	/* The operands, argv[0..argc). Returns the exit status, or a negative errno and fills the
	 * error. */
	int (*run)(int argc, char **argv, struct err *e);
};

extern const struct cmd cmd_check, cmd_diff, cmd_explain, cmd_record, cmd_gen, cmd_run, cmd_lint, cmd_merge,
	cmd_report, cmd_list, cmd_doctor, cmd_completion, cmd_runtime;

/* The commands of `sctrace --help`; NULL past the end. */
const struct cmd *cmd_at(size_t i);
extern const struct opt common_opts[];		/* of every command */
extern const struct opt global_opts[];		/* before the command */
