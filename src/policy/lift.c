/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/lift.h"

#include "base/mem.h"

struct lift {
	const struct diagram *diagram;
	const struct arch *arch;
	const struct verdict *otherwise;
	struct rules *rules;
	unsigned ways;			/* so far, also those that give no rule */
};

enum { WAYS_MAX = 1 << 14 };

/* A row of nodes that compare the bits of a mask with a value, highest first; see code.c. */
struct level {
	uint64_t mask, value;
	bool has_above, has_below;
	diagram_node above, below, equal;
};

static void lift_from(struct lift *l, diagram_node n, const struct rule *so_far);

static bool asks_for(const struct lift *l, diagram_node n, unsigned arg, struct diagram_step *ret)
{
	return diagram_step_at(l->diagram, n, ret) && ret->arg == arg;
}

static uint64_t width_of(const struct lift *l)
{
	return l->arch->bits == 32 ? UINT32_MAX : UINT64_MAX;
}

/* One bit more: which of its ways leaves the row, and which goes on?  The one that leaves leads behind the argument, to
 * where earlier ones led on that side. */
static bool add_bit(const struct lift *l, struct level *r, const struct diagram_step *step)
{
	struct diagram_step ignored;
	uint64_t bit = (uint64_t)1 << step->bit;
	bool up = !asks_for(l, step->high, step->arg, &ignored) && (!r->has_above || r->above == step->high);
	bool down = !asks_for(l, step->low, step->arg, &ignored) && (!r->has_below || r->below == step->low);

	/* both could leave, at the last bit: then rather on a side that is known */
	if (up && down)
		up = r->has_above || (!r->has_below && step->high != r->equal);
	if (!up && !down)
		return false;
	r->mask |= bit;
	r->value |= up ? 0 : bit;
	*(up ? &r->has_above : &r->has_below) = true;
	*(up ? &r->above : &r->below) = up ? step->high : step->low;
	r->equal = up ? step->low : step->high;
	return true;
}

/* False: the argument's bits are not one row. */
static bool row_at(const struct lift *l, diagram_node n, unsigned arg, struct level *ret)
{
	struct diagram_step step;

	*ret = (struct level){ .equal = n };
	while (asks_for(l, ret->equal, arg, &step))
		if (!add_bit(l, ret, &step))
			return false;
	return true;
}

static void lift_when(struct lift *l, diagram_node n, const struct rule *so_far, struct condition when)
{
	struct rule rule = *so_far;

	if (when.op == CMP_MASKED_EQ && when.mask == width_of(l))
		when = (struct condition){ .arg = when.arg, .op = CMP_EQ, .value = when.value };
	if (when.op != CMP_MASKED_EQ || when.mask != 0)
		rule.when[rule.conditions++] = when;
	lift_from(l, n, &rule);
}

/* The bits below the lowest of the row do not matter, and those above all do: it compares sizes. */
static void lift_sizes(struct lift *l, const struct rule *so_far, unsigned arg, const struct level *r)
{
	uint64_t last = r->value | (width_of(l) & ~r->mask);
	struct condition equal = { .arg = arg, .op = CMP_MASKED_EQ, .mask = r->mask, .value = r->value };
	bool with_above = r->has_above && r->above == r->equal, with_below = r->has_below && r->below == r->equal;

	if (r->has_above)
		lift_when(l, r->above, so_far, with_above ? (struct condition){ .arg = arg, .op = CMP_GE, .value = r->value } :
			  (struct condition){ .arg = arg, .op = CMP_GT, .value = last });
	if (r->has_below)
		lift_when(l, r->below, so_far, with_below ? (struct condition){ .arg = arg, .op = CMP_LE, .value = last } :
			  (struct condition){ .arg = arg, .op = CMP_LT, .value = r->value });
	if (!r->has_below)
		equal = (struct condition){ .arg = arg, .op = CMP_LE, .value = last };
	else if (!r->has_above)
		equal = (struct condition){ .arg = arg, .op = CMP_GE, .value = r->value };
	if (!with_above && !with_below)
		lift_when(l, r->equal, so_far, equal);
}

/* Every value of the row's bits but one leads to the same. */
static void lift_equal(struct lift *l, const struct rule *so_far, unsigned arg, const struct level *r)
{
	diagram_node other = r->has_above ? r->above : r->below;

	lift_when(l, r->equal, so_far, (struct condition){ .arg = arg, .op = CMP_MASKED_EQ, .mask = r->mask, .value = r->value });
	if (r->mask == width_of(l)) {
		lift_when(l, other, so_far, (struct condition){ .arg = arg, .op = CMP_NE, .value = r->value });
		return;
	}
	for (uint64_t above = 0, bit = (uint64_t)1 << 63; bit; bit >>= 1)
		if (r->mask & bit) {
			above |= bit;
			lift_when(l, other, so_far, (struct condition){ .arg = arg, .op = CMP_MASKED_EQ, .mask = above,
									.value = (r->value & above) ^ bit });
		}
}

static bool is_contiguous(const struct lift *l, uint64_t mask)
{
	return (mask | ((mask & -mask) - 1)) == width_of(l);
}

