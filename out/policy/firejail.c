/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines for a profile of firejail, as firejail 0.9.72 reads them.
 *
 *   seccomp.keep, seccomp.drop   allowed calls, or denied ones.  Of two such lines the last one applies.  "name:ERRNO"
 *                                and "name:kill" give a call its own answer on either list.  Errnos have names: what it
 *                                cannot read it passes over in silence.
 *   $NUMBER                      a call that its table has no name for; on a list of denied calls only with an answer
 *                                of its own, else it is passed over in silence.
 *   seccomp.32.drop              the same for 32-bit programs, to which the other lists do not apply.  seccomp.32.keep is
 *                                read as one more list for 64-bit calls, and leaves 32-bit programs without a filter.
 *   seccomp.block-secondary      denies all calls of 32-bit programs, and personality(2) with what would switch to them.
 *   seccomp-error-action         what denied calls get: an errno, kill or log.
 *
 * A list of allowed calls has execve, execveat and prctl in it, but for those with an answer; x32 is always denied.
 * Who is killed is the thread.
 */
#include <errno.h>
#include "base/mem.h"
#include "out/escape.h"
#include "out/view.h"
#include "policy/judge.h"
#include "policy/plain.h"

struct lines {
	const struct policy *policy;
	struct target_version firejail;
	struct plain list;
	bool keeps;			/* a list of allowed calls */
	struct verdict answer;		/* of denied calls without their own errno */
};

static bool is_kill(enum action action)
{
	return action == ACT_KILL_PROCESS || action == ACT_KILL_THREAD || action == ACT_TRAP;
}

static struct verdict as_said(struct verdict v)
{
	return is_kill(v.action) ? (struct verdict){ ACT_KILL_THREAD, 0 } : v;
}

/* NULL: it has no name. */
static const char *answer_name(struct verdict v)
{
	return v.action == ACT_LOG ? "log" : is_kill(v.action) ? "kill" : v.data ? errno_name(v.data) : NULL;
}

/* The most common answer of denied calls in a deny-list. */
static struct verdict common_answer(const struct lines *l)
{
	struct verdict best = { ACT_ERRNO, EPERM };
	size_t most = 0;

	for (size_t i = 0; i < l->list.count; i++) {
		struct verdict v = as_said(l->list.items[i].verdict);
		size_t count = 0;

		if (verdict_passes(v) || !answer_name(v))
			continue;
		for (size_t k = i; k < l->list.count; k++)
			count += verdict_equal(as_said(l->list.items[k].verdict), v);
		if (count > most) {
			most = count;
			best = v;
		}
	}
	return best;
}

static void begin(struct lines *l, const struct shown *s)
{
	struct verdict otherwise = as_said(policy_default(s->policy));
	const struct target_version *named = targets_find(s->wanted.targets, "firejail");

	*l = (struct lines){ .policy = s->policy };
	if (named)
		l->firejail = *named;
	else
		target_parse("firejail=0.9.72", &l->firejail);
	plain_find(&l->list, s->policy);
	/* if all others are logged, the allowed ones are a list */
	l->keeps = otherwise.action != ACT_ALLOW;
	l->answer = l->keeps ? otherwise : common_answer(l);
}

/* By name or, if firejail has none, by number; false: no such call. */
static bool spell(const struct lines *l, const struct arch *arch, const char *call, struct buf *ret)
{
	uint32_t nr;

	if (!arch_call_number(arch, call, &nr))
		return false;
	if (!starts_with(call, "call_") && target_knows(&l->firejail, call))
		buf_adds(ret, call);
	else
		buf_addf(ret, "$%u", nr);
	return true;
}

/* A denied call whose answer differs from the common one. */
static bool has_own_answer(const struct lines *l, const struct plain_call *c)
{
	return !verdict_passes(c->verdict) && !verdict_equal(as_said(c->verdict), l->answer);
}

