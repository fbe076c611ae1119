/* SPDX-License-Identifier: Apache-2.0 */
/* Completions for shells, from the tables that parse the options. */
#include <errno.h>
#include <stdio.h>
#include "base/mem.h"
#include "cmd/cmd.h"

/* A script has a function with a list of words for each list, the help of each command, and a
 * driver that is always the same. */
struct shell {
	const char *name, *quote;		/* replacement of ' in single quotes */
	const char *first_line, *driver;
	void (*list)(const char *name, opt_words *);
	void (*commands)(void);
};

static const struct shell *shell;


static const struct opt no_opts[] = { opt_end() };

/* "help" is a command without a table. */
static const char *command_word(size_t i, maybe_unused const void *data)
{
	return cmd_at(i) ? cmd_at(i)->name : i > 0 && cmd_at(i - 1) ? "help" : NULL;
}

static const char *help_operand(size_t i, maybe_unused const void *data)
{
	return cmd_at(i) ? cmd_at(i)->name : NULL;
}

static const struct cmd help = {
	.name = "help", .summary = "show help for a command", .opts = no_opts,
	.words = { help_operand }, .only_words = true,
};

/* The options before the command. */
static const struct cmd top = { .name = "", .opts = global_opts, .words = { command_word }, .only_words = true };

static const struct cmd *command_at(size_t i)
{
	return cmd_at(i) ? cmd_at(i) : i > 0 && cmd_at(i - 1) ? &help : NULL;
}

/* Functions that list words, without duplicates; the script has each list once. */
enum { LISTS_MAX = 64 };
static struct {
	opt_words *words[LISTS_MAX];
	char names[LISTS_MAX][24];
	size_t count;
} lists;

static const char *list_of(opt_words *words)
{
	size_t i = 0;

	while (i < lists.count && lists.words[i] != words)
		i++;
	if (i == LISTS_MAX)
		abort();
	if (i == lists.count) {
		lists.words[lists.count++] = words;
		snprintf(lists.names[i], sizeof lists.names[i], "_sctrace_list%zu", i);
	}
	return lists.names[i];
}

/* The i-th option of a command, including those of every command. */
static const struct opt *option_at(const struct cmd *cmd, size_t i)
{
	const struct opt *const tables[] = { cmd->opts, cmd == &top || cmd == &help ? no_opts : common_opts };

	for (size_t t = 0; t < countof(tables); t++)
		for (const struct opt *row = tables[t]; row->kind != OPT_END; row++)
			if (row->kind != OPT_HEADING && i-- == 0)
				return row;
	return NULL;
}

static void find_lists(const struct cmd *cmd)
{
	const struct opt *row;

	for (size_t i = 0; (row = option_at(cmd, i)); i++)
		if (row->words)
			list_of(row->words);
	for (size_t i = 0; i < countof(cmd->words); i++)
		if (cmd->words[i])
			list_of(cmd->words[i]);
}

/* In single quotes. */
static void put_quoted(const char *text, size_t len)
{
	putchar('\'');
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\'')
			fputs(shell->quote, stdout);
		else
			putchar(text[i]);
	putchar('\'');
}

/* Only the first line of an option's help. */
static void put_summary(const char *help_text)
{
	put_quoted(help_text, strcspn(help_text, "\n"));
}

static void put_words(opt_words *words, const char *separator)
{
	const char *word;

	for (size_t i = 0; (word = words(i, NULL)); i++)
		printf("%s%s", i ? separator : "", word);
}

/* bash: the driver calls two functions. */

static void bash_list(const char *name, opt_words *words)
{
	printf("%s='", name);
	put_words(words, " ");
	puts("'");
}

static const char *bash_kind(const struct opt *row)
{
	static const char *const names[] = {
		[OPT_ANY] = "any", [OPT_FILE] = "file", [OPT_PID] = "pid", [OPT_USER] = "user",
	};

	return row->words ? "words" : names[opt_value(row)];
}

