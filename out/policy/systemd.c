/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A drop-in for a systemd service.  It begins with what takes back the unit's own lists, because lines add up.
 *
 * A list of allowed calls has @default in it whatever is written: calls like futex and nanosleep, which libc makes or
 * not as it likes.  What the policy denies of those by a rule is taken away again, and all that it does not allow
 * if it is to be exact; but for execve, with which systemd starts the service.  A rule that says what the default says
 * would keep systemd from loading the list.
 */
#include <errno.h>
#include "base/mem.h"
#include "out/escape.h"
#include "out/view.h"
#include "policy/judge.h"
#include "policy/plain.h"
#include "sysdb/sysdb.h"
#include "sysdb/systemd.h"

enum { WIDTH = 100, EXCEPTIONS = 8 };

struct drop_in {
	const struct shown *shown;
	const struct policy *policy;
	const struct target_version *target;	/* NULL: not named */
	unsigned release;			/* of systemd's groups */
	struct plain list;
	bool allows;				/* a list of allowed calls, otherwise of denied ones */
	struct verdict answer;			/* SystemCallErrorNumber=, or kill */
	FILE *file;
};

static bool is_kill(enum action action)
{
	return action == ACT_KILL_PROCESS || action == ACT_KILL_THREAD || action == ACT_TRAP;
}

/* As systemd does. */
static struct verdict as_said(struct verdict v)
{
	return is_kill(v.action) ? (struct verdict){ ACT_KILL_PROCESS, 0 } : v;
}

static struct verdict answer_to(const struct drop_in *d, const char *call)
{
	bool starts = d->allows && streq(call, "execve");

	return starts ? (struct verdict){ ACT_ALLOW, 0 } : as_said(plain_answer(&d->list, d->policy, call));
}

/* Does this version of systemd have a name for the call? */
static bool is_known(const struct drop_in *d, const char *call)
{
	const struct target_version *libseccomp = targets_find(d->shown->wanted.targets, "libseccomp");

	return libseccomp ? target_knows(libseccomp, call) : !d->target || !d->target->here || libseccomp_knows(call);
}

static bool matters(const struct drop_in *d, const char *call)
{
	return is_known(d, call) && call_exists_on(call, policy_covers(d->policy));
}

/* The most common answer of denied calls in a deny-list. */
static struct verdict most_common(const struct drop_in *d)
{
	struct verdict best = { ACT_ERRNO, EPERM };
	size_t most = 0;

	for (size_t i = 0; i < d->list.count; i++) {
		struct verdict v = as_said(d->list.items[i].verdict);
		size_t count = 0;

		if (verdict_passes(v) || (v.action == ACT_ERRNO && v.data == 0))
			continue;
		for (size_t k = i; k < d->list.count; k++)
			count += verdict_equal(as_said(d->list.items[k].verdict), v);
		if (count > most) {
			most = count;
			best = v;
		}
	}
	return best;
}

static void begin(struct drop_in *d, const struct shown *s, FILE *f)
{
	struct verdict otherwise = as_said(policy_default(s->policy));

	*d = (struct drop_in){ .shown = s, .policy = s->policy, .file = f };
	d->target = targets_find(s->wanted.targets, "systemd");
	d->release = systemd_release(d->target ? d->target->version[0] : 0);
	plain_find(&d->list, s->policy);
	d->allows = !verdict_passes(otherwise);
	d->answer = d->allows ? otherwise : most_common(d);
}

static bool is_default(const struct drop_in *d, const char *call)
{
	return verdict_equal(answer_to(d, call), as_said(policy_default(d->policy)));
}

/* Can a line name it? */
static bool is_said(const struct drop_in *d, const char *call)
{
	return !starts_with(call, "call_") && is_known(d, call);
}

/* --- groups in place of names --- */

static int compare_items(const void *item, const void *name)
{
	return strcmp(*(char *const *)item, name);
}

