/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "cmd/breach.h"
#include "cmd/cmd.h"
#include "cmd/vocabulary.h"
#include "lint/lint.h"
#include "out/out.h"
#include "out/report.h"
#include "policy/runtime.h"
#include "rec/spots.h"
#include "sysdb/action.h"
#include "sysdb/arch.h"
#include "sysdb/defaults.h"
#include "sysdb/sysdb.h"

static void list_families(maybe_unused const char *family)
{
	const char *name;

	for (size_t i = 0; (name = family_at(i)); i++) {
		struct buf spelt = { 0 };

		buf_addf(&spelt, "%s-family", name);
		printf("%-24s %s\n", buf_str(&spelt), family_help(name));
		buf_done(&spelt);
	}
}

static void list_formats(maybe_unused const char *family)
{
	puts("profiles (gen -F)");
	for (size_t i = 0; out_at(i); i++)
		printf("  %-10s %s\n", out_at(i)->name, out_at(i)->help);
	puts("reports (report -F)");
	for (size_t i = 0; report_at(i); i++)
		printf("  %-10s %s\n", report_at(i)->name, report_at(i)->help);
	puts("answers (check -F)");
	for (size_t i = 0; check_format_at(i); i++)
		printf("  %-10s %s\n", check_format_at(i)->name, check_format_at(i)->help);
	puts("findings (lint -F)");
	for (size_t i = 0; lint_format_at(i); i++)
		printf("  %-10s %s\n", lint_format_at(i)->name, lint_format_at(i)->help);
}

static void list_calls(const char *word)
{
	const char *family = word ? family_find(word) : NULL;
	const struct sysdb_call *c;

	for (size_t i = 0; (c = sysdb_at(i)); i++)
		if (!family || family_has(family, c->name))
			printf("%-24s %-7s %s\n", c->name, risk_name(c->risk), c->meaning);
}

static void list_actions(maybe_unused const char *family)
{
	for (size_t i = 0; i < ACT_COUNT; i++) {
		const struct action_info *a = action_info((enum action)i);

		printf("%-14s %-24s %s\n", a->name, a->oci, a->help);
	}
}

static void list_arches(maybe_unused const char *family)
{
	const struct arch *a;

	for (size_t i = 0; (a = arch_at(i)); i++)
		printf("%-12s %-22s %u-bit%s\n", a->name, a->oci, a->bits,
		       a == arch_native() ? ", native" :
		       arch_is_companion(arch_native(), a) ? ", companion of the native one" : "");
}

static void list_runtimes(maybe_unused const char *family)
{
	const char *name;

	for (size_t i = 0; (name = runtime_name(i)); i++)
		printf("%-12s %s\n", name, runtime_help(name));
}

static void list_blind_spots(maybe_unused const char *family)
{
	const struct rec_blind_spot *s;

	for (size_t i = 0; (s = spot_at(i)); i++)
		printf("%-17s %s\n%-17s %s\n", s->kind, s->detail, "", s->remedy);
}

static void list_checks(maybe_unused const char *family)
{
	const struct check *c;

	for (size_t i = 0; (c = check_at(i)); i++)
		printf("%-25s %-7s %s\n", c->id, severity_name(c->severity), c->title);
}

static bool is_family(const char *word)
{
	return family_find(word) != NULL;
}

static bool is_default(const char *word)
{
	return default_find(word) != NULL;
}

/* The releases; or one of them, as a profile. */
static void list_defaults(const char *word)
{
	const struct default_profile *p;
	scoped(freep) char *text = word ? default_text(default_find(word)) : NULL;

	if (text)
		fputs(text, stdout);
	for (size_t i = 0; !text && (p = default_at(i)); i++) {
		scoped(freep) char *shortest = default_word(p);
		struct buf spelt = { 0 };

		buf_addf(&spelt, "%s-default:%s", p->name, p->version);
		printf("%-22s %s%s%s\n", buf_str(&spelt), p->what, streq(shortest, buf_str(&spelt)) ? "" : "; also spelt ",
		       streq(shortest, buf_str(&spelt)) ? "" : shortest);
		buf_done(&spelt);
	}
}

static const struct list {
	const char *name, *help;
	void (*print)(const char *word);
	bool (*takes)(const char *word);	/* NULL: no second word */
	const char *what;			/* that word is */
} lists[] = {
	{ .name = "families", .help = "calls that reach the same effect, for --deny", .print = list_families },
	{ .name = "formats", .help = "what gen, report, check and lint can write", .print = list_formats },
	{ .name = "calls", .help = "every call we know: risk and meaning; or those of a FAMILY", .print = list_calls,
	  .takes = is_family, .what = "family" },
	{ .name = "actions", .help = "what a filter can answer, strictest first", .print = list_actions },
	{ .name = "arches", .help = "the ABIs", .print = list_arches },
	{ .name = "blind-spots", .help = "what a recording cannot vouch for, and what to do about it", .print = list_blind_spots },
	{ .name = "checks", .help = "what lint looks for in profiles: ID, severity at most, title", .print = list_checks },
	{ .name = "defaults", .help = "engines' own profiles that we know; or one of them, as JSON", .print = list_defaults,
	  .takes = is_default, .what = "default" },
	{ .name = "runtimes", .help = "container runtimes whose own calls we know, for --runtime", .print = list_runtimes },
};

static const char *list_name(size_t i, maybe_unused const void *data)
{
	return i < countof(lists) ? lists[i].name : NULL;
}

static int print_list(const struct list *l, int argc, char **argv, struct err *e)
{
	int most = l->takes ? 2 : 1;

	if (argc > most)
		return usage_error(e, "'%s' is a word too many", argv[most]);
	if (argc == 2 && !l->takes(argv[1]))
		return usage_error(e, "there is no %s '%s'; 'sctrace list %s' has those there are", l->what, argv[1],
				   streq(l->what, "family") ? "families" : l->name);
	l->print(argc == 2 ? argv[1] : NULL);
	return STATUS_DONE;
}

static int run(int argc, char **argv, struct err *e)
{
	if (argc == 0) {
		for (size_t i = 0; i < countof(lists); i++)
			printf("%-12s %s\n", lists[i].name, lists[i].help);
		return STATUS_DONE;
	}
	for (size_t i = 0; i < countof(lists); i++)
		if (streq(lists[i].name, argv[0]))
			return print_list(&lists[i], argc, argv, e);
	const char *near = opt_nearest(argv[0], list_name, NULL);

	return usage_error(e, "there is no list '%s'%s%s", argv[0], near ? "; the nearest is " : "", near ? near : "");
}

static const struct opt opts[] = { opt_end() };

const struct cmd cmd_list = {
	.name = "list",
	.usage = "[WHAT [WORD]]",
	.summary = "list what sctrace knows",
	.details =
		"WHAT is families, formats, calls (all, or those of the family WORD), actions,\n"
		"arches, blind-spots, checks, defaults (all, or WORD as a profile) or runtimes.\n"
		"Without it, the lists are listed.",
	.examples =
		"  sctrace list families\n"
		"  sctrace list calls mount-family\n",
	.opts = opts,
	.words = { list_name, vocabulary_family },
	.only_words = true,
	.run = run,
};