/* Values of an argument from `low` to `high` that lead to the same. */
struct interval {
	uint64_t low, high;
	diagram_node to;
};

struct intervals {
	struct interval *items;
	size_t count, room;
};

/* In the order of their values; false: the argument's bits are no intervals. */
static bool find_intervals(struct lift *l, diagram_node n, struct condition bits, struct intervals *ret)
{
	uint64_t rest = width_of(l) & ~bits.mask;
	struct diagram_step step;

	if (++l->ways > WAYS_MAX || (bits.mask && !is_contiguous(l, bits.mask)))
		return false;
	if (asks_for(l, n, bits.arg, &step)) {
		bits.mask |= (uint64_t)1 << step.bit;
		if (!find_intervals(l, step.low, bits, ret))
			return false;
		bits.value |= (uint64_t)1 << step.bit;
		return find_intervals(l, step.high, bits, ret);
	}
	if (ret->count && ret->items[ret->count - 1].to == n) {
		ret->items[ret->count - 1].high = bits.value | rest;
		return true;
	}
	ret->items = grow(ret->items, ret->count, &ret->room, sizeof *ret->items);
	ret->items[ret->count++] = (struct interval){ bits.value, bits.value | rest, n };
	return true;
}

/* A rule has one condition for an argument: what has two ends becomes blocks of aligned powers of two. */
static void lift_blocks(struct lift *l, const struct rule *so_far, unsigned arg, struct interval i)
{
	while (i.low <= i.high) {
		uint64_t rest = i.low ? (i.low & -i.low) - 1 : width_of(l);

		while (rest > i.high - i.low)
			rest >>= 1;
		lift_when(l, i.to, so_far, (struct condition){ .arg = arg, .op = CMP_MASKED_EQ, .mask = width_of(l) & ~rest, .value = i.low });
		if (i.high - i.low == rest)
			return;
		i.low += rest + 1;
	}
}

static void lift_interval(struct lift *l, const struct rule *so_far, unsigned arg, struct interval i)
{
	if (i.low == 0 && i.high != 0)
		lift_when(l, i.to, so_far, (struct condition){ .arg = arg, .op = CMP_LE, .value = i.high });
	else if (i.high == width_of(l) && i.low != i.high)
		lift_when(l, i.to, so_far, (struct condition){ .arg = arg, .op = CMP_GE, .value = i.low });
	else
		lift_blocks(l, so_far, arg, i);
}

/* Every way through the bits of the argument. */
static void lift_bits(struct lift *l, diagram_node n, const struct rule *so_far, struct condition bits)
{
	struct diagram_step step;

	if (l->rules->too_many || ++l->ways > WAYS_MAX) {
		l->rules->too_many = true;
	} else if (!asks_for(l, n, bits.arg, &step)) {
		lift_when(l, n, so_far, bits);
	} else {
		bits.mask |= (uint64_t)1 << step.bit;
		lift_bits(l, step.low, so_far, bits);
		bits.value |= (uint64_t)1 << step.bit;
		lift_bits(l, step.high, so_far, bits);
	}
}

/* Intervals, if they are, or else all ways through the bits. */
static void lift_argument(struct lift *l, diagram_node n, const struct rule *so_far, unsigned arg)
{
	const struct condition none = { .arg = arg, .op = CMP_MASKED_EQ };
	struct intervals all = { 0 };

	if (!find_intervals(l, n, none, &all))
		lift_bits(l, n, so_far, none);
	else
		for (size_t i = 0; i < all.count; i++)
			lift_interval(l, so_far, arg, all.items[i]);
	free(all.items);
}

/* What is not equal leads to one place. */
static bool has_one_other(const struct level *r)
{
	return !r->has_above || !r->has_below || r->above == r->below;
}

static void lift_from(struct lift *l, diagram_node n, const struct rule *so_far)
{
	struct diagram_step step;
	struct level row;

	if (l->rules->too_many || ++l->ways > WAYS_MAX) {
		l->rules->too_many = true;
	} else if (!diagram_step_at(l->diagram, n, &step)) {
		struct rule rule = *so_far;

		rule.verdict = diagram_at(l->diagram, n, (const uint64_t[6]){ 0 });
		if (!l->otherwise || !verdict_equal(rule.verdict, *l->otherwise))
			rules_add(l->rules, &rule);
	} else if (!row_at(l, n, step.arg, &row)) {
		lift_argument(l, n, so_far, step.arg);
	} else if (row.mask == width_of(l) && has_one_other(&row)) {
		lift_equal(l, so_far, step.arg, &row);
	} else if (is_contiguous(l, row.mask)) {
		lift_sizes(l, so_far, step.arg, &row);
	} else if (has_one_other(&row)) {
		lift_equal(l, so_far, step.arg, &row);
	} else {
		lift_argument(l, n, so_far, step.arg);
	}
}

bool lift_rules(const struct diagram *diagram, diagram_node n, const struct arch *arch, const struct verdict *otherwise,
		const struct rule *like, struct rules *ret)
{
	struct lift l = { .diagram = diagram, .arch = arch, .otherwise = otherwise, .rules = ret };

	lift_from(&l, n, like);
	return !ret->too_many;
}