static bool has(const struct strlist *sorted, const char *name)
{
	size_t i = lower_bound(name, sorted->items, sorted->count, sizeof *sorted->items, compare_items);

	return i < sorted->count && streq(sorted->items[i], name);
}

/* How many more calls than the covered ones a group replaces; 0 if it has other calls that matter,
 * or too many. Calls that get the default answer can be removed again. */
static size_t group_gain(const struct drop_in *d, const char *group, const struct strlist *names,
			 const struct strlist *covered, struct strlist *ret_exceptions)
{
	scoped(strlist_done) struct strlist calls = { 0 };
	size_t gain = 0;

	systemd_group_calls(d->release, group, &calls);
	for (size_t i = 0; i < calls.count; i++) {
		const char *call = calls.items[i];

		if (has(names, call))
			gain += !has(covered, call);
		else if (matters(d, call) && !is_default(d, call))
			return 0;
		else if (matters(d, call))
			strlist_insert(ret_exceptions, call);
	}
	return gain < 2 || ret_exceptions->count * EXCEPTIONS > gain ? 0 : gain;
}

static const char *best_group(const struct drop_in *d, const struct strlist *names, const struct strlist *covered,
			      struct strlist *ret_exceptions)
{
	const char *group, *best = NULL;
	size_t most = 0;

	for (size_t i = 0; d->target && (group = systemd_group_at(d->release, i)); i++) {
		struct strlist exceptions = { 0 };
		size_t gain = group_gain(d, group, names, covered, &exceptions);

		if (gain > most) {
			most = gain;
			best = group;
			strlist_done(ret_exceptions);
			*ret_exceptions = exceptions;
			exceptions = (struct strlist){ 0 };
		}
		strlist_done(&exceptions);
	}
	return best;
}

/* Groups first, then the remaining names. */
static void shorten(const struct drop_in *d, const struct strlist *names, struct strlist *ret, struct strlist *ret_exceptions)
{
	scoped(strlist_done) struct strlist covered = { 0 };
	const char *group;

	for (;;) {
		scoped(strlist_done) struct strlist exceptions = { 0 };

		group = best_group(d, names, &covered, &exceptions);
		if (!group)
			break;
		strlist_insert(ret, group);
		systemd_group_calls(d->release, group, &covered);
		for (size_t i = 0; i < exceptions.count; i++)
			strlist_insert(ret_exceptions, exceptions.items[i]);
	}
	for (size_t i = 0; i < names->count; i++)
		if (!has(&covered, names->items[i]))
			strlist_add(ret, names->items[i]);
}

/* --- lines --- */

static void write_words(const struct drop_in *d, const char *begin, const struct strlist *words, const char *suffix)
{
	size_t column = 0;

	for (size_t i = 0; i < words->count; i++) {
		size_t len = strlen(words->items[i]) + strlen(suffix);

		if (column && column + len + 1 > WIDTH) {
			fputc('\n', d->file);
			column = 0;
		}
		column += (size_t)fprintf(d->file, "%s%s%s", column ? " " : begin, words->items[i], suffix);
	}
	if (column)
		fputc('\n', d->file);
}

static void write_reason(const struct drop_in *d, const char *why)
{
	scoped(freep) char *clean = why ? clean_dup(why) : NULL;

	if (clean && d->shown->verbose)
		fprintf(d->file, "# %s\n", clean);
}

/* Calls with one answer, in a list that begins with `key`; "~" removes the exceptions, or adds them. */
static void write_list(const struct drop_in *d, const char *key, const char *undo, const struct strlist *names, const char *suffix)
{
	scoped(strlist_done) struct strlist words = { 0 }, exceptions = { 0 };

	shorten(d, names, &words, &exceptions);
	write_words(d, key, &words, suffix);
	write_words(d, undo, &exceptions, "");
}

static bool same_reason(const struct drop_in *d, const struct plain_call *a, const struct plain_call *b)
{
	return !d->shown->verbose || streq(a->because ? a->because : "", b->because ? b->because : "");
}

