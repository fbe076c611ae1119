/* SPDX-License-Identifier: Apache-2.0 */
#include "out/difference/diff.h"

#include "base/buf.h"
#include "base/jsonw.h"
#include "base/mem.h"
#include "sysdb/args.h"

/* MARKDOWN_MOST: bytes; a comment has room for 65,536 characters, and two of ours may
 * stand in one */
enum { COLUMNS = 100, NAME_MOST = 32, HIDDEN_SHOWN = 8, MARKDOWN_MOST = 30000 };

/* "mount", "open [x86]" */
static void add_subject(struct buf *b, const struct differences *all, const struct difference *d)
{
	static const char *const words[] = {
		[SUBJECT_DEFAULT] = "all other calls", [SUBJECT_ABI] = "the ABI", [SUBJECT_FLAGS] = "flags",
		[SUBJECT_SPOT] = "blind spot ",
	};
	const struct arch *arch;
	bool some = false;

	buf_addf(b, "%s%s", d->call ? d->call : words[d->subject], d->spot ? d->spot : "");
	if (d->subject == SUBJECT_FLAGS || d->subject == SUBJECT_SPOT ||
	    (d->subject != SUBJECT_ABI && d->arches == differences_arches(all)))
		return;
	for (size_t i = 0; (arch = arch_at(i)); i++)
		if (d->arches & ARCH_BIT(arch)) {
			buf_addf(b, "%s%s", some ? ", " : d->subject == SUBJECT_ABI ? " " : " [", arch->name);
			some = true;
		}
	buf_adds(b, d->subject == SUBJECT_ABI ? "" : "]");
}

/* "socket(domain=AF_INET)" */
static void add_example(struct buf *b, const struct difference *d)
{
	bool some = false;

	buf_addf(b, "%s(", d->call);
	for (unsigned i = 0; i < 6; i++) {
		const struct arg_info *info = sysdb_arg_on(d->on, d->call, i);

		if (!(d->known & 1u << i))
			continue;
		buf_adds(b, some ? ", " : "");
		if (info && *info->name)
			buf_addf(b, "%s=", info->name);
		else
			buf_addf(b, "argument %u=", i);
		arg_print(b, info, d->args[i]);
		some = true;
	}
	buf_adds(b, ")");
}

/* "hides now: mount, umount2 and 30 more" */
static void add_hidden(struct buf *b, const struct difference *d)
{
	size_t n = 0;

	buf_adds(b, d->change == CHANGE_WEAKER ? "hides now: " : "hides no longer: ");

	for (; d->hidden[n]; n++)
		if (n < HIDDEN_SHOWN)
			buf_addf(b, "%s%s", n ? ", " : "", d->hidden[n]);
	if (n > HIDDEN_SHOWN)
		buf_addf(b, " and %zu more", n - HIDDEN_SHOWN);
}

/* A note below: why it is a risk, what shows it, what cannot be seen. */
static void add_note(struct buf *b, const struct difference *d)
{
	if (d->guessed)
		buf_adds(b, "too many conditions to be compared: it may be so");
	if (d->hidden)
		add_hidden(b, d);
	if (!d->on)
		return;
	buf_adds(b, b->len ? "; for example " : "for example ");
	add_example(b, d);
}

static bool grows(const struct difference *d)
{
	return d->change == CHANGE_ADDED || d->change == CHANGE_WIDENED;
}

/* Of what is hidden, and not known, the risk is not either. */
static const char *risk_of(const struct difference *d)
{
	return d->subject == SUBJECT_SPOT && d->risk == RISK_NONE ? "" : risk_name(d->risk);
}

/* "2 added, 1 removed" */
static void add_counts(struct buf *b, const struct differences *all)
{
	size_t counts[CHANGE_COUNT] = { 0 };
	const struct difference *d;

	for (size_t i = 0; (d = difference_at(all, i)); i++)
		counts[d->change]++;
	for (size_t i = 0; i < CHANGE_COUNT; i++)
		if (counts[i])
			buf_addf(b, "%s%zu %s", b->len ? ", " : "", counts[i], change_name((enum change)i));
}

