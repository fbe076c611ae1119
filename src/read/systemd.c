/* SPDX-License-Identifier: Apache-2.0 */
/*
 * systemd's units and drop-ins, as systemd 252 reads them (src/core/load-fragment.c) and turns them into filters
 * (src/shared/seccomp-util.c): what is read is what a service has.
 *
 *   SystemCallFilter=        each line adds to the list; the first decides whether it is one of allowed calls, with
 *                            @default, or with "~" of denied ones.  A later line of the other kind takes away.
 *                            On either list, "~call:errno" gives a call its own answer.
 *   SystemCallErrorNumber=   what denied calls get; without it the process is killed.
 *   SystemCallArchitectures= without it the list applies to every ABI of the machine; of those that it leaves
 *                            out, each call kills.
 *   SystemCallLog=           a second filter.
 */
#include "read/systemd.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <strings.h>
#include <unistd.h>
#include "base/mem.h"
#include "read/call-list.h"
#include "read/unit.h"
#include "sysdb/sysdb.h"
#include "sysdb/systemd.h"

enum { ENTRIES_MAX = 500000, NOTES_MAX = 20, LOOKED_AT = 65536 };

struct unit_reading {
	struct profile *profile;
	struct unit unit;
	struct unit_others *others;
	unsigned release;
	char section[64];		/* the section of the directives */
	struct call_list filter, log;
	int answer;			/* KILL or an errno */
	struct place answer_from, arches_from;
	arch_set arches;
	size_t entries, notes;
};

static struct place place_at(struct unit_reading *rd, const char *key, unsigned line)
{
	struct arena *arena = rd->profile->arena;
	scoped(freep) char *path = xprintf("%s%s%s", rd->section, *key ? "." : "", key);

	return (struct place){ .line = line, .path = arena_strdup(arena, path),
			       .file = rd->unit.origin ? arena_strdup(arena, rd->unit.origin) : NULL };
}

static void note(struct unit_reading *rd, struct strlist *list, unsigned line, const char *fmt, ...) printf_like(4, 5);

static void note(struct unit_reading *rd, struct strlist *list, unsigned line, const char *fmt, ...)
{
	scoped(freep) char *text = NULL;
	va_list ap;

	if (++rd->notes > NOTES_MAX)
		return;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	va_end(ap);
	scoped(freep) char *all = !line ? xstrdup(text) : rd->unit.origin ? xprintf("%s:%u: %s", rd->unit.origin, line, text) :
		xprintf("line %u: %s", line, text);
	scoped(freep) char *clean = clean_dup(all);

	strlist_add(list, clean);
}

static void add_remark(struct unit_reading *rd, enum remark_kind kind, struct place place, const char *word)
{
	struct profile *f = rd->profile;

	f->remarks = grow(f->remarks, f->remark_count, &f->remark_room, sizeof *f->remarks);
	f->remarks[f->remark_count++] = (struct remark){ .kind = kind, .place = place, .word = arena_strdup(f->arena, word) };
}

static void warn(struct unit_reading *rd, unsigned line, const char *word, const char *why)
{
	note(rd, &rd->profile->notes.warnings, line, "systemd ignores '%.64s': %s", word, why);
}

static void warn_ignored(struct unit_reading *rd, unsigned line, const char *word, const char *why)
{
	scoped(freep) char *text = xprintf("'%.64s': %s", word, why);

	warn(rd, line, word, why);
	if (rd->notes <= NOTES_MAX)
		add_remark(rd, REMARK_IGNORED, place_at(rd, "", line), text);
}

/* --- lists of calls --- */

static struct verdict verdict_of(int error)
{
	return error == KILL ? (struct verdict){ ACT_KILL_PROCESS, 0 } : (struct verdict){ ACT_ERRNO, (uint16_t)error };
}

