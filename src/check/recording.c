/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the calls of a recording with a profile. */
#include "base/mem.h"
#include "check/breach.h"
#include "check/call.h"
#include "policy/judge-unknown.h"
#include "sysdb/args.h"

static void add_site(struct breach *b, const struct rec_call *call, const char *program)
{
	for (size_t i = 0; i < call->site_count; i++) {
		const struct rec_site *site = &call->sites[i];

		if (streq(site->program, program))
			breach_set_frames(b, site->frames, site->depth, site->through, site->partial);
	}
}

static void judge_seen(struct breaches *s, const struct rec_call *call, const struct judgement *a)
{
	bool open = judgement_allows(a) == HOLDS_MAYBE;
	struct verdict v = a->verdict;
	const struct rule *rule = a->by;

	/* of the possible answers, the denial matters */
	for (size_t i = 0; open && verdict_passes(v) && i < a->maybe_count; i++) {
		v = a->maybe[i]->verdict;
		rule = a->maybe[i];
	}
	for (size_t i = 0; i < call->seen_count; i++) {
		const struct rec_seen *seen = &call->seen[i];

		struct breach *b = breaches_add(s, &(struct breach){
			.kind = open ? BREACH_OPEN : breach_kind_of(call->arch, call->nr, v, rule), .arch = call->arch,
			.audit = call->arch->audit, .nr = call->nr, .name = call->name, .program = seen->program, .verdict = v,
		}, rule, seen->count, seen->first);

		add_site(b, call, seen->program);
	}
}

/* The arguments that decide, with all their values in the recording. It does not show which values
 * of several arguments occurred together. */
struct deciding {
	const struct rec_arg *args[6];
	unsigned count;
	size_t combinations;
};

enum { COMBINATIONS_MAX = 4096 };

/* The upper half of an int was not recorded: for a negative value it is unknown, and a filter
 * without a mask compares it. */
static bool is_negative(const struct rec_call *call, const struct rec_arg *arg, uint64_t value)
{
	return call->arch->bits != 32 && arg->mask <= UINT32_MAX && value & 0x80000000u;
}

/* The bits that are known for all its values. */
static uint64_t bits_known(const struct rec_call *call, const struct rec_arg *arg)
{
	for (size_t i = 0; i < arg->value_count; i++)
		if (is_negative(call, arg, arg->values[i]))
			return arg->mask;
	return arg->mask | ~(uint64_t)UINT32_MAX;
}

/* All values of an argument, with at least these bits. */
static const struct rec_arg *exact_arg(const struct rec_call *call, unsigned arg, uint64_t bits)
{
	for (size_t i = 0; i < call->arg_count; i++)
		if (call->args[i].arg == arg && !call->args[i].summary && rec_arg_is_exact(call, &call->args[i]) &&
		    !(bits & ~bits_known(call, &call->args[i])))
			return &call->args[i];
	return NULL;
}

/* False if a needed argument is not known completely. */
static bool find_deciding(const struct rec_call *call, const struct judgement *a, struct deciding *ret)
{
	uint64_t asked[6] = { 0 };

	*ret = (struct deciding){ .combinations = 1 };
	for (size_t i = 0; i < a->maybe_count; i++)
		for (unsigned c = 0; c < a->maybe[i]->conditions; c++) {
			const struct condition *when = &a->maybe[i]->when[c];

			asked[when->arg] |= when->op == CMP_MASKED_EQ ? when->mask : UINT64_MAX;
		}
	for (unsigned i = 0; i < 6; i++) {
		if (!asked[i])
			continue;
		ret->args[ret->count] = exact_arg(call, i, asked[i]);
		if (!ret->args[ret->count])
			return false;
		ret->combinations *= ret->args[ret->count++]->value_count;
		if (ret->combinations > COMBINATIONS_MAX)
			return false;
	}
	return ret->combinations > 0;
}

/* The index of an argument's value in a combination. */
static size_t place_in(const struct deciding *d, unsigned i, size_t combination)
{
	for (unsigned before = 0; before < i; before++)
		combination /= d->args[before]->value_count;
	return combination % d->args[i]->value_count;
}

static void fill_question(struct partial_call *q, const struct deciding *d, size_t combination)
{
	for (unsigned i = 0; i < d->count; i++) {
		q->known |= 1u << d->args[i]->arg;
		q->args[d->args[i]->arg] = d->args[i]->values[place_in(d, i, combination)];
	}
}

/* False: it depends on more. */
static bool judge_one(const struct breaches *s, const struct rec_call *call, const struct deciding *d, size_t combination,
		      struct verdict *ret, const struct rule **ret_rule)
{
	struct partial_call q = { .arch = call->arch, .call = call->name };
	struct judgement a;

	fill_question(&q, d, combination);
	policy_judge_unknown(s->policy, &q, &a);

	bool decided = judgement_allows(&a) != HOLDS_MAYBE;

	*ret = a.verdict;
	*ret_rule = a.by;
	judgement_done(&a);
	return decided;
}

