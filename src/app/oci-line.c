/* SPDX-License-Identifier: Apache-2.0 */
#include "app/oci-line.h"

#include <stddef.h>
#include "base/attr.h"

/* Options with a value; all others that are known have none.  crun's --tty has one only behind '='. */
static const struct option {
	const char *name;
	char letter;
	bool flag;
	size_t value;		/* where in struct oci_line it goes; 0: nowhere */
} options[] = {
#define INTO(field) .value = offsetof(struct oci_line, field)
	{ .name = "additional-gids", .letter = 'g' }, { .name = "apparmor" }, { .name = "bundle", .letter = 'b', INTO(bundle) },
	{ .name = "cap", .letter = 'c' }, { .name = "cgroup" }, { .name = "cgroup-manager" },
	{ .name = "config", .letter = 'f', INTO(config) }, { .name = "console-socket" }, { .name = "criu" }, { .name = "cwd" },
	{ .name = "debug", .flag = true }, { .name = "detach", .letter = 'd', .flag = true }, { .name = "env", .letter = 'e' },
	{ .name = "help", .letter = 'h', .flag = true }, { .name = "ignore-paused", .flag = true }, { .name = "keep", .flag = true },
	{ .name = "log", INTO(log) }, { .name = "log-format", INTO(log_format) }, { .name = "log-level" },
	{ .name = "no-new-keyring", .flag = true }, { .name = "no-new-privs", .flag = true }, { .name = "no-pivot", .flag = true },
	{ .name = "no-subreaper", .flag = true }, { .name = "pid-file" }, { .name = "pidfd-socket" }, { .name = "preserve-fds" },
	{ .name = "process", .letter = 'p', INTO(process) }, { .name = "process-label" }, { .name = "root" }, { .name = "rootless" },
	{ .name = "systemd-cgroup", .flag = true }, { .name = "tty", .letter = 't', .flag = true }, { .name = "usage", .flag = true },
	{ .name = "user", .letter = 'u' }, { .name = "version", .letter = 'v', .flag = true },
#undef INTO
};

static const char *const commands[] = {
	"checkpoint", "create", "delete", "events", "exec", "features", "help", "init", "kill", "list", "pause", "ps",
	"restore", "resume", "run", "spec", "start", "state", "update",
};

static bool is_command(const char *word)
{
	for (size_t i = 0; i < countof(commands); i++)
		if (streq(commands[i], word))
			return true;
	return false;
}

static const struct option *find_long(const char *name, size_t len)
{
	for (size_t i = 0; i < countof(options); i++)
		if (strlen(options[i].name) == len && strncmp(options[i].name, name, len) == 0)
			return &options[i];
	return NULL;
}

static const struct option *find_letter(char letter)
{
	for (size_t i = 0; i < countof(options); i++)
		if (letter && options[i].letter == letter)
			return &options[i];
	return NULL;
}

static void store(struct oci_line *line, const struct option *o, const char *value)
{
	if (o->value && value)
		*(const char **)((char *)line + o->value) = value;
}

/* An unknown option's next word is its value, unless it is an option or, before the command, a command.
 * Behind the command nothing is certain. */
static size_t pass_over(struct oci_line *line, char *const *words, const char *value)
{
	if (!line->unknown)
		line->unknown = words[0];
	return !value && !line->command && words[1] && *words[1] != '-' && !is_command(words[1]) ? 2 : 1;
}

/* "-bDIR", "-dt": crun's letters can be written together. */
static size_t read_letters(struct oci_line *line, char *const *words)
{
	for (const char *c = words[0] + 1; *c; c++) {
		const struct option *o = find_letter(*c);

		if (!o)
			return pass_over(line, words, NULL);
		if (o->flag)
			continue;
		store(line, o, c[1] ? c + 1 + (c[1] == '=') : words[1]);
		return c[1] || !words[1] ? 1 : 2;
	}
	return 1;
}

/* One option, of runc with one dash or two; returns how many words it takes. */
static size_t read_option(struct oci_line *line, char *const *words)
{
	const char *name = words[0] + 1 + (words[0][1] == '-');
	size_t len = strcspn(name, "=");
	const char *value = name[len] ? name + len + 1 : NULL;
	const struct option *o = len == 1 ? find_letter(*name) : find_long(name, len);

	if (!o && words[0][1] != '-')
		return read_letters(line, words);
	if (!o)
		return pass_over(line, words, value);
	if (o->flag)
		return 1;
	store(line, o, value ? value : words[1]);
	return value || !words[1] ? 1 : 2;
}

static char *const *read_options(struct oci_line *line, char *const *words)
{
	while (*words && **words == '-' && (*words)[1] && !streq(*words, "--"))
		words += read_option(line, words);
	return *words && streq(*words, "--") ? words + 1 : words;
}

/* Engines put the ID last, and nothing behind it unless it is that of `exec`. */
static char *const *last_word(char *const *words)
{
	while (words[0] && words[1])
		words++;
	return words;
}

struct oci_line oci_line_read(char *const *argv)
{
	struct oci_line line = { 0 };
	char *const *at = read_options(&line, argv);

	if (!*at)
		return line;
	line.command = *at++;

	const char *unknown_before = take(line.unknown);

	at = read_options(&line, at);
	if (line.unknown)
		at = streq(line.command, "exec") && !line.process ? NULL : last_word(at);
	line.unknown = unknown_before ? unknown_before : line.unknown;
	line.id = at && *at && **at != '-' ? *at : NULL;
	line.rest = line.id ? at + 1 : NULL;
	return line;
}
