/* SPDX-License-Identifier: Apache-2.0 */
#include "read/assigned.h"

#include <ctype.h>
#include <errno.h>
#include <strings.h>
#include <sys/stat.h>
#include "base/io.h"
#include "base/mem.h"
#include "read/document.h"
#include "sysdb/defaults.h"

enum { FILE_MAX_SIZE = 4 << 20, SHOWN = 8 };

/* collecting */

static const char *keep(struct profile *f, const char *text)
{
	return text ? arena_strdup(f->arena, text) : NULL;
}

static const char *plain_name(const char *what)
{
	while (what && starts_with(what, "./"))
		what += 2;
	return what;
}

int assign(struct profile *f, struct assignments *all, const struct assignment *one, struct err *e)
{
	if (all->count == ASSIGNMENTS_MAX)
		return err_set(e, EINVAL, "%s:%u: more than %d %ss", f->file, one->place.line, ASSIGNMENTS_MAX, all->noun);
	all->items = grow(all->items, all->count, &all->room, sizeof *all->items);
	all->items[all->count++] = (struct assignment){
		.name = keep(f, one->name), .kind = one->kind, .what = keep(f, plain_name(one->what)), .inside = one->inside, .place = one->place,
		.warning = one->warning,
	};
	return 0;
}

void assignments_done(struct assignments *all)
{
	free(all->items);
	*all = (struct assignments){ 0 };
}

bool assigned_resembles(const char *key, const char *word)
{
	for (;; key++, word++) {
		while (*key && !isalpha((unsigned char)*key))
			key++;
		while (*word && !isalpha((unsigned char)*word))
			word++;
		if (tolower((unsigned char)*key) != tolower((unsigned char)*word))
			return false;
		if (!*key)
			return true;
	}
}

bool assigned_is_true(const json_t *value)
{
	static const char *const words[] = { "yes", "y", "on", "true" };
	const char *text = json_string_value(value);

	for (size_t i = 0; text && i < countof(words); i++)
		if (strcasecmp(words[i], text) == 0)
			return true;
	return json_is_true(value);
}

void assigned_misspelt(struct profile *f, const struct json_at *at, const char *right)
{
	assigned_misspelt_at(f, document_place(f, at), at->key, right);
}

void assigned_misspelt_at(struct profile *f, struct place place, const char *key, const char *right)
{
	scoped(freep) char *word = clean_dup(key);
	scoped(freep) char *text = xprintf("line %u: nothing reads '%.64s': write '%s'", place.line, word, right);

	place.file = f->file;
	strlist_insert(&f->notes.warnings, text);
	f->remarks = grow(f->remarks, f->remark_count, &f->remark_room, sizeof *f->remarks);
	f->remarks[f->remark_count++] = (struct remark){ .kind = REMARK_MISSPELT, .place = place, .word = arena_strdup(f->arena, right) };
}

/* choosing */

/* "nginx" selects "deployment/web/nginx", and so does "web/nginx". */
static bool is_selected(const struct assignment *a, const char *word)
{
	size_t all = strlen(a->name), end = strlen(word);

	if (end > all || strcasecmp(a->name + all - end, word) != 0)
		return false;
	return end == all || a->name[all - end - 1] == '/';
}

/* A whole name, in its case: services differ by case, too. */
static bool has_name(const struct assignments *all, const char *word)
{
	for (size_t i = 0; word && i < all->count; i++)
		if (streq(all->items[i].name, word))
			return true;
	return false;
}

static bool is_same(const struct assignment *a, const struct assignment *b)
{
	if (a->kind != b->kind || a->kind == ASSIGNED_UNKNOWN)
		return false;
	return a->kind == ASSIGNED_NONE || (a->inside && a->inside->value == (b->inside ? b->inside->value : NULL)) ||
	       (!a->inside && !b->inside && streq(a->what, b->what));
}

/* Of the selected ones, or of all. */
static void add_names(struct buf *b, const struct assignments *all, const char *select)
{
	struct strlist names = { 0 };

	for (size_t i = 0; i < all->count; i++)
		if (!select || is_selected(&all->items[i], select)) {
			scoped(freep) char *clean = clean_dup(all->items[i].name);

			strlist_add(&names, clean);
		}
	strlist_print(&names, SHOWN, b);
	strlist_done(&names);
}

static int reject(const struct profile *f, const struct assignments *all, const char *select, bool found, struct err *e)
{
	scoped(buf_done) struct buf names = { 0 };

	add_names(&names, all, found ? select : NULL);
	if (!all->count)
		return err_set(e, EINVAL, "%s: the file has no %s", f->file, all->noun);
	return found ? err_set(e, EINVAL, "%s: %ss with different profiles; choose one with --select: %s", f->file, all->noun,
			       buf_str(&names))
		: err_set(e, EINVAL, "%s: unknown %s '%.100s'; valid are: %s", f->file, all->noun, select, buf_str(&names));
}