static void bash_value(const struct cmd *cmd, const struct opt *row)
{
	if (!opt_needs_value(row))
		return;
	putchar('\t');
	if (row->letter)
		printf("%s:-%c | ", cmd->name, row->letter);
	printf("%s:--%s) kind='%s'", cmd->name, row->name, bash_kind(row));
	if (row->words)
		printf(" words=$%s", list_of(row->words));
	puts(" ;;");
}

static void bash_takes(const struct cmd *cmd)
{
	const struct opt *row;

	printf("\t'%s') options='", cmd->name);
	for (size_t i = 0; (row = option_at(cmd, i)); i++) {
		if (row->letter)
			printf("%s-%c", i ? " " : "", row->letter);
		printf("%s--%s", i || row->letter ? " " : "", row->name);
	}
	putchar('\'');
	if (cmd->words[0])
		printf(" first=$%s", list_of(cmd->words[0]));
	if (cmd->words[1])
		printf(" more=$%s", list_of(cmd->words[1]));
	if (cmd->only_words || (cmd->runs_command && !cmd->answers))
		fputs(" files=0", stdout);
	if (cmd->runs_command)
		fputs(" runs=1", stdout);
	puts(" ;;");
}

static void bash_commands(void)
{
	const struct cmd *cmd;
	const struct opt *row;

	puts("\n# What the value of an option is; fails when it takes none.\n"
	     "_sctrace_value() { # command, option\n"
	     "\tkind=any words=\n"
	     "\tcase $1:$2 in");
	for (size_t i = 0; (cmd = command_at(i)); i++)
		for (size_t k = 0; (row = option_at(cmd, k)); k++)
			bash_value(cmd, row);
	puts("\t*) return 1 ;;\n\tesac\n}\n\n"
	     "# What a command takes; fails when there is none such.\n"
	     "_sctrace_takes() { # command, or nothing\n"
	     "\tcase $1 in");
	bash_takes(&top);
	for (size_t i = 0; (cmd = command_at(i)); i++)
		bash_takes(cmd);
	puts("\t*) return 1 ;;\n\tesac\n}\n");
}

/* zsh: _arguments has its own language for options. */

static void zsh_list(const char *name, opt_words *words)
{
	printf("typeset -ga %s=(", name);
	put_words(words, " ");
	puts(")");
}

/* Escapes special characters in "[explanation]". */
static char *zsh_explain(const char *text)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < strcspn(text, "\n"); i++)
		buf_addf(&b, "%s%c", strchr("[]:\\", text[i]) ? "\\" : "", text[i]);
	return buf_take(&b);
}

static void zsh_action(struct buf *b, const struct opt *row)
{
	static const char *const actions[] = {
		[OPT_ANY] = " ", [OPT_FILE] = "_files", [OPT_PID] = " _sctrace_pids", [OPT_USER] = "_users",
	};

	buf_addf(b, ":%s:", row->arg);
	if (row->words)
		buf_addf(b, " _sctrace_words $%s", list_of(row->words));
	else
		buf_adds(b, actions[opt_value(row)]);
}

/* The two names exclude each other, unless the option can be repeated. */
static void zsh_option(const struct opt *row)
{
	bool repeats = row->kind == OPT_LIST || row->kind == OPT_COUNT;
	scoped(freep) char *explanation = zsh_explain(row->help);
	scoped(buf_done) struct buf not = { 0 }, rest = { 0 };

	if (repeats)
		buf_adds(&not, "*");
	else if (row->letter)
		buf_addf(&not, "(-%c --%s)", row->letter, row->name);
	buf_addf(&rest, "[%s]", explanation);
	if (opt_needs_value(row))
		zsh_action(&rest, row);
	for (int spelling = row->letter ? 0 : 1; spelling < 2; spelling++) {
		scoped(buf_done) struct buf spec = { 0 };

		buf_adds(&spec, buf_str(&not));
		if (spelling == 0)
			buf_addf(&spec, "-%c%s", row->letter, opt_needs_value(row) ? "+" : "");
		else
			buf_addf(&spec, "--%s%s", row->name, opt_needs_value(row) ? "=" : "");
		buf_adds(&spec, buf_str(&rest));
		fputs("\t\t\t", stdout);
		put_quoted(spec.data, spec.len);
		puts(" \\");
	}
}

