/* SPDX-License-Identifier: Apache-2.0 */
#include "read/filter.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include "base/mem.h"
#include "policy/judge.h"
#include "policy/lift.h"
#include "policy/prose.h"
#include "policy/says.h"
#include "sysdb/sysdb.h"

/* NUMBERS: more than an ABI has from its first call on; FAR: a number that none ever had. STEPS: what all of the
 * filters may need for all calls. */
enum { NUMBERS = 1024, FAR = 0x3ffffffe, STEPS = 1 << 27, RULES_ALL = 1 << 14 };

struct number {
	uint32_t nr;
	const char *name;
	bool named;			/* or near those that are: the others stand for what is far */
};

struct numbers {
	struct number *items;
	size_t count, room;
};

struct readback {
	struct profile *profile;
	const struct code *filters;
	size_t count;
	struct diagram *diagram;
	struct policy *policy;
	arch_set covered;
	struct numbers numbers[32];	/* by arch_index() */
	struct rules rules;		/* of calls; their ABIs are joined */
	struct arena *arena;
	unsigned steps_left;
	bool took_upper;
	struct err *e;
};

/* What the filters say to a call together, and where. */
struct answer {
	diagram_node node;
	struct place from;
};

static struct place place_of(const struct readback *r, size_t filter, uint32_t at)
{
	char text[64];

	if (r->count == 1)
		snprintf(text, sizeof text, "instruction %" PRIu32, at + 1);
	else
		snprintf(text, sizeof text, "filter %zu, instruction %" PRIu32, filter + 1, at + 1);
	return (struct place){ .line = at + 1, .path = arena_strdup(r->arena, text) };
}

static int cannot_say(const struct readback *r, size_t filter, const struct code_trail *trail, const struct arch *arch, uint32_t nr)
{
	char name[CALL_NAME_MAX];
	const struct place at = place_of(r, filter, trail->at);

	arch_call_name(arch, nr, name);
	return err_set(r->e, EOPNOTSUPP, "%s: %s: %s '%s' on %s", r->profile->file, at.path,
		       trail->steps_left == 0 || diagram_is_lost(r->diagram) ? "the filter is too long to follow for" :
		       "rules cannot express what the filter computes from the arguments of", name, arch->name);
}

/* In a diagram that was begun for the ABI. */
static int ask(struct readback *r, const struct arch *arch, uint32_t nr, struct answer *ret)
{
	const struct code_call call = { .arch = arch, .nr = nr, .no_uppers = arch->bits == 32 };
	diagram_node all = 0;

	for (size_t i = 0; i < r->count; i++) {
		struct code_trail trail = { .steps_left = r->steps_left };
		diagram_node one;
		bool good = code_answers_of(r->diagram, &r->filters[i], &call, &trail, &one);

		if (!good)
			return cannot_say(r, i, &trail, arch, nr);
		r->steps_left = trail.steps_left;
		r->took_upper |= trail.took_upper;
		diagram_node before = all;

		all = i ? diagram_strictest(r->diagram, all, one) : one;
		if (i == 0 || all != before)
			ret->from = place_of(r, i, trail.at);
	}
	ret->node = all;
	return 0;
}

static int ask_anew(struct readback *r, const struct arch *arch, uint32_t nr, struct answer *ret)
{
	diagram_begin(r->diagram, arch);
	return ask(r, arch, nr, ret);
}

static bool is_constant(const struct readback *r, diagram_node n)
{
	struct diagram_step step;

	return !diagram_step_at(r->diagram, n, &step);
}

static struct verdict with_zeros(const struct readback *r, diagram_node n)
{
	return diagram_at(r->diagram, n, (const uint64_t[6]){ 0 });
}

static bool always(const struct readback *r, diagram_node n, struct verdict v)
{
	return is_constant(r, n) && verdict_equal(with_zeros(r, n), v);
}

/* which ABIs, which numbers */