static int add_call(struct unit_reading *rd, struct call_list *s, bool invert, const struct listed *new, struct err *e)
{
	if (++rd->entries > ENTRIES_MAX)
		return err_set(e, EINVAL, "%s:%u: more than %d calls in all lists", rd->profile->file, new->from.line, ENTRIES_MAX);
	if (invert != s->allow || (invert && new->error != NO_ERRNO))
		call_list_put(s, new);
	else
		call_list_remove(s, new->call);
	return 0;
}

static int add_group(struct unit_reading *rd, struct call_list *s, bool invert, const struct listed *group, struct err *e)
{
	scoped(strlist_done) struct strlist calls = { 0 };
	int r = 0;

	systemd_group_calls(rd->release, group->call, &calls);
	for (size_t i = 0; r == 0 && i < calls.count; i++) {
		struct listed one = *group;

		if (!libseccomp_knows(calls.items[i]))
			continue;
		one.call = arena_strdup(rd->profile->arena, calls.items[i]);
		one.group = group->call;
		r = add_call(rd, s, invert, &one, e);
	}
	return r;
}

/* To judge the file: a rule that has no effect. */
static void keep_unknown(struct unit_reading *rd, bool denied, const struct listed *word, bool known)
{
	struct profile *f = rd->profile;

	f->names = grow(f->names, f->name_count, &f->name_room, sizeof *f->names);
	f->names[f->name_count++] = (struct profile_name){
		.call = word->call, .rule = f->rule_count, .place = word->from, .known = known,
	};
	f->rules = grow(f->rules, f->rule_count, &f->rule_room, sizeof *f->rules);
	f->rules[f->rule_count++] = (struct profile_rule){
		.place = word->from, .action = word->from, .args = word->from, .applies = true, .guard = "",
		.when = arena_alloc(f->arena, sizeof(struct condition)),
		.verdict = denied ? verdict_of(word->error == NO_ERRNO ? rd->answer : word->error) : (struct verdict){ ACT_ALLOW, 0 },
	};
}

static void ignore_unknown(struct unit_reading *rd, const struct call_list *s, bool invert, const struct listed *word)
{
	bool newer = call_exists_on(word->call, ANY_ARCH);
	scoped(freep) char *why = xprintf(newer ? "libseccomp %s does not know this call" : "there is no call of this name",
					  libseccomp_version());

	if (s == &rd->filter && invert != s->allow)
		keep_unknown(rd, invert, word, newer);
	warn(rd, word->from.line, word->call, why);
}

static void ignore_group(struct unit_reading *rd, const struct listed *word)
{
	scoped(freep) char *why = xprintf("version %u has no such group", rd->release);

	warn_ignored(rd, word->from.line, word->call, why);
}

static int add_word(struct unit_reading *rd, struct call_list *s, bool invert, const struct listed *word, struct err *e)
{
	if (*word->call == '@' && systemd_has_group(rd->release, word->call))
		return add_group(rd, s, invert, word, e);
	if (*word->call == '@')
		ignore_group(rd, word);
	else if (libseccomp_knows(word->call))
		return add_call(rd, s, invert, word, e);
	else
		ignore_unknown(rd, s, invert, word);
	return 0;
}

/* "uname:EILSEQ", "@sync:255", "mount:kill"; false: it is ignored. */
static bool split_errno(struct unit_reading *rd, char *word, unsigned line, int *ret)
{
	char *colon = strchr(word, ':');

	*ret = NO_ERRNO;
	if (!colon)
		return true;
	*ret = streq(colon + 1, "kill") ? KILL : errno_find(colon + 1);
	if (*ret < 0)
		warn_ignored(rd, line, word, "what follows the colon is not an errno");
	else if (colon == word)
		warn_ignored(rd, line, word, "it does not name a call");
	else
		*colon = '\0';
	return *ret >= 0 && colon != word;
}

static void begin_set(struct unit_reading *rd, struct call_list *s, bool invert, struct place from, struct err *e)
{
	const struct listed defaults = { .call = "@default", .error = NO_ERRNO, .from = from };

	if (s->begun)
		return;
	*s = (struct call_list){ .begun = true, .allow = !invert, .from = from };
	if (s == &rd->filter && s->allow)
		(void)add_group(rd, s, false, &defaults, e);
}

