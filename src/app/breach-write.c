/* SPDX-License-Identifier: Apache-2.0 */
/* What check found, as text, JSON, SARIF, workflow annotations and JUnit. */
#include <inttypes.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/jsonw.h"
#include "base/log.h"
#include "base/mem.h"
#include "out/sarif.h"
#include "app/breach.h"

/* What each kind is called, and how much it weighs: a row for each. */
static const struct kind {
	const char *id, *member;	/* of the rule; in JSON */
	const char *level;		/* SARIF's */
	const char *annotation;		/* GitHub's */
	const char *title, *explanation, *remedy;
} kinds[BREACH_KINDS] = {
	[BREACH_REFUSED] = {
		"outside-profile", "refused", "error", "error", "The profile denies a call that was made",
		"The workload made a system call which the profile does not allow, at least with these arguments.",
		"Allow it when it is meant to be made ('check --update', then 'gen'); else find out what makes it.",
	},
	[BREACH_RUNTIME] = {
		"denied-by-runtimes", "runtimes", "error", "error", "The rules allow a call that runc and crun deny",
		"libseccomp makes something else of the rules than they mean, or has no name for the call.",
		"See 'sctrace lint' for the rules, and write them otherwise; a newer libseccomp has more names.",
	},
	[BREACH_ASKED] = {
		"not-decided", "asked", "error", "error", "The profile leaves a call that was made to somebody else",
		"The workload made a system call of which a supervisor (SCMP_ACT_NOTIFY) or a tracer (SCMP_ACT_TRACE) decides.",
		"See that the supervisor allows it; without one the call fails.",
	},
	[BREACH_ABSENT] = {
		"told-absent", "absent", "note", "notice", "The profile says that a call is not there",
		"The profile answers ENOSYS by a rule of its own, and libc falls back to another call.",
		"Nothing is to be done as long as the workload works.",
	},
	[BREACH_NO_CALL] = {
		"no-call", "no_call", "note", "notice", "A number was tried that no kernel has a call for",
		"A program made a call of a number that no kernel has. It fails with ENOSYS, and under the profile with the "
		"errno of its default.",
		"Nothing is to be done as long as the workload works: no profile can name the number.",
	},
	[BREACH_OPEN] = {
		"depends-on-arguments", "open", "warning", "warning", "Arguments decide, which the recording has not",
		"The profile allows the call with some arguments only, and the recording does not tell which they were.",
		"Run the workload under 'sctrace check', which sees the arguments.",
	},
	[BREACH_KERNEL] = {
		"kernel-refusal", "kernel", "note", "notice", "The kernel denied a call that the profile allows",
		"The call failed with EPERM or EACCES, and not because of the profile: a capability is missing, or a permission.",
		"Look at capabilities, owners and security modules; the profile is not the reason.",
	},
	[BREACH_STALE] = {
		"never-used", "stale", "note", "notice", "The profile allows a call that was never used",
		"Nothing of what was looked at made the call.",
		"Deny it, when what was looked at is all that the workload does.",
	},
};

static bool is_native(const struct breach *b)
{
	return b->arch == arch_native();
}

static const char *abi_of(const struct breach *b)
{
	return b->arch ? b->arch->name : "unknown ABI";
}

/* "EPERM", "errno 77" */
static void add_errno(struct buf *t, int error)
{
	if (errno_name(error))
		buf_adds(t, errno_name(error));
	else
		buf_addf(t, "errno %d", error);
}

static void add_verdict(struct buf *t, struct verdict v)
{
	if (v.action == ACT_ERRNO)
		add_errno(t, v.data);
	else
		buf_adds(t, action_info(v.action)->name);
}

/* "mkdir by /bin/mkdir", "mkdir (x86) by ...": who did what. */
static void add_who(struct buf *t, const struct breach *b)
{
	buf_adds(t, b->name);
	if (!is_native(b))
		buf_addf(t, " (%s)", abi_of(b));
	if (*b->program)
		buf_addf(t, " by %s", b->program);
}

