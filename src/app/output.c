/* SPDX-License-Identifier: Apache-2.0 */
#include "app/output.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/json.h"
#include "base/mem.h"
#include "read/reader.h"
#include "rec/rec.h"
#include "sysdb/arch.h"
#include "sysdb/sysdb.h"

enum { FILTER_MAX = 1 << 16, HEAD_MAX = 1024, JSON_MAX = 64 << 20 };

bool output_force;

/* The content of a file, to recognize its format. */
struct content {
	const char *path;
	char head[HEAD_MAX];		/* its beginning, without colors */
	struct json_doc doc;
	bool is_json;
};

/* Has it every listed field? */
static bool has_members(const struct content *c, const char *names)
{
	struct json_at root = json_root(&c->doc);
	char name[64];

	if (!c->is_json || !json_is_object(root.value))
		return false;
	while (list_next(&names, name, sizeof name))
		if (!json_object_get(root.value, name))
			return false;
	return true;
}

static bool begins(const struct content *c, const char *pattern)
{
	return fnmatch(pattern, c->head, FNM_EXTMATCH) == 0;
}

/* "openat", "x86:open", "call_470" */
static bool is_call(const char *word)
{
	const char *colon = strchr(word, ':'), *name = colon ? colon + 1 : word;
	scoped(freep) char *abi = colon ? xstrndup(word, (size_t)(colon - word)) : NULL;
	const struct arch *arch = abi ? arch_find(abi) : arch_native();
	uint32_t nr;

	return arch && (arch_call_number(arch, name, &nr) || fnmatch("call_+([0-9])", name, FNM_EXTMATCH) == 0);
}

/* Every line, except one that is cut at the end of the head. */
static bool has_calls(const struct content *c, maybe_unused const char *unused)
{
	const char *line = c->head, *end;

	for (; (end = strchr(line, '\n')); line = end + 1) {
		scoped(freep) char *word = xstrndup(line, (size_t)(end - line));

		if (!is_call(word))
			return false;
	}
	return line != c->head;
}

static bool is_recording(const struct content *c, maybe_unused const char *unused)
{
	return rec_is_recording(c->path);
}

static bool is_filter(const struct content *c, maybe_unused const char *unused)
{
	struct profile f = { .text = NULL };
	struct err ignored;
	bool is = io_read_all(c->path, FILTER_MAX, &f.text, &f.len, &ignored) == 0 && reader_bpf.looks_like(&f);

	free(f.text);
	return is;
}

