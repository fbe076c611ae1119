/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/lift.h"

struct lift {
	const struct diagram *diagram;
	const struct arch *arch;
	struct verdict otherwise;
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

static bool is_contiguous(const struct lift *l, uint64_t mask)
{
	return (mask | ((mask & -mask) - 1)) == width_of(l);
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
		if (!verdict_equal(rule.verdict, l->otherwise))
			rules_add(l->rules, &rule);
	} else if (!row_at(l, n, step.arg, &row)) {
		lift_bits(l, n, so_far, (struct condition){ .arg = step.arg, .op = CMP_MASKED_EQ });
	} else if (row.mask == width_of(l) && has_one_other(&row)) {
		lift_equal(l, so_far, step.arg, &row);
	} else if (is_contiguous(l, row.mask)) {
		lift_sizes(l, so_far, step.arg, &row);
	} else if (has_one_other(&row)) {
		lift_equal(l, so_far, step.arg, &row);
	} else {
		lift_bits(l, n, so_far, (struct condition){ .arg = step.arg, .op = CMP_MASKED_EQ });
	}
}

bool lift_rules(const struct diagram *diagram, diagram_node n, const struct arch *arch, struct verdict otherwise,
		const struct rule *like, struct rules *ret)
{
	struct lift l = { .diagram = diagram, .arch = arch, .otherwise = otherwise, .rules = ret };

	lift_from(&l, n, like);
	return !ret->too_many;
}