/* Whether an allowed call is logged is in another line. */
static bool same_line(const struct drop_in *d, const struct plain_call *a, const struct plain_call *b)
{
	struct verdict x = answer_to(d, a->call), y = answer_to(d, b->call);

	return same_reason(d, a, b) && (verdict_equal(x, y) || (verdict_passes(x) && verdict_passes(y)));
}

static char *suffix_of(const struct drop_in *d, struct verdict v)
{
	if (verdict_passes(v) || (!d->allows && verdict_equal(v, d->answer)))
		return xstrdup("");
	if (v.action != ACT_ERRNO)
		return xstrdup(":kill");
	return errno_name(v.data) ? xprintf(":%s", errno_name(v.data)) : xprintf(":%u", v.data);
}

/* The line of the i-th call and all others with the same answer, unless an earlier line has it. */
static void write_line_of(const struct drop_in *d, size_t i, bool passes)
{
	const struct plain_call *items = d->list.items;
	scoped(freep) char *suffix = suffix_of(d, answer_to(d, items[i].call));
	scoped(strlist_done) struct strlist names = { 0 };

	for (size_t k = 0; k < d->list.count; k++)
		if (same_line(d, &items[k], &items[i]) && is_said(d, items[k].call)) {
			if (k < i)
				return;
			strlist_insert(&names, items[k].call);
		}
	write_reason(d, items[i].because);
	write_list(d, passes ? "SystemCallFilter=" : "SystemCallFilter=~", d->allows ? "SystemCallFilter=~" : "SystemCallFilter=",
		   &names, suffix);
}

/* Returns the number of lines. */
static size_t write_lines(const struct drop_in *d, bool passes)
{
	size_t count = 0;

	for (size_t i = 0; i < d->list.count; i++) {
		const char *call = d->list.items[i].call;

		if (verdict_passes(answer_to(d, call)) != passes || !is_said(d, call) || (!passes && is_default(d, call)))
			continue;
		write_line_of(d, i, passes);
		count++;
	}
	return count;
}

/* Calls that systemd adds to a list of allowed calls, and the policy does not allow: to remove, or
 * to keep. */
static void find_defaults(const struct drop_in *d, bool stays, struct strlist *ret)
{
	scoped(strlist_done) struct strlist defaults = { 0 };

	systemd_group_calls(d->release, "@default", &defaults);
	for (size_t i = 0; d->allows && i < defaults.count; i++) {
		const char *call = defaults.items[i];
		bool goes = d->shown->wanted.exact || policy_first_rule(d->policy, call);

		if (matters(d, call) && is_default(d, call) && goes != stays)
			strlist_add(ret, call);
	}
}

static void write_not_default(const struct drop_in *d)
{
	scoped(strlist_done) struct strlist words = { 0 };

	find_defaults(d, false, &words);
	if (words.count)
		write_reason(d, "systemd allows these in each list of allowed calls");
	write_words(d, "SystemCallFilter=~", &words, "");
}

static void write_arches(const struct drop_in *d)
{
	const char *before = "SystemCallArchitectures=";
	const struct arch *arch;

	fputs("SystemCallArchitectures=\n", d->file);
	for (size_t i = 0; (arch = arch_at(i)); i++)
		if (policy_covers(d->policy) & ARCH_BIT(arch)) {
			fprintf(d->file, "%s%s", before, arch == arch_native() ? "native" : arch->systemd);
			before = " ";
		}
	fputc('\n', d->file);
}

static void write_answer(const struct drop_in *d)
{
	scoped(freep) char *word = d->answer.action == ACT_ERRNO ?
		errno_name(d->answer.data) ? xstrdup(errno_name(d->answer.data)) : xprintf("%u", d->answer.data) : xstrdup("kill");

	fprintf(d->file, "SystemCallErrorNumber=%s\n", word);
}

