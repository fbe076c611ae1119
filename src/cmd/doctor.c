/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include "base/jsonw.h"
#include "base/log.h"
#include "base/term.h"
#include "cmd/cmd.h"
#include "app/host.h"
#include "sysdb/arch.h"
#include "tracer/tracer.h"

static bool arg_json;

enum { ABILITIES_MAX = 32 };

/* Required for recording, or for engines other than syscall; the rest is for information. */
static const char *const needed[] = { "ptrace", "seccomp", "ret-trace" };

/* An ability, or an action of filters. */
static const char *ability_name(size_t i, maybe_unused const void *data)
{
	size_t n = 0;

	while (tracer_ability_name(n))
		n++;
	return i < n ? tracer_ability_name(i) : i - n < ACT_COUNT ? action_info((enum action)(i - n))->name : NULL;
}

/* The actions that the kernel supports, as if they had been tried. */
static size_t add_actions(struct tracer_ability *all, size_t n)
{
	for (size_t i = 0; i < ACT_COUNT && n < ABILITIES_MAX; i++) {
		const struct action_info *a = action_info((enum action)i);
		struct tracer_ability row = { .name = a->name, .what = a->help, .yes = host_has_action((enum action)i) };

		if (!row.yes)
			snprintf(row.why, sizeof row.why, "this kernel does not have the action: it kills the process instead");
		all[n++] = row;
	}
	return n;
}

static bool is_needed(const char *name)
{
	for (size_t i = 0; i < countof(needed); i++)
		if (streq(needed[i], name))
			return true;
	return false;
}

static bool is_asked(const char *name, int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (streq(argv[i], name))
			return true;
	return argc == 0;
}

static void print_text(const struct tracer_ability *a)
{
	printf("%-4s %-15s %s\n", a->yes ? "yes" : "no", a->name, a->what);
	if (*a->why)
		printf("     %-15s %s\n", "", a->why);
}

static void print_json(struct jsonw *w, const struct tracer_ability *a)
{
	jsonw_open_inline(w, '{');
	jsonw_member(w, "name", a->name);
	jsonw_key(w, "yes");
	jsonw_bool(w, a->yes);
	jsonw_member(w, "what", a->what);
	jsonw_member(w, "why", a->why);
	jsonw_close(w, '}');
}

static int check_words(const struct tracer_ability *all, size_t n, int argc, char **argv, struct err *e)
{
	for (int i = 0; i < argc; i++) {
		size_t k = 0;

		while (k < n && !streq(all[k].name, argv[i]))
			k++;
		if (k == n)
			return usage_error(e, "unknown ability '%s'; 'sctrace doctor' lists them", argv[i]);
	}
	return 0;
}

static bool is_missed(const struct tracer_ability *a, bool was_asked)
{
	return !a->yes && (was_asked || is_needed(a->name));
}

static void print_all(const struct tracer_ability *all, size_t tried, size_t n, int argc, char **argv)
{
	term_wrap_stdout();
	for (size_t i = 0; i < (argc ? n : tried); i++)
		if (is_asked(all[i].name, argc, argv))
			print_text(&all[i]);
	if (argc == 0)
		host_print();
}

static void write_all(const struct tracer_ability *all, size_t n, int argc, char **argv)
{
	struct jsonw w = { .file = stdout };

	jsonw_open(&w, '[');
	for (size_t i = 0; i < n; i++)
		if (is_asked(all[i].name, argc, argv))
			print_json(&w, &all[i]);
	if (argc == 0) {
		jsonw_open(&w, '{');
		jsonw_member(&w, "name", "host");
		jsonw_key(&w, "yes");
		jsonw_bool(&w, true);
		jsonw_member(&w, "what", "the kernel's seccomp, and the programs that take profiles");
		host_write(&w);
		jsonw_close(&w, '}');
	}
	jsonw_close(&w, ']');
	jsonw_end(&w);
}

static int run(int argc, char **argv, struct err *e)
{
	struct tracer_ability all[ABILITIES_MAX];
	size_t tried = tracer_probe(all, countof(all)), n = add_actions(all, tried);
	int status = STATUS_DONE, r = check_words(all, n, argc, argv, e);

	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		if (is_asked(all[i].name, argc, argv) && is_missed(&all[i], argc > 0))
			status = STATUS_NO;
	if (arg_json)
		write_all(all, n, argc, argv);
	else if (log_level > LOG_QUIET)
		print_all(all, tried, n, argc, argv);
	return status;
}

static const struct opt opts[] = {
	opt_heading("Output"),
	opt_flag(0, "json", &arg_json, "machine-readable output"),
	opt_end(),
};

const struct cmd cmd_doctor = {
	.name = "doctor",
	.usage = "[options] [ABILITY|ACTION...]",
	.summary = "report what this host can record and enforce, and why not",
	.details =
		"Each ability is tried in a child process. The exit status is 1 if nothing can be\n"
		"recorded, or only with --engine syscall, or if an ABILITY or an ACTION of\n"
		"filters ('sctrace list actions') that was asked for is missing.",
	.examples =
		"  sctrace doctor\n"
		"  sctrace doctor -q ptrace && echo can trace\n",
	.opts = opts,
	.words = { ability_name, ability_name },
	.only_words = true,
	.run = run,
};
