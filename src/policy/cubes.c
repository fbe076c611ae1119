/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/cubes.h"

#include "base/mem.h"

enum { RULES_MOST = 2000, CUBES_MAX = 128 };

/* All values with the bits `value` under `mask`. */
struct cube {
	uint64_t mask, value;
};

struct cubes {
	struct cube items[CUBES_MAX];
	size_t count;
};

void rules_add(struct rules *r, const struct rule *rule)
{
	if (r->count >= RULES_MOST) {
		r->too_many = true;
		return;
	}
	r->items = grow(r->items, r->count, &r->room, sizeof *r->items);
	r->items[r->count++] = *rule;
}

void rules_done(struct rules *r)
{
	free(r->items);
	*r = (struct rules){ 0 };
}

static void add_cube(struct cubes *c, uint64_t mask, uint64_t value)
{
	if (c->count < CUBES_MAX)
		c->items[c->count++] = (struct cube){ mask, value & mask };
}

/* All values from `low` to `high`, as aligned blocks of powers of two. */
static void add_range(struct cubes *c, uint64_t low, uint64_t high)
{
	while (low <= high) {
		uint64_t rest = low ? (low & -low) - 1 : UINT64_MAX;	/* size of the largest block that begins
									   here, minus one */

		while (rest > high - low)
			rest >>= 1;
		add_cube(c, ~rest, low);
		if (low + rest == UINT64_MAX)
			return;
		low += rest + 1;
	}
}

/* The values of an order comparison; false: none. */
static bool range_of(const struct condition *c, uint64_t *low, uint64_t *high)
{
	*low = 0;
	*high = UINT64_MAX;
	switch (c->op) {
	case CMP_LT: *high = c->value - 1; return c->value > 0;
	case CMP_LE: *high = c->value; return true;
	case CMP_GT: *low = c->value + 1; return c->value < UINT64_MAX;
	case CMP_GE: *low = c->value; return true;
	default: return false;
	}
}

static bool is_large(const struct condition *c)
{
	return c->value > UINT32_MAX;
}

/* All values that meet the condition, on a 64-bit ABI; false: not possible as cubes. */
static bool cubes_exact(const struct condition *c, struct cubes *ret)
{
	uint64_t low, high;

	ret->count = 0;
	if (c->op == CMP_EQ || c->op == CMP_MASKED_EQ) {
		add_cube(ret, c->op == CMP_EQ ? UINT64_MAX : c->mask, c->value);
		return true;
	}
	/* a 32-bit ABI would compare with another number */
	if (c->op == CMP_NE || is_large(c))
		return false;
	if (range_of(c, &low, &high))
		add_range(ret, low, high);
	return true;
}

/* Values that meet the condition on every ABI: all of them, or only those without an upper half. */
static void cubes_inner(const struct condition *c, struct cubes *ret)
{
	uint64_t low, high;

	if ((c->op == CMP_EQ || c->op == CMP_MASKED_EQ) && cubes_exact(c, ret))
		return;
	ret->count = 0;
	if (is_large(c))
		return;
	for (unsigned bit = 0; c->op == CMP_NE && bit < 32; bit++)
		add_cube(ret, (uint64_t)1 << bit, ~c->value);
	if (range_of(c, &low, &high) && low <= UINT32_MAX)
		add_range(ret, low, high < UINT32_MAX ? high : UINT32_MAX);
}

/* A superset of the values that meet it on any ABI; only low halves are compared. */
static void cubes_outer(const struct condition *c, struct cubes *ret)
{
	uint64_t low, high;

	ret->count = 0;
	if (c->op == CMP_EQ || c->op == CMP_MASKED_EQ)
		add_cube(ret, (c->op == CMP_EQ ? UINT64_MAX : c->mask) & UINT32_MAX, c->value);
	else if ((c->op != CMP_LT && c->op != CMP_LE) || is_large(c))
		add_cube(ret, 0, 0);
	else if (range_of(c, &low, &high))
		add_range(ret, low, high);
	for (size_t i = 0; i < ret->count; i++) {
		ret->items[i].mask &= UINT32_MAX;
		ret->items[i].value &= UINT32_MAX;
	}
}

static bool cubes_meet(struct cube a, struct cube b)
{
	return ((a.value ^ b.value) & a.mask & b.mask) == 0;
}

static bool never_meet(const struct condition *a, const struct condition *b)
{
	struct cubes x, y;

	if (!cubes_exact(a, &x))
		return false;
	cubes_outer(b, &y);
	for (size_t i = 0; i < x.count; i++)
		for (size_t j = 0; j < y.count; j++)
			if (cubes_meet(x.items[i], y.items[j]))
				return false;
	return true;
}

static int find_condition(const struct rule *rule, unsigned arg)
{
	for (unsigned i = 0; i < rule->conditions; i++)
		if (rule->when[i].arg == arg)
			return (int)i;
	return -1;
}

