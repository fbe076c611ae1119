/* SPDX-License-Identifier: Apache-2.0 */
/*
 * minijail's policies, in what minijail0 and its compiler both read alike: 1, `return ERRNO`, and expressions under which
 * a call is allowed. Everything else is killed.
 */
#include <errno.h>
#include <inttypes.h>
#include "base/mem.h"
#include "out/escape.h"
#include "out/view.h"
#include "policy/judge.h"
#include "policy/lift.h"
#include "policy/says.h"
#include "rec/rec.h"

/* What a line says of a call. */
struct line {
	const char *call;
	struct verdict whole;		/* unless it depends on arguments */
	struct rules allowed;		/* if it does: where it is allowed */
	bool depends;
	bool closes;			/* an errno, for some arguments, becomes a kill */
};

static void line_done(struct line *l)
{
	rules_done(&l->allowed);
}

static bool kills(struct verdict v)
{
	return v.action <= ACT_KILL_THREAD;
}

/* The ways on which it is allowed, and whether others get an errno. */
static int sort_ways(struct line *l, const struct rules *ways)
{
	for (size_t i = 0; i < ways->count; i++) {
		if (ways->items[i].verdict.action == ACT_ALLOW)
			rules_add(&l->allowed, &ways->items[i]);
		else if (!kills(ways->items[i].verdict))
			l->closes = true;
	}
	return l->allowed.too_many ? -E2BIG : 0;
}

static int find_line(struct diagram *d, const struct policy *p, const char *call, struct line *ret)
{
	const struct rule like = { .call = call };
	scoped(says_done) struct says says;
	scoped(rules_done) struct rules ways = { 0 };
	struct diagram_step step;

	*ret = (struct line){ .call = call };
	says_find(&says, p, arch_native(), call);
	diagram_begin(d, arch_native());
	diagram_node node = says_answers(d, p, &says);

	ret->depends = !diagram_is_lost(d) && diagram_step_at(d, node, &step);
	if (diagram_is_lost(d) || !lift_rules(d, node, arch_native(), NULL, &like, &ways))
		return -E2BIG;
	if (!ret->depends)
		ret->whole = diagram_at(d, node, (const uint64_t[6]){ 0 });
	return ret->depends ? sort_ways(ret, &ways) : 0;
}

static void print_atom(FILE *f, const char *before, unsigned arg, const char *op, uint64_t value)
{
	fprintf(f, "%sarg%u %s 0x%" PRIx64, before, arg, op, value);
}

/* "arg0 & 0x2 && arg0 in 0xfffffffffffffffb" is (arg0 & 6) == 2 */
static void print_masked(FILE *f, const char *before, const struct condition *c)
{
	uint64_t zeros = c->mask & ~c->value;

	for (uint64_t bit = 1; bit; bit <<= 1)
		if (c->value & c->mask & bit) {
			print_atom(f, before, c->arg, "&", bit);
			before = " && ";
		}
	if (zeros)
		print_atom(f, before, c->arg, "in", ~zeros);
}

static void print_allowed(FILE *f, const struct rules *allowed)
{
	const char *before = "";

	for (size_t i = 0; i < allowed->count; i++, before = " || ")
		for (unsigned k = 0; k < allowed->items[i].conditions; k++, before = " && ") {
			const struct condition *c = &allowed->items[i].when[k];

			if (c->op == CMP_MASKED_EQ)
				print_masked(f, before, c);
			else
				print_atom(f, before, c->arg, cmp_symbol(c->op), c->value);
		}
}

static void print_line(FILE *f, const struct line *l)
{
	if (l->depends ? l->allowed.count == 0 : kills(l->whole))
		return;
	fprintf(f, "%s: ", l->call);
	if (l->depends)
		print_allowed(f, &l->allowed);
	else if (l->whole.action == ACT_ALLOW)
		fputc('1', f);
	else
		fprintf(f, "return %u", l->whole.data);
	fputc('\n', f);
}

static void print_reasons(FILE *f, const struct policy *p, const char *call)
{
	scoped(strlist_done) struct strlist reasons = { 0 };
	const struct rule *rule;

	for (struct rule_walk rules = policy_rules_of(p, call); (rule = rule_next(&rules)); )
		if (rule->because && rule_on(rule, arch_native()) && !strlist_has(&reasons, rule->because))
			strlist_add(&reasons, rule->because);
	for (size_t i = 0; i < reasons.count; i++) {
		scoped(freep) char *clean = clean_dup(reasons.items[i]);

		fprintf(f, "# %s\n", clean);
	}
}

/* The first rule of each call that the ABI has and that has a name. */
static bool is_line(const struct policy *p, const struct rule *rule)
{
	uint32_t nr;

	return policy_first_rule(p, rule->call) == rule && !starts_with(rule->call, "call_") &&
	       arch_call_number(arch_native(), rule->call, &nr);
}

static int emit(const struct shown *s, FILE *f, struct err *e)
{
	scoped(diagram_freep) struct diagram *d = diagram_new();
	const struct rule *rule;

	fprintf(f, "# minijail policy for %s\n", arch_native()->name);
	for (size_t i = 0; (rule = policy_rule(s->policy, i)); i++) {
		scoped(line_done) struct line line = { 0 };

		if (!is_line(s->policy, rule))
			continue;
		if (find_line(d, s->policy, rule->call, &line) < 0)
			return err_set(e, E2BIG, "the rules for '%s' are too many for the format 'minijail'", rule->call);
		if (s->verbose)
			print_reasons(f, s->policy, rule->call);
		print_line(f, &line);
	}
	return 0;
}