static int take_list(struct unit_reading *rd, struct call_list *s, const char *key, char *value, struct err *e)
{
	bool invert = *value == '~';
	char *word;
	int r, got = 0, error;

	if (!*value) {
		call_list_clear(s);
		return 0;
	}
	begin_set(rd, s, invert, place_at(rd, key, unit_line_of(&rd->unit, value)), e);
	value += invert;
	for (r = 0; r == 0 && (got = unit_word(&value, false, &word)) > 0; ) {
		unsigned line = unit_line_of(&rd->unit, word);

		if (s == &rd->filter && !split_errno(rd, word, line, &error))
			continue;
		if (s != &rd->filter)
			error = NO_ERRNO;
		if (!invert && error != NO_ERRNO) {
			warn_ignored(rd, line, word, "only a line with '~' takes an errno");
			continue;
		}
		r = add_word(rd, s, invert, &(struct listed){ .call = arena_strdup(rd->profile->arena, word), .error = error,
							     .from = place_at(rd, key, line) }, e);
	}
	if (got < 0)
		warn_ignored(rd, rd->unit.line, value, "a backslash at its end");
	return r;
}

/* --- the directives --- */

static int take_filter(struct unit_reading *rd, const char *key, char *value, struct err *e)
{
	return take_list(rd, &rd->filter, key, value, e);
}

static int take_log(struct unit_reading *rd, const char *key, char *value, struct err *e)
{
	return take_list(rd, &rd->log, key, value, e);
}

static int take_answer(struct unit_reading *rd, const char *key, char *value, maybe_unused struct err *e)
{
	unsigned line = unit_line_of(&rd->unit, value);
	int error = !*value || streq(value, "kill") ? KILL : errno_find(value);

	if (error > 0) {
		rd->answer = error;
		rd->answer_from = place_at(rd, key, line);
	} else {
		warn_ignored(rd, line, value, "it is not an errno");
	}
	return 0;
}

static const struct arch *arch_of_word(const char *word)
{
	const struct arch *arch;

	if (streq(word, "native"))
		return arch_native();
	for (size_t i = 0; (arch = arch_at(i)); i++)
		if (streq(arch->systemd, word))
			return arch;
	return NULL;
}

static int take_arches(struct unit_reading *rd, const char *key, char *value, maybe_unused struct err *e)
{
	char *word;
	int got;

	if (!*value)
		rd->arches = 0;
	rd->arches_from = place_at(rd, key, unit_line_of(&rd->unit, value));
	while ((got = unit_word(&value, true, &word)) > 0) {
		const struct arch *arch = arch_of_word(word);

		if (arch)
			rd->arches |= ARCH_BIT(arch);
		else
			warn_ignored(rd, unit_line_of(&rd->unit, word), word, "systemd knows no such architecture");
	}
	if (got < 0)
		warn_ignored(rd, rd->unit.line, value, "a quote or backslash without its end");
	return 0;
}

static const struct directive {
	const char *key;
	int (*read)(struct unit_reading *, const char *key, char *value, struct err *);
} directives[] = {
	{ "SystemCallFilter", take_filter }, { "SystemCallErrorNumber", take_answer },
	{ "SystemCallArchitectures", take_arches }, { "SystemCallLog", take_log },
};

static bool has_commands(const char *section)
{
	return list_has("Service,Socket,Mount,Swap", section);
}

static void ignore_key(struct unit_reading *rd, const struct unit_line *l, const char *right)
{
	scoped(freep) char *why = xprintf("the key is %s=", right);

	warn_ignored(rd, l->line, l->key, why);
}