/* Values are recorded for the call, and not by program or with counts. */
static void add_value(struct breaches *s, const struct rec_call *call, const struct rec_arg *arg, uint64_t value,
		      struct verdict v, const struct rule *rule)
{
	bool one = call->seen_count && streq(call->seen[0].program, call->seen[call->seen_count - 1].program);
	struct breach *b = breaches_add(s, &(struct breach){
		.kind = breach_kind_of(call->arch, call->nr, v, rule), .arch = call->arch, .audit = call->arch->audit, .nr = call->nr,
		.name = call->name, .program = one ? call->seen[0].program : "", .verdict = v,
	}, rule, 1, call->seen_count ? call->seen[0].first : 0);
	struct buf shape = { 0 };

	b->count = 1;
	call_print_value(&shape, call->arch, call->name, arg->arg, value);
	breach_add_shape(b, buf_str(&shape));
	buf_done(&shape);
	if (one)
		add_site(b, call, call->seen[0].program);
}

/* Report the values with which the call is denied, whatever the other arguments are. */
static bool add_refused(struct breaches *s, const struct rec_call *call, const struct deciding *d, unsigned i)
{
	const struct rec_arg *arg = d->args[i];
	bool any = false;

	for (size_t value = 0; value < arg->value_count; value++) {
		struct verdict v, first = { ACT_ALLOW, 0 };
		const struct rule *rule, *by = NULL;
		bool refused = true;

		for (size_t c = 0; refused && c < d->combinations; c++) {
			if (place_in(d, i, c) != value)
				continue;
			judge_one(s, call, d, c, &v, &rule);
			refused = !verdict_passes(v);
			if (verdict_passes(first)) {
				first = v;
				by = rule;
			}
		}
		if (refused)
			add_value(s, call, arg, arg->values[value], first, by);
		any = any || refused;
	}
	return any;
}

/* False: it remains open. */
static bool judge_values(struct breaches *s, const struct rec_call *call, const struct judgement *open)
{
	bool decided, refused = false, told = false;
	struct deciding d;

	decided = find_deciding(call, open, &d);
	for (size_t c = 0; decided && c < d.combinations; c++) {
		const struct rule *rule;
		struct verdict v;

		decided = judge_one(s, call, &d, c, &v, &rule);
		refused = refused || !verdict_passes(v);
	}
	for (unsigned i = 0; decided && refused && i < d.count; i++)
		told = add_refused(s, call, &d, i) || told;
	return decided && (told || !refused);
}

/* All arguments with completely known values. */
static void find_known(const struct rec_call *call, struct deciding *ret)
{
	const struct rec_arg *arg;

	*ret = (struct deciding){ .combinations = 1 };
	for (unsigned i = 0; i < 6; i++) {
		arg = exact_arg(call, i, call->arch->bits == 32 ? UINT32_MAX : UINT64_MAX);
		if (!arg || arg->value_count == 0 || ret->combinations * arg->value_count > COMBINATIONS_MAX)
			continue;
		ret->args[ret->count++] = arg;
		ret->combinations *= arg->value_count;
	}
}

/* Runtimes deny it with some of the recorded or possible values. */
static bool is_denied_by_runtimes(struct breaches *s, const struct rec_call *call, struct deviation *ret)
{
	struct partial_call q = { .arch = call->arch, .call = call->name };
	struct deciding d;

	if (!s->runtime || !runtime_filter_deviates(s->runtime, &q, 1u << DEVIATION_STRICTER, ret))
		return false;
	find_known(call, &d);
	for (size_t c = 0; c < d.combinations; c++) {
		fill_question(&q, &d, c);
		if (runtime_filter_deviates(s->runtime, &q, 1u << DEVIATION_STRICTER, ret))
			return true;
	}
	return false;
}

static struct place place_of_name(const struct breaches *s, size_t name)
{
	return s->places && name ? breach_place_dup(&s->places->names[name - 1].place) : (struct place){ 0 };
}

static void judge_runtimes(struct breaches *s, const struct rec_call *call)
{
	struct deviation dev;

	if (!is_denied_by_runtimes(s, call, &dev))
		return;
	for (size_t i = 0; i < call->seen_count; i++) {
		const struct rec_seen *seen = &call->seen[i];
		struct breach key = { .kind = BREACH_RUNTIME, .arch = call->arch, .audit = call->arch->audit, .nr = call->nr,
				      .name = call->name, .program = seen->program, .verdict = dev.made };
		struct breach *b = breach_get(s, &key);
		struct buf shape = { 0 };

		if (b->count == 0)
			b->place = place_of_name(s, dev.name);
		b->first = b->count && b->first < seen->first ? b->first : seen->first;
		b->count += seen->count;
		deviation_example(&shape, &dev);
		if (dev.known)
			breach_add_shape(b, buf_str(&shape));
		buf_done(&shape);
		add_site(b, call, seen->program);
	}
}

void breaches_find(struct breaches *s, const struct rec *rec)
{
	const struct rec_call *call;

	for (size_t i = 0; (call = rec_call_at(rec, i)); i++) {
		struct partial_call q = { .arch = call->arch, .call = call->name };
		struct judgement a;

		policy_judge_unknown(s->policy, &q, &a);
		if (judgement_allows(&a) == HOLDS_MAYBE ? !judge_values(s, call, &a) : !verdict_passes(a.verdict))
			judge_seen(s, call, &a);
		else
			judge_runtimes(s, call);
		judgement_done(&a);
	}
}