static void zsh_operand(const struct cmd *cmd, const char *which, opt_words *words)
{
	if (words && cmd->only_words)
		printf("\t\t\t'%s:argument: _sctrace_words $%s' \\\n", which, list_of(words));
	else if (words)
		printf("\t\t\t'%s:argument: _sctrace_operand argument $%s' \\\n", which, list_of(words));
	else if (!cmd->only_words)
		printf("\t\t\t'%s:file:_files' \\\n", which);
}

static void zsh_command(const struct cmd *cmd)
{
	const struct opt *row;

	printf("\t\t%s)\n\t\t_arguments -s -S %s: \\\n", cmd->name, cmd->runs_command ? "-A '-*' " : "");
	for (size_t i = 0; (row = option_at(cmd, i)); i++)
		zsh_option(row);
	if (cmd->runs_command) {
		puts("\t\t\t'(-):command: _sctrace_command' \\\n\t\t\t'*::argument: _normal' \\");
	} else {
		zsh_operand(cmd, "1", cmd->words[0]);
		zsh_operand(cmd, "*", cmd->words[1]);
	}
	puts("\t\t\t&& r=0 ;;");
}

static void zsh_commands(void)
{
	const struct cmd *cmd;
	const struct opt *row;

	puts("\n_sctrace() {\n"
	     "\tlocal curcontext=$curcontext context state state_descr line r=1\n"
	     "\tlocal -a offered\n"
	     "\ttypeset -A opt_args\n\n"
	     "\toffered=(");
	for (size_t i = 0; (cmd = command_at(i)); i++) {
		scoped(freep) char *summary = xprintf("%s:%s", cmd->name, cmd->summary);

		fputs("\t\t", stdout);
		put_summary(summary);
		putchar('\n');
	}
	puts("\t)\n"
	     "\t_arguments -C -S -A '-*' : \\");
	for (size_t i = 0; (row = option_at(&top, i)); i++)
		zsh_option(row);
	puts("\t\t\t'(-): :->command' '*:: :->argument' && r=0\n"
	     "\tcase $state in\n"
	     "\tcommand) _describe -t commands command offered && r=0 ;;\n"
	     "\targument)\n"
	     "\t\tcurcontext=${curcontext%:*:*}:sctrace-$words[1]:\n"
	     "\t\tcase $words[1] in");
	for (size_t i = 0; (cmd = command_at(i)); i++)
		zsh_command(cmd);
	puts("\t\tesac ;;\n\tesac\n\treturn r\n}\n");
}

/* fish: a line for each option. */

static void fish_list(const char *name, opt_words *words)
{
	printf("set -g %s ", name);
	put_words(words, " ");
	putchar('\n');
}

static void fish_option(const struct cmd *cmd, const struct opt *row)
{
	static const char *const values[] = {
		[OPT_ANY] = "-x", [OPT_FILE] = "-rF",
		[OPT_PID] = "-xa '(__fish_complete_pids)'", [OPT_USER] = "-xa '(__fish_complete_users)'",
	};

	if (cmd == &top)
		fputs("complete -c sctrace -n __sctrace_at_start", stdout);
	else
		printf("complete -c sctrace -n '__sctrace_in %s'", cmd->name);
	if (row->letter)
		printf(" -s %c", row->letter);
	printf(" -l %s ", row->name);
	if (row->words)
		printf("-xa '$%s' ", list_of(row->words));
	else if (opt_needs_value(row))
		printf("%s ", values[opt_value(row)]);
	fputs("-d ", stdout);
	put_summary(row->help);
	putchar('\n');
}

static void fish_operand(const struct cmd *cmd, const char *which, opt_words *words)
{
	if (words)
		printf("complete -c sctrace -n '__sctrace_operand %s %s' -a '$%s'\n", cmd->name, which, list_of(words));
	if (!cmd->only_words)
		printf("complete -c sctrace -n '__sctrace_operand %s %s' -F\n", cmd->name, which);
}

