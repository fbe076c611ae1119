/* SPDX-License-Identifier: Apache-2.0 */
#include "golden.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/mem.h"
#include "policy/derive.h"
#include "read/reader.h"
#include "rec/rec.h"
#include "tests/unit/scratch.h"

__attribute__((__noreturn__)) static void give_up(const char *where, const char *what)
{
	printf("Bail out! %s: %s\n", where, what);
	exit(99);
}

static char *path_of(const char *name, const char *file)
{
	const char *top = getenv("SRCDIR");

	return xprintf("%s/tests/golden/%s%s%s", top ? top : ".", name, *file ? "/" : "", file);
}

static bool find_case(size_t i, char *ret, size_t size)
{
	scoped(freep) char *path = path_of("", "");
	struct strlist names = { 0 };
	DIR *d = opendir(path);

	if (!d)
		give_up(path, strerror(errno));
	for (struct dirent *e; (e = readdir(d)); )
		if (e->d_name[0] != '.')
			strlist_insert(&names, e->d_name);
	closedir(d);
	bool found = i < names.count;

	if (found)
		snprintf(ret, size, "%s", names.items[i]);
	strlist_done(&names);
	return found;
}

static struct policy *from_profile(const char *path, struct err *e)
{
	const struct parse_host host = { .caps = 0, .kernel = { 6, 1 } };
	struct parse_notes notes = { 0 };
	struct policy *p = NULL;

	policy_read(path, &host, &p, &notes, e);
	parse_notes_done(&notes);
	return p;
}

static struct policy *from_recording(const char *path, struct err *e)
{
	const struct derive_opts opts = { .refuse = { ACT_ERRNO, EPERM } };
	struct rec *rec = NULL;

	if (rec_load(path, &rec, e) < 0)
		return NULL;
	struct policy *p = policy_derive(rec, &opts);

	rec_free(rec);
	return p;
}

static struct policy *from_words(const char *path, struct err *e)
{
	static const char *const abis[] = { "x86_64", "x86", "x32" };
	struct policy *p = NULL;
	const char *words[16];
	struct denylist d = { .words = words };
	scoped(freep) char *text = scratch_read(path);
	char *save = NULL;

	for (char *w = strtok_r(text, " \n", &save); w && d.count < countof(words); w = strtok_r(NULL, " \n", &save))
		words[d.count++] = w;
	for (size_t i = 0; i < countof(abis); i++)
		d.arches |= ARCH_BIT(arch_find(abis[i]));
	policy_deny(&d, &p, e);
	return p;
}

bool golden_open(struct golden *g, size_t i)
{
	static const struct { const char *file; struct policy *(*make)(const char *, struct err *); } kinds[] = {
		{ "profile.json", from_profile }, { "recording.json", from_recording }, { "deny", from_words },
	};
	struct err e = { "has neither profile.json nor recording.json nor deny" };

	*g = (struct golden){ 0 };
	if (!find_case(i, g->name, sizeof g->name))
		return false;
	for (size_t k = 0; !g->policy && k < countof(kinds); k++) {
		scoped(freep) char *path = path_of(g->name, kinds[k].file);

		if (access(path, R_OK) == 0)
			g->policy = kinds[k].make(path, &e);
	}
	if (!g->policy)
		give_up(g->name, e.text);
	return true;
}

void golden_close(struct golden *g)
{
	policy_free(g->policy);
	g->policy = NULL;
}

char *golden_read(const struct golden *g, const char *file)
{
	scoped(freep) char *path = path_of(g->name, file);

	return scratch_read(path);
}

void golden_write(const struct golden *g, const char *file, const char *text)
{
	scoped(freep) char *path = path_of(g->name, file);

	scratch_write(path, text);
}