static void find_closed(const struct policy *p, size_t *ret_count, const char **ret_first)
{
	scoped(diagram_freep) struct diagram *d = diagram_new();
	const struct rule *rule;

	*ret_count = 0;
	for (size_t i = 0; (rule = policy_rule(p, i)); i++) {
		scoped(line_done) struct line line = { 0 };

		if (is_line(p, rule) && find_line(d, p, rule->call, &line) == 0 && line.closes && (*ret_count)++ == 0)
			*ret_first = rule->call;
	}
}

static void count_threads(const struct policy *p, size_t *ret_count, const char **ret_first)
{
	const struct rule *rule;

	*ret_count = 0;
	for (size_t i = 0; (rule = policy_rule(p, i)); i++)
		if (rule->verdict.action == ACT_KILL_THREAD && (*ret_count)++ == 0)
			*ret_first = rule->call;
	if (policy_default(p).action == ACT_KILL_THREAD && (*ret_count)++ == 0)
		*ret_first = "all others";
}

/* fgets(3) of older versions splits a line that is longer. */
static void count_long(const struct policy *p, size_t *ret_count, const char **ret_first)
{
	enum { LINE_MAX_OLD = 1023 };
	scoped(diagram_freep) struct diagram *d = diagram_new();
	const struct rule *rule;

	*ret_count = 0;
	for (size_t i = 0; (rule = policy_rule(p, i)); i++) {
		scoped(line_done) struct line line = { 0 };
		scoped(freep) char *text = NULL;
		size_t len = 0;
		FILE *f = is_line(p, rule) && find_line(d, p, rule->call, &line) == 0 ? open_memstream(&text, &len) : NULL;

		if (!f)
			continue;
		print_line(f, &line);
		fclose(f);
		if (len > LINE_MAX_OLD && (*ret_count)++ == 0)
			*ret_first = rule->call;
	}
}

static void losses(const struct shown *s, struct strlist *ret)
{
	arch_set others = policy_covers(s->policy) & ~ARCH_BIT(arch_native());
	size_t count;
	const char *first = NULL;

	count_threads(s->policy, &count, &first);
	view_add_loss(ret, "minijail", "cannot kill a thread alone: it kills the process", count, first);
	count_long(s->policy, &count, &first);
	view_add_loss(ret, "minijail", "has a line of more than 1023 bytes, which older versions of minijail0 do not read", count, first);
	if (policy_default(s->policy).action == ACT_ERRNO)
		strlist_add(ret, "the format 'minijail' has no errno for calls without a rule: they kill the process");
	find_closed(s->policy, &count, &first);
	view_add_loss(ret, "minijail", "has no errno for some arguments of a call: with these it kills the process", count, first);
	if (others)
		strlist_add(ret, "the format 'minijail' is for the ABI of the machine: calls of the other ABIs kill the process");
}

static void next(maybe_unused const struct shown *s, const char *path, struct buf *ret)
{
	buf_adds(ret, "minijail0 -n -S ");
	escape_shell(ret, path);
	buf_adds(ret, " -- PROGRAM");
}

/* Which rules are for some ABIs is decided, not lost. */
const struct view view_policy_minijail = {
	.shows = SHOWS_POLICY,
	.name = "minijail",
	.suffix = ".policy",
	.help = "a policy of minijail",
	.emit = emit,
	.can = CAN_ARGS | CAN_PER_ARCH | CAN_ERRNO | CAN_REASONS,
	.actions = ACTION_BIT(ACT_ALLOW) | ACTION_BIT(ACT_ERRNO) | ACTION_BIT(ACT_KILL_PROCESS) | ACTION_BIT(ACT_KILL_THREAD),
	.defaults = ACTION_BIT(ACT_ERRNO) | ACTION_BIT(ACT_KILL_PROCESS) | ACTION_BIT(ACT_KILL_THREAD),
	.losses = losses,
	.next = next,
};

/* "CALL: COUNT" a line, of the recording. */
static int emit_frequency(const struct shown *s, FILE *f, struct err *e)
{
	const struct rec_call *call;
	uint32_t nr;

	if (!s->wanted.rec)
		return err_set(e, EINVAL, "the format 'minijail-frequency' needs a recording: it says how often calls were made");
	fputs("# how often each call was made, for @frequency of minijail\n", f);
	for (size_t i = 0; (call = rec_call_at(s->wanted.rec, i)); i++)
		if (call->arch == arch_native() && !starts_with(call->name, "call_") && arch_call_number(arch_native(), call->name, &nr))
			fprintf(f, "%s: %" PRIu64 "\n", call->name, call->count);
	return 0;
}

static void next_frequency(maybe_unused const struct shown *s, const char *path, struct buf *ret)
{
	buf_adds(ret, "in the policy, a line @frequency ./");
	escape_shell(ret, base_name(path));
}

const struct view view_policy_minijail_frequency = {
	.shows = SHOWS_POLICY,
	.name = "minijail-frequency",
	.suffix = ".frequency",
	.help = "how often each call was made, for @frequency of minijail",
	.emit = emit_frequency,
	.can = CAN_ARGS | CAN_PER_ARCH | CAN_ERRNO | CAN_UNNAMED,
	.actions = ANY_ACTION, .defaults = ANY_ACTION, .flags = ANY_FLAG,
	.next = next_frequency,
};
