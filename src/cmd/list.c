/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <time.h>
#include "base/buf.h"
#include "base/jsonw.h"
#include "base/mem.h"
#include "base/term.h"
#include "cmd/cmd.h"
#include "app/kept.h"
#include "app/runtime-conf.h"
#include "app/vocabulary.h"
#include "lint/lint.h"
#include "out/colors.h"
#include "out/view.h"
#include "policy/runtime.h"
#include "read/reader.h"
#include "rec/spots.h"
#include "sysdb/action.h"
#include "sysdb/arch.h"
#include "sysdb/defaults.h"
#include "sysdb/sysdb.h"
#include "sysdb/target.h"

static bool arg_json;
static struct jsonw json = { 0 };

/* A row of a list: the name of each cell in JSON, and its width in text. */
struct cell {
	const char *key, *text;
	int width;
	enum paint paint;
};

static void print_cells(const struct cell *cells, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		paint_word(stdout, cells[i].paint, cells[i].text, i + 1 < n ? (unsigned)cells[i].width : 0);
		putchar(i + 1 < n ? ' ' : '\n');
	}
}

static void write_cells(const struct cell *cells, size_t n)
{
	jsonw_open_inline(&json, '{');
	for (size_t i = 0; i < n; i++)
		jsonw_member(&json, cells[i].key, cells[i].text);
	jsonw_close(&json, '}');
}

static void row(const struct cell *cells, size_t n)
{
	(arg_json ? write_cells : print_cells)(cells, n);
}

#define ROW(...) row((const struct cell[]){ __VA_ARGS__ }, countof(((const struct cell[]){ __VA_ARGS__ })))
#define CELL(k, t, w) { .key = k, .text = t, .width = w, .paint = PAINT_NONE }

static void list_families(maybe_unused const char *family)
{
	const char *name;

	for (size_t i = 0; (name = family_at(i)); i++) {
		scoped(freep) char *spelt = xprintf("%s-family", name);

		ROW(CELL("name", spelt, 24), CELL("meaning", family_help(name), 0));
	}
}

/* The command that shows something, and the title of its formats. */
static const struct { const char *command, *title; } showers[SHOWS_COUNT] = {
	[SHOWS_POLICY] = { "gen", "profiles" }, [SHOWS_RECORDING] = { "report", "reports" },
	[SHOWS_BREACH] = { "check", "answers" }, [SHOWS_FINDING] = { "lint", "findings" },
	[SHOWS_DIFFERENCE] = { "diff", "differences" },
};

/* Two columns between the longest name and what it means. */
static int format_width(enum shows shown)
{
	const struct view *v;
	int width = 10;

	for (size_t i = 0; (v = view_of(shown, i)); i++)
		width = (int)strlen(v->name) > width ? (int)strlen(v->name) : width;
	return width + 1;
}

static void list_format(enum shows shown, size_t i, const char *name, const char *help)
{
	if (i == 0 && !arg_json)
		printf("%s (%s -F)\n", showers[shown].title, showers[shown].command);
	if (arg_json) {
		ROW(CELL("command", showers[shown].command, 0), CELL("name", name, 0), CELL("meaning", help, 0));
	} else {
		ROW(CELL("", "", 1), CELL("name", name, format_width(shown)), CELL("meaning", help, 0));
	}
}

static void list_formats(maybe_unused const char *family)
{
	const struct view *v;

	for (int shown = 0; shown < SHOWS_COUNT; shown++)
		for (size_t i = 0; (v = view_of((enum shows)shown, i)); i++)
			list_format((enum shows)shown, i, v->name, v->help);
}

static void list_calls(const char *word)
{
	const char *family = word ? family_find(word) : NULL;
	const struct sysdb_call *c;

	for (size_t i = 0; (c = sysdb_at(i)); i++)
		if (!family || family_has(family, c->name))
			ROW(CELL("name", c->name, 24),
			    { .key = "risk", .text = risk_name(c->risk), .width = 7, .paint = risk_paint(c->risk) },
			    CELL("meaning", c->meaning, 0));
}

static void list_actions(maybe_unused const char *family)
{
	for (size_t i = 0; i < ACT_COUNT; i++) {
		const struct action_info *a = action_info((enum action)i);

		ROW(CELL("name", a->name, 14), CELL("oci", a->oci, 24), CELL("meaning", a->help, 0));
	}
}

static void list_arches(maybe_unused const char *family)
{
	const struct arch *a;

	for (size_t i = 0; (a = arch_at(i)); i++) {
		scoped(freep) char *about = xprintf("%u-bit%s", a->bits, a == arch_native() ? ", native" :
			arch_is_companion(arch_native(), a) ? ", companion of the native one" : "");

		ROW(CELL("name", a->name, 12), CELL("oci", a->oci, 22), CELL("meaning", about, 0));
	}
}