/* Calls that firejail itself allows, unless they have an errno; also execve, without which nothing
 * starts. It makes them itself under the filter, and continues after an errno. */
static const char *const kept[] = { "execveat", "prctl" };

static bool is_kept_only(const struct lines *l, const char *call)
{
	struct verdict v = plain_answer(&l->list, l->policy, call);

	return l->keeps && !verdict_passes(v) && verdict_equal(as_said(v), l->answer);
}

/* Does the list name the call? */
static bool is_listed(const struct lines *l, const struct plain_call *c)
{
	return l->keeps ? c->verdict.action == ACT_ALLOW || c->verdict.action == ACT_LOG || has_own_answer(l, c)
			: !verdict_passes(c->verdict);
}

static void add_word(const struct lines *l, const struct arch *arch, const struct plain_call *c, struct buf *ret)
{
	scoped(buf_done) struct buf word = { 0 };
	const char *answer = answer_name(as_said(c->verdict));

	if (!is_listed(l, c) || !spell(l, arch, c->call, &word))
		return;
	buf_addf(ret, "%s%s", ret->len ? "," : "", buf_str(&word));
	if (has_own_answer(l, c) || (!l->keeps && *buf_str(&word) == '$'))
		buf_addf(ret, ":%s", answer ? answer : "EPERM");
}

static void write_list(const struct lines *l, const struct arch *arch, const char *key, FILE *f)
{
	scoped(buf_done) struct buf words = { 0 };

	for (size_t i = 0; i < l->list.count; i++)
		add_word(l, arch, &l->list.items[i], &words);
	for (size_t i = 0; i < countof(kept) && l->answer.action != ACT_LOG; i++)
		if (is_kept_only(l, kept[i]))
			buf_addf(&words, "%s%s:%s", words.len ? "," : "", kept[i], is_kill(l->answer.action) ? "EPERM" : answer_name(l->answer));
	/* an empty list of allowed calls has no effect */
	if (l->keeps && !words.len)
		buf_adds(&words, "execve");
	if (words.len)
		fprintf(f, "%s.%s %s\n", key, l->keeps ? "keep" : "drop", buf_str(&words));
}

/* A list of allowed calls for 32-bit programs is one for 64-bit calls, in 0.9.72. */
static bool lists_secondary(const struct lines *l)
{
	const struct arch *x86 = arch_find("x86");

	return !l->keeps && policy_covers(l->policy) & ARCH_BIT(x86) && x86 != arch_native();
}

static int emit(const struct shown *s, FILE *f, struct err *e)
{
	struct lines l;
	int r = 0;

	begin(&l, s);
	if (!answer_name(l.answer))
		r = err_set(e, EOPNOTSUPP, "the format 'firejail' cannot express the default errno %u: it has no name", l.answer.data);
	if (r == 0) {
		fputs("# lines for a profile of firejail, by sctrace\n", f);
		write_list(&l, arch_native(), "seccomp", f);
		if (lists_secondary(&l))
			write_list(&l, arch_find("x86"), "seccomp.32", f);
		else
			fputs("seccomp.block-secondary\n", f);
		fprintf(f, "seccomp-error-action %s\n", answer_name(l.answer));
	}
	plain_done(&l.list);
	return r;
}

/* --- what is lost --- */

static bool compares(maybe_unused const struct lines *l, const struct plain_call *c)
{
	return c->by_argument;
}

static bool differs_by_arch(maybe_unused const struct lines *l, const struct plain_call *c)
{
	return c->by_arch;
}

static bool is_nameless(const struct lines *l, const struct plain_call *c)
{
	return has_own_answer(l, c) && !answer_name(as_said(c->verdict));
}

static bool kills_less(maybe_unused const struct lines *l, const struct plain_call *c)
{
	return is_kill(c->verdict.action) && c->verdict.action != ACT_KILL_THREAD;
}

