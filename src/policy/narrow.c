/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/narrow.h"

#include <stdio.h>
#include "base/mem.h"
#include "policy/judge.h"
#include "sysdb/narrow.h"

enum { ROWS_MAX = 2, RULES_MAX = 128 };

/* The values of one argument, on all ABIs where the call was seen. */
struct choice {
	const struct narrow *row;
	unsigned arg;
	uint64_t mask;
	uint64_t values[REC_VALUES_MAX];
	size_t count;
};

struct narrowing {
	const char *call;
	struct choice choices[ROWS_MAX];
	size_t count;
	char why_not[160];		/* "": it can be narrowed */
};

static bool add_value(struct choice *c, uint64_t value)
{
	size_t at = c->count;

	for (size_t i = 0; i < c->count; i++)
		if (c->values[i] == value)
			return true;
	if (c->count == countof(c->values))
		return false;
	for (; at > 0 && c->values[at - 1] > value; at--)
		c->values[at] = c->values[at - 1];
	c->values[at] = value;
	c->count++;
	return true;
}

static void give_up(struct narrowing *n, const struct choice *c, const char *why)
{
	if (!*n->why_not)
		snprintf(n->why_not, sizeof n->why_not, "%s of %s", why, c->row->arg);
}

/* All values except those that have all bits of the mask. */
static void all_apart(struct narrowing *n, struct choice *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->values[i] == c->mask)
			give_up(n, c, "all bits together were seen");
	c->count = 0;
	for (uint64_t part = 0; part < c->mask; part = (part - c->mask) & c->mask)
		add_value(c, part);
}

/* Adds the evidence of one ABI. */
static void add_seen_values(struct narrowing *n, struct choice *c, const struct rec_call *call)
{
	unsigned arg;
	uint64_t mask;
	const struct rec_arg *a = NULL;
	bool placed = narrow_place(c->row, call->arch, &arg, &mask);

	if (placed)
		a = rec_find_arg(call, arg, mask);
	if (!a || !rec_arg_is_exact(call, a)) {
		give_up(n, c, a && a->summary ? "too many values" : "not every run kept the values");
		return;
	}
	if (c->mask && (c->arg != arg || c->mask != mask)) {
		give_up(n, c, "ABIs differ in the place");
		return;
	}
	c->arg = arg;
	c->mask = mask;
	for (size_t i = 0; i < a->value_count; i++)
		if (!add_value(c, a->values[i]))
			give_up(n, c, "too many values");
}

static void look_at(struct narrowing *n, const struct policy *p, const struct rec *rec)
{
	const struct rec_call *call;
	size_t product = 1;

	/* there the conditions would be lost, or could not be combined */
	if (is_multiplexed_on(policy_covers(p), n->call))
		snprintf(n->why_not, sizeof n->why_not, "on an ABI of the profile it is also reached by socketcall");

	for (size_t i = 0; i < n->count; i++) {
		struct choice *c = &n->choices[i];

		for (size_t k = 0; (call = rec_call_at(rec, k)); k++)
			if (streq(call->name, n->call))
				add_seen_values(n, c, call);
		if (c->row->apart)
			all_apart(n, c);
		product *= c->count;
	}
	if (product > RULES_MAX)
		give_up(n, &n->choices[0], "too many combinations");
}

static struct condition condition_of(const struct choice *c, uint64_t value)
{
	if (c->mask == UINT64_MAX)
		return (struct condition){ .arg = c->arg, .op = CMP_EQ, .value = value };
	return (struct condition){ .arg = c->arg, .op = CMP_MASKED_EQ, .value = value, .mask = c->mask };
}

/* Adds the k-th combination. */
static void add_rule(struct policy *p, const struct narrowing *n, const struct rule *like, size_t k)
{
	struct rule rule = *like;

	for (size_t i = 0; i < n->count; i++) {
		const struct choice *c = &n->choices[i];

		rule.when[rule.conditions++] = condition_of(c, c->values[k % c->count]);
		k /= c->count;
	}
	policy_add_rule(p, &rule);
}

static void describe(const struct narrowing *n, struct buf *b)
{
	static const struct arg_info plain = { .type = ARG_LONG, .set = "" };
	const struct arch *native = arch_native();

	buf_addf(b, "%s:", n->call);
	for (size_t i = 0; i < n->count; i++) {
		const struct choice *c = &n->choices[i];
		const struct arg_info *info = sysdb_arg_on(native, n->call, c->arg);

		if (!info)		/* only other ABIs have the call */
			info = &plain;
		buf_addf(b, "%s %s ", i ? "," : "", c->row->arg);
		if (c->row->apart) {
			buf_adds(b, "never all of ");
			const_print(b, info, c->mask);
		} else {
			values_print(b, info, c->mask, c->values, c->count);
		}
	}
}

/* The unconditional allow rule of the call; other rules are not changed. */
static const struct rule *find_whole(const struct policy *p, const char *call)
{
	const struct rule *r;

	for (struct rule_walk rules = policy_rules_of(p, call); (r = rule_next(&rules)); )
		if (r->verdict.action == ACT_ALLOW && r->conditions == 0)
			return r;
	return NULL;
}

static void replace(struct policy *p, const struct narrowing *n, const struct rule *r)
{
	struct rule like = *r;
	scoped(freep) char *call = xstrdup(r->call);
	scoped(freep) char *because = r->because ? xstrdup(r->because) : NULL;
	size_t product = 1;

	like.call = call;
	like.because = because;
	policy_drop(p, r);
	for (size_t i = 0; i < n->count; i++)
		product *= n->choices[i].count;
	for (size_t k = 0; k < product; k++)
		add_rule(p, n, &like, k);
}

void policy_narrow(struct policy *p, const struct rec *rec, struct strlist *ret_narrowed, struct strlist *ret_left)
{
	const struct narrow *row;
	const struct rule *whole;

	for (size_t i = 0; (row = narrow_at(i)); i++) {
		struct narrowing n = { .call = row->call };
		scoped(buf_done) struct buf text = { 0 };

		for (; (row = narrow_at(i)) && streq(row->call, n.call) && n.count < ROWS_MAX; i++)
			n.choices[n.count++].row = row;
		i--;
		if (!(whole = find_whole(p, n.call)) || !rec_find_call(rec, n.call))
			continue;
		look_at(&n, p, rec);
		if (*n.why_not)
			buf_addf(&text, "%s: %s", n.call, n.why_not);
		else
			describe(&n, &text);
		strlist_insert(*n.why_not ? ret_left : ret_narrowed, buf_str(&text));
		if (!*n.why_not)
			replace(p, &n, whole);
	}
	policy_sort(p);
}