/* A key that differs from one of these only in its case or its beginning. */
static void check_spelling(struct unit_reading *rd, const struct unit_line *l)
{
	static const char *const tails[] = { "callfilter", "callerrornumber", "callarchitectures", "calllog" };

	for (size_t i = 0; i < countof(tails); i++) {
		size_t len = strlen(l->key), tail = strlen(tails[i]);

		if (len > tail && strncasecmp(l->key, "sys", 3) == 0 && strcasecmp(l->key + len - tail, tails[i]) == 0)
			ignore_key(rd, l, directives[i].key);
	}
}

static int obey(struct unit_reading *rd, const struct unit_line *l, const struct directive *d, struct err *e)
{
	const char *ignored = NULL;

	if (d)
		return d->read(rd, d->key, l->value, e);
	if (!unit_others_take(rd->others, l->key, l->value, place_at(rd, l->key, l->line), &ignored))
		check_spelling(rd, l);
	else if (ignored)
		warn_ignored(rd, l->line, ignored, "it has no effect there");
	return 0;
}

static int take_line(struct unit_reading *rd, const struct unit_line *l, struct err *e)
{
	const struct directive *d = NULL;

	if (streq(rd->unit.section, "Container"))
		return err_set(e, EINVAL, "%s:%u: a file of Podman's Quadlet, and not a unit: give sctrace the profile that its "
			       "SeccompProfile= names, or podman-default", rd->profile->file, l->line);
	for (size_t i = 0; i < countof(directives); i++)
		if (streq(directives[i].key, l->key))
			d = &directives[i];
	if (has_commands(rd->unit.section) && !*rd->section)
		snprintf(rd->section, sizeof rd->section, "%s", rd->unit.section);
	if (streq(rd->section, rd->unit.section))
		return obey(rd, l, d, e);
	if (d)
		warn_ignored(rd, l->line, d->key, *rd->section ? "it is in another section" : "it is not in the section [Service]");
	return 0;
}

static int read_lines(struct unit_reading *rd, struct err *e)
{
	struct unit_line l;
	int r;

	while ((r = unit_next(&rd->unit, &l, e)) > 0) {
		if (l.what)
			note(rd, &rd->profile->notes.warnings, l.line, "systemd ignores %s", l.what);
		else if ((r = take_line(rd, &l, e)) < 0)
			return r;
	}
	return r;
}

/* --- what systemd makes of them --- */

static struct verdict filter_default(const struct unit_reading *rd)
{
	return rd->filter.allow ? verdict_of(rd->answer) : (struct verdict){ ACT_ALLOW, 0 };
}

static struct verdict filter_answer(const struct unit_reading *rd, const struct listed *n)
{
	if (!n)
		return filter_default(rd);
	if (n->error != NO_ERRNO)
		return verdict_of(n->error);
	return rd->filter.allow ? (struct verdict){ ACT_ALLOW, 0 } : verdict_of(rd->answer);
}

static bool is_logged(const struct call_list *log, const char *call)
{
	return (log->allow || log->count > 0) && (call_list_find(log, call) != NULL) == log->allow;
}

static struct verdict logged(struct verdict v, bool log)
{
	return log && v.action == ACT_ALLOW ? (struct verdict){ ACT_LOG, 0 } : v;
}

/* libseccomp rejects a rule that says what the default says; systemd 257 leaves it out, 252 does not start the service. */
static void check_starts(struct unit_reading *rd, const struct listed *n)
{
	if (rd->release >= 257 || !verdict_equal(filter_answer(rd, n), filter_default(rd)))
		return;
	add_remark(rd, REMARK_NOT_LOADED, n->from, n->call);
	note(rd, &rd->profile->notes.warnings, n->from.line, "the service does not start: '%s' has the answer of all calls that are "
	     "not listed, and systemd %u cannot load such a list", n->call, rd->release);
}

static void add_rule(struct unit_reading *rd, struct policy *p, const char *call)
{
	const struct listed *n = call_list_find(&rd->filter, call), *log = call_list_find(&rd->log, call), *by = n ? n : log;
	struct verdict v = logged(filter_answer(rd, n), is_logged(&rd->log, call));

	if (n)
		check_starts(rd, n);
	if (!verdict_equal(v, policy_default(p)))
		policy_add_rule(p, &(struct rule){ .call = call, .verdict = v, .because = by->group, .from = by->from });
}