/* The name of a format in messages, and what its files contain; one row must match. */
static const struct likeness {
	const char *format, *what;
	bool (*has)(const struct content *, const char *spec);
	const char *spec;
} rows[] = {
	{ "recording", "a recording", is_recording, NULL },
	{ "docker", "a profile", has_members, "defaultAction" },
	{ "oci", "a profile", has_members, "defaultAction" },
	{ "kubernetes", "a profile or a Pod of sctrace", has_members, "defaultAction" },
	{ "kubernetes", NULL, begins, "# sctrace: *\napiVersion: v1\nkind: *" },
	{ "spo", "a SeccompProfile", begins, "apiVersion: security-profiles-operator.x-k8s.io/*\nkind: SeccompProfile\n*" },
	{ "firejail", "firejail lines of sctrace", begins, "# lines for a profile of firejail, by sctrace\n*" },
	{ "systemd", "a drop-in of sctrace", begins, "# a drop-in for a systemd service, by sctrace\n*" },
	{ "bpf", "a raw filter", is_filter, NULL },
	{ "c", "a header of sctrace", begins, "/[*] A seccomp filter for C and C++: *" },
	{ "pfc", "pseudo code of a filter", begins, "#\n# pseudo filter code start\n*" },
	{ "minijail", "a minijail policy of sctrace", begins, "# minijail policy for *" },
	{ "minijail-frequency", "a list of counts of sctrace", begins, "# how often each call was made, *" },
	{ "sarif", "a SARIF log", has_members, "version,runs" },
	{ "junit", "a JUnit report", begins, "<[?]xml *<testsuite*" },
	{ "github", "a list of annotations", begins, "::@(error|warning|notice) *::*" },
	{ "markdown", "a markdown report of sctrace", begins, "### System calls: *" },
	{ "names", "a list of calls", has_calls, NULL },
	{ "json", "a JSON report of sctrace", has_members, "profile,inside" },		/* check */
	{ "json", NULL, has_members, "findings,counts" },				/* lint */
	{ "json", NULL, has_members, "old,new,different" },				/* diff */
	{ "json", NULL, has_members, "calls,blind_spots,programs" },			/* report */
	{ "text", "a text report of sctrace", begins, "run +([0-9a-f]): *" },		/* report */
	{ "text", NULL, begins, "# ABIs: *" },						/* gen */
	{ "text", NULL, begins, "@(allow|log|errno *|kill-*|trap|trace|notify)+( ) +([a-z0-9_])*" },
	{ "text", NULL, begins, "@(added|widened|removed|narrowed|changed|weaker|stronger)+( )  *" },	/* diff */
	{ "text", NULL, begins, "*:+([0-9]): @(high|medium|low|info): +([a-z0-9-]): *" },	/* lint */
	{ "text", NULL, begins, "no findings\n" },
	{ "text", NULL, begins, "@(would be denied|denied|answered ENOSYS, as intended):\n *" },	/* check */
	{ "text", NULL, begins, "@(would be refused|refused|told to be absent, as is meant):\n *" },	/* check, before it said "denied" */
	{ "text", NULL, begins, "@(depends on arguments|refused or not, by arguments|allowed, and )*:\n *" },
	{ "text", NULL, begins, "@(inside|outside) +([!\n])?(\n)" },
};

/* Removes "\033[1;31m" and similar sequences. */
static void drop_colours(char *text)
{
	char *to = text;

	while (*text) {
		size_t n = strncmp(text, "\033[", 2) == 0 ? strspn(text + 2, "0123456789;") : 0;

		if (n && text[2 + n] == 'm')
			text += n + 3;
		else
			*to++ = *text++;
	}
	*to = '\0';
}

static bool is_of(const char *path, const char *format)
{
	struct content c = { .path = path };
	struct err ignored;
	bool is = false;

	io_read_head(path, c.head, sizeof c.head);
	drop_colours(c.head);
	c.is_json = strspn(c.head, " \t\r\n") < strlen(c.head) && c.head[strspn(c.head, " \t\r\n")] == '{' &&
		    !rec_is_recording(path) && json_doc_read(&c.doc, path, JSON_MAX, &ignored) == 0;
	for (size_t i = 0; !is && i < countof(rows); i++)
		is = streq(rows[i].format, format) && rows[i].has(&c, rows[i].spec);
	if (c.is_json)
		json_doc_done(&c.doc);
	return is;
}

static const char *what_is(const char *format)
{
	for (size_t i = 0; i < countof(rows); i++)
		if (streq(rows[i].format, format))
			return rows[i].what;
	return "what is written there";
}

int output_check(const char *path, const char *format, struct err *e)
{
	struct stat st;

	if (output_force || streq(path, "-") || stat(path, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0 ||
	    is_of(path, format))
		return 0;
	if (access(path, R_OK) < 0)
		return err_set(e, EEXIST, "'%s' exists and cannot be read, so its content is unknown; name another file "
			       "with -o, or overwrite it with --force", path);
	return err_set(e, EEXIST, "'%s' %s and is not %s; name another file with -o, or overwrite it with --force", path,
		       rec_is_recording(path) ? "is a recording" : "exists", what_is(format));
}

int output_check_about(const char *path, const char *format, int count, const char *const *about, struct err *e)
{
	for (int i = 0; i < count; i++)
		if (io_is_same(path, about[i]))
			return err_set(e, EEXIST, "'%s' is an input of this command, and is not overwritten; name another file with -o", path);
	return output_check(path, format, e);
}

int output_create(struct io_out *out, const char *path, const char *format, int count, const char *const *about,
		  struct err *e)
{
	int r = output_check_about(path, format, count, about, e);

	return r < 0 ? r : io_create(out, path, e);
}
