/* SPDX-License-Identifier: Apache-2.0 */
#include "read/reader.h"

#include <errno.h>
#include <unistd.h>
#include "base/io.h"
#include "base/mem.h"
#include "read/document.h"
#include "rec/rec.h"

enum { PROFILE_MAX = 4 << 20 };

/* The order in which they are tried. */
static const struct reader *const readers[] = {
	&reader_bpf, &reader_minijail,
	&reader_kubernetes, &reader_oci, &reader_compose, &reader_containers_conf, &reader_docker,
	&reader_systemd,
};

const struct reader *reader_at(size_t i)
{
	return i < countof(readers) ? readers[i] : NULL;
}

const struct reader *reader_find(const char *name)
{
	for (size_t i = 0; i < countof(readers); i++)
		if (streq(readers[i]->name, name))
			return readers[i];
	return NULL;
}

static int reject(const struct profile *f, struct err *e)
{
	scoped(buf_done) struct buf names = { 0 };

	for (size_t i = 0; i < countof(readers); i++)
		buf_addf(&names, "%s%s", i ? ", " : "", readers[i]->name);
	return f->text[strspn(f->text, " \t\r\n")] == '\0'
		? err_set(e, EINVAL, "%s: the file is empty", f->file)
		: err_set(e, EINVAL, "%s: not a profile of a known kind: it looks like none of %s; --read-as NAME chooses one",
			  f->file, buf_str(&names));
}

int reader_read(struct profile *f, const struct read_opts *how, struct err *e)
{
	if (rec_text_is_recording(f->text))
		return err_set(e, EINVAL, "%s: a recording, not a profile; 'sctrace gen' makes one from it", f->file);
	return f->reader->read(f, how, e);
}

static int choose_reader(struct profile *f, const struct reader *as, struct err *e)
{
	f->reader = as;
	for (size_t i = 0; !f->reader && i < countof(readers); i++)
		if (readers[i]->looks_like(f))
			f->reader = readers[i];
	return f->reader ? 0 : reject(f, e);
}

int (*profile_read_process)(const char *pid, struct profile **ret, struct err *e);

const struct default_profile *profile_default(const char *path)
{
	return access(path, F_OK) < 0 ? default_find(path) : NULL;
}

/* What the file does not say is said by all of it. */
static void place_whole(struct place *place)
{
	if (!place->line)
		*place = (struct place){ .line = 1, .path = "" };
}

/* Takes the text, which is NUL-terminated. */
static int read_named(const char *file, char *text, size_t len, const struct read_opts *how, struct profile **ret, struct err *e)
{
	scoped(profile_freep) struct profile *f = xcalloc(1, sizeof *f);

	f->arena = arena_new();
	f->file = arena_strdup(f->arena, file);
	f->text = text;
	f->len = len;
	f->head = "";
	int r = choose_reader(f, how->as, e);

	r = r < 0 ? r : reader_read(f, how, e);
	if (r < 0)
		return r;
	place_whole(&f->otherwise);
	place_whole(&f->architectures);
	*ret = take(f);
	return r;
}

int profile_read_bytes(const char *name, const void *bytes, size_t len, const struct read_opts *how, struct profile **ret, struct err *e)
{
	return read_named(name, xmemdup(bytes, len), len, how, ret, e);
}

int profile_read_text(const char *name, const char *text, const struct read_opts *how, struct profile **ret, struct err *e)
{
	return read_named(name, xstrdup(text), strlen(text), how, ret, e);
}

static int read_default(const char *word, const struct default_profile *known, const struct read_opts *how, struct profile **ret,
			struct err *e)
{
	struct read_opts plain = *how;
	char *text = default_text(known);

	plain.as = &reader_docker;
	return read_named(word, text, strlen(text), &plain, ret, e);
}

int profile_read(const char *path, const struct read_opts *how, struct profile **ret, struct err *e)
{
	const struct default_profile *known = profile_default(path);
	char *text;
	size_t len;

	if (known)
		return read_default(path, known, how, ret, e);
	if (starts_with(path, PID_WORD) && access(path, F_OK) < 0 && profile_read_process)
		return profile_read_process(path + strlen(PID_WORD), ret, e);
	if (access(path, F_OK) < 0 && default_check(path, e) < 0)
		return -EINVAL;
	int r = io_read_all(path, PROFILE_MAX, &text, &len, e);

	return r < 0 ? r : read_named(streq(path, "-") ? "standard input" : path, text, len, how, ret, e);
}

void profile_unconfined(struct profile *f, struct place place, const char *reason)
{
	const struct arch *arch;

	f->policy = policy_new((struct verdict){ ACT_ALLOW, 0 });
	for (size_t i = 0; (arch = arch_at(i)); i++)
		if (arch == arch_native() || arch_is_companion(arch_native(), arch))
			policy_add_arch(f->policy, arch);
	f->otherwise = f->architectures = place;
	strlist_add(&f->notes.warnings, reason);
}

/* Takes the policy out of the profile. */
static struct policy *policy_of(struct profile *f, struct parse_notes *ret)
{
	struct policy *p = f->policy;

	if (ret) {
		*ret = f->notes;
		f->notes = (struct parse_notes){ 0 };
	}
	f->policy = NULL;
	profile_free(f);
	return p;
}

int policy_read(const char *path, const struct parse_host *host, struct policy **ret, struct parse_notes *notes, struct err *e)
{
	struct profile *f;
	int r = profile_read(path, &(struct read_opts){ .host = host, .use = READ_TO_APPLY }, &f, e);

	if (r == 0)
		*ret = policy_of(f, notes);
	return r;
}

int policy_read_text(const char *name, const char *text, const struct parse_host *host, struct policy **ret, struct err *e)
{
	struct profile *f;
	int r = profile_read_text(name, text, &(struct read_opts){ .host = host, .use = READ_TO_APPLY }, &f, e);

	if (r == 0)
		*ret = policy_of(f, NULL);
	return r;
}

const struct place *profile_place(const struct profile *f, const struct rule *rule)
{
	return rule ? &rule->from : &f->otherwise;
}

void profile_keep_rules(struct profile *f)
{
	const struct rule *r;

	for (size_t i = 0; (r = policy_rule(f->policy, i)); i++) {
		struct condition *when = arena_alloc(f->arena, sizeof r->when);

		if (verdict_equal(r->verdict, policy_default(f->policy)))
			continue;
		memcpy(when, r->when, sizeof r->when);
		f->names = grow(f->names, f->name_count, &f->name_room, sizeof *f->names);
		f->names[f->name_count++] = (struct profile_name){
			.call = r->call, .rule = f->rule_count, .place = r->from, .known = true,
		};
		f->rules = grow(f->rules, f->rule_count, &f->rule_room, sizeof *f->rules);
		f->rules[f->rule_count++] = (struct profile_rule){
			.place = r->from, .action = r->from, .args = r->from, .verdict = r->verdict, .applies = true,
			.when = when, .conditions = r->conditions, .guard = "", .comment = r->because,
		};
	}
}

const char *profile_file(const struct profile *f, const struct place *place)
{
	return place->file ? place->file : f->file;
}

void parse_notes_done(struct parse_notes *notes)
{
	strlist_done(&notes->warnings);
	strlist_done(&notes->hints);
	strlist_done(&notes->facts);
}

void profile_free(struct profile *f)
{
	if (!f)
		return;
	policy_free(f->policy);
	document_free(f->document);
	parse_notes_done(&f->notes);
	arena_free(f->arena);
	free(f->text);
	free(f->rules);
	free(f->names);
	free(f->remarks);
	free(f);
}