static void list_runtimes(maybe_unused const char *family)
{
	const char *name;

	for (size_t i = 0; (name = runtime_name(i)); i++)
		ROW(CELL("name", name, 12), CELL("meaning", runtime_help(name), 0));
}

static void list_readers(maybe_unused const char *family)
{
	const struct reader *r;

	for (size_t i = 0; (r = reader_at(i)); i++)
		ROW(CELL("name", r->name, 16), CELL("meaning", r->help, 0));
}

/* "before 23.0", "2.4.0 to 2.4.2": the second is the first version that is not meant. */
static char *versions(const struct target_fact *f)
{
	if (*f->from && *f->before)
		return xprintf("%s to %s", f->from, f->before);
	return *f->before ? xprintf("before %s", f->before) : *f->from ? xprintf("from %s on", f->from) : xstrdup("all");
}

static void list_targets(maybe_unused const char *family)
{
	const struct target_fact *f;
	const char *name;

	for (size_t i = 0; (name = target_name(i)); i++) {
		bool any = false;

		for (size_t k = 0; (f = target_fact_at(k)); k++) {
			scoped(freep) char *which = streq(f->target, name) ? versions(f) : NULL;

			any |= which != NULL;
			if (which)
				ROW(CELL("name", name, 11), CELL("versions", which, 15), CELL("meaning", f->text, 0));
		}
		if (!any)
			ROW(CELL("name", name, 11), CELL("versions", "all", 15), CELL("meaning", "lacks nothing that is known", 0));
	}
}

static void list_blind_spots(maybe_unused const char *family)
{
	const struct rec_blind_spot *s;

	for (size_t i = 0; (s = spot_at(i)); i++)
		if (arg_json) {
			ROW(CELL("name", s->kind, 0), CELL("meaning", s->detail, 0), CELL("remedy", s->remedy, 0));
		} else {
			ROW(CELL("name", s->kind, 17), CELL("meaning", s->detail, 0));
			ROW(CELL("", "", 17), CELL("remedy", s->remedy, 0));
		}
}

static void list_checks(maybe_unused const char *family)
{
	const struct check *c;

	for (size_t i = 0; (c = check_at(i)); i++)
		ROW(CELL("name", c->id, 25),
		    { .key = "severity", .text = severity_name(c->severity), .width = 7, .paint = severity_paint(c->severity) },
		    CELL("meaning", c->title, 0));
}

static bool is_family(const char *word)
{
	return family_find(word) != NULL;
}

static bool is_default(const char *word)
{
	return default_find(word) != NULL;
}

/* The releases; or one of them as a profile. */
static void list_defaults(const char *word)
{
	const struct default_profile *p;
	scoped(freep) char *text = word ? default_text(default_find(word)) : NULL;

	if (text)
		fputs(text, stdout);
	for (size_t i = 0; !text && (p = default_at(i)); i++) {
		scoped(freep) char *shortest = default_word(p), *spelt = xprintf("%s-default:%s", p->name, p->version);
		scoped(freep) char *also = streq(shortest, spelt) ? xstrdup("") : xprintf("; also spelt %s", shortest);
		scoped(freep) char *about = xprintf("%s%s", p->what, also);

		ROW(CELL("name", spelt, 22), CELL("meaning", about, 0));
	}
}

static char *containers_in;		/* whose list is printed */

static int find_containers(const char *word, struct err *e)
{
	scoped(runtime_conf_done) struct runtime_conf conf = { 0 };
	int r = runtime_conf_load(&conf, e);

	return r < 0 ? r : kept_folder(word ? word : conf.dir, &containers_in, e);
}

static void list_container(maybe_unused void *self, const struct kept *c)
{
	const char *name = c->name ? c->name : "-", *image = c->image ? c->image : "-";
	scoped(freep) char *spelt = c->pod ? xprintf("%s/%s/%s", c->namespace ? c->namespace : "-", c->pod, name) : xstrdup(name);
	scoped(freep) char *id = xprintf("%.12s", c->id);
	const char *state = c->busy ? "being recorded" : "recorded";
	char when[32];

	strftime(when, sizeof when, arg_json ? "%Y-%m-%dT%H:%M:%SZ" : "%Y-%m-%d %H:%M", (arg_json ? gmtime : localtime)(&c->written));
	if (arg_json) {
		ROW(CELL("name", c->name ? c->name : "", 0), CELL("id", c->id, 0), CELL("image", c->image ? c->image : "", 0),
		    CELL("namespace", c->namespace ? c->namespace : "", 0), CELL("pod", c->pod ? c->pod : "", 0),
		    CELL("state", state, 0), CELL("written", when, 0), CELL("recording", c->recording ? c->recording : "", 0));
	} else {
		ROW(CELL("", id, 12), CELL("", spelt, 20), CELL("", image, 20), CELL("", c->busy ? state : when, 0));
	}
}

static int list_containers(maybe_unused const char *word, struct err *e)
{
	return kept_each(containers_in, list_container, NULL, e);
}

static bool is_anything(maybe_unused const char *word)
{
	return true;
}