static void print_difference(const struct differences *all, const struct difference *d, int width, FILE *f)
{
	struct buf subject = { 0 }, note = { 0 };
	int indent;

	add_subject(&subject, all, d);
	add_note(&note, d);
	indent = fprintf(f, "%-8s  %-*s  ", change_name(d->change), width, buf_str(&subject)) + 8;
	paint_word(f, risk_paint(d->risk), risk_of(d), 6);
	fputs("  ", f);
	if (indent + strlen(d->old) + strlen(d->now) + 4 <= COLUMNS)
		fprintf(f, "%s -> %s\n", d->old, d->now);
	else
		fprintf(f, "%s\n%*s-> %s\n", d->old, indent, "", d->now);
	if (note.len)
		fprintf(f, "%*s%s\n", indent, "", buf_str(&note));
	if (d->reason && d->risk == RISK_HIGH && grows(d))
		fprintf(f, "%*s%s\n", indent, "", d->reason);
	buf_done(&subject);
	buf_done(&note);
}

static void emit_text(const struct differences *all, maybe_unused const struct diff_files *files, FILE *f)
{
	const struct difference *d;
	struct buf counts = { 0 };
	size_t width = 0;

	for (size_t i = 0; (d = difference_at(all, i)); i++) {
		struct buf subject = { 0 };

		add_subject(&subject, all, d);
		width = subject.len > width && subject.len <= NAME_MOST ? subject.len : width;
		buf_done(&subject);
	}
	for (size_t i = 0; (d = difference_at(all, i)); i++)
		print_difference(all, d, (int)width, f);
	add_counts(&counts, all);
	if (counts.len)
		fprintf(f, "%s\n", buf_str(&counts));
	buf_done(&counts);
}

/* Text that stays text: the names of programs and files are anybody's. */
static void add_escaped(struct buf *b, const char *s)
{
	scoped(freep) char *clean = clean_dup(s);

	for (s = clean; *s; s++) {
		if (*s == '<' || *s == '>' || *s == '&' || *s == '@' || *s == '#')
			buf_addf(b, "&#%d;", *s);
		else if (strchr("\\`*_[]|~", *s))
			buf_addf(b, "\\%c", *s);
		else if (*s == ':' && starts_with(s, "://"))
			buf_adds(b, "&#58;");	/* no link either */
		else
			buf_add(b, s, 1);
	}
}

static void add_cell(struct buf *b, const char *s)
{
	add_escaped(b, s);
	buf_adds(b, " |");
}

static void add_row(struct buf *b, const struct differences *all, const struct difference *d)
{
	struct buf subject = { 0 }, note = { 0 };

	add_subject(&subject, all, d);
	add_note(&note, d);
	buf_addf(b, "| %s | ", change_name(d->change));
	add_cell(b, buf_str(&subject));
	buf_addf(b, d->risk == RISK_HIGH ? " **%s**" : " %s", d->risk == RISK_NONE ? "" : risk_name(d->risk));
	if (d->reason && grows(d)) {
		buf_adds(b, ": ");
		add_escaped(b, d->reason);
	}
	buf_adds(b, " | ");
	add_cell(b, d->old);
	buf_adds(b, " ");
	add_escaped(b, d->now);
	if (note.len) {
		buf_adds(b, "; ");
		add_escaped(b, buf_str(&note));
	}
	buf_adds(b, " |\n");
	buf_done(&subject);
	buf_done(&note);
}

static void add_head(struct buf *b, const struct differences *all, const struct diff_files *files)
{
	struct buf counts = { 0 };

	add_counts(&counts, all);
	buf_adds(b, "### System calls: ");
	add_escaped(b, files->old);
	buf_adds(b, " → ");
	add_escaped(b, files->now);
	buf_addf(b, "\n\n%s.\n", counts.len ? buf_str(&counts) :
		 files->recordings ? "The same calls and blind spots" : "No difference in what they mean");
	if (counts.len)
		buf_adds(b, "\n| | call | risk | before | now |\n|---|---|---|---|---|\n");
	buf_done(&counts);
}

/* The rows are whole, and those that weigh most come first; one that is longer than what
 * is left does not keep shorter ones out. */