/* Does a filter compare a word with that? */
static bool mentions(const struct readback *r, uint32_t k)
{
	for (size_t i = 0; i < r->count; i++)
		for (size_t n = 0; n < r->filters[i].count; n++) {
			const struct sock_filter *f = &r->filters[i].items[n];

			if (BPF_CLASS(f->code) == BPF_JMP && BPF_OP(f->code) == BPF_JEQ && f->k == k)
				return true;
		}
	return false;
}

static bool is_asked(const struct readback *r, const struct arch *arch)
{
	return arch == arch_native() || arch_is_companion(arch_native(), arch) || mentions(r, arch->audit);
}

static int by_number(const void *va, const void *vb)
{
	const struct number *a = va, *b = vb;

	if (a->nr != b->nr)
		return a->nr < b->nr ? -1 : 1;
	return b->named - a->named;
}

static void add_number(struct numbers *n, const struct arch *arch, uint32_t nr, bool named)
{
	/* -1 is what a tracer puts in a call's place so that it is not made */
	if ((nr & arch->bit) != arch->bit || arch_by_bit(arch, nr) != arch || nr == UINT32_MAX)
		return;
	n->items = grow(n->items, n->count, &n->room, sizeof *n->items);
	n->items[n->count++] = (struct number){ .nr = nr, .named = named };
}

/* What a filter compares with, and its neighbours: between two of these it does not tell numbers apart. */
static void add_constants(const struct readback *r, struct numbers *n, const struct arch *arch)
{
	for (size_t i = 0; i < r->count; i++)
		for (size_t k = 0; k < r->filters[i].count; k++) {
			const struct sock_filter *f = &r->filters[i].items[k];

			for (uint32_t d = 0; BPF_CLASS(f->code) == BPF_JMP && d < 3; d++)
				add_number(n, arch, f->k + d - 1, false);
		}
}

/* Each number once, those without a name behind the others. */
static void find_numbers(struct readback *r, struct numbers *n, const struct arch *arch)
{
	const struct sysdb_call *c;
	uint32_t nr, first = UINT32_MAX;
	size_t kept = 0;

	for (size_t i = 0; (c = sysdb_at(i)); i++)
		if (arch_call_number(arch, c->name, &nr)) {
			add_number(n, arch, nr, true);
			first = nr < first ? nr : first;
		}
	for (nr = first; n->count && nr - first < NUMBERS; nr++)
		add_number(n, arch, nr, true);
	add_constants(r, n, arch);
	add_number(n, arch, arch->bit | FAR, false);
	sort_items(n->items, n->count, sizeof *n->items, by_number);
	for (size_t i = 0; i < n->count; i++)
		if (!kept || n->items[kept - 1].nr != n->items[i].nr)
			n->items[kept++] = n->items[i];
	n->count = kept;
	for (size_t i = 0; i < n->count; i++) {
		char name[CALL_NAME_MAX];

		arch_call_name(arch, n->items[i].nr, name);
		n->items[i].name = arena_strdup(r->arena, name);
	}
}

/* Not where every call kills the thread: that is what a policy means by an ABI that it does not cover. */
static int find_covered(struct readback *r, const struct arch *arch)
{
	const struct numbers *n = &r->numbers[arch_index(arch)];
	struct answer a;

	for (size_t i = 0; i < n->count; i++) {
		int error = n->items[i].named ? ask_anew(r, arch, n->items[i].nr, &a) : 0;

		if (error < 0)
			return error;
		if (n->items[i].named && !always(r, a.node, (struct verdict){ ACT_KILL_THREAD, 0 })) {
			r->covered |= ARCH_BIT(arch);
			return 0;
		}
	}
	return 0;
}

static int look_at_arches(struct readback *r)
{
	const struct arch *arch;
	int error = 0;

	for (size_t i = 0; error == 0 && (arch = arch_at(i)); i++)
		if (is_asked(r, arch)) {
			find_numbers(r, &r->numbers[i], arch);
			error = find_covered(r, arch);
		}
	r->covered |= ARCH_BIT(arch_native());
	return error;
}

/* rules */