static bool is_log_lost(const struct lines *l, const struct plain_call *c)
{
	return c->verdict.action == ACT_LOG && l->answer.action != ACT_LOG;
}

static void add_kept_losses(const struct lines *l, struct strlist *ret)
{
	size_t count = 0;
	const char *first = NULL;

	for (size_t i = 0; is_kill(l->answer.action) && i < countof(kept); i++)
		if (is_kept_only(l, kept[i]))
			first = count++ ? first : kept[i];
	view_add_loss(ret, "firejail", "answers EPERM to what firejail calls itself", count, first);
	if (is_kept_only(l, "execve"))
		view_add_loss(ret, "firejail", "allows what firejail starts the program with", 1, "execve");
}

static void add_abi_losses(const struct lines *l, struct strlist *ret)
{
	const struct arch *x86 = arch_find("x86"), *x32 = arch_find("x32");

	if (l->keeps && x86 != arch_native() && policy_covers(l->policy) & ARCH_BIT(x86))
		view_add_loss(ret, "firejail", "denies all calls of 32-bit programs: it has no list of allowed calls for them", 1, x86->name);
	if (policy_covers(l->policy) & ARCH_BIT(x32))
		view_add_loss(ret, "firejail", "denies all calls of this ABI", 1, x32->name);
	if (!lists_secondary(l) && verdict_passes(plain_answer(&l->list, l->policy, "personality")))
		view_add_loss(ret, "firejail", "denies what would switch to another ABI", 1, "personality");
}

static void losses(const struct shown *s, struct strlist *ret)
{
	static const struct {
		bool (*lost)(const struct lines *, const struct plain_call *);
		const char *what;
	} kinds[] = {
		{ compares, "does not compare arguments: the weakest answer of a call applies to all" },
		{ differs_by_arch, "does not distinguish ABIs: the weakest answer of a call applies to all of them" },
		{ is_nameless, "takes an errno by its name only: it is EPERM" },
		{ kills_less, "kills the thread where the policy kills the process or sends SIGSYS" },
		{ is_log_lost, "cannot log some calls only: they are allowed" },
	};
	struct lines l;

	begin(&l, s);
	for (size_t k = 0; k < countof(kinds); k++) {
		size_t count = 0;
		const char *first = NULL;

		for (size_t i = 0; i < l.list.count; i++)
			if (kinds[k].lost(&l, &l.list.items[i]))
				first = count++ ? first : l.list.items[i].call;
		view_add_loss(ret, "firejail", kinds[k].what, count, first);
	}
	if (is_kill(policy_default(s->policy).action) && policy_default(s->policy).action != ACT_KILL_THREAD)
		view_add_loss(ret, "firejail", "kills the thread where the default kills the process or sends SIGSYS", 1,
			      action_info(policy_default(s->policy).action)->name);
	add_kept_losses(&l, ret);
	add_abi_losses(&l, ret);
	plain_done(&l.list);
}

static void next(maybe_unused const struct shown *s, const char *path, struct buf *ret)
{
	buf_adds(ret, "firejail --profile=");
	escape_shell(ret, path);
	buf_adds(ret, " COMMAND");
}

#define SAID (ACTION_BIT(ACT_KILL_PROCESS) | ACTION_BIT(ACT_KILL_THREAD) | ACTION_BIT(ACT_TRAP) | ACTION_BIT(ACT_ERRNO) | \
	      ACTION_BIT(ACT_LOG) | ACTION_BIT(ACT_ALLOW))

/* losses() handles conditions and rules for some ABIs. */
const struct view view_policy_firejail = {
	.shows = SHOWS_POLICY,
	.name = "firejail",
	.suffix = ".profile",
	.help = "seccomp lines of a firejail profile",
	.emit = emit,
	.can = CAN_ARGS | CAN_PER_ARCH | CAN_ERRNO | CAN_UNNAMED,
	.actions = SAID, .defaults = SAID,
	.losses = losses, .next = next,
};
