/* SPDX-License-Identifier: Apache-2.0 */
#include "read/reader.h"

#include <errno.h>
#include <unistd.h>
#include "base/io.h"
#include "base/mem.h"

enum { PROFILE_MAX = 4 << 20 };

/* A text that looks like none of them is read, and rejected, as the last. */
static const struct reader *const readers[] = { &reader_oci };

static const struct reader *reader_of(const struct profile *f)
{
	for (size_t i = 0; i < countof(readers); i++)
		if (readers[i]->looks_like(f->text, f->len))
			return readers[i];
	return readers[countof(readers) - 1];
}

const struct default_profile *profile_default(const char *path)
{
	return access(path, F_OK) < 0 ? default_find(path) : NULL;
}

/* Takes the text, which has a NUL behind it. */
static int read_as(const char *file, char *text, size_t len, const struct parse_host *host, enum read_for use,
		   struct profile **ret, struct err *e)
{
	scoped(profile_freep) struct profile *f = xcalloc(1, sizeof *f);

	f->arena = arena_new();
	f->file = arena_strdup(f->arena, file);
	f->text = text;
	f->len = len;
	int r = reader_of(f)->read(f, host, use, e);

	if (r == 0)
		*ret = take(f);
	return r;
}

int profile_read_text(const char *name, const char *text, const struct parse_host *host, enum read_for use,
		      struct profile **ret, struct err *e)
{
	return read_as(name, xstrdup(text), strlen(text), host, use, ret, e);
}

int profile_read(const char *path, const struct parse_host *host, enum read_for use, struct profile **ret, struct err *e)
{
	const struct default_profile *known = profile_default(path);
	char *text = known ? default_text(known) : NULL;
	size_t len = text ? strlen(text) : 0;
	int r = 0;

	if (!text && access(path, F_OK) < 0 && default_check(path, e) < 0)
		return -EINVAL;
	if (!text)
		r = io_read_all(path, PROFILE_MAX, &text, &len, e);
	return r < 0 ? r : read_as(streq(path, "-") ? "standard input" : path, text, len, host, use, ret, e);
}

/* Takes the profile. */
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
	int r = profile_read(path, host, READ_TO_APPLY, &f, e);

	if (r == 0)
		*ret = policy_of(f, notes);
	return r;
}

int policy_read_text(const char *name, const char *text, const struct parse_host *host, struct policy **ret, struct err *e)
{
	struct profile *f;
	int r = profile_read_text(name, text, host, READ_TO_APPLY, &f, e);

	if (r == 0)
		*ret = policy_of(f, NULL);
	return r;
}

const struct place *profile_place(const struct profile *f, const struct rule *rule)
{
	return rule ? &rule->from : &f->otherwise;
}

void parse_notes_done(struct parse_notes *notes)
{
	strlist_done(&notes->warnings);
	strlist_done(&notes->hints);
}

void profile_free(struct profile *f)
{
	if (!f)
		return;
	policy_free(f->policy);
	parse_notes_done(&f->notes);
	arena_free(f->arena);
	free(f->text);
	free(f->rules);
	free(f->names);
	free(f->remarks);
	free(f);
}