/* The calls that are logged or, if most are, those that are not. */
static void write_log(const struct drop_in *d)
{
	bool others = policy_default(d->policy).action == ACT_LOG;
	enum action listed = others ? ACT_ALLOW : ACT_LOG;
	scoped(strlist_done) struct strlist names = { 0 };

	for (size_t i = 0; i < d->list.count; i++)
		if (d->list.items[i].verdict.action == listed && is_known(d, d->list.items[i].call))
			strlist_insert(&names, d->list.items[i].call);
	fputs("SystemCallLog=\n", d->file);
	write_words(d, others ? "SystemCallLog=~" : "SystemCallLog=", &names, "");
}

static int check(const struct drop_in *d, struct err *e)
{
	struct verdict otherwise = policy_default(d->policy);

	if (d->allows && otherwise.action == ACT_ERRNO && otherwise.data == 0)
		return err_set(e, EOPNOTSUPP, "the format 'systemd' cannot express the default errno 0");
	for (size_t i = 0; otherwise.action == ACT_LOG && i < d->list.count; i++)
		if (d->list.items[i].verdict.action == ACT_ALLOW)
			return 0;
	return otherwise.action == ACT_LOG
		? err_set(e, EOPNOTSUPP, "the format 'systemd' cannot log all calls: one at least must be allowed without") : 0;
}

static int emit(const struct shown *s, FILE *f, struct err *e)
{
	struct drop_in d;

	begin(&d, s, f);
	int r = check(&d, e);

	if (r == 0) {
		fputs("# a drop-in for a systemd service, by sctrace\n[Service]\n", f);
		write_arches(&d);
		write_answer(&d);
		fputs("SystemCallFilter=\n", f);
		if (write_lines(&d, d.allows) == 0 && d.allows)
			fputs("SystemCallFilter=execve\n", f);
		write_not_default(&d);
		if (d.allows)
			write_lines(&d, false);
		write_log(&d);
	}
	plain_done(&d.list);
	return r;
}

/* --- what is lost --- */

static bool compares(const struct drop_in *d, const struct plain_call *c)
{
	return is_said(d, c->call) && c->by_argument;
}

static bool differs_by_arch(const struct drop_in *d, const struct plain_call *c)
{
	return is_said(d, c->call) && c->by_arch;
}

static bool kills_less(maybe_unused const struct drop_in *d, const struct plain_call *c)
{
	return is_kill(c->verdict.action) && c->verdict.action != ACT_KILL_PROCESS;
}

/* An ignored name matters if it would allow or deny something. */
static bool is_nameless(const struct drop_in *d, const struct plain_call *c)
{
	return !starts_with(c->call, "call_") && !is_known(d, c->call) && (!d->allows || verdict_passes(c->verdict));
}

/* An answer for a call came with 236 (systemd's pull request 7178), "kill" with 247 (16675); beside a list of what is
 * allowed it has an effect since 248 (18921). */
static bool gets_default(const struct drop_in *d, const struct plain_call *c)
{
	struct verdict v = answer_to(d, c->call);
	unsigned since = d->allows ? 248 : is_kill(v.action) ? 247 : 236;

	return d->target && d->target->version[0] < since && !verdict_passes(v) && is_said(d, c->call) && !is_default(d, c->call) &&
	       (d->allows || !verdict_equal(v, d->answer));
}

static void losses(const struct shown *s, struct strlist *ret)
{
	static const struct {
		bool (*lost)(const struct drop_in *, const struct plain_call *);
		const char *what;
	} kinds[] = {
		{ compares, "does not compare arguments: the weakest answer of a call applies to all" },
		{ differs_by_arch, "does not distinguish ABIs: the weakest answer of a call applies to all of them" },
		{ kills_less, "kills the process where the policy kills the thread or sends SIGSYS" },
		{ gets_default, "has, in the version in question, no answer for one call: what is for all others applies" },
		{ is_nameless, "cannot name a call that libseccomp does not know: the rule is left out" },
	};
	struct drop_in d;

	begin(&d, s, NULL);
	for (size_t k = 0; k < countof(kinds); k++) {
		size_t count = 0;
		const char *first = NULL;

		for (size_t i = 0; i < d.list.count; i++)
			if (kinds[k].lost(&d, &d.list.items[i]))
				first = count++ ? first : d.list.items[i].call;
		view_add_loss(ret, "systemd", kinds[k].what, count, first);
	}
	if (is_kill(policy_default(s->policy).action) && policy_default(s->policy).action != ACT_KILL_PROCESS)
		view_add_loss(ret, "systemd", "kills the process where the default kills the thread or sends SIGSYS", 1,
			      action_info(policy_default(s->policy).action)->name);
	if (d.allows && !verdict_passes(plain_answer(&d.list, s->policy, "execve")))
		view_add_loss(ret, "systemd", "allows what systemd starts the service with", 1, "execve");
	plain_done(&d.list);
}