/* The same rule for one ABI more, or a new one. */
static void join_rule(struct readback *r, const struct rule *rule, const struct arch *arch)
{
	for (size_t i = 0; i < r->rules.count; i++) {
		struct rule *other = &r->rules.items[i];

		if (verdict_equal(other->verdict, rule->verdict) && streq(other->call, rule->call) && conditions_equal(other, rule)) {
			other->arches |= ARCH_BIT(arch);
			return;
		}
	}
	r->rules.items = grow(r->rules.items, r->rules.count, &r->rules.room, sizeof *r->rules.items);
	r->rules.items[r->rules.count++] = *rule;
	r->rules.items[r->rules.count - 1].arches = ARCH_BIT(arch);
}

static int too_long(const struct readback *r)
{
	return err_set(r->e, EOPNOTSUPP, "%s: the filter has too many rules", r->profile->file);
}

static int too_many(const struct readback *r, const struct arch *arch, const char *call)
{
	return err_set(r->e, EOPNOTSUPP, "%s: the filter distinguishes more arguments of '%s' on %s than rules can express",
		       r->profile->file, call, arch->name);
}

static int lift_call(struct readback *r, const struct arch *arch, uint32_t nr, const char *name, const struct verdict *otherwise,
		     struct rules *ret)
{
	struct rule like = { .call = name };
	struct answer a;
	int error = ask_anew(r, arch, nr, &a);

	if (error < 0)
		return error;
	like.from = a.from;
	return lift_rules(r->diagram, a.node, arch, otherwise, &like, ret) ? 0 : too_many(r, arch, name);
}

static int lift_arch(struct readback *r, const struct arch *arch)
{
	const struct numbers *n = &r->numbers[arch_index(arch)];
	struct verdict otherwise = policy_default(r->policy);
	int error = 0;

	for (size_t i = 0; error == 0 && i < n->count; i++) {
		scoped(rules_done) struct rules rules = { 0 };

		if (!n->items[i].named || is_multiplexer(n->items[i].name))
			continue;
		error = lift_call(r, arch, n->items[i].nr, n->items[i].name, &otherwise, &rules);
		for (size_t k = 0; error == 0 && k < rules.count; k++)
			join_rule(r, &rules.items[k], arch);
		if (error == 0 && r->rules.count > RULES_ALL)
			error = too_long(r);
	}
	return error;
}

static bool has_call(const struct numbers *n, const char *call)
{
	for (size_t i = 0; i < n->count; i++)
		if (streq(n->items[i].name, call))
			return true;
	return false;
}

/* Do all ABIs that have a number of that name have the rule? */
static bool is_everywhere(const struct readback *r, const struct rule *rule)
{
	const struct arch *arch;

	for (size_t i = 0; (arch = arch_at(i)); i++)
		if ((r->covered & ~rule->arches & ARCH_BIT(arch)) && has_call(&r->numbers[i], rule->call))
			return false;
	return true;
}

static void add_rules(struct readback *r)
{
	for (size_t i = 0; i < r->rules.count; i++) {
		struct rule rule = r->rules.items[i];

		rule.arches = is_everywhere(r, &rule) ? 0 : rule.arches;
		policy_add_rule(r->policy, &rule);
	}
}

static diagram_node meant_by(struct readback *r, const struct arch *arch, const char *call)
{
	scoped(says_done) struct says says;

	says_find(&says, r->policy, arch, call);
	return says_answers(r->diagram, r->policy, &says);
}

/* A rule for `bind` also covers what socketcall(2) makes of it. Where the filters say something else, every one of
 * their answers is a rule of its own: the stricter one counts. */
static int lift_multiplexer(struct readback *r, const struct arch *arch, const char *call)
{
	scoped(rules_done) struct rules rules = { 0 };
	struct answer a;
	uint32_t nr;
	int error;

	if (!arch_call_number(arch, call, &nr))
		return 0;
	error = ask_anew(r, arch, nr, &a);
	if (error < 0 || meant_by(r, arch, call) == a.node)
		return error;
	error = lift_call(r, arch, nr, call, NULL, &rules);
	for (size_t i = 0; error == 0 && i < rules.count; i++) {
		rules.items[i].arches = ARCH_BIT(arch);
		policy_add_rule(r->policy, &rules.items[i]);
	}
	return error;
}