static void add_sentence(struct buf *t, const struct breach *b, bool audit)
{
	add_who(t, b);
	switch (b->kind) {
	case BREACH_REFUSED:
	case BREACH_ASKED:
	case BREACH_ABSENT:
	case BREACH_NO_CALL:
		buf_adds(t, audit ? ": would be answered " : ": ");
		add_verdict(t, b->verdict);
		break;
	case BREACH_RUNTIME:
		buf_adds(t, ": ");
		add_verdict(t, b->verdict);
		buf_adds(t, " under runc and crun");
		break;
	case BREACH_OPEN:
		buf_adds(t, ": with some arguments ");
		add_verdict(t, b->verdict);
		break;
	case BREACH_KERNEL:
		buf_adds(t, ": ");
		add_errno(t, b->error);
		buf_adds(t, " from the kernel, not from the profile");
		break;
	case BREACH_STALE:
		buf_adds(t, ": allowed, and never used");
		break;
	case BREACH_KINDS:
		break;
	}
	if (b->count > 1)
		buf_addf(t, ", %" PRIu64 " times", b->count);
}

void breach_print(struct buf *t, const struct breach *b, const char *shape, bool audit)
{
	buf_adds(t, audit ? "would be denied (" : "denied (");
	add_verdict(t, b->verdict);
	buf_addf(t, "): %s", shape);
	if (!is_native(b))
		buf_addf(t, " on %s", abi_of(b));
	if (*b->program)
		buf_addf(t, " by %s", b->program);
}

/* "CAP_SYS_ADMIN", "one of CAP_A, CAP_B" */
static void add_gate(struct buf *t, const char *gate)
{
	const char *comma = strchr(gate, ',');

	buf_adds(t, comma ? "one of " : "");
	for (; *gate; gate += strcspn(gate, ",") + (gate[strcspn(gate, ",")] == ','))
		buf_addf(t, "%.*s%s", (int)strcspn(gate, ","), gate, gate[strcspn(gate, ",")] ? ", " : "");
}

/* The lines beneath: arguments, stack, place. */
static void add_details(struct buf *t, const struct checked *all, const struct breach *b, const char *before)
{
	for (size_t i = 0; i < b->shapes.count; i++)
		buf_addf(t, "%s%s\n", before, b->shapes.items[i]);
	if (b->more_shapes)
		buf_addf(t, "%sand with other arguments\n", before);
	if (b->through)
		buf_addf(t, "%sthrough %s%s\n", before, b->through, b->partial ? " (the stack is not complete)" : "");
	if (b->kind == BREACH_KERNEL && *b->gate) {
		buf_addf(t, "%susually missing: ", before);
		add_gate(t, b->gate);
		buf_adds(t, "\n");
	}
	if (b->place.line && b->kind != BREACH_KERNEL)
		buf_addf(t, "%s%s:%u: %s\n", before, all->profile, b->place.line, b->place.path);
}