static void fish_command(const struct cmd *cmd)
{
	const struct opt *row;

	printf("\ncomplete -c sctrace -n __sctrace_at_start -a %s -d ", cmd->name);
	put_summary(cmd->summary);
	putchar('\n');
	for (size_t i = 0; (row = option_at(cmd, i)); i++)
		fish_option(cmd, row);
	if (cmd->runs_command) {
		printf("complete -c sctrace -n '__sctrace_operand %s any' -a '(__sctrace_nested)'\n", cmd->name);
		if (cmd->answers)
			printf("complete -c sctrace -n '__sctrace_operand %s any' -F\n", cmd->name);
		return;
	}
	fish_operand(cmd, "first", cmd->words[0]);
	fish_operand(cmd, "more", cmd->words[1]);
}

static void fish_commands(void)
{
	const struct cmd *cmd;
	const struct opt *row;

	fputs("\n# the options that want a value, and the commands that run another\nset -g __sctrace_valued", stdout);
	for (size_t i = 0; (cmd = command_at(i)); i++)
		for (size_t k = 0; (row = option_at(cmd, k)); k++) {
			if (opt_needs_value(row) && row->letter)
				printf(" %s:-%c", cmd->name, row->letter);
			if (opt_needs_value(row))
				printf(" %s:--%s", cmd->name, row->name);
		}
	fputs("\nset -g __sctrace_running", stdout);
	for (size_t i = 0; (cmd = command_at(i)); i++)
		if (cmd->runs_command)
			printf(" %s", cmd->name);
	puts("\n\ncomplete -c sctrace -e\ncomplete -c sctrace -f");
	for (size_t i = 0; (row = option_at(&top, i)); i++)
		fish_option(&top, row);
	for (size_t i = 0; (cmd = command_at(i)); i++)
		fish_command(cmd);
	putchar('\n');
}

static const char bash_driver[] =
#include "cmd/completion.bash.inc"
	;
static const char fish_driver[] =
#include "cmd/completion.fish.inc"
	;
static const char zsh_driver[] =
#include "cmd/completion.zsh.inc"
	;

static const struct shell shells[] = {
	{ "bash", "'\\''", "# bash completion for sctrace", bash_driver, bash_list, bash_commands },
	{ "zsh", "'\\''", "#compdef sctrace", zsh_driver, zsh_list, zsh_commands },
	{ "fish", "\\'", "# fish completion for sctrace", fish_driver, fish_list, fish_commands },
};

static const char *shell_name(size_t i, maybe_unused const void *data)
{
	return i < countof(shells) ? shells[i].name : NULL;
}

static void write_script(void)
{
	const struct cmd *cmd;

	list_of(command_word);
	for (size_t i = 0; (cmd = command_at(i)); i++)
		find_lists(cmd);
	printf("%s\n# Written by 'sctrace completion %s' of sctrace %s.\n\n", shell->first_line, shell->name,
	       PACKAGE_VERSION);
	for (size_t i = 0; i < lists.count; i++)
		shell->list(lists.names[i], lists.words[i]);
	shell->commands();
	fputs(shell->driver, stdout);
}

static int run(int argc, char **argv, struct err *e)
{
	if (argc == 0)
		return usage_error(e, "give a shell: bash, zsh or fish");
	if (argc > 1)
		return usage_error(e, "unexpected argument '%s'", argv[1]);
	for (size_t i = 0; i < countof(shells); i++)
		if (streq(shells[i].name, argv[0]))
			shell = &shells[i];
	if (!shell)
		return usage_error(e, "unknown shell '%s'; valid are: bash, zsh and fish", argv[0]);
	write_script();
	return STATUS_DONE;
}

static const struct opt opts[] = { opt_end() };

const struct cmd cmd_completion = {
	.name = "completion",
	.usage = "bash|zsh|fish",
	.summary = "print the completion script for a shell",
	.details =
		"The script goes to standard output. Read it at once, or keep it where the shell\n"
		"looks for completions. It has commands, options, and the words they accept.",
	.examples =
		"  sctrace completion bash > sctrace.bash\n"
		"  sctrace completion zsh > _sctrace\n"
		"  sctrace completion fish > sctrace.fish\n",
	.opts = opts,
	.words = { shell_name },
	.only_words = true,
	.run = run,
};