int assigned_choose(const struct profile *f, const struct assignments *all, const struct read_opts *how, struct assignment *ret,
		    struct err *e)
{
	const struct assignment *first = NULL;
	bool same = true, exact = has_name(all, how->select);

	for (size_t i = 0; i < all->count; i++) {
		const struct assignment *a = &all->items[i];

		if (how->select && !(exact ? streq(a->name, how->select) : is_selected(a, how->select)))
			continue;
		same &= !first || is_same(first, a);
		first = first ? first : a;
	}
	if (!first || !same)
		return reject(f, all, how->select, first != NULL, e);
	*ret = *first;
	return 0;
}

/* reading */

/* "container 'pod/web/nginx' (line 12) has the profile p.json" */
static char *sentence(const struct assignments *all, const struct assignment *a, const char *verb, const char *what)
{
	scoped(freep) char *name = clean_dup(a->name), *clean = clean_dup(what);

	return xprintf("%s%s%s%s (line %u) %s %s", all->noun, *name ? " '" : "", name, *name ? "'" : "", a->place.line, verb, clean);
}

static void add_fact(struct profile *f, const struct assignments *all, const struct assignment *a, const char *verb, const char *what)
{
	scoped(freep) char *text = sentence(all, a, verb, what);

	strlist_add(&f->notes.facts, text);
}

/* Takes the text; `file` is its name. */
static int read_other(struct profile *f, const char *file, char *text, size_t len, const struct reader *reader,
		      const struct read_opts *how, struct err *e)
{
	document_free(f->document);
	f->document = NULL;
	free(f->text);
	f->text = text;
	f->len = len;
	f->file = arena_strdup(f->arena, file);
	f->reader = reader;
	return reader_read(f, how, e);
}

static int read_default(struct profile *f, const struct assignments *all, const struct assignment *a, const struct read_opts *how,
			struct err *e)
{
	char *text = default_text(default_find(a->what));

	add_fact(f, all, a, "has the engine's own profile, which is read as", a->what);
	struct parse_notes of_file = f->notes;

	/* what there is to say of the engine's profile is not for this file's author */
	f->notes = (struct parse_notes){ 0 };
	int r = read_other(f, a->what, text, strlen(text), &reader_docker, how, e);

	of_file.depends |= f->notes.depends;
	parse_notes_done(&f->notes);
	f->notes = of_file;
	return r;
}

/* The path of a file: beside the file that names it, or in the root; absolute names are unchanged. */
static char *file_of(const struct profile *f, const struct assignment *a, const char *root)
{
	const char *slash = strrchr(f->file, '/'), *name = a->what;

	if (*name == '/')
		return xstrdup(name);
	if (root)
		return xprintf("%s/%s", root, name);
	return slash ? xprintf("%.*s%s", (int)(slash - f->file) + 1, f->file, name) : xstrdup(name);
}

static int fail_at(const struct profile *f, const struct assignment *a, int code, struct err *e)
{
	scoped(freep) char *path = clean_dup(a->place.path);

	return err_in(e, code, "%s:%u%s%s", f->file, a->place.line, *path ? ": " : "", path);
}

static int read_file(struct profile *f, const struct assignments *all, const struct assignment *a, const struct read_opts *how,
		     struct err *e)
{
	scoped(freep) char *path = file_of(f, a, all->has_root ? how->root : NULL);
	struct stat st;
	char *text;
	size_t len;
	int r = 0;

	if (stat(path, &st) < 0)
		r = err_sys(e, "cannot read the profile '%s'%s", path, !all->has_root || how->root ? "" : " (see --seccomp-root)");
	else if (!S_ISREG(st.st_mode))
		r = err_set(e, EINVAL, "the profile '%s' is not a regular file", path);
	r = r < 0 ? r : io_read_all(path, FILE_MAX_SIZE, &text, &len, e);
	if (r < 0)
		return fail_at(f, a, r, e);
	add_fact(f, all, a, "has the profile", path);
	return read_other(f, path, text, len, all->files, how, e);
}

static int read_none(struct profile *f, const struct assignments *all, const struct assignment *a)
{
	scoped(freep) char *reason = sentence(all, a, "runs without a filter, so that every call is allowed:", a->what);

	profile_unconfined(f, a->place, reason);
	return 0;
}

int assigned_read(struct profile *f, const struct assignments *all, const struct assignment *a, const struct read_opts *how,
		  struct err *e)
{
	if (a->warning)
		strlist_add(&f->notes.warnings, a->warning);
	switch (a->kind) {
	case ASSIGNED_FILE:
		return read_file(f, all, a, how, e);
	case ASSIGNED_DEFAULT:
		return read_default(f, all, a, how, e);
	case ASSIGNED_NONE:
		return read_none(f, all, a);
	default:
		err_set(e, EINVAL, "%s", a->what);
		return fail_at(f, a, -EINVAL, e);
	}
}