static struct policy *own_policy(struct unit_reading *rd, arch_set arches)
{
	bool logs_others = !rd->log.allow && rd->log.count > 0;
	struct policy *p = policy_new(logged(filter_default(rd), logs_others));

	policy_add_arches(p, arches);
	for (size_t i = 0; i < rd->filter.count; i++)
		add_rule(rd, p, rd->filter.items[i].call);
	for (size_t i = 0; i < rd->log.count; i++)
		if (!call_list_find(&rd->filter, rd->log.items[i].call))
			add_rule(rd, p, rd->log.items[i].call);
	policy_sort(p);
	return p;
}

static arch_set arches_of(const struct unit_reading *rd)
{
	const struct arch *arch, *native = arch_native();
	arch_set arches = ARCH_BIT(native);

	for (size_t i = 0; (arch = arch_at(i)); i++)
		if (arch_is_companion(native, arch) && (!rd->arches || rd->arches & ARCH_BIT(arch)))
			arches |= ARCH_BIT(arch);
	return arches;
}

static void make_policy(struct unit_reading *rd)
{
	scoped(policy_freep) struct policy *own = own_policy(rd, arches_of(rd));

	rd->profile->policy = unit_others_join(rd->others, rd->release, own);
	profile_keep_rules(rd->profile);
}

static void check_whole(struct unit_reading *rd)
{
	struct profile *f = rd->profile;
	scoped(freep) char *dropins = xprintf("%s.d", f->file);

	if (verdict_passes(policy_default(f->policy)) && !policy_rule(f->policy, 0))
		note(rd, &f->notes.warnings, 0, "nothing in it denies a system call: the service may make all of them");
	if (access(dropins, F_OK) == 0)
		note(rd, &f->notes.warnings, 0, "%s/ is not read; 'systemctl cat' prints a unit with its drop-ins", dropins);
	if (rd->notes > NOTES_MAX)
		strlist_add(&f->notes.warnings, "and more like these");
}

static int read_systemd(struct profile *f, const struct read_opts *how, struct err *e)
{
	scoped(unit_others_freep) struct unit_others *others = unit_others_new();
	unsigned version = how->systemd ? how->systemd : host_systemd();
	struct unit_reading rd = { .profile = f, .others = others, .release = systemd_release(version), .answer = KILL };

	unit_begin(&rd.unit, f->file, f->text, f->len);
	int r = read_lines(&rd, e);

	if (r == 0) {
		make_policy(&rd);
		const struct place *otherwise = rd.answer_from.line ? &rd.answer_from : &rd.filter.from;

		f->otherwise = otherwise->line ? *otherwise : (struct place){ .line = 1, .path = "" };
		f->architectures = rd.arches_from.line ? rd.arches_from : f->otherwise;
		f->head = "";
		check_whole(&rd);
	}
	unit_done(&rd.unit);
	call_list_clear(&rd.filter);
	call_list_clear(&rd.log);
	return r;
}

/* A section of a unit, after comments and empty lines. */
static bool looks_like_unit(struct profile *f)
{
	static const char sections[] = "Unit,Install,Service,Socket,Mount,Swap,Automount,Timer,Path,Slice,Scope,Container";
	struct unit u;
	struct unit_line l;
	struct err e;

	unit_begin(&u, f->file, f->text, f->len < LOOKED_AT ? f->len : LOOKED_AT);
	bool found = unit_next(&u, &l, &e) > 0 && !l.what && list_has(sections, u.section);

	unit_done(&u);
	return found;
}

const struct reader reader_systemd = {
	.name = "systemd",
	.help = "a unit or drop-in of systemd, or what 'systemctl cat' prints",
	.looks_like = looks_like_unit,
	.read = read_systemd,
};