/* proof, and what is left */

static void remark(struct readback *r, const struct arch *arch, uint32_t nr, struct verdict answer)
{
	scoped(buf_done) struct buf b = { 0 };

	buf_addf(&b, "on %s, a number that no call has, as %" PRIu32 ", is ", arch->name, nr);
	prose_verdict(&b, answer);
	buf_adds(&b, ", and others are not: no rule can express this");
	strlist_add(&r->profile->notes.warnings, buf_str(&b));
}

static int prove_arch(struct readback *r, const struct arch *arch)
{
	const struct numbers *n = &r->numbers[arch_index(arch)];
	struct verdict other = { ACT_ALLOW, 0 };
	uint32_t other_nr = 0;

	for (size_t i = 0; i < n->count; i++) {
		uint32_t nr = n->items[i].nr;
		struct answer a;
		int error = ask_anew(r, arch, nr, &a);

		if (error < 0)
			return error;
		if (meant_by(r, arch, n->items[i].name) == a.node)
			continue;
		if (n->items[i].named || diagram_is_lost(r->diagram))
			return too_many(r, arch, n->items[i].name);
		if (!other_nr) {
			other = with_zeros(r, a.node);
			other_nr = nr;
		}
	}
	if (other_nr)
		remark(r, arch, other_nr, other);
	return 0;
}

static int read_all(struct readback *r)
{
	const struct arch *arch;
	struct answer far;
	int error = look_at_arches(r);

	error = error < 0 ? error : ask_anew(r, arch_native(), FAR, &far);
	if (error < 0)
		return error;
	r->policy = policy_new(with_zeros(r, far.node));
	r->profile->policy = r->policy;
	r->profile->otherwise = far.from;
	policy_add_arches(r->policy, r->covered);
	for (size_t i = 0; error == 0 && (arch = arch_at(i)); i++)
		if (r->covered & ARCH_BIT(arch))
			error = lift_arch(r, arch);
	add_rules(r);
	for (size_t i = 0; error == 0 && (arch = arch_at(i)); i++)
		for (size_t m = 0; error == 0 && (r->covered & ARCH_BIT(arch)) && multiplexer_at(m); m++)
			error = lift_multiplexer(r, arch, multiplexer_at(m));
	for (size_t i = 0; error == 0 && (arch = arch_at(i)); i++)
		if (r->covered & ARCH_BIT(arch))
			error = prove_arch(r, arch);
	policy_sort(r->policy);
	profile_keep_rules(r->profile);
	if (r->took_upper)
		strlist_add(&r->profile->notes.hints, "the filter compares upper halves of 32-bit arguments; they are taken for 0");
	return error;
}

int filters_read(struct profile *profile, const struct code *filters, size_t count, struct err *e)
{
	struct readback r = { .profile = profile, .filters = filters, .count = count, .arena = profile->arena,
			     .steps_left = STEPS, .e = e };
	int error = 0;

	for (size_t i = 0; error == 0 && i < count; i++)
		error = code_check(&filters[i], e);
	if (error < 0)
		return err_in(e, error, "%s", profile->file);
	r.diagram = diagram_new();
	error = read_all(&r);
	diagram_free(r.diagram);
	rules_done(&r.rules);
	for (size_t i = 0; i < countof(r.numbers); i++)
		free(r.numbers[i].items);
	return error;
}

int profile_read_filters(const char *who, const struct code *filters, size_t count, struct profile **ret, struct err *e)
{
	scoped(profile_freep) struct profile *f = xcalloc(1, sizeof *f);

	f->arena = arena_new();
	f->file = arena_strdup(f->arena, who);
	f->text = xstrdup("");
	f->reader = &reader_bpf;
	int r = filters_read(f, filters, count, e);

	if (r == 0)
		*ret = take(f);
	return r;
}