/* "ended with status 3", "was killed by signal 15 (Terminated)" */
static void add_end(struct buf *t, int status)
{
	if (WIFSIGNALED(status))
		buf_addf(t, "was killed by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		buf_addf(t, "ended with status %d", WEXITSTATUS(status));
}

static void add_result(struct buf *t, const struct checked *all)
{
	size_t refused = checked_count(all, BREACH_REFUSED), open = checked_count(all, BREACH_OPEN);
	size_t runtimes = checked_count(all, BREACH_RUNTIME), asked = checked_count(all, BREACH_ASKED);
	bool outside = checked_outside(all);

	buf_addf(t, "%s %s", outside ? "outside" : "inside", all->profile);
	if (refused)
		buf_addf(t, ": %zu call%s %s denied", refused, refused == 1 ? "" : "s",
			 all->audit ? "would be" : refused == 1 ? "was" : "were");
	if (runtimes)
		buf_addf(t, "%s %zu call%s denied by runc and crun only", refused ? "," : ":", runtimes, runtimes == 1 ? " is" : "s are");
	if (asked)
		buf_addf(t, "%s %zu call%s left to somebody else", refused || runtimes ? "," : ":", asked, asked == 1 ? " is" : "s are");
	if (open)
		buf_addf(t, "; of %zu the arguments are not known", open);
	if (all->ran && all->wait_status) {
		buf_adds(t, outside ? "; the command " : ", but the command ");
		add_end(t, all->wait_status);
	}
}

static const char *const headings[BREACH_KINDS] = {
	[BREACH_REFUSED] = "denied", [BREACH_RUNTIME] = "allowed by the rules, denied by what runc and crun make of them",
	[BREACH_ASKED] = "left to a supervisor or a tracer", [BREACH_ABSENT] = "told to be absent, as is meant",
	[BREACH_NO_CALL] = "no call of any kernel, denied like one",
	[BREACH_OPEN] = "denied or not, by arguments that the recording has not",
	[BREACH_KERNEL] = "allowed, and denied by the kernel itself", [BREACH_STALE] = "allowed, and never used",
};

static void add_breach(struct buf *t, const struct checked *all, const struct breach *b)
{
	buf_adds(t, "  ");
	if (b->kind == BREACH_STALE)
		add_who(t, b);
	else
		add_sentence(t, b, false);
	buf_adds(t, "\n");
	add_details(t, all, b, "    ");
	for (size_t f = 0; log_level == LOG_VERBOSE && f < b->frames.count; f++)
		buf_addf(t, "      %s\n", b->frames.items[f]);
}

static void emit_text(const struct checked *all, FILE *out)
{
	struct buf t = { 0 };
	bool summed_up = false;
	int last = -1;

	for (size_t i = 0; i < all->count; i++) {
		const struct breach *b = all->items[i];

		if ((int)b->kind != last)
			buf_addf(&t, "%s:\n", b->kind == BREACH_REFUSED && all->audit ? "would be denied" : headings[b->kind]);
		last = (int)b->kind;
		if (stale_is_summed_up(all, b))
			summed_up = true;
		else
			add_breach(&t, all, b);
	}
	if (summed_up)
		stale_add_families(&t, all);
	add_result(&t, all);
	fprintf(out, "%s\n", buf_str(&t));
	buf_done(&t);
}

/* JSON */

static void member_list(struct jsonw *w, const char *key, const struct strlist *list)
{
	if (list->count == 0)
		return;
	jsonw_key(w, key);
	jsonw_open(w, '[');
	for (size_t i = 0; i < list->count; i++)
		jsonw_string(w, list->items[i]);
	jsonw_close(w, ']');
}

static void member_errno(struct jsonw *w, int error)
{
	struct buf t = { 0 };

	if (errno_name(error))
		buf_adds(&t, errno_name(error));
	else
		buf_addf(&t, "%d", error);
	jsonw_member(w, "errno", buf_str(&t));
	buf_done(&t);
}

static void emit_answer(struct jsonw *w, const struct breach *b)
{
	if (b->kind == BREACH_KERNEL) {
		member_errno(w, b->error);
		jsonw_member(w, "capability", b->gate);
		return;
	}
	jsonw_member(w, "action", action_info(b->verdict.action)->name);
	if (b->verdict.action == ACT_ERRNO)
		member_errno(w, b->verdict.data);
}

static void emit_one(struct jsonw *w, const struct breach *b)
{
	jsonw_open(w, '{');
	jsonw_member(w, "abi", abi_of(b));
	jsonw_member(w, "name", b->name);
	jsonw_member_uint(w, "number", b->nr);
	if (b->kind != BREACH_STALE) {
		jsonw_member(w, "program", b->program);
		emit_answer(w, b);
		jsonw_member_uint(w, "count", b->count);
		jsonw_key(w, "first");
		jsonw_seconds(w, b->first);
	}
	member_list(w, "arguments", &b->shapes);
	if (b->through)
		jsonw_member(w, "through", b->through);
	if (b->source) {
		jsonw_key(w, "source");
		jsonw_open_inline(w, '{');
		jsonw_member(w, "file", b->source);
		jsonw_member_uint(w, "line", b->source_line);
		jsonw_close(w, '}');
	}
	member_list(w, "stack", &b->frames);
	if (b->partial) {
		jsonw_key(w, "partial");
		jsonw_bool(w, true);
	}
	if (b->place.line) {
		jsonw_member_uint(w, "line", b->place.line);
		jsonw_member(w, "path", b->place.path);
	}
	jsonw_close(w, '}');
}

static void emit_kind(struct jsonw *w, const struct checked *all, enum breach_kind kind)
{
	jsonw_key(w, kinds[kind].member);
	jsonw_open(w, '[');
	for (size_t i = 0; i < all->count; i++)
		if (all->items[i]->kind == kind)
			emit_one(w, all->items[i]);
	jsonw_close(w, ']');
}

static void emit_subject(struct jsonw *w, const struct checked *all)
{
	jsonw_key(w, all->ran ? "command" : "recordings");
	jsonw_open_inline(w, '[');
	for (size_t i = 0; all->subject[i]; i++) {
		char *clean = clean_dup(all->subject[i]);

		jsonw_string(w, clean);
		free(clean);
	}
	jsonw_close(w, ']');
}

static void emit_json(const struct checked *all, FILE *out)
{
	struct jsonw w = { .file = out };

	jsonw_open(&w, '{');
	jsonw_member(&w, "profile", all->profile);
	if (all->read_for)
		jsonw_member(&w, "read_for", all->read_for);
	emit_subject(&w, all);
	jsonw_key(&w, "inside");
	jsonw_bool(&w, checked_outside(all) == 0);
	if (all->ran) {
		jsonw_key(&w, "audit");
		jsonw_bool(&w, all->audit);
		jsonw_key(&w, "end");
		jsonw_open_inline(&w, '{');
		jsonw_member_uint(&w, WIFSIGNALED(all->wait_status) ? "signal" : "status",
				  (uint64_t)(WIFSIGNALED(all->wait_status) ? WTERMSIG(all->wait_status) :
					     WEXITSTATUS(all->wait_status)));
		jsonw_close(&w, '}');
	}
	for (int kind = 0; kind < BREACH_KINDS; kind++)
		emit_kind(&w, all, (enum breach_kind)kind);
	rec_write_blind_spots(&w, all->rec);
	jsonw_close(&w, '}');
	jsonw_end(&w);
}

/* SARIF */

static const struct sarif_rule *sarif_rule(size_t i)
{
	static struct sarif_rule rules[BREACH_KINDS];

	if (i >= BREACH_KINDS)
		return NULL;
	rules[i] = (struct sarif_rule){ kinds[i].id, kinds[i].title, kinds[i].explanation, kinds[i].remedy, kinds[i].level };
	return &rules[i];
}

/* The sentence and what is beneath, on one line. */
static char *in_one(const struct checked *all, const struct breach *b)
{
	struct buf lines = { 0 }, t = { 0 };

	add_sentence(&lines, b, all->audit);
	buf_adds(&lines, "\n");
	add_details(&lines, all, b, "");
	for (const char *s = buf_str(&lines); *s; s++)
		if (*s != '\n')
			buf_add(&t, s, 1);
		else if (s[1])
			buf_adds(&t, "; ");
	buf_done(&lines);
	return buf_take(&t);
}

/* A file in the working folder by its place there, as reviewers of a checkout want it. */
static const char *in_folder(const char *file)
{
	scoped(freep) char *folder = getcwd(NULL, 0);
	size_t n = folder ? strlen(folder) : 0;

	return n && strncmp(file, folder, n) == 0 && file[n] == '/' ? file + n + 1 : file;
}

/* Where to look: in the source, if there is one, and then in the profile. */
static void find_places(const struct checked *all, const struct breach *b, struct sarif_result *r)
{
	struct sarif_place profile = {
		.file = all->profile, .line = b->place.line ? b->place.line : 1, .path = b->place.line ? b->place.path : "",
	};

	r->place = profile;
	if (!b->source)
		return;
	r->place = (struct sarif_place){ .file = in_folder(b->source), .line = (unsigned)b->source_line, .path = "" };
	r->related = profile;
}

static void emit_sarif(const struct checked *all, FILE *out)
{
	struct jsonw w = { .file = out };

	sarif_begin(&w, sarif_rule);
	for (size_t i = 0; i < all->count; i++) {
		const struct breach *b = all->items[i];
		char *text = in_one(all, b);
		struct sarif_result r = { .rule = b->kind, .id = kinds[b->kind].id, .level = kinds[b->kind].level, .text = text };

		find_places(all, b, &r);
		sarif_result_begin(&w, &r);
		jsonw_member(&w, "call", b->name);
		jsonw_member(&w, "abi", abi_of(b));
		jsonw_member(&w, "program", b->program);
		if (b->through)
			jsonw_member(&w, "through", b->through);
		sarif_result_end(&w);
		free(text);
	}
	sarif_end(&w);
}

/* Workflow commands: what separates is percent-encoded. */
static void put_command(FILE *out, const char *text, bool property)
{
	for (; *text; text++)
		if (*text == '%' || *text == '\r' || *text == '\n' || (property && (*text == ':' || *text == ',')))
			fprintf(out, "%%%02X", (unsigned char)*text);
		else
			fputc(*text, out);
}

static void emit_github(const struct checked *all, FILE *out)
{
	struct buf t = { 0 };

	for (size_t i = 0; i < all->count; i++) {
		const struct breach *b = all->items[i];
		char *text = in_one(all, b);

		struct sarif_result r = { 0 };

		find_places(all, b, &r);
		fprintf(out, "::%s file=", kinds[b->kind].annotation);
		put_command(out, r.place.file, true);
		fprintf(out, ",line=%u,title=", r.place.line);
		put_command(out, b->name, true);
		fprintf(out, " (%s)::", kinds[b->kind].id);
		put_command(out, text, false);
		fputc('\n', out);
		free(text);
	}
	add_result(&t, all);
	fprintf(out, "::%s title=sctrace check::", checked_status(all) ? "error" : "notice");
	put_command(out, buf_str(&t), false);
	fputc('\n', out);
	buf_done(&t);
}

/* JUnit: a test for each call that is told of, and one for the whole. */
static void put_xml(FILE *out, const char *text)
{
	static const struct { char c; const char *entity; } entities[] = {
		{ '<', "&lt;" }, { '>', "&gt;" }, { '&', "&amp;" }, { '"', "&quot;" },
	};

	for (; *text; text++) {
		const char *entity = NULL;

		for (size_t i = 0; i < countof(entities); i++)
			if (*text == entities[i].c)
				entity = entities[i].entity;
		if (entity)
			fputs(entity, out);
		else if ((unsigned char)*text >= ' ')
			fputc(*text, out);
	}
}

static void emit_case(const struct checked *all, const struct breach *b, FILE *out)
{
	struct buf who = { 0 };
	char *text = in_one(all, b);

	add_who(&who, b);
	fprintf(out, "    <testcase classname=\"sctrace.%s\" name=\"", kinds[b->kind].id);
	put_xml(out, buf_str(&who));
	fputs("\">\n      <", out);
	fputs(is_outside(b->kind) ? "failure message=\"" : "system-out>", out);
	put_xml(out, text);
	fputs(is_outside(b->kind) ? "\"/>\n" : "</system-out>\n", out);
	fputs("    </testcase>\n", out);
	free(text);
	buf_done(&who);
}

static void emit_junit(const struct checked *all, FILE *out)
{
	struct buf result = { 0 };
	int status = checked_status(all);

	add_result(&result, all);
	fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
		"  <testsuite name=\"sctrace check\" tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n", all->count + 1,
		checked_outside(all) + (status != 0));
	for (size_t i = 0; i < all->count; i++)
		emit_case(all, all->items[i], out);
	fputs("    <testcase classname=\"sctrace\" name=\"", out);
	put_xml(out, all->profile);
	fputs(status ? "\">\n      <failure message=\"" : "\">\n      <system-out>", out);
	put_xml(out, buf_str(&result));
	fputs(status ? "\"/>\n" : "</system-out>\n", out);
	fputs("    </testcase>\n  </testsuite>\n</testsuites>\n", out);
	buf_done(&result);
}

static const struct check_format formats[] = {
	{ "text", "for people", emit_text },
	{ "json", "for programs", emit_json },
	{ "sarif", "SARIF 2.1.0, for code review and CI systems", emit_sarif },
	{ "github", "annotations of a GitHub workflow", emit_github },
	{ "junit", "JUnit's XML, for CI systems", emit_junit },
};

const struct check_format *check_format_at(size_t i)
{
	return i < countof(formats) ? &formats[i] : NULL;
}

const struct check_format *check_format_find(const char *name)
{
	for (size_t i = 0; i < countof(formats); i++)
		if (streq(formats[i].name, name))
			return &formats[i];
	return NULL;
}
