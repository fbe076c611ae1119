/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include "base/jsonw.h"
#include "base/log.h"
#include "base/term.h"
#include "cmd/cmd.h"
#include "sysdb/arch.h"
#include "tracer/tracer.h"

static bool arg_json;

enum { ABILITIES_MAX = 32 };

/* Without these nothing can be recorded, or by --engine syscall only; the others are for information. */
static const char *const needed[] = { "ptrace", "seccomp", "ret-trace" };

static const char *ability_name(size_t i, maybe_unused const void *data)
{
	return tracer_ability_name(i);
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
			return usage_error(e, "there is no ability '%s'; 'sctrace doctor' lists them", argv[i]);
	}
	return 0;
}

static int run(int argc, char **argv, struct err *e)
{
	struct tracer_ability all[ABILITIES_MAX];
	size_t n = tracer_probe(all, countof(all));
	struct jsonw w = { .file = stdout };
	int status = STATUS_DONE, r = check_words(all, n, argc, argv, e);

	if (r < 0)
		return r;
	if (arg_json)
		jsonw_open(&w, '[');
	else
		term_wrap_stdout();
	for (size_t i = 0; i < n; i++) {
		if (!is_asked(all[i].name, argc, argv))
			continue;
		if (!all[i].yes && (argc > 0 || is_needed(all[i].name)))
			status = STATUS_NO;
		if (arg_json)
			print_json(&w, &all[i]);
		else if (log_level > LOG_QUIET)
			print_text(&all[i]);
	}
	if (arg_json) {
		jsonw_close(&w, ']');
		jsonw_end(&w);
	} else if (argc == 0 && log_level > LOG_QUIET) {
		printf("\nlibseccomp %s, ABI %s\n", libseccomp_version(), arch_native()->name);
	}
	return status;
}

static const struct opt opts[] = {
	opt_heading("Output"),
	opt_flag(0, "json", &arg_json, "for programs"),
	opt_end(),
};

const struct cmd cmd_doctor = {
	.name = "doctor",
	.usage = "[options] [ABILITY...]",
	.summary = "what this host can record and enforce, and why not",
	.details =
		"Each ability is tried in a child. The exit status is 1 when nothing can be\n"
		"recorded, or only with --engine syscall, or when an ABILITY that was asked for\n"
		"is missing.",
	.examples =
		"  sctrace doctor\n"
		"  sctrace doctor -q ptrace && echo can trace\n",
	.opts = opts,
	.words = { ability_name, ability_name },
	.only_words = true,
	.run = run,
};