static const struct list {
	const char *name, *help;
	void (*print)(const char *word);
	int (*find)(const char *word, struct err *e);	/* before anything is printed; NULL: there is nothing to be found */
	int (*show)(const char *word, struct err *e);	/* in place of print, where that can fail */
	bool (*takes)(const char *word);	/* NULL: no second word */
	const char *what;			/* what the word is */
	bool prints_file;			/* with the word, the output is a file, not a list */
} lists[] = {
	{ .name = "families", .help = "calls that reach the same effect, for --deny", .print = list_families },
	{ .name = "formats", .help = "what gen, report, check, lint and diff can write", .print = list_formats },
	{ .name = "calls", .help = "every known call: risk and meaning; or those of a FAMILY", .print = list_calls,
	  .takes = is_family, .what = "family" },
	{ .name = "actions", .help = "what a filter can answer, strictest first", .print = list_actions },
	{ .name = "arches", .help = "the ABIs", .print = list_arches },
	{ .name = "blind-spots", .help = "what a recording cannot show, and what to do about it", .print = list_blind_spots },
	{ .name = "checks", .help = "what lint looks for in profiles: ID, severity at most, title", .print = list_checks },
	{ .name = "containers", .help = "what 'sctrace runtime' has recorded, here or in a FOLDER", .find = find_containers,
	  .show = list_containers, .takes = is_anything, .what = "folder" },
	{ .name = "defaults", .help = "known default profiles of engines; or one of them, as JSON", .print = list_defaults,
	  .takes = is_default, .what = "default", .prints_file = true },
	{ .name = "readers", .help = "kinds of files that are read as profiles, for --read-as", .print = list_readers },
	{ .name = "runtimes", .help = "container runtimes whose own calls are known, for --runtime", .print = list_runtimes },
	{ .name = "targets", .help = "what versions of programs that load profiles lack, for --target", .print = list_targets },
};

static const char *list_name(size_t i, maybe_unused const void *data)
{
	return i < countof(lists) ? lists[i].name : NULL;
}

static void begin_list(bool is_file)
{
	if (arg_json) {
		json.file = stdout;
		jsonw_open(&json, '[');
	} else if (!is_file) {
		term_wrap_stdout();
	}
}

static void end_list(void)
{
	if (!arg_json)
		return;
	jsonw_close(&json, ']');
	jsonw_end(&json);
}

static int print_found(const struct list *l, const char *word, struct err *e)
{
	int r = l->find ? l->find(word, e) : 0;

	if (r < 0)
		return r;
	begin_list(word && l->prints_file);
	if (l->show)
		r = l->show(word, e);
	else
		l->print(word);
	end_list();
	return r < 0 ? r : STATUS_DONE;
}

static int print_list(const struct list *l, int argc, char **argv, struct err *e)
{
	int most = l->takes ? 2 : 1;

	if (argc > most)
		return usage_error(e, "unexpected argument '%s'", argv[most]);
	if (argc == 2 && !l->takes(argv[1]))
		return usage_error(e, "unknown %s '%s'; 'sctrace list %s' prints them", l->what, argv[1],
				   streq(l->what, "family") ? "families" : l->name);
	if (arg_json && argc == 2 && l->prints_file)
		return usage_error(e, "'%s' is JSON by itself: leave out --json", argv[1]);
	return print_found(l, argc == 2 ? argv[1] : NULL, e);
}

static int run(int argc, char **argv, struct err *e)
{
	if (argc == 0) {
		begin_list(false);
		for (size_t i = 0; i < countof(lists); i++)
			ROW(CELL("name", lists[i].name, 12), CELL("meaning", lists[i].help, 0));
		end_list();
		return STATUS_DONE;
	}
	for (size_t i = 0; i < countof(lists); i++)
		if (streq(lists[i].name, argv[0]))
			return print_list(&lists[i], argc, argv, e);
	const char *near = opt_nearest(argv[0], list_name, NULL);

	return usage_error(e, "unknown list '%s'%s%s", argv[0], near ? "; the nearest is " : "", near ? near : "");
}

static const struct opt opts[] = {
	opt_heading("Output"),
	opt_flag(0, "json", &arg_json, "print the list as JSON"),
	opt_end(),
};

const struct cmd cmd_list = {
	.name = "list",
	.usage = "[options] [WHAT [WORD]]",
	.summary = "list what sctrace knows",
	.details =
		"WHAT is families, formats, calls (all, or those of the family WORD), actions,\n"
		"arches, blind-spots, checks, containers (that 'sctrace runtime' has recorded, in\n"
		"its folder or in WORD), defaults (all, or WORD as a profile), readers, runtimes\n"
		"or targets. Without it, the names of the lists are printed.",
	.examples =
		"  sctrace list families\n"
		"  sctrace list calls mount-family\n",
	.opts = opts,
	.words = { list_name, vocabulary_family },
	.only_words = true,
	.run = run,
};