/* Adds the rule with this condition in place of the one on the same argument. */
static void add_with(struct rules *r, const struct rule *rule, const struct condition *c)
{
	struct rule copy = *rule;
	int at = find_condition(rule, c->arg);
	bool always = c->op == CMP_MASKED_EQ && c->mask == 0;

	if (at < 0 && !always)
		copy.when[copy.conditions++] = *c;
	else if (at >= 0 && !always)
		copy.when[at] = *c;
	else if (at >= 0)
		copy.when[at] = copy.when[--copy.conditions];
	rules_add(r, &copy);
}

static void add_with_cube(struct rules *r, const struct rule *rule, unsigned arg, struct cube cube)
{
	bool all = cube.mask == UINT64_MAX;

	add_with(r, rule, &(struct condition){ .arg = arg, .op = all ? CMP_EQ : CMP_MASKED_EQ,
					       .value = cube.value, .mask = all ? 0 : cube.mask });
}

/* Adds the part of `from` that is not in the cubes from `i` on: for each bit that distinguishes
 * them, one part with this bit inverted and those above it equal. */
static void add_sharp(struct rules *r, const struct rule *rule, unsigned arg, struct cube from,
		      const struct cubes *less, size_t i)
{
	while (i < less->count && !cubes_meet(from, less->items[i]))
		i++;
	if (i == less->count) {
		add_with_cube(r, rule, arg, from);
		return;
	}
	for (uint64_t bit = (uint64_t)1 << 31; bit && !r->too_many; bit >>= 1) {
		struct cube part = { from.mask | bit, from.value | (~less->items[i].value & bit) };

		if (!(less->items[i].mask & bit) || (from.mask & bit))
			continue;
		add_sharp(r, rule, arg, part, less, i + 1);
		from.mask |= bit;
		from.value |= less->items[i].value & bit;
	}
}

static void add_opposite(struct rules *r, const struct rule *rule, const struct condition *c)
{
	static const enum cmp opposites[CMP_COUNT] = {
		[CMP_EQ] = CMP_NE, [CMP_NE] = CMP_EQ, [CMP_LT] = CMP_GE,
		[CMP_GE] = CMP_LT, [CMP_GT] = CMP_LE, [CMP_LE] = CMP_GT,
	};
	struct condition other = *c;
	struct cubes less;

	if (c->op == CMP_MASKED_EQ) {
		cubes_outer(c, &less);
		add_sharp(r, rule, c->arg, (struct cube){ 0, 0 }, &less, 0);
		return;
	}
	other.op = opposites[c->op];
	add_with(r, rule, &other);
}

static void add_without_condition(struct rules *r, const struct rule *rule, const struct condition *c)
{
	int at = find_condition(rule, c->arg);
	struct cubes inner, less;

	if (at < 0) {
		add_opposite(r, rule, c);
		return;
	}
	if (never_meet(&rule->when[at], c)) {
		rules_add(r, rule);
		return;
	}
	cubes_inner(&rule->when[at], &inner);
	cubes_outer(c, &less);
	for (size_t i = 0; i < inner.count; i++)
		add_sharp(r, rule, c->arg, inner.items[i], &less, 0);
}

void rules_add_without(struct rules *r, const struct rule *rule, const struct rule *less)
{
	for (unsigned i = 0; i < less->conditions; i++)
		if (find_condition(rule, less->when[i].arg) >= 0 &&
		    never_meet(&rule->when[find_condition(rule, less->when[i].arg)], &less->when[i])) {
			rules_add(r, rule);
			return;
		}
	for (unsigned i = 0; i < less->conditions; i++)
		add_without_condition(r, rule, &less->when[i]);
}

void rules_subtract(struct rules *r, const struct rule *less)
{
	struct rules left = { .too_many = r->too_many };

	for (size_t i = 0; i < r->count; i++)
		rules_add_without(&left, &r->items[i], less);
	rules_done(r);
	*r = left;
}

static void add_within_condition(struct rules *r, const struct rule *rule, const struct condition *c)
{
	int at = find_condition(rule, c->arg);
	struct cubes a, b;

	if (at < 0) {
		add_with(r, rule, c);
		return;
	}
	cubes_inner(&rule->when[at], &a);
	cubes_inner(c, &b);
	for (size_t i = 0; i < a.count; i++)
		for (size_t j = 0; j < b.count; j++)
			if (cubes_meet(a.items[i], b.items[j]))
				add_with_cube(r, rule, c->arg, (struct cube){ a.items[i].mask | b.items[j].mask,
					      a.items[i].value | b.items[j].value });
}

void rules_add_within(struct rules *r, const struct rule *rule, const struct rule *also)
{
	struct rules now = { 0 };

	rules_add(&now, rule);
	for (unsigned c = 0; c < also->conditions; c++) {
		struct rules next = { .too_many = now.too_many };

		for (size_t i = 0; i < now.count; i++)
			add_within_condition(&next, &now.items[i], &also->when[c]);
		rules_done(&now);
		now = next;
	}
	for (size_t i = 0; i < now.count; i++)
		rules_add(r, &now.items[i]);
	r->too_many |= now.too_many;
	rules_done(&now);
}