static void emit_markdown(const struct differences *all, const struct diff_files *files, FILE *f)
{
	const struct difference *d;
	struct buf text = { 0 };
	size_t left_out = 0;

	add_head(&text, all, files);
	for (size_t i = 0; (d = difference_at(all, i)); i++) {
		struct buf row = { 0 };

		add_row(&row, all, d);
		if (text.len + row.len <= MARKDOWN_MOST)
			buf_add(&text, buf_str(&row), row.len);
		else
			left_out++;
		buf_done(&row);
	}
	fputs(buf_str(&text), f);
	if (left_out)
		fprintf(f, "\n%zu more %s left out: there is no room for %s in a comment. `sctrace diff -F text` tells all.\n",
			left_out, left_out == 1 ? "is" : "are", left_out == 1 ? "it" : "them");
	buf_done(&text);
}

static void write_example(struct jsonw *w, const struct difference *d)
{
	struct buf text = { 0 };

	add_example(&text, d);
	jsonw_key(w, "example");
	jsonw_open_inline(w, '{');
	jsonw_member(w, "abi", d->on->name);
	jsonw_member(w, "text", buf_str(&text));
	jsonw_key(w, "arguments");
	jsonw_open_inline(w, '{');
	for (unsigned i = 0; i < 6; i++) {
		const char key[] = { (char)('0' + i), '\0' };

		if (d->known & 1u << i)
			jsonw_member_uint(w, key, d->args[i]);
	}
	jsonw_close(w, '}');
	jsonw_close(w, '}');
	buf_done(&text);
}

static void write_spot(struct jsonw *w, const struct difference *d)
{
	jsonw_member(w, "spot", d->spot);
	if (!d->hidden)
		return;
	jsonw_key(w, "hidden");
	jsonw_open_inline(w, '[');
	for (size_t i = 0; d->hidden[i]; i++)
		jsonw_string(w, d->hidden[i]);
	jsonw_close(w, ']');
}

static void write_difference(struct jsonw *w, const struct difference *d)
{
	static const char *const subjects[] = {
		[SUBJECT_DEFAULT] = "default", [SUBJECT_ABI] = "abi", [SUBJECT_FLAGS] = "flags", [SUBJECT_CALL] = "call",
		[SUBJECT_SPOT] = "blind-spot",
	};
	const struct arch *arch;

	jsonw_open(w, '{');
	jsonw_member(w, "change", change_name(d->change));
	jsonw_member(w, "subject", subjects[d->subject]);
	if (d->call)
		jsonw_member(w, "call", d->call);
	if (d->subject == SUBJECT_SPOT) {
		write_spot(w, d);
	} else {
		jsonw_key(w, "abis");
		jsonw_open_inline(w, '[');
		for (size_t i = 0; (arch = arch_at(i)); i++)
			if (d->arches & ARCH_BIT(arch))
				jsonw_string(w, arch->name);
		jsonw_close(w, ']');
	}
	if (*risk_of(d))
		jsonw_member(w, "risk", risk_of(d));
	if (d->reason)
		jsonw_member(w, "reason", d->reason);
	jsonw_member(w, "old", d->old);
	jsonw_member(w, "new", d->now);
	if (d->on)
		write_example(w, d);
	if (d->guessed) {
		jsonw_key(w, "guessed");
		jsonw_bool(w, true);
	}
	jsonw_close(w, '}');
}

static void emit_json(const struct differences *all, const struct diff_files *files, FILE *f)
{
	scoped(freep) char *old = clean_dup(files->old), *now = clean_dup(files->now);
	struct jsonw w = { .file = f };
	const struct difference *d;

	jsonw_open(&w, '{');
	jsonw_member(&w, "old", old);
	jsonw_member(&w, "new", now);
	jsonw_member(&w, "kind", files->recordings ? "recording" : "profile");
	if (files->read_for)
		jsonw_member(&w, "read_for", files->read_for);
	jsonw_key(&w, "different");
	jsonw_bool(&w, difference_at(all, 0));
	jsonw_key(&w, "differences");
	jsonw_open(&w, '[');
	for (size_t i = 0; (d = difference_at(all, i)); i++)
		write_difference(&w, d);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	jsonw_end(&w);
}

static const struct diff_view views[] = {
	{ "text", "a line for each difference", emit_text },
	{ "markdown", "a table for a pull request", emit_markdown },
	{ "json", "for programs, with an example call for what depends on arguments", emit_json },
};

const struct diff_view *diff_view_at(size_t i)
{
	return i < countof(views) ? &views[i] : NULL;
}

const struct diff_view *diff_view_find(const char *name)
{
	for (size_t i = 0; i < countof(views); i++)
		if (streq(views[i].name, name))
			return &views[i];
	return NULL;
}