static void remark_defaults(const struct shown *s, struct strlist *ret)
{
	enum { SHOWN = 6 };
	scoped(strlist_done) struct strlist calls = { 0 };
	scoped(buf_done) struct buf b = { 0 };
	struct drop_in d;

	begin(&d, s, NULL);
	find_defaults(&d, true, &calls);
	if (calls.count) {
		buf_addf(&b, "systemd allows %zu call%s more in each list (--exact takes %s away again): ", calls.count, plural(calls.count),
			 calls.count == 1 ? "it" : "them");
		strlist_print(&calls, SHOWN, &b);
		strlist_add(ret, buf_str(&b));
	}
	plain_done(&d.list);
}

/* Another version has other groups, with other calls. */
static void remarks(const struct shown *s, struct strlist *ret)
{
	const struct target_version *t = targets_find(s->wanted.targets, "systemd");
	const char *here = t && t->here ? ", which is installed here" : "";
	scoped(freep) char *text = t ? xprintf("for systemd %u%s (--target systemd=VERSION)", t->version[0], here) :
		xprintf("no systemd is installed here, and groups depend on the version: there are none (--target systemd=VERSION)");

	strlist_add(ret, text);
	remark_defaults(s, ret);
}

/* As systemd has the name of a unit. */
static int check_name(const struct wanted *w, struct err *e)
{
	static const char inside[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-_.\\@";
	size_t len = w->name ? strlen(w->name) : 0;

	if (!w->name || (len > 0 && len < 256 && *w->name != '.' && strspn(w->name, inside) == len))
		return 0;
	return err_set(e, EINVAL, "'%s' is not a name for a systemd service: write letters, digits and any of :-_.\\@", w->name);
}

static void next(const struct shown *s, const char *path, struct buf *ret)
{
	const char *unit = s->wanted.name ? s->wanted.name : "NAME", *dot = strrchr(unit, '.');
	scoped(freep) char *service = dot && list_has("service,socket,mount,swap", dot + 1) ? xstrdup(unit) : xprintf("%s.service", unit);

	buf_adds(ret, "install -D -m 644 ");
	escape_shell(ret, path);
	buf_adds(ret, " /etc/systemd/system/");
	escape_shell(ret, service);
	buf_adds(ret, ".d/seccomp.conf && systemctl daemon-reload");
}

#define SAID (ACTION_BIT(ACT_KILL_PROCESS) | ACTION_BIT(ACT_KILL_THREAD) | ACTION_BIT(ACT_TRAP) | ACTION_BIT(ACT_ERRNO) | \
	      ACTION_BIT(ACT_LOG) | ACTION_BIT(ACT_ALLOW))

/* losses() handles conditions and rules for some ABIs. */
const struct view view_policy_systemd = {
	.shows = SHOWS_POLICY,
	.name = "systemd",
	.suffix = ".conf",
	.help = "drop-in for a systemd service (NAME.service.d/*.conf)", .check = check_name,
	.emit = emit,
	.can = CAN_ARGS | CAN_PER_ARCH | CAN_ERRNO | CAN_REASONS,
	.actions = SAID, .defaults = SAID,
	.takes = TAKES_NAME, .loader = "systemd",
	.losses = losses, .remarks = remarks, .next = next,
};
